"""Breakouts as everybody sees them: the groups, who sits where, what they did to the network."""

from __future__ import annotations

from collections import defaultdict
from typing import Any

from sqlalchemy import select

from app.core.database import db
from app.features.design.models.board import BreakoutGroup, BreakoutSeat
from app.features.design.models.sessions import DesignSession
from app.features.design.presenters.values import without_none


def breakouts(design_session: DesignSession) -> dict[str, Any] | None:
    """All groups of a design session, those that are closed without their seats; None before the first."""
    if design_session.breakout_round == 0:
        return None
    groups = db.session.scalars(
        select(BreakoutGroup).where(BreakoutGroup.design_id == design_session.id).order_by(BreakoutGroup.id)
    ).all()
    seats = db.session.execute(
        select(BreakoutSeat.group_id, BreakoutSeat.person_id)
        .join(BreakoutGroup, BreakoutGroup.id == BreakoutSeat.group_id)
        .where(
            BreakoutGroup.design_id == design_session.id,
            BreakoutGroup.closed_at.is_(None),
            BreakoutSeat.round == design_session.breakout_round,
        )
        .order_by(BreakoutSeat.person_id)
    )
    members: dict[int, dict[str, bool]] = defaultdict(dict)
    for group_id, person_id in seats:
        members[group_id][str(person_id)] = True
    return without_none(
        round=design_session.breakout_round,
        open=any(group.closed_at is None for group in groups),
        effect=design_session.breakout_effect or None,
        groups={f"b{group.id}": _group(group, members[group.id]) for group in groups},
    )


def _group(group: BreakoutGroup, members: dict[str, bool]) -> dict[str, Any]:
    return without_none(
        name=group.name,
        host=group.host_id,
        members=members,
        open=True if group.closed_at is None else None,
        called=True if group.called else None,
    )
