"""Who is mailed what: one mail a person, then peace until she was here. The words are made when the mail is sent.

Who was here is collected in memory, by each page that somebody opens, and written once a minute; what a process saw in its
last minute is lost if it dies, and she is mailed a little later.
"""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime
from typing import Any

from flask import Flask, current_app
from sqlalchemy import update
from sqlalchemy.dialects import postgresql, sqlite

from app.core.clock import now
from app.core.database import db, has_one_writer
from app.core.jobs import enqueue
from app.core.transactions import write_transaction
from app.features.notifications.models import MailPause, Notification
from app.features.notifications.queries import may_be_mailed, notifications_to_mail, people_to_mail

MAIL_JOB = "notifications.mail"
MAX_PEOPLE = 200
"""So many people are mailed in one minute."""
SEEN = "trama.seen"


def prepare_seen(app: Flask) -> None:
    """Give an application its memory of who was here."""
    app.extensions[SEEN] = set[int]()


def note_seen(person_id: int) -> None:
    """Note that a person opened a page."""
    current_app.extensions[SEEN].add(person_id)


def claim_due_mails() -> None:
    """Write down who was here, and have those mailed for whom something waits: once a minute."""
    seen: set[int] = current_app.extensions[SEEN]
    people = set(seen)
    moment = now()
    if not people and not people_to_mail(moment, 1):
        return
    with write_transaction():
        _write_seen(people, moment)
        for person_id in people_to_mail(moment, MAX_PEOPLE):
            _claim(person_id, moment)
    seen -= people


def _write_seen(people: Collection[int], moment: datetime) -> None:
    """Note of those who were mailed that they were here since; of others it does not matter."""
    db.session.execute(
        update(MailPause)
        .where(MailPause.person_id.in_(people), MailPause.mailed_at.is_not(None))
        .values(seen_at=moment)
    )


def _claim(person_id: int, moment: datetime) -> None:
    """Have one mail sent to a person; of several processes, the one that changes her row first does it."""
    insert: Any = sqlite.insert if has_one_writer() else postgresql.insert
    db.session.execute(
        insert(MailPause)
        .values(person_id=person_id, created_at=moment)
        .on_conflict_do_nothing(index_elements=["person_id"])
    )
    claim = update(MailPause).where(MailPause.person_id == person_id, may_be_mailed(moment))
    if not db.session.scalars(claim.values(mailed_at=moment).returning(MailPause.id)).all():
        return
    ids = notifications_to_mail(person_id, moment)
    db.session.execute(update(Notification).where(Notification.id.in_(ids)).values(mailed_at=moment))
    enqueue(MAIL_JOB, person_id=person_id, notification_ids=list(ids))
