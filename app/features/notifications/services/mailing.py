"""Who is mailed what: at once one mail a person, then peace until she was here; the rest gathered at an hour of her day.
The words are made when the mail is sent.

Who was here is collected in memory, by each page that somebody opens, and written once a minute; what a process saw in its
last minute is lost if it dies, and she is mailed a little later.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import datetime
from typing import Any

from flask import Flask, current_app
from sqlalchemy import case, update
from sqlalchemy.dialects import postgresql, sqlite

from app.core.clock import now
from app.core.database import db, has_one_writer
from app.core.jobs import enqueue
from app.core.notices import Channel
from app.core.transactions import write_transaction
from app.features.accounts.models import Person
from app.features.accounts.queries import find_person, lock_person
from app.features.notifications.mail_hours import MONDAY, end_of_quiet, local_time, next_digest
from app.features.notifications.models import (
    MailPause,
    MailReturn,
    MailSchedule,
    Notification,
    Visit,
    usual_schedule,
)
from app.features.notifications.queries import (
    VISITS_APART,
    lock_pauses,
    mail_schedule_of,
    may_be_mailed,
    notifications_to_mail,
    people_to_digest,
    people_to_mail,
    visits_at,
)

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
    """Write down who was here, and have those mailed for whom something waits: once a minute.

    Each person is claimed in a transaction of its own, which holds her row first as every service does.
    """
    seen: set[int] = current_app.extensions[SEEN]
    people = set(seen)
    moment = now()
    if people:
        with write_transaction():
            _write_seen(people, moment)
        seen -= people
    for claim, person_ids in (
        (_claim, people_to_mail(moment, MAX_PEOPLE)),
        (_claim_digest, people_to_digest(moment, MAX_PEOPLE)),
    ):
        for person_id in person_ids:
            with write_transaction():
                lock_person(person_id)
                if (person := find_person(person_id)) is not None:
                    claim(person, moment)


def _write_seen(people: Collection[int], moment: datetime) -> None:
    """Note when people were here, and of those who were mailed that they were here since."""
    _write_visits(people, moment)
    lock_pauses(people)
    db.session.execute(
        update(MailPause)
        .where(MailPause.person_id.in_(people), MailPause.mailed_at.is_not(None))
        .values(seen_at=moment)
    )


def _write_visits(people: Collection[int], moment: datetime) -> None:
    """Note that people are here now; where that is a new visit, also when the one before it ended."""
    insert: Any = sqlite.insert if has_one_writer() else postgresql.insert
    rows = insert(Visit).from_select(["person_id", "last_at", "created_at"], visits_at(people, moment))
    is_new = Visit.last_at < moment - VISITS_APART
    kept = rows.on_conflict_do_update(
        index_elements=["person_id"],
        set_={"before_at": case((is_new, Visit.last_at), else_=Visit.before_at), "last_at": moment},
    )
    db.session.execute(kept)


def _claim(person: Person, moment: datetime) -> None:
    """Have one mail sent to a person, after her quiet hours; of several processes, the first to change her row does it."""
    add_row(MailPause, person.id)
    mine = update(MailPause).where(MailPause.person_id == person.id)
    schedule = mail_schedule_of(person.id) or usual_schedule()
    quiet_until = end_of_quiet(moment, person.timezone, schedule.quiet_from, schedule.quiet_to)
    if quiet_until is not None:
        db.session.execute(mine.values(quiet_until=quiet_until))
        return
    claimed = mine.where(may_be_mailed(moment)).values(mailed_at=moment, quiet_until=None)
    if db.session.scalars(claimed.returning(MailPause.id)).all():
        _enqueue(person, notifications_to_mail(person.id, moment, Channel.NOW), moment)


def _claim_digest(person: Person, moment: datetime) -> None:
    """Have what waited when a person's hour came gathered in one mail, and note the next hour.

    Of a Monday's hour also the week's news, however late it is looked at. What came after the hour waits for the next.
    """
    add_row(MailSchedule, person.id)
    schedule = mail_schedule_of(person.id)
    assert schedule is not None
    due = schedule.digest_due_at
    if due is not None and due > moment:
        return
    if due is not None:
        day = local_time(due, person.timezone)
        weekly = (Channel.WEEKLY,) if day.weekday() == MONDAY else ()
        ids = notifications_to_mail(person.id, moment, Channel.DAILY, *weekly, until=due)
        is_first = (
            schedule.digested_on is None or schedule.digested_on < local_time(moment, person.timezone).date()
        )
        if ids and is_first:
            _enqueue(person, ids, moment)
            schedule.digested_on = local_time(moment, person.timezone).date()
    schedule.digest_due_at = next_digest(moment, person.timezone, schedule.digested_on)
    db.session.flush()


def _enqueue(person: Person, ids: Sequence[int], moment: datetime) -> None:
    """Have notifications mailed, which from now on count as mailed."""
    db.session.execute(update(Notification).where(Notification.id.in_(ids)).values(mailed_at=moment))
    enqueue(MAIL_JOB, person_id=person.id, notification_ids=list(ids))


def add_row(
    model: type[MailPause] | type[MailSchedule] | type[MailReturn], person_id: int, **values: object
) -> None:
    """See to it that a table has a row for a person; `values` are those of a new one."""
    insert: Any = sqlite.insert if has_one_writer() else postgresql.insert
    row = insert(model).values(person_id=person_id, created_at=now(), **values)
    db.session.execute(row.on_conflict_do_nothing(index_elements=["person_id"]))
