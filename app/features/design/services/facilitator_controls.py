"""What those who run a session do to all of it and to single people; who holds the desk, and signs that she is there."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from flask_babel import lazy_gettext as _l

from app.core.actors import Actor
from app.core.audit import record
from app.core.clock import now
from app.core.database import db
from app.core.errors import Conflict, NotFound
from app.core.jobs import enqueue
from app.core.permissions import authorize
from app.core.streams.models import opaque_id
from app.core.streams.services import lock_stream, once, revoke
from app.core.validation import limit_text_field, require_language_field
from app.features.design.models.sessions import DesignSession, DesignState, Participant, Role
from app.features.design.queries.access import UNATTENDED_AFTER
from app.features.design.queries.board import get_column
from app.features.design.queries.participants import all_participants, participant_of
from app.features.design.queries.sessions import get_design_session
from app.features.design.services.command_runner import command_identity, lock_session, run_command
from app.features.design.services.participants import ensure_participant
from app.features.design.services.phase_navigation import pause_timer, resume_timer
from app.features.design.services.publishing import publish_changes
from app.features.design.session_context import SessionContext, load_context
from app.features.design.states import require_live, require_not_over

MAX_BROADCAST_LENGTH = 400
HEARTBEAT_JOB = "design.watch"
HEARTBEAT_CHECK_INTERVAL = timedelta(seconds=20)
AWAY_AFTER = UNATTENDED_AFTER
"""After so long without a heartbeat the others are told that nobody is at the desk: then a manager may take it."""


def freeze(actor: Actor, design_id: int, on: bool, cid: str | None = None) -> dict[str, Any]:
    """Stop everything but the facilitator's controls, the timer too; or let it go on where it stopped."""

    def act(context: SessionContext) -> None:
        design, phase = context.design, context.phase
        if on and not design.frozen:
            design.frozen_timer = phase is not None and pause_timer(phase)
        elif not on and design.frozen and design.frozen_timer:
            design.frozen_timer = False
            if phase is not None:
                resume_timer(phase)
        design.frozen = on
        publish_changes(design, "frozen" if on else "unfrozen", actor, parts=("design", "now", "votes"))

    return run_command(actor, design_id, cid, "design_freeze", {"on": on}, act)


def lock(
    actor: Actor, design_id: int, what: str, number: int | None, on: bool, cid: str | None = None
) -> dict[str, Any]:
    """Lock or unlock the whole "board", a "column" or a "person" by its number. Raises NotFound."""

    def act(context: SessionContext) -> None:
        if what == "board":
            context.design.locked = on
        elif what == "column":
            get_column(context.design, number or 0).locked = on
        else:
            _get_participant(context, number).muted = on
        publish_changes(
            context.design, "locked" if on else "unlocked", actor, parts=("design", "columns", "people")
        )

    content = {"what": what, "id": number, "on": on}
    return run_command(actor, design_id, cid, "design_lock", content, act)


def broadcast(actor: Actor, design_id: int, text: str, lang: str, cid: str | None = None) -> dict[str, Any]:
    """Show a text to everybody; an empty one takes the last one away."""
    require_language_field(lang)
    text = limit_text_field(text, MAX_BROADCAST_LENGTH, "text")

    def act(context: SessionContext) -> None:
        context.design.broadcast = {"id": opaque_id(), "text": text, "lang": lang} if text else {}
        publish_changes(context.design, "broadcast", actor, parts=("broadcast",))

    return run_command(actor, design_id, cid, "design_broadcast", {"text": text, "lang": lang}, act)


def ask_round(actor: Actor, design_id: int, on: bool, cid: str | None = None) -> dict[str, Any]:
    """Ask that everybody speaks once, or end that."""

    def act(context: SessionContext) -> None:
        context.design.round_asked = on
        if not on:
            for person in all_participants(context.design):
                person.spoken = False
        publish_changes(context.design, "round", actor, parts=("round",))

    return run_command(actor, design_id, cid, "design_round", {"on": on}, act)


def treat_person(
    actor: Actor, design_id: int, person: int, act: str, cid: str | None = None
) -> dict[str, Any]:
    """Mute or unmute somebody, send her away, lower her hand, or note that she has spoken.

    Raises NotFound, and Conflict for sending away somebody who runs the session.
    """

    def treat(context: SessionContext) -> None:
        found = _get_participant(context, person)
        if act == "remove":
            if found.role is not Role.PARTICIPANT or found.person_id == context.actor.person_id:
                raise Conflict(
                    _l("The person who runs the session cannot be sent away. Take the desk back first.")
                )
            found.removed_at, found.hand, found.ready = now(), None, False
            record(
                context.actor,
                "design.remove",
                f"design:{context.design.id}",
                after={"person": found.person_id},
            )
            revoke(person_id=found.person_id)
        elif act == "spoken":
            found.spoken, found.hand = True, None
        elif act == "lower_hand":
            found.hand = None
        else:
            found.muted = act == "mute"
        parts = ("people", "ready", "round", "breakouts")
        publish_changes(context.design, f"person_{act}", actor, parts=parts)

    return run_command(actor, design_id, cid, "design_person", {"person": person, "act": act}, treat)


def _get_participant(context: SessionContext, person_id: int | None, *, joined: bool = False) -> Participant:
    """Somebody who was not sent away, perhaps one who takes part already; raises NotFound."""
    found = participant_of(context.design, person_id)
    if found is None or found.removed_at is not None or (joined and found.joined_at is None):
        raise NotFound
    return found


# --- Who holds the desk -------------------------------------------------------------------------------------


def transfer_desk(
    actor: Actor, design_id: int, act: str, person: int | None = None, cid: str | None = None
) -> dict[str, Any]:
    """Take the desk ("take"), hand it over to somebody ("hand_over"), "share" it with her or no longer ("unshare").

    A co-facilitator takes it at once, a manager when nobody was there for a minute. "keep" is a sign that its holder
    is there. Raises NotFound, Forbidden and Conflict.
    """
    if act == "keep":
        return _keep_desk(actor, design_id)
    design_session = lock_session(actor, design_id)
    authorize(actor, "design.take_desk" if act == "take" else "design.run", design_session)
    context = load_context(actor, design_session)

    def carry_out() -> dict[str, Any]:
        require_not_over(design_session.state)
        _transfer(context, act, person)
        publish_changes(design_session, f"desk_{act}", actor, parts=("desk", "people", "ready"))
        return {}

    content = command_identity("design_desk", design_id) | {"act": act, "person": person}
    return once(actor, cid or opaque_id(), content, design_session.stream_id, carry_out)


def _transfer(context: SessionContext, act: str, person_id: int | None) -> None:
    if act == "take":
        require_live(context.design.state)
        _hold_desk(context, ensure_participant(context.actor, context.design))
        return
    person = _get_participant(context, person_id, joined=True)
    if act == "hand_over":
        _hold_desk(context, person)
    elif act == "share":
        if person.role is Role.PARTICIPANT:
            person.role = Role.CO_FACILITATOR
    elif person.person_id == context.design.desk_id:
        raise Conflict(_l("Hand the desk over before you leave it."))
    elif person.role is Role.CO_FACILITATOR:
        person.role = Role.PARTICIPANT


def _hold_desk(context: SessionContext, holder: Participant) -> None:
    if holder.role is Role.PARTICIPANT:
        holder.role = Role.CO_FACILITATOR
    before = context.design.desk_id
    context.design.desk_id = holder.person_id
    record_heartbeat(context.design)
    record(
        context.actor,
        "design.desk",
        f"design:{context.design.id}",
        before={"desk": before},
        after={"desk": holder.person_id},
    )


# --- Heartbeats of the desk's holder ------------------------------------------------------------------------


def _keep_desk(actor: Actor, design_id: int) -> dict[str, Any]:
    """A heartbeat of the desk's holder, answered `{kept}`; from anybody else it does nothing."""
    design_session = get_design_session(actor, design_id)
    authorize(actor, "design.run", design_session)
    if design_session.desk_id != actor.person_id:
        return {"kept": False}
    if design_session.desk_away:
        design_session = lock_session(actor, design_id)
        record_heartbeat(design_session)
        publish_changes(design_session, "desk_kept", actor, parts=("desk",))
    record_heartbeat(design_session)
    db.session.flush()
    return {"kept": True}


def record_heartbeat(design_session: DesignSession) -> None:
    """Note that the desk's holder is there."""
    design_session.desk_seen_at, design_session.desk_away = now(), False


def schedule_heartbeat_check(design_id: int) -> None:
    """Have it checked after a while whether the desk's holder is still there."""
    enqueue(HEARTBEAT_JOB, after=now() + HEARTBEAT_CHECK_INTERVAL, design_id=design_id)


def check_heartbeat(design_id: int) -> None:
    """Tell everybody when nobody is at the desk any more, and check again while the session goes on; a job's work."""
    design_session = db.session.get(DesignSession, design_id)
    if design_session is None:
        return
    lock_stream(design_session.stream_id)
    db.session.refresh(design_session)
    if design_session.state is not DesignState.LIVE:
        return
    seen = design_session.desk_seen_at
    if design_session.desk_id is None or seen is None or seen < now() - AWAY_AFTER:
        design_session.desk_away = True
        publish_changes(design_session, "desk_left", parts=("desk",))
    schedule_heartbeat_check(design_id)
