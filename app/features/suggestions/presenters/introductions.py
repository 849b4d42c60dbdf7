"""Introductions as lists show them: with whom, who asked, how it stands, what can be done now."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from flask_babel import lazy_gettext as _l
from flask_babel.speaklater import LazyString

from app.core.clock import now
from app.core.i18n import current_language
from app.features.organisations.models import Organisation
from app.features.organisations.presenters import Card, card
from app.features.suggestions.models import Introduction, IntroductionState, Recommendation
from app.features.suggestions.presenters.rows import Row

STATE_NAMES: Mapping[IntroductionState, LazyString] = {
    IntroductionState.ASKED: _l("waits for an answer"),
    IntroductionState.ACCEPTED: _l("accepted"),
    IntroductionState.DECLINED: _l("declined"),
    IntroductionState.WITHDRAWN: _l("withdrawn"),
    IntroductionState.EXPIRED: _l("expired without an answer"),
}


@dataclass(frozen=True)
class Meeting:
    """An introduction as the reader's organisation sees it; `lang` is "" where the message is in the reader's language."""

    id: int
    other: Card
    is_mine: bool
    is_open: bool
    state: IntroductionState
    state_name: LazyString
    message: str
    lang: str
    sender: str
    asked_at: datetime
    expires_at: datetime
    answered_at: datetime | None
    room_id: int | None


@dataclass(frozen=True)
class Recommended:
    """An introduction that a facilitator recommends to the reader's organisation; `why` is None where nothing is known."""

    id: int
    other: Card
    sender: str
    recommended_at: datetime
    why: Row | None


@dataclass(frozen=True)
class Meetings:
    """All introductions of an organisation: those that wait for it, those that it waits for, and the others."""

    incoming: tuple[Meeting, ...]
    outgoing: tuple[Meeting, ...]
    past: tuple[Meeting, ...]


def meetings(
    introductions: Sequence[Introduction], own: int, rooms: Mapping[int, int] | None = None
) -> Meetings:
    """Introductions that were loaded with both organisations, sorted by what they ask of the organisation `own`."""
    found = [meeting(each, own, (rooms or {}).get(each.id)) for each in introductions]
    return Meetings(
        tuple(each for each in found if each.is_open and not each.is_mine),
        tuple(each for each in found if each.is_open and each.is_mine),
        tuple(each for each in found if not each.is_open),
    )


def meeting(introduction: Introduction, own: int, room_id: int | None = None) -> Meeting:
    """One introduction as the organisation `own` sees it; one that waited for too long shows as expired."""
    is_asked = introduction.state == IntroductionState.ASKED
    is_open = is_asked and introduction.expires_at > now()
    state = IntroductionState.EXPIRED if is_asked and not is_open else introduction.state
    return Meeting(
        id=introduction.id,
        other=card(other_side(introduction, own)),
        is_mine=introduction.asked_by == own,
        is_open=is_open,
        state=state,
        state_name=STATE_NAMES[state],
        message=introduction.message,
        lang="" if introduction.lang == current_language() else introduction.lang,
        sender=introduction.person.name if introduction.person else "",
        asked_at=introduction.created_at,
        expires_at=introduction.expires_at,
        answered_at=introduction.answered_at,
        room_id=room_id,
    )


def recommended(found: Sequence[Recommendation], own: int, whys: Iterable[Row]) -> list[Recommended]:
    """Recommendations as the organisation `own` sees them, each with the one of `whys` that is about the other side."""
    by_id = {why.organisation.id: why for why in whys}
    shown = ((each, card(other_side(each, own))) for each in found)
    return [
        Recommended(
            each.id, other, each.person.name if each.person else "", each.created_at, by_id.get(other.id)
        )
        for each, other in shown
    ]


def other_side(found: Introduction | Recommendation, own: int) -> Organisation:
    """The organisation that is not `own`."""
    return found.high if found.low_id == own else found.low
