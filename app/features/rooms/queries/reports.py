"""Reports of messages, for those who run the cluster."""

from __future__ import annotations

from collections.abc import Collection, Sequence

from sqlalchemy import ColumnElement, Select, false, func, select, true
from sqlalchemy.orm import joinedload

from app.core.actors import Actor
from app.core.database import db
from app.core.errors import NotFound
from app.core.pagination import Key, Page, paginate
from app.core.permissions import can
from app.core.streams.models import Event
from app.features.rooms.models import Message, MessageReport
from app.features.rooms.queries import MESSAGE

AROUND = 5
"""So many messages before and after a reported one are shown to those who settle its report, and no others."""


def visible_to(actor: Actor) -> ColumnElement[bool]:
    """The condition on MessageReport that the actor may read it: facilitators and managers read all, others none."""
    return true() if can(actor, "report.settle") else false()


def _reports(actor: Actor) -> Select[MessageReport]:
    of_message = joinedload(MessageReport.message)
    return (
        select(MessageReport)
        .where(visible_to(actor))
        .options(of_message.joinedload(Message.room), joinedload(MessageReport.person))
    )


def list_reports(actor: Actor, token: str | None, *, settled: bool) -> Page[MessageReport]:
    """The open reports, the oldest first, or those that are settled, the latest first."""
    is_settled = MessageReport.settled_at.is_not(None)
    query = _reports(actor).where(is_settled if settled else ~is_settled)
    return paginate(query, [Key(MessageReport.id, descending=settled)], token)


def get_report(actor: Actor, report_id: int) -> MessageReport:
    """One report with its message and its room; raises NotFound."""
    found = db.session.scalar(_reports(actor).where(MessageReport.id == report_id))
    if found is None:
        raise NotFound
    return found


def open_reports(actor: Actor, ids: Collection[int]) -> Sequence[MessageReport]:
    """Those of some reports that are open and that the actor may read."""
    query = _reports(actor).where(MessageReport.id.in_(ids), MessageReport.settled_at.is_(None))
    return db.session.scalars(query).all()


def own_settled_reports(actor: Actor, ids: Collection[int]) -> Sequence[MessageReport]:
    """Those of some reports that the actor made and that are settled."""
    query = select(MessageReport).where(
        MessageReport.id.in_(ids),
        MessageReport.person_id == actor.person_id,
        MessageReport.settled_at.is_not(None),
    )
    return db.session.scalars(query.options(joinedload(MessageReport.message))).all()


def has_reported(actor: Actor, message: Message) -> bool:
    """Whether the actor reported a message."""
    query = select(MessageReport.id).where(
        MessageReport.message_id == message.id, MessageReport.person_id == actor.person_id
    )
    return db.session.scalar(query) is not None


def count_open(actor: Actor) -> int:
    """How many reports are open for the actor to settle."""
    query = select(func.count(MessageReport.id)).where(visible_to(actor), MessageReport.settled_at.is_(None))
    return db.session.scalar(query) or 0


def messages_after(stream_id: str, after: int, limit: int) -> Sequence[Event]:
    """The first `limit` events past `after` with which something was said."""
    return db.session.scalars(
        select(Event)
        .where(Event.stream_id == stream_id, Event.seq > after, Event.kind == MESSAGE)
        .order_by(Event.seq)
        .limit(limit)
    ).all()
