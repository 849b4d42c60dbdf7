"""The timer of a phase: it starts with it, can be paused and changed, and where it is hard closes the writing."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from flask_babel import lazy_gettext as _l

from app.core.actors import Actor
from app.core.clock import now
from app.core.database import db
from app.core.errors import Conflict
from app.core.jobs import enqueue
from app.core.streams.services import lock_stream
from app.features.design.models.sessions import DesignSession, Phase, PhaseStatus
from app.features.design.phases import policy_of
from app.features.design.services.command_runner import run_command
from app.features.design.services.publishing import publish_changes
from app.features.design.session_context import SessionContext

TIME_UP = "design.time_up"
MAX_TIMER_SECONDS = 6 * 3600
NO_TIMER = _l("No timer is running.")


def start_timer(phase: Phase) -> None:
    """Start the timer of a phase that begins, if it has one."""
    phase.left, phase.ends_at = None, None
    if phase.minutes:
        _run_for(phase, phase.minutes * 60)


def pause(phase: Phase) -> bool:
    """Stop the timer where it stands; returns whether it was running."""
    if phase.ends_at is None:
        return False
    phase.left = max(0, round((phase.ends_at - now()).total_seconds()))
    phase.ends_at = None
    return True


def resume(phase: Phase) -> bool:
    """Let a timer that was paused go on; returns whether there was one."""
    if phase.left is None:
        return False
    _run_for(phase, phase.left)
    return True


def add(phase: Phase, seconds: int) -> None:
    """Give a phase more time, or less; one that had none, or whose time was up, gets it from now on."""
    if phase.left is not None:
        phase.left = min(MAX_TIMER_SECONDS, max(0, phase.left + seconds))
        return
    left = max(0.0, (phase.ends_at - now()).total_seconds()) if phase.ends_at is not None else 0.0
    _run_for(phase, min(MAX_TIMER_SECONDS, max(0.0, left + seconds)))


def _run_for(phase: Phase, seconds: float) -> None:
    """Let the timer end so many seconds from now, and see to it that a hard one closes the phase then."""
    phase.left, phase.writing_closed = None, False
    phase.ends_at = now() + timedelta(seconds=seconds)
    if policy_of(phase).timer == "hard":
        db.session.flush()
        enqueue(TIME_UP, after=phase.ends_at, phase_id=phase.id, run=phase.run)


def set_timer(actor: Actor, design_id: int, act: str, seconds: int, cid: str | None = None) -> dict[str, Any]:
    """Pause or resume the timer of the phase, or add seconds (fewer than none take away). Raises Conflict."""

    def change(context: SessionContext) -> None:
        phase = context.phase
        if phase is None:
            raise Conflict(NO_TIMER)
        if act == "add":
            add(phase, seconds)
        elif not (pause(phase) if act == "pause" else resume(phase)):
            raise Conflict(NO_TIMER)
        publish_changes(context.design, f"timer_{act}", actor, parts=("now", "votes"))

    return run_command(actor, design_id, cid, "design_timer", {"act": act, "seconds": seconds}, change)


def time_up(phase_id: int, run: int) -> None:
    """Close the writing of a phase whose hard timer ran out, unless it was changed meanwhile; a job's work."""
    phase = db.session.get(Phase, phase_id)
    if phase is None:
        return
    design_session = db.session.get_one(DesignSession, phase.design_id)
    lock_stream(design_session.stream_id)
    db.session.refresh(phase)
    going = phase.status is PhaseStatus.RUNNING and phase.run == run and phase.ends_at is not None
    if going and phase.ends_at is not None and phase.ends_at <= now() and not phase.writing_closed:
        phase.writing_closed = True
        publish_changes(design_session, "time_up", parts=("now", "votes"))
