"""The way through the phases: next, previous, skip, repeat; their timer; revealing the cards that were written in them."""

from __future__ import annotations

from collections import defaultdict
from datetime import timedelta
from random import SystemRandom
from typing import Any

from flask_babel import lazy_gettext as _l
from sqlalchemy import update

from app.core.actors import Actor
from app.core.clock import now
from app.core.database import db
from app.core.errors import Conflict
from app.core.jobs import enqueue
from app.core.streams.services import lock_stream
from app.features.design.models.board import Card, fresh_key
from app.features.design.models.sessions import DesignSession, Participant, Phase, PhaseKind, PhaseStatus
from app.features.design.phases import PHASE_STATUSES, PhaseMove, is_for_all, policy_of, target_of
from app.features.design.queries.board import card_ranks_in, unrevealed_cards
from app.features.design.queries.sessions import phases_of
from app.features.design.ranks import ranks_after
from app.features.design.services.board import add_missing_columns
from app.features.design.services.command_runner import run_command
from app.features.design.services.publishing import publish_changes
from app.features.design.session_context import SessionContext

TIME_UP_JOB = "design.time_up"
MAX_TIMER_SECONDS = 6 * 3600
CARDS_PER_EVENT = 100
"""How many cards one event reveals, so that its size is bounded."""
NO_TIMER = _l("No timer is running.")
FIRST_PHASE = _l("This is the first phase.")
LAST_PHASE = _l("This is the last phase. Close the design session, or add a phase.")
CHANGED_ALREADY = _l("The phase has changed already. Nothing more was done.")
LEAVING = {"next": PhaseMove.FINISH, "skip": PhaseMove.SKIP, "previous": PhaseMove.SET_BACK}
"""What becomes of the phase that one leaves."""


def go(
    actor: Actor, design_id: int, to: str, source: int | None, run: int, cid: str | None = None
) -> dict[str, Any]:
    """Go to the "next" phase or back to the "previous" one, "skip" this one or "repeat" it.

    `source` is the phase that the actor sees, None where none is going on, and `run` which run of it: of two people who
    press at once, and of two presses of one, only the first one goes on. Raises Conflict.
    """

    def act(context: SessionContext) -> None:
        design, phases = context.design, phases_of(context.design)
        require_phase(context, source, run)
        if to == "repeat":
            if context.phase is None:
                raise Conflict(_l("No phase is going on."))
            begin_phase(design, context.phase, PhaseMove.REPEAT, actor)
        else:
            target = target_of(phases, context.phase, to)
            if target is None:
                raise Conflict(FIRST_PHASE if to == "previous" else LAST_PHASE)
            if context.phase is not None:
                leave_phase(context.phase, LEAVING[to])
            begin_phase(design, target, PhaseMove.BEGIN, actor)
            if to != "previous" and is_for_all(target):
                _reveal(design, None, actor)
        publish_changes(design, f"phase_{to}", actor)

    content = {"to": to, "from": source, "run": run}
    return run_command(actor, design_id, cid, "design_go", content, act)


def require_phase(context: SessionContext, source: int | None, run: int) -> None:
    """Raise Conflict where another phase, or another run of it, is going on than the actor of a command sees."""
    phase = context.phase
    if (source, run) != ((phase.id, phase.run) if phase is not None else (None, 0)):
        raise Conflict(CHANGED_ALREADY)


def leave_phase(phase: Phase, move: PhaseMove) -> None:
    """End a phase that runs, with its timer; part of a locked change."""
    status = PHASE_STATUSES.next_state(phase.status, move)
    assert status is not None
    phase.status, phase.ends_at, phase.left = status, None, None
    db.session.flush()


def begin_phase(design_session: DesignSession, phase: Phase, move: PhaseMove, actor: Actor) -> None:
    """Begin a phase: its timer, its columns; nobody is ready yet, and nobody has spoken. Part of a locked change."""
    status = PHASE_STATUSES.next_state(phase.status, move)
    assert status is not None
    phase.status, phase.run, phase.started_at = status, phase.run + 1, now()
    phase.revealed, phase.writing_closed = False, False
    phase.left, phase.ends_at = None, None
    if phase.minutes:
        _run_timer(phase, phase.minutes * 60)
    if design_session.frozen:
        design_session.frozen_timer = pause_timer(phase)
    everybody = update(Participant).where(Participant.design_id == design_session.id)
    db.session.execute(everybody.values(ready=False, spoken=False))
    design_session.round_asked = phase.kind is PhaseKind.ROUNDS
    db.session.flush()
    add_missing_columns(design_session, phase)
    if phase.kind is PhaseKind.REVEAL:
        _reveal(design_session, phase, actor)
        db.session.flush()


# --- Reveal -------------------------------------------------------------------------------------------------


def reveal(actor: Actor, design_id: int, cid: str | None = None) -> dict[str, Any]:
    """Reveal every card that is not revealed yet, and the totals of a vote that hides them."""

    def act(context: SessionContext) -> None:
        _reveal(context.design, context.phase, actor)
        publish_changes(context.design, "revealed", actor)

    return run_command(actor, design_id, cid, "design_reveal", {}, act)


def _reveal(design_session: DesignSession, phase: Phase | None, actor: Actor) -> None:
    """Reveal the cards that are not revealed yet in a random order and under new keys, and the totals of a phase's vote."""
    random = SystemRandom()
    cards = list(unrevealed_cards(design_session))
    random.shuffle(cards)
    # Behind the cards of their column that everybody sees already.
    by_column: dict[int, list[Card]] = defaultdict(list)
    for shuffled in cards:
        by_column[shuffled.column_id].append(shuffled)
    for column_id, new in by_column.items():
        seen = card_ranks_in(column_id, unrevealed=False)
        for shuffled, rank in zip(new, ranks_after(seen[-1][0] if seen else None), strict=False):
            shuffled.rank = rank
    db.session.flush()
    for begin in range(0, len(cards), CARDS_PER_EVENT):
        for card in cards[begin : begin + CARDS_PER_EVENT]:
            card.key, card.unrevealed = fresh_key(), False
        publish_changes(design_session, "revealed", actor, parts=("columns",))
    if phase is not None:
        phase.revealed = True


# --- Timer --------------------------------------------------------------------------------------------------


def set_timer(
    actor: Actor,
    design_id: int,
    act: str,
    seconds: int,
    source: int | None,
    run: int,
    cid: str | None = None,
) -> dict[str, Any]:
    """Pause or resume the timer of the phase, or add seconds (negative ones shorten it).

    `source` and `run` are as of `go`. Raises Conflict.
    """

    def change(context: SessionContext) -> None:
        require_phase(context, source, run)
        phase = context.phase
        if phase is None:
            raise Conflict(NO_TIMER)
        if act == "add":
            _add_seconds(phase, seconds)
        elif not (pause_timer(phase) if act == "pause" else resume_timer(phase)):
            raise Conflict(NO_TIMER)
        publish_changes(context.design, f"timer_{act}", actor, parts=("now", "votes"))

    content = {"act": act, "seconds": seconds, "from": source, "run": run}
    return run_command(actor, design_id, cid, "design_timer", content, change)


def pause_timer(phase: Phase) -> bool:
    """Stop the timer where it is; returns whether it was running."""
    if phase.ends_at is None:
        return False
    phase.left = max(0, round((phase.ends_at - now()).total_seconds()))
    phase.ends_at = None
    return True


def resume_timer(phase: Phase) -> bool:
    """Let a timer that was paused go on; returns whether there was one."""
    if phase.left is None:
        return False
    _run_timer(phase, phase.left)
    return True


def _add_seconds(phase: Phase, seconds: int) -> None:
    """Give a phase more time, or less; one that had no timer, or whose time was up, gets it from now on."""
    if phase.left is not None:
        phase.left = min(MAX_TIMER_SECONDS, max(0, phase.left + seconds))
        return
    left = max(0.0, (phase.ends_at - now()).total_seconds()) if phase.ends_at is not None else 0.0
    _run_timer(phase, min(MAX_TIMER_SECONDS, max(0.0, left + seconds)))


def _run_timer(phase: Phase, seconds: float) -> None:
    """Let the timer end so many seconds from now; a hard one closes the phase then, by a job."""
    phase.left, phase.writing_closed = None, False
    phase.ends_at = now() + timedelta(seconds=seconds)
    if policy_of(phase).timer == "hard":
        db.session.flush()
        enqueue(TIME_UP_JOB, after=phase.ends_at, phase_id=phase.id, run=phase.run)


def close_writing(phase_id: int, run: int) -> None:
    """Close the writing of a phase whose hard timer ran out, unless it was changed meanwhile; the work of a job."""
    phase = db.session.get(Phase, phase_id)
    if phase is None:
        return
    design_session = db.session.get_one(DesignSession, phase.design_id)
    lock_stream(design_session.stream_id)
    db.session.refresh(phase)
    is_running = phase.status is PhaseStatus.RUNNING and phase.run == run
    ran_out = phase.ends_at is not None and phase.ends_at <= now()
    if is_running and ran_out and not phase.writing_closed:
        phase.writing_closed = True
        publish_changes(design_session, "time_up", parts=("now", "votes"))
