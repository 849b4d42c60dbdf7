"""Keeping notices as rows, and noting that they were read; every change reaches the person's open pages at once."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from sqlalchemy import update
from sqlalchemy.dialects import postgresql, sqlite

from app.core.actors import Actor
from app.core.clock import now
from app.core.database import db, has_one_writer
from app.core.live.user_channel import hint_notices
from app.core.notices import Notice, NoticesRead
from app.features.notifications.models import Notification
from app.features.notifications.queries import get_notification, is_own
from app.features.notifications.services.devices import enqueue_push_messages
from app.features.organisations.services.members import act_for

BATCH_SIZE = 500
"""So many rows are written by one statement."""


def keep(notice: Notice) -> None:
    """Keep a notice for each of its people. What comes again is unread again and not there twice."""
    for start in range(0, len(notice.person_ids), BATCH_SIZE):
        people = _keep_for(notice.person_ids[start : start + BATCH_SIZE], notice)
        _hint(people)
        enqueue_push_messages(notice.kind, people, notice.subject_id)


def _keep_for(people: Iterable[int], notice: Notice) -> Sequence[int]:
    """Write the rows; returns for whom something became unread."""
    insert: Any = sqlite.insert if has_one_writer() else postgresql.insert
    moment = now()
    rows = [
        {
            "person_id": person_id,
            "kind": notice.kind,
            "subject_id": notice.subject_id,
            "organisation_id": notice.organisation_id,
            "at": moment,
            "created_at": moment,
        }
        for person_id in people
    ]
    statement = insert(Notification).values(rows)
    statement = statement.on_conflict_do_update(
        index_elements=["person_id", "kind", "subject_id"],
        set_={
            "at": moment,
            "read_at": None,
            "mailed_at": None,
            "organisation_id": statement.excluded.organisation_id,
        },
        where=Notification.read_at.is_not(None),
    ).returning(Notification.person_id)
    return db.session.scalars(statement).all()


def note_read(read: NoticesRead) -> None:
    """Note that a thing needs nobody's attention any more, or only not that of one person."""
    statement = update(Notification).where(
        Notification.kind.in_(read.kinds),
        Notification.subject_id == read.subject_id,
        Notification.read_at.is_(None),
    )
    if read.person_id is not None:
        statement = statement.where(Notification.person_id == read.person_id)
    _hint(db.session.scalars(statement.values(read_at=now()).returning(Notification.person_id)).all())


def open_notification(actor: Actor, notification_id: int) -> Notification:
    """Note that the actor looks at what a notification is about, and act for the organisation that it concerns.

    Raises NotFound.
    """
    notification = get_notification(actor, notification_id)
    if notification.read_at is None:
        notification.read_at = now()
        db.session.flush()
        _hint([notification.person_id])
    concerned = next((each for each in actor.organisations if each.id == notification.organisation_id), None)
    if concerned is not None and concerned.id != actor.organisation_id:
        act_for(actor, concerned.slug)
    return notification


def mark_all_read(actor: Actor) -> None:
    """Note that the actor has read all her notifications."""
    statement = update(Notification).where(is_own(actor), Notification.read_at.is_(None))
    _hint(
        db.session.scalars(
            statement.values(read_at=now()).returning(Notification.person_id),
            execution_options={"synchronize_session": False},
        ).all()
    )


def _hint(people: Iterable[int]) -> None:
    """Have the open pages of some people look again."""
    for person_id in set(people):
        hint_notices(person_id)
