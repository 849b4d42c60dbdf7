"""Introductions as lists and pages show them: with whom, who asked, the state, and the next step."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_babel.speaklater import LazyString

from app.core.actors import Actor
from app.core.clock import now
from app.core.i18n import foreign_language
from app.features.introductions.models import Introduction, IntroductionState, Recommendation
from app.features.introductions.queries import IntroductionEligibility, Task
from app.features.organisations.models import Organisation
from app.features.organisations.policy import acts_for_admitted
from app.features.organisations.presenters import OrganisationCard, card

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
    other: OrganisationCard
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
    """An introduction that a facilitator recommends to the reader's organisation; `organisation` is the other side."""

    id: int
    organisation: Organisation
    other: OrganisationCard
    sender: str
    recommended_at: datetime


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
        lang=foreign_language(introduction.lang),
        sender=introduction.person.name if introduction.person else "",
        asked_at=introduction.created_at,
        expires_at=introduction.expires_at,
        answered_at=introduction.answered_at,
        room_id=room_id,
    )


def recommended(found: Sequence[Recommendation], own: int) -> list[Recommended]:
    """Recommendations as the organisation `own` sees them."""
    return [
        Recommended(
            each.id,
            other_side(each, own),
            card(other_side(each, own)),
            each.person.name if each.person else "",
            each.created_at,
        )
        for each in found
    ]


def other_side(found: Introduction | Recommendation, own: int) -> Organisation:
    """The organisation that is not `own`."""
    return found.high if found.low_id == own else found.low


@dataclass(frozen=True)
class ShownTask:
    """A task of the facilitators."""

    id: int
    asking: OrganisationCard
    asked: OrganisationCard
    message: str
    lang: str
    sender: str
    asked_at: datetime
    done_at: datetime | None


@dataclass(frozen=True)
class NextStep:
    """How the reader's organisation stands to another; `step` names what comes next, for the template to say.

    It is "room", "answer", "waits", "handed_over", "rest", "paused", "full", "not_admitted", "hand_over" or "ask".
    """

    step: str
    introduction_id: int | None = None
    room_id: int | None = None
    day: datetime | None = None
    message: str = ""
    lang: str = ""


def tasks(found: Sequence[Task]) -> list[ShownTask]:
    """Tasks as their list shows them."""
    return [
        ShownTask(
            id=task.row.id,
            asking=card(task.asking),
            asked=card(task.asked),
            message=task.row.message,
            lang=foreign_language(task.row.lang),
            sender=task.person.name if task.person else "",
            asked_at=task.row.created_at,
            done_at=task.row.done_at,
        )
        for task in found
    ]


def next_step(actor: Actor, other: Organisation, found: IntroductionEligibility) -> NextStep:
    """What comes next between two organisations."""
    waiting = found.waiting
    if found.room_id is not None:
        return NextStep("room", room_id=found.room_id)
    if waiting is not None:
        lang = foreign_language(waiting.lang)
        step = "waits" if waiting.asked_by == actor.organisation_id else "answer"
        return NextStep(step, waiting.id, day=waiting.expires_at, message=waiting.message, lang=lang)
    if found.task is not None:
        return NextStep("handed_over", day=found.task.created_at)
    if not acts_for_admitted(actor):
        return NextStep("not_admitted")
    if found.rested_at is not None:
        return NextStep("rest", day=found.rested_at)
    if found.paused_until is not None:
        return NextStep("paused", day=found.paused_until)
    if found.full:
        return NextStep("full")
    return NextStep("hand_over" if other.unclaimed else "ask")


def answer_to_asking(other: Organisation, found: IntroductionEligibility) -> str:
    """What is said when asking succeeded."""
    if other.unclaimed:
        return _("The facilitators look for somebody at %(name)s and will tell you.", name=other.name)
    if found.waiting is not None:
        return _("You both want to meet: this is your room.")
    return _("You have asked. We tell you as soon as %(name)s answers.", name=other.name)
