"""A vote as everybody sees it: how many have voted, and the totals once the phase shows them; never who voted what."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import bindparam, func, select

from app.core.database import db
from app.features.design.models.board import Card, Vote
from app.features.design.models.sessions import DesignSession, Phase, PhaseStatus
from app.features.design.phases import policy_of

LONG_AGO = datetime(1970, 1, 1, tzinfo=UTC)


# Asked for every vote: made once.
_CAST = (Vote.phase_id == bindparam("phase"), Vote.run == bindparam("run"))
_VOTERS = select(func.count(Vote.person_id.distinct())).where(*_CAST)
_FOR_CARDS = (
    select(Card.key, func.sum(Vote.points))
    .join(Vote, Vote.card_id == Card.id)
    .where(*_CAST, Card.hidden.is_(False))
    .group_by(Card.key)
    .order_by(Card.key)
)
_FOR_CLUSTERS = (
    select(Vote.cluster_id, func.sum(Vote.points))
    .where(*_CAST, Vote.cluster_id.is_not(None))
    .group_by(Vote.cluster_id)
    .order_by(Vote.cluster_id)
)


def latest_vote(phases: Sequence[Phase]) -> Phase | None:
    """The phase whose vote counts now: the one that is going on, else the last one that was."""
    voted = [phase for phase in phases if phase.run and policy_of(phase).vote]
    return max(voted, key=lambda phase: phase.started_at or LONG_AGO, default=None)


def is_open(phase: Phase, design_session: DesignSession) -> bool:
    """Whether votes are taken in a phase at this moment."""
    running = phase.status is PhaseStatus.RUNNING
    return running and not phase.writing_closed and not design_session.frozen


def votes(design_session: DesignSession, phases: Sequence[Phase]) -> dict[str, Any] | None:
    """The newest vote, or None before the first."""
    phase = latest_vote(phases)
    if phase is None:
        return None
    told: dict[str, Any] = {
        "phase": str(phase.id),
        "open": is_open(phase, design_session),
        "voters": count_voters(phase),
    }
    running = phase.status is PhaseStatus.RUNNING
    if running and policy_of(phase).totals_hidden and not phase.revealed:
        return told
    totals = totals_of(phase)
    told["totals"] = totals
    if not running or phase.revealed or phase.writing_closed:
        told |= outcome(totals)
    return told


def totals_of(phase: Phase) -> dict[str, int]:
    """The points that each card (by its key) and each cluster (as "c9") has in the phase's present run."""
    cast = {"phase": phase.id, "run": phase.run}
    totals = {key: int(points) for key, points in db.session.execute(_FOR_CARDS, cast)}
    for_clusters = db.session.execute(_FOR_CLUSTERS, cast)
    return totals | {f"c{number}": int(points) for number, points in for_clusters}


def count_voters(phase: Phase) -> int:
    """How many people have voted in the phase's present run; of a closed session it is only known as a number."""
    if phase.voters is not None:
        return phase.voters
    return db.session.scalar(_VOTERS, {"phase": phase.id, "run": phase.run}) or 0


def outcome(totals: dict[str, int]) -> dict[str, Any]:
    """Who won, and which targets have as many points as others; everything in an order that tells nothing else."""
    by_points: dict[int, list[str]] = defaultdict(list)
    for target, points in totals.items():
        by_points[points].append(target)
    ranked = [sorted(by_points[points]) for points in sorted(by_points, reverse=True)]
    return {"winners": ranked[0] if ranked else [], "ties": [same for same in ranked if len(same) > 1]}
