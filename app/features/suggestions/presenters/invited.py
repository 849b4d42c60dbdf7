"""What has become of a consortium just now: who was invited, and where on its page that is said."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from markupsafe import Markup

from app.features.initiatives.models import OfferState, SeatOffer
from app.features.suggestions.presenters.composing import Shown
from app.features.suggestions.presenters.wording import listed


@dataclass(frozen=True)
class Invited:
    """Who was invited a moment ago; `consortium` and `seat` say where the reader was, 0 and "" where that is gone."""

    names: Markup
    words: bool
    consortium: int
    seat: str


def just_invited(offers: Sequence[SeatOffer], found: Sequence[Shown], consortium: int) -> Invited | None:
    """The offers among some that wait, at the first of their seats in the consortium of that number, else in another."""
    waiting = {
        f"{one.role_id}:{one.organisation.slug}": one for one in offers if one.state is OfferState.SENT
    }
    if not waiting:
        return None
    order = sorted(range(len(found)), key=lambda at: at + 1 != consortium)
    places = (
        (at + 1, seat.seat)
        for at in order
        for seat in found[at].seats
        if not waiting.keys().isdisjoint({seat.seat, *(other.seat for other in seat.others)})
    )
    at, seat = next(places, (0, ""))
    names = listed(one.organisation.name for one in waiting.values())
    return Invited(names, any(one.message for one in offers), at, seat)
