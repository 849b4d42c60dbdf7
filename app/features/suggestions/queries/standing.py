"""How two organisations stand to each other: what waits between them, and whether one can ask the other."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from app.core.actors import Actor
from app.core.clock import now
from app.features.organisations.models import Organisation
from app.features.suggestions.models import (
    MOST_OPEN,
    REST_DAYS,
    FacilitatorTask,
    Introduction,
    IntroductionState,
)
from app.features.suggestions.queries.introductions import count_open, latest_between, room_numbers
from app.features.suggestions.queries.tasks import task_about


@dataclass(frozen=True)
class Standing:
    """What is between the actor's organisation and another.

    `waiting` is the introduction that waits for an answer, `room_id` the room of one that was accepted, `rested_at`
    when one can ask again after a decline, `task` what the facilitators were asked, `full` whether too many answers
    are waited for, `paused_until` when the other takes partners again.
    """

    waiting: Introduction | None = None
    room_id: int | None = None
    rested_at: datetime | None = None
    task: FacilitatorTask | None = None
    full: bool = False
    paused_until: datetime | None = None


def standing(actor: Actor, other: Organisation) -> Standing:
    """How the actor's organisation stands to another."""
    own = actor.organisation_id
    if own is None:
        return Standing()
    if other.unclaimed:
        task = task_about(own, other.id)
        is_open = task is not None and task.done_at is None
        return Standing(task=task if is_open else None, full=count_open(own) >= MOST_OPEN)
    latest = latest_between(own, other.id)
    paused = other.paused_until if other.paused_until and other.paused_until > now() else None
    if latest is None:
        return Standing(full=count_open(own) >= MOST_OPEN, paused_until=paused)
    is_open = latest.state == IntroductionState.ASKED and latest.expires_at > now()
    return Standing(
        waiting=latest if is_open else None,
        room_id=room_numbers([latest]).get(latest.id),
        rested_at=_rested(latest),
        full=count_open(own) >= MOST_OPEN,
        paused_until=paused,
    )


def _rested(latest: Introduction) -> datetime | None:
    """When the rest after a decline ends, if it has not."""
    if latest.state != IntroductionState.DECLINED or latest.answered_at is None:
        return None
    rested = latest.answered_at + timedelta(days=REST_DAYS)
    return rested if rested > now() else None
