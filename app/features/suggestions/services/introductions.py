"""Answering introductions, taking them back and letting them expire."""

from __future__ import annotations

from flask_babel import lazy_gettext as _l

from app.core.actors import VISITOR, Actor
from app.core.audit import record
from app.core.clock import now
from app.core.database import db
from app.core.errors import Conflict
from app.core.permissions import authorize
from app.features.organisations.models import OrganisationState
from app.features.rooms.models import Room, RoomKind
from app.features.rooms.services import open_room_for
from app.features.suggestions import queries
from app.features.suggestions.models import Introduction, IntroductionState
from app.features.suggestions.services.mails import tell_of_answer
from app.features.suggestions.states import ENDED, Move, after


def accept(actor: Actor, introduction_id: int) -> Room:
    """Say yes to an introduction; returns the room that opens with it.

    Raises NotFound, Forbidden where one's own side asked, and Conflict where it does not wait any more or the other
    side is not in the cluster now.
    """
    introduction = queries.get_introduction(actor, introduction_id, lock=True)
    authorize(actor, "introduction.answer", introduction)
    other = introduction.low if introduction.asked_by == introduction.low_id else introduction.high
    if other.state is not OrganisationState.ADMITTED:
        raise Conflict(_l("%(name)s is not in the cluster at the moment.", name=other.name))
    settle(actor, introduction, Move.ACCEPT)
    return open_room(introduction)


def decline(actor: Actor, introduction_id: int) -> Introduction:
    """Say no to an introduction, without giving a reason; raises as `accept` does."""
    introduction = queries.get_introduction(actor, introduction_id, lock=True)
    authorize(actor, "introduction.answer", introduction)
    settle(actor, introduction, Move.DECLINE)
    return introduction


def withdraw(actor: Actor, introduction_id: int) -> Introduction:
    """Take back what one's own side asked; raises NotFound, Forbidden for the other side, and Conflict."""
    introduction = queries.get_introduction(actor, introduction_id, lock=True)
    authorize(actor, "introduction.withdraw", introduction)
    settle(actor, introduction, Move.WITHDRAW)
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
    settle(VISITOR, introduction, Move.EXPIRE)


def settle(actor: Actor, introduction: Introduction, move: Move) -> None:
    """Move an introduction, whose row is locked, to its next state; tell the other side of an answer.

    Raises Conflict where its state does not allow that, or where it waited for too long.
    """
    before = introduction.state
    if move is not Move.EXPIRE and before == IntroductionState.ASKED and introduction.expires_at <= now():
        raise Conflict(ENDED[IntroductionState.EXPIRED])
    introduction.state = after(before, move)
    introduction.answered_at = now()
    db.session.flush()
    record(
        actor,
        f"introduction.{move.value}",
        f"introduction:{introduction.id}",
        before={"state": before.value},
        after={"state": introduction.state.value},
    )
    if introduction.state in (IntroductionState.ACCEPTED, IntroductionState.DECLINED):
        tell_of_answer(introduction)


def open_room(introduction: Introduction) -> Room:
    """The room of an introduction that was accepted."""
    if introduction.state != IntroductionState.ACCEPTED:
        raise Conflict(_l("A room opens once both sides want to meet."))
    return open_room_for(RoomKind.INTRODUCTION, introduction.id)
