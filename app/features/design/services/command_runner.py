"""How every command of a design session is carried out: one after the other, once, in a locked stream."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from app.core.actors import Actor
from app.core.database import db
from app.core.errors import Conflict
from app.core.permissions import authorize
from app.core.streams.models import opaque_id
from app.core.streams.services import lock_stream, once
from app.features.design.models.sessions import DesignSession
from app.features.design.projections.private_state import own_state
from app.features.design.queries.sessions import get_design_session, stream_id_of
from app.features.design.session_context import NOT_IN, SessionContext, load_context
from app.features.design.states import require_live

UNLINKED_COMMANDS = (
    "design_card_add",
    "design_card_edit",
    "design_card_remove",
    "design_card_move",
    "design_card_open",
    "design_vote",
    "design_ready",
    "design_stance",
)
"""Commands whose sender is forgotten when the design session is closed."""


def lock_session(actor: Actor, design_id: int) -> DesignSession:
    """The design session with its stream locked until the end of this transaction, and read again behind the lock.

    So everything that is done in one design session is done one after the other. Raises NotFound.
    """
    lock_stream(stream_id_of(design_id))
    return get_design_session(actor, design_id)


def command_identity(command: str, design_id: int) -> dict[str, Any]:
    """All that is kept of a participant's command."""
    return {"command": command, "design": design_id}


def run_participant_command(
    actor: Actor, design_id: int, cid: str, command: str, act: Callable[[SessionContext], object]
) -> dict[str, Any]:
    """Carry out what a participant asks for, once for each `cid`.

    Nothing of the content is kept beside her name: not its digest, and no answer. Returns `{mine}`, what is hers alone;
    raises NotFound, Forbidden, and Conflict where she is not in or `act` refuses.
    """
    design_session = lock_session(actor, design_id)
    authorize(actor, "design.join", design_session)
    context = load_context(actor, design_session)

    def carry_out() -> dict[str, Any]:
        if not context.is_in:
            raise Conflict(NOT_IN)
        act(context)
        return {}

    once(actor, cid, command_identity(command, design_id), design_session.stream_id, carry_out)
    db.session.flush()
    return {"mine": own_state(context)}


def run_command(
    actor: Actor,
    design_id: int,
    cid: str | None,
    command: str,
    content: dict[str, Any],
    act: Callable[[SessionContext], dict[str, Any] | None],
    *,
    live: bool = True,
) -> dict[str, Any]:
    """Carry out what a facilitator asks for, once for each `cid` (each time where there is none).

    She need not be a participant. `content` is what was asked; `act` does it and may return the answer. Raises
    NotFound, Forbidden, and Conflict where the session is not going on, unless `live` is False.
    """
    design_session = lock_session(actor, design_id)
    authorize(actor, "design.run", design_session)
    context = load_context(actor, design_session)

    def carry_out() -> dict[str, Any]:
        if live:
            require_live(design_session.state)
        return act(context) or {}

    identity = command_identity(command, design_id) | content
    return once(actor, cid or opaque_id(), identity, design_session.stream_id, carry_out)
