"""Asking to be introduced, answering, taking a wish back, and letting it expire."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta

from flask_babel import format_date
from flask_babel import lazy_gettext as _l

from app.core.actors import VISITOR, Actor
from app.core.announcements import announce
from app.core.audit import record
from app.core.clock import now
from app.core.database import db
from app.core.errors import Conflict, Forbidden, NotFound
from app.core.i18n import SOURCE
from app.core.jobs import enqueue
from app.core.limits import count_attempt
from app.core.notices import NoticesRead, notify
from app.core.permissions import authorize
from app.core.validation import limit_text_field, require_language_field, require_text_field
from app.features.accounts.models import Person
from app.features.accounts.queries import lock_person
from app.features.introductions import queries
from app.features.introductions.models import (
    EXPIRES_DAYS,
    LONGEST_MESSAGE,
    MOST_OPEN,
    REST_DAYS,
    FacilitatorTask,
    Introduction,
    IntroductionState,
)
from app.features.introductions.queries import asked_by_person, count_open_of_person, has_task_of_person, pair
from app.features.introductions.services.facilitation import note_asked
from app.features.introductions.states import INTRODUCTION_STATES, IntroductionMove
from app.features.organisations.models import Organisation, OrganisationState
from app.features.organisations.queries import get_organisation, lock_organisations, people_of
from app.features.rooms.announcements import RoomRead
from app.features.rooms.models import Room, RoomKind
from app.features.rooms.services import open_room_for, post_first_message

REQUESTS = "40 per hour"


@dataclass(frozen=True)
class AskOutcome:
    """What asking led to: an introduction that waits, one accepted with its room, or a task for the facilitators."""

    introduction: Introduction | None = None
    room: Room | None = None
    task: FacilitatorTask | None = None


def ask(actor: Actor, slug: str, message: str, lang: str) -> AskOutcome:
    """Ask an organisation for an introduction in the name of one's own; asking back accepts, and the message opens the talk.

    `lang` is the language that the message is written in. Raises NotFound, Forbidden where one's own organisation
    is not admitted, Invalid for the message, and Conflict where it makes no sense now, with a sentence that says why.
    """
    other = get_organisation(actor, slug)
    authorize(actor, "introduction.ask", other)
    missing = _l("Say in a sentence or two why you would like to meet.")
    message = require_text_field(message, LONGEST_MESSAGE, "message", missing)
    require_language_field(lang)
    own = actor.organisation_id
    if own is None:
        raise Forbidden
    lock_person(actor.person_id)
    lock_organisations(own, other.id)
    if other.state != OrganisationState.ADMITTED:
        raise NotFound
    note_asked(actor, own, other.id)
    if other.unclaimed:
        return AskOutcome(task=_hand_over(actor, own, other, message, lang))
    count_attempt("introduction", REQUESTS, str(actor.person_id))
    earlier = queries.latest_between(own, other.id, lock=True)
    if earlier is not None and earlier.asked_by != own and _is_open(earlier):
        settle(actor, earlier, IntroductionMove.ASK_BACK)
        return AskOutcome(earlier, room=_open_room_with_words(actor, earlier, message, lang))
    _check_earlier(earlier)
    _check_person(actor, other)
    _check_free(actor, own, other)
    return AskOutcome(_begin(actor, own, other, message, lang))


def _is_open(introduction: Introduction) -> bool:
    """Whether it waits for an answer."""
    return introduction.state == IntroductionState.ASKED and introduction.expires_at > now()


def _check_earlier(earlier: Introduction | None) -> None:
    """Refuse where the two have met, where one waits, and where the other side has declined not long ago."""
    if earlier is None:
        return
    if earlier.state == IntroductionState.ACCEPTED:
        raise Conflict(_l("You have met already. You can talk in the room of your introduction."))
    if earlier.state == IntroductionState.ASKED:
        if _is_open(earlier):
            raise Conflict(
                _l("You have asked already. They have until %(day)s.", day=format_date(earlier.expires_at))
            )
        earlier.state = IntroductionState.EXPIRED
        db.session.flush()
    _check_rest(earlier)


def _check_person(actor: Actor, other: Organisation) -> None:
    """Refuse what the same person has asked of the same organisation for another one of hers."""
    assert actor.person_id is not None
    for earlier in asked_by_person(actor.person_id, other.id):
        if _is_open(earlier):
            raise Conflict(
                _l(
                    "You have asked %(name)s already, for another organisation of yours. Wait for the answer.",
                    name=other.name,
                )
            )
        _check_rest(earlier)


def _check_rest(earlier: Introduction) -> None:
    """Refuse where the other side has declined not long ago."""
    if earlier.state == IntroductionState.DECLINED and earlier.answered_at is not None:
        rested = earlier.answered_at + timedelta(days=REST_DAYS)
        if rested > now():
            raise Conflict(
                _l(
                    "An introduction between you was declined. You can ask again from %(day)s.",
                    day=format_date(rested),
                )
            )


def _check_free(actor: Actor, own: int, other: Organisation) -> None:
    """Refuse where the other side takes no partners now, and where too many answers are waited for."""
    if other.paused_until is not None and other.paused_until > now():
        raise Conflict(
            _l(
                "%(name)s is not taking partners until %(day)s. Ask again then.",
                name=other.name,
                day=format_date(other.paused_until),
            )
        )
    _check_count(actor, own)


def _check_count(actor: Actor, own: int) -> None:
    """Refuse where the organisation, or the person for all of hers, waits for too many answers."""
    assert actor.person_id is not None
    if max(queries.count_open(own), count_open_of_person(actor.person_id)) >= MOST_OPEN:
        raise Conflict(
            _l(
                "You are waiting for %(most)d answers already. Withdraw one, or wait for an answer, before you ask again.",
                most=MOST_OPEN,
            )
        )


def _begin(actor: Actor, own: int, other: Organisation, message: str, lang: str) -> Introduction:
    """Write a new introduction, tell the other side, and have it expire."""
    low, high = pair(own, other.id)
    introduction = Introduction(
        low_id=low,
        high_id=high,
        asked_by=own,
        person_id=actor.person_id,
        message=message,
        lang=lang,
        expires_at=now() + timedelta(days=EXPIRES_DAYS),
    )
    db.session.add(introduction)
    db.session.flush()
    record(actor, "introduction.ask", f"introduction:{introduction.id}", after={"state": "asked"})
    enqueue("introduction.expire", after=introduction.expires_at, introduction_id=introduction.id)
    _notify_members(actor, "introduction.asked", introduction, other.id)
    return introduction


def _hand_over(actor: Actor, own: int, other: Organisation, message: str, lang: str) -> FacilitatorTask:
    """Ask the facilitators to find somebody at an organisation that is not here yet."""
    task = queries.task_about(own, other.id)
    assert actor.person_id is not None
    if (task is not None and task.done_at is None) or has_task_of_person(actor.person_id, other.id):
        raise Conflict(_l("You have asked already: the facilitators are looking for somebody there."))
    _check_count(actor, own)
    if task is None:
        task = FacilitatorTask(asked_by=own, other_id=other.id)
        db.session.add(task)
    task.person_id, task.message, task.lang, task.done_at = actor.person_id, message, lang, None
    db.session.flush()
    record(actor, "introduction.ask", f"task:{task.id}", after={"state": "handed over"})
    return task


def accept(actor: Actor, introduction_id: int, message: str = "", lang: str = SOURCE) -> Room:
    """Say yes to an introduction, perhaps with some words in the language `lang`; returns the room that opens with it.

    What the other side asked with and `message` are the first messages of the room. Raises NotFound, Forbidden where
    one's own side asked, Invalid for the words, and Conflict where it does not wait any more or the other side is not in
    the cluster now.
    """
    introduction = queries.get_introduction(actor, introduction_id, lock=True)
    authorize(actor, "introduction.answer", introduction)
    other = introduction.low if introduction.asked_by == introduction.low_id else introduction.high
    if other.state is not OrganisationState.ADMITTED:
        raise Conflict(_l("%(name)s is not in the cluster at the moment.", name=other.name))
    message = limit_text_field(message, LONGEST_MESSAGE, "message")
    require_language_field(lang)
    settle(actor, introduction, IntroductionMove.ACCEPT)
    return _open_room_with_words(actor, introduction, message, lang)


def _open_room_with_words(actor: Actor, introduction: Introduction, message: str, lang: str) -> Room:
    """The room of an introduction, begun by what one side asked with and by the answer of the other, if it is not empty."""
    room = open_room(introduction)
    asked_by = Actor(
        person=db.session.get(Person, introduction.person_id) if introduction.person_id else None,
        organisation=db.session.get_one(Organisation, introduction.asked_by),
    )
    asked = f"introduction-{introduction.id}-asked"
    post_first_message(asked_by, room, asked, introduction.message, introduction.lang)
    if message:
        post_first_message(actor, room, f"introduction-{introduction.id}", message, lang)
    return room


def decline(actor: Actor, introduction_id: int) -> Introduction:
    """Say no to an introduction, without giving a reason; raises as `accept` does."""
    introduction = queries.get_introduction(actor, introduction_id, lock=True)
    authorize(actor, "introduction.answer", introduction)
    settle(actor, introduction, IntroductionMove.DECLINE)
    return introduction


def withdraw(actor: Actor, introduction_id: int) -> Introduction:
    """Take back what one's own side asked; raises NotFound, Forbidden for the other side, and Conflict."""
    introduction = queries.get_introduction(actor, introduction_id, lock=True)
    authorize(actor, "introduction.withdraw", introduction)
    settle(actor, introduction, IntroductionMove.WITHDRAW)
    return introduction


def expire(introduction_id: int) -> None:
    """Let an introduction that nobody answered in time expire; any other stays as it is."""
    introduction = db.session.get(Introduction, introduction_id, with_for_update=True, populate_existing=True)
    if (
        introduction is None
        or introduction.state != IntroductionState.ASKED
        or introduction.expires_at > now()
    ):
        return
    settle(VISITOR, introduction, IntroductionMove.EXPIRE)


def settle(actor: Actor, introduction: Introduction, move: IntroductionMove) -> None:
    """Move an introduction, whose row is locked, to its next state; tell the other side of an answer.

    Raises Conflict where its state does not allow that, or where it waited for too long.
    """
    before = introduction.state
    if (
        move is not IntroductionMove.EXPIRE
        and before == IntroductionState.ASKED
        and introduction.expires_at <= now()
    ):
        raise INTRODUCTION_STATES.refusal(IntroductionState.EXPIRED)
    introduction.state = INTRODUCTION_STATES.next_state(before, move)
    introduction.answered_at = now()
    db.session.flush()
    record(
        actor,
        f"introduction.{move.value}",
        f"introduction:{introduction.id}",
        before={"state": before.value},
        after={"state": introduction.state.value},
    )
    announce(NoticesRead(("introduction.asked",), introduction.id))
    if introduction.state in (IntroductionState.ACCEPTED, IntroductionState.DECLINED):
        _notify_members(
            actor, f"introduction.{introduction.state.value}", introduction, introduction.asked_by
        )


def _notify_members(actor: Actor, kind: str, introduction: Introduction, organisation_id: int) -> None:
    """Notify those who act for one of the two organisations, other than the actor."""
    people = [each for each in people_of(organisation_id) if each != actor.person_id]
    notify(kind, people, introduction.id, organisation_id)


def note_room_read(read: RoomRead) -> None:
    """Let the notice that an introduction was accepted rest once its room is read."""
    if read.introduction_id is not None:
        announce(NoticesRead(("introduction.accepted",), read.introduction_id, read.person_id))


def open_room(introduction: Introduction) -> Room:
    """The room of an introduction that was accepted."""
    if introduction.state != IntroductionState.ACCEPTED:
        raise Conflict(_l("A room opens once both sides want to meet."))
    return open_room_for(RoomKind.INTRODUCTION, introduction.id)
