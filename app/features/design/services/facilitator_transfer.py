"""Who holds the desk: taking it, handing it over, sharing it, and signs of life."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from flask_babel import lazy_gettext as _l

from app.core.actors import Actor
from app.core.audit import record
from app.core.database import db
from app.core.errors import Conflict, NotFound
from app.core.permissions import authorize
from app.core.streams.models import opaque_id
from app.core.streams.services import once
from app.features.design.models.sessions import Participant, Role
from app.features.design.queries import get_design_session, participant_of
from app.features.design.services.command_runner import command_identity, lock_session
from app.features.design.services.facilitator_heartbeat import record_heartbeat
from app.features.design.services.participants import seat
from app.features.design.services.publishing import publish_changes
from app.features.design.session_context import SessionContext, load_context
from app.features.design.states import require_live, require_not_over

PARTS = ("desk", "people", "ready")


def keep(actor: Actor, design_id: int) -> dict[str, Any]:
    """A sign of life from the desk's holder; from anybody else it is nothing."""
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


def transfer_facilitation(
    actor: Actor, design_id: int, act: str, person: int | None = None, cid: str | None = None
) -> dict[str, Any]:
    """Take the desk, hand it over to somebody, share it with her or no longer.

    A co-facilitator takes it at once, a manager when nobody was there for a minute. Raises NotFound, Forbidden and
    Conflict.
    """
    if act == "keep":
        return keep(actor, design_id)
    design_session = lock_session(actor, design_id)
    authorize(actor, "design.take_desk" if act == "take" else "design.run", design_session)
    context = load_context(actor, design_session)

    def carry_out() -> dict[str, Any]:
        require_not_over(design_session.state)
        ACTS[act](context, person)
        publish_changes(design_session, f"desk_{act}", actor, parts=PARTS)
        return {}

    content = command_identity("design_desk", design_id) | {"act": act, "person": person}
    return once(actor, cid or opaque_id(), content, design_session.stream_id, carry_out)


def _take(context: SessionContext, person_id: int | None) -> None:
    """Sit down at the desk oneself, as one who runs the session from now on."""
    require_live(context.design.state)
    me = seat(context.actor, context.design)
    if me.role is Role.PARTICIPANT:
        me.role = Role.CO_FACILITATOR
    _hold_desk(context, me)


def _hand_over(context: SessionContext, person_id: int | None) -> None:
    other = _other(context, person_id)
    if other.role is Role.PARTICIPANT:
        other.role = Role.CO_FACILITATOR
    _hold_desk(context, other)


def _hold_desk(context: SessionContext, person: Participant) -> None:
    before = context.design.desk_id
    context.design.desk_id = person.person_id
    record_heartbeat(context.design)
    record(
        context.actor,
        "design.desk",
        f"design:{context.design.id}",
        before={"desk": before},
        after={"desk": person.person_id},
    )


def _share(context: SessionContext, person_id: int | None) -> None:
    other = _other(context, person_id)
    if other.role is Role.PARTICIPANT:
        other.role = Role.CO_FACILITATOR


def _unshare(context: SessionContext, person_id: int | None) -> None:
    other = _other(context, person_id)
    if other.person_id == context.design.desk_id:
        raise Conflict(_l("Hand the desk over before you leave it."))
    if other.role is Role.CO_FACILITATOR:
        other.role = Role.PARTICIPANT


def _other(context: SessionContext, person_id: int | None) -> Participant:
    """Somebody who takes part; raises NotFound."""
    found = participant_of(context.design, person_id)
    if found is None or found.removed_at is not None or found.joined_at is None:
        raise NotFound
    return found


ACTS: Mapping[str, Callable[[SessionContext, int | None], None]] = {
    "take": _take,
    "hand_over": _hand_over,
    "share": _share,
    "unshare": _unshare,
}
