"""A seat on offer, as those who lead and the invited see it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from flask_babel import lazy_gettext as _l
from flask_babel.speaklater import LazyString

from app.core.i18n import current_language
from app.core.rendered import RenderedText
from app.features.initiatives.models import Initiative, OfferState, SeatOffer
from app.features.initiatives.presenters import other_than
from app.features.organisations.presenters import Card, card

OFFER_STATES: Mapping[OfferState, LazyString] = {
    OfferState.SENT: _l("waits for their answer"),
    OfferState.ACCEPTED: _l("accepted"),
    OfferState.DECLINED: _l("declined"),
    OfferState.WITHDRAWN: _l("withdrawn"),
    OfferState.LAPSED: _l("lapsed"),
}


@dataclass(frozen=True)
class Offered:
    """A seat on offer, for those who lead and for the invited; `free` is whether the seat can still be taken."""

    id: int
    organisation: Card
    role: str
    role_lang: str
    message: RenderedText
    lang: str
    sent: Any
    state: str
    waits: bool
    free: int


def offered(initiative: Initiative, offer: SeatOffer) -> Offered:
    """A seat that was offered."""
    reader = current_language()
    role = offer.role
    return Offered(
        id=offer.id,
        organisation=card(offer.organisation),
        role=role.title,
        role_lang=other_than(reader, initiative.lang),
        message=RenderedText(offer.message, offer.message_rendered),
        lang=other_than(reader, offer.lang),
        sent=offer.created_at,
        state=str(OFFER_STATES[offer.state]),
        waits=offer.state is OfferState.SENT,
        free=max(role.seats - role.filled, 0),
    )
