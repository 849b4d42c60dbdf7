"""What the desk does to the whole session: freeze, lock, broadcast, ask for a round; and to single people."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from flask_babel import lazy_gettext as _l

from app.core.actors import Actor
from app.core.audit import record
from app.core.clock import now
from app.core.database import db
from app.core.errors import Conflict, NotFound
from app.core.streams.models import opaque_id
from app.core.streams.services import revoke
from app.features.design.models.sessions import Participant, Role
from app.features.design.queries import participant_of
from app.features.design.queries.board import get_column
from app.features.design.services import timer
from app.features.design.services.cards import check_language, written
from app.features.design.services.command_runner import run_command
from app.features.design.services.publishing import publish_changes
from app.features.design.session_context import SessionContext

MAX_BROADCAST_LENGTH = 400


def freeze(actor: Actor, design_id: int, on: bool, cid: str | None = None) -> dict[str, Any]:
    """Stop everything but the desk, the timer too; or let it go on where it stood."""

    def act(context: SessionContext) -> None:
        design, phase = context.design, context.phase
        if on and not design.frozen:
            design.frozen_timer = phase is not None and timer.pause(phase)
        elif not on and design.frozen and design.frozen_timer:
            design.frozen_timer = False
            if phase is not None:
                timer.resume(phase)
        design.frozen = on
        publish_changes(design, "frozen" if on else "unfrozen", actor, parts=("design", "now", "votes"))

    return run_command(actor, design_id, cid, "design_freeze", {"on": on}, act)


def lock(
    actor: Actor, design_id: int, what: str, number: int | None, on: bool, cid: str | None = None
) -> dict[str, Any]:
    """Lock the whole board, a column or a person, or unlock it. Raises NotFound."""

    def act(context: SessionContext) -> None:
        if what == "board":
            context.design.locked = on
        elif what == "column":
            get_column(context.design, number or 0).locked = on
        else:
            _somebody(context, number).muted = on
        publish_changes(
            context.design, "locked" if on else "unlocked", actor, parts=("design", "columns", "people")
        )

    return run_command(actor, design_id, cid, "design_lock", {"what": what, "id": number, "on": on}, act)


def broadcast(actor: Actor, design_id: int, text: str, lang: str, cid: str | None = None) -> dict[str, Any]:
    """Tell everybody something, wherever they are; an empty text takes the last one away."""
    check_language(lang)
    text = written(text, MAX_BROADCAST_LENGTH) if text.strip() else ""

    def act(context: SessionContext) -> None:
        context.design.broadcast = {"id": opaque_id(), "text": text, "lang": lang} if text else {}
        publish_changes(context.design, "broadcast", actor, parts=("broadcast",))

    return run_command(actor, design_id, cid, "design_broadcast", {"text": text, "lang": lang}, act)


def ask_round(actor: Actor, design_id: int, on: bool, cid: str | None = None) -> dict[str, Any]:
    """Ask that everybody speaks once, or end that."""

    def act(context: SessionContext) -> None:
        context.design.round_asked = on
        if not on:
            for person in _everybody(context):
                person.spoken = False
        publish_changes(context.design, "round", actor, parts=("round",))

    return run_command(actor, design_id, cid, "design_round", {"on": on}, act)


def _everybody(context: SessionContext) -> list[Participant]:
    return db.session.query(Participant).filter_by(design_id=context.design.id).all()


def treat_person(
    actor: Actor, design_id: int, person: int, act: str, cid: str | None = None
) -> dict[str, Any]:
    """Mute or unmute somebody, send her away, lower her hand, or note that she has spoken.

    Raises NotFound, and Conflict for sending away somebody who runs the session.
    """

    def treat(context: SessionContext) -> None:
        found = _somebody(context, person)
        TREATMENTS[act](context, found)
        publish_changes(
            context.design, f"person_{act}", actor, parts=("people", "ready", "round", "breakouts")
        )

    return run_command(actor, design_id, cid, "design_person", {"person": person, "act": act}, treat)


def _mute(context: SessionContext, person: Participant) -> None:
    person.muted = True


def _unmute(context: SessionContext, person: Participant) -> None:
    person.muted = False


def _lower(context: SessionContext, person: Participant) -> None:
    person.hand = None


def _speak(context: SessionContext, person: Participant) -> None:
    person.spoken, person.hand = True, None


def _remove(context: SessionContext, person: Participant) -> None:
    """Send somebody away: what is open of it in her browsers closes within a second."""
    if person.role is not Role.PARTICIPANT or person.person_id == context.actor.person_id:
        raise Conflict(_l("The person who runs the session cannot be sent away. Take the desk back first."))
    person.removed_at, person.hand, person.ready = now(), None, False
    record(context.actor, "design.remove", f"design:{context.design.id}", after={"person": person.person_id})
    revoke(person_id=person.person_id)


TREATMENTS: Mapping[str, Callable[[SessionContext, Participant], None]] = {
    "mute": _mute,
    "unmute": _unmute,
    "remove": _remove,
    "lower_hand": _lower,
    "spoken": _speak,
}


def _somebody(context: SessionContext, person_id: int | None) -> Participant:
    """A person who takes part; raises NotFound."""
    found = participant_of(context.design, person_id)
    if found is None or found.removed_at is not None:
        raise NotFound
    return found
