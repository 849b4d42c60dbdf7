"""The way through the phases: begin, next, previous, skip, repeat, reveal; and the session's own start and end."""

from __future__ import annotations

from typing import Any

from flask_babel import lazy_gettext as _l
from sqlalchemy import delete, func, select, update

from app.core.actors import Actor
from app.core.announcements import announce
from app.core.audit import record
from app.core.clock import now
from app.core.database import db
from app.core.errors import Conflict
from app.core.streams.services import forget_commands
from app.features.design.announcements import DesignSessionClosed, DesignSessionStarted
from app.features.design.models.board import Card, SealedAuthor, Vote
from app.features.design.models.outcomes import Proposal, Stance
from app.features.design.models.sessions import (
    DesignSession,
    Participant,
    Phase,
    PhaseKind,
    PhaseStatus,
    UndoStep,
)
from app.features.design.phases import PhaseMove, after, is_for_all
from app.features.design.presenters.votes import count_voters
from app.features.design.queries import phases_of
from app.features.design.services import timer
from app.features.design.services.carry_over import carry_over_commitments
from app.features.design.services.columns import add_missing_columns
from app.features.design.services.command_runner import UNLINKED_COMMANDS, command_identity, run_command
from app.features.design.services.facilitator_heartbeat import record_heartbeat, schedule_heartbeat_check
from app.features.design.services.publishing import publish_changes
from app.features.design.services.report_message import post_report
from app.features.design.services.reveal import reveal_hidden_cards
from app.features.design.session_context import SessionContext
from app.features.design.states import Move
from app.features.design.states import after as state_after

WAYS = ("next", "previous", "skip", "repeat")


def start(actor: Actor, design_id: int, cid: str | None = None) -> dict[str, Any]:
    """Begin a design session with its first phase; whoever begins it holds the desk. Raises Conflict without phases."""

    def act(context: SessionContext) -> None:
        design = context.design
        state = state_after(design.state, Move.START)
        assert state is not None
        first = next(iter(phases_of(design)), None)
        if first is None:
            raise Conflict(_l("Add at least one phase first."))
        design.state, design.started_at = state, now()
        design.desk_id = actor.person_id
        record_heartbeat(design)
        carry_over_commitments(design)
        _begin(design, first, PhaseMove.BEGIN, actor)
        record(actor, "design.start", f"design:{design.id}")
        schedule_heartbeat_check(design.id)
        publish_changes(design, "started", actor)
        announce(DesignSessionStarted(design.id, design.initiative_id))

    return run_command(actor, design_id, cid, "design_start", {}, act, live=False)


def close(actor: Actor, design_id: int, cid: str | None = None) -> dict[str, Any]:
    """End a design session: nothing in it changes any more, and who wrote its anonymous cards is forgotten."""

    def act(context: SessionContext) -> None:
        design = context.design
        state = state_after(design.state, Move.CLOSE)
        assert state is not None
        if context.phase is not None:
            _leave(context.phase, PhaseMove.FINISH)
        design.state, design.closed_at = state, now()
        design.frozen, design.desk_away, design.desk_id = False, False, None
        _forget_people(design)
        record(actor, "design.close", f"design:{design.id}")
        publish_changes(design, "closed", actor)
        post_report(actor, design)
        announce(DesignSessionClosed(design.id, design.initiative_id, actor.person_id))

    return run_command(actor, design_id, cid, "design_close", {}, act, live=False)


def _forget_people(design_session: DesignSession) -> None:
    """Break the link from people to what they wrote and voted for good; of what was never revealed it stays theirs."""
    _forget_voters(design_session)
    proposals = select(Proposal.id).where(Proposal.design_id == design_session.id)
    db.session.execute(update(Stance).where(Stance.proposal_id.in_(proposals)).values(person_id=None))
    db.session.execute(delete(UndoStep).where(UndoStep.design_id == design_session.id))
    revealed = select(Card.id).where(Card.design_id == design_session.id, Card.hidden.is_(False))
    db.session.execute(delete(SealedAuthor).where(SealedAuthor.card_id.in_(revealed)))
    forget_commands([command_identity(command, design_session.id) for command in UNLINKED_COMMANDS])


def _forget_voters(design_session: DesignSession) -> None:
    """Keep of each vote how many voted and what everything got from all of them together; of earlier runs nothing."""
    for phase in phases_of(design_session):
        phase.voters = count_voters(phase)
    db.session.flush()
    held = select(Phase.id).where(Phase.design_id == design_session.id)
    target = (Vote.phase_id, Vote.run, Vote.card_id, Vote.cluster_id)
    together = (
        select(*target, func.sum(Vote.points).label("points"))
        .join(Phase, (Phase.id == Vote.phase_id) & (Phase.run == Vote.run))
        .where(Vote.phase_id.in_(held))
        .group_by(*target)
        .order_by(*target)
    )
    totals = [dict(row) for row in db.session.execute(together).mappings()]
    db.session.execute(delete(Vote).where(Vote.phase_id.in_(held)))
    db.session.add_all(Vote(**{**total, "points": int(total["points"])}) for total in totals)
    db.session.flush()


def go(actor: Actor, design_id: int, to: str, cid: str | None = None) -> dict[str, Any]:
    """Go to the next phase or back to the previous one, skip this one or begin it anew. Raises Conflict."""

    def act(context: SessionContext) -> None:
        design, phases = context.design, phases_of(context.design)
        if to == "repeat":
            if context.phase is None:
                raise Conflict(_l("No phase is going on."))
            _begin(design, context.phase, PhaseMove.REPEAT, actor)
        else:
            target = _target(list(phases), context.phase, to)
            if context.phase is not None:
                _leave(context.phase, LEAVING[to])
            _begin(design, target, PhaseMove.BEGIN, actor)
            if to != "previous" and is_for_all(target):
                reveal_hidden_cards(design, None, actor)
        publish_changes(design, f"phase_{to}", actor)

    return run_command(actor, design_id, cid, "design_go", {"to": to}, act)


LEAVING = {"next": PhaseMove.FINISH, "skip": PhaseMove.SKIP, "previous": PhaseMove.SET_BACK}
"""What becomes of the phase that one leaves."""


def _target(phases: list[Phase], current: Phase | None, to: str) -> Phase:
    """The phase to go to; raises Conflict where there is none."""
    place = phases.index(current) if current is not None else -1
    if to == "previous":
        if place < 1:
            raise Conflict(_l("This is the first phase."))
        return phases[place - 1]
    waiting = (phase for phase in phases[place + 1 :] if phase.status is PhaseStatus.PENDING)
    target = next(waiting, None)
    if target is None:
        raise Conflict(_l("This is the last phase. Close the design session, or add a phase."))
    return target


def _leave(phase: Phase, move: PhaseMove) -> None:
    status = after(phase.status, move)
    assert status is not None
    phase.status, phase.ends_at, phase.left = status, None, None
    db.session.flush()


def _begin(design_session: DesignSession, phase: Phase, move: PhaseMove, actor: Actor) -> None:
    """Begin a phase: its clock, its columns; nobody is ready yet, and nobody has spoken."""
    status = after(phase.status, move)
    assert status is not None
    phase.status, phase.run, phase.started_at = status, phase.run + 1, now()
    phase.revealed, phase.writing_closed = False, False
    timer.start_timer(phase)
    if design_session.frozen:
        design_session.frozen_timer = timer.pause(phase)
    everybody = update(Participant).where(Participant.design_id == design_session.id)
    db.session.execute(everybody.values(ready=False, spoken=False))
    design_session.round_asked = phase.kind is PhaseKind.ROUNDS
    db.session.flush()
    add_missing_columns(design_session, phase)
    if phase.kind is PhaseKind.REVEAL:
        reveal_hidden_cards(design_session, phase, actor)
        db.session.flush()


def reveal_cards(actor: Actor, design_id: int, cid: str | None = None) -> dict[str, Any]:
    """Reveal every hidden card, and the totals of a vote that hides them."""

    def act(context: SessionContext) -> None:
        reveal_hidden_cards(context.design, context.phase, actor)
        publish_changes(context.design, "revealed", actor)

    return run_command(actor, design_id, cid, "design_reveal", {}, act)
