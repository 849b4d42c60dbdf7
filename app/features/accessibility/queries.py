"""Reading reports of barriers."""

from __future__ import annotations

from collections.abc import Collection, Sequence

from sqlalchemy import ColumnElement, false, func, select, true

from app.core.actors import Actor
from app.core.database import db
from app.core.errors import NotFound
from app.core.pagination import Key, Page, paginate
from app.core.permissions import can
from app.features.accessibility.models import BarrierReport


def visible_to(actor: Actor) -> ColumnElement[bool]:
    """The condition on BarrierReport that the actor may read it: managers read all, others none."""
    return true() if can(actor, "barrier.answer") else false()


def list_reports(actor: Actor, token: str | None, *, answered: bool) -> Page[BarrierReport]:
    """The reports that wait for an answer, the longest first, or those that have one, the latest first."""
    is_answered = BarrierReport.answered_at.is_not(None)
    query = select(BarrierReport).where(visible_to(actor), is_answered if answered else ~is_answered)
    return paginate(query, [Key(BarrierReport.id, descending=answered)], token)


def reports_shown_to(actor: Actor, ids: Collection[int]) -> Sequence[BarrierReport]:
    """Those of some reports that wait for an answer and that the actor may read."""
    return db.session.scalars(
        select(BarrierReport).where(
            visible_to(actor), BarrierReport.id.in_(ids), BarrierReport.answered_at.is_(None)
        )
    ).all()


def get_report(actor: Actor, report_id: int) -> BarrierReport:
    """One report; raises NotFound."""
    found = db.session.scalar(select(BarrierReport).where(visible_to(actor), BarrierReport.id == report_id))
    if found is None:
        raise NotFound
    return found


def count_open(actor: Actor) -> int:
    """How many reports wait for an answer of the actor."""
    query = select(func.count(BarrierReport.id)).where(visible_to(actor), BarrierReport.answered_at.is_(None))
    return db.session.scalar(query) or 0
