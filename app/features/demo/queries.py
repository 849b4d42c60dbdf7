"""What is in the database before and after the demonstration is made."""

from __future__ import annotations

from sqlalchemy import func, select

from app.core.database import db
from app.core.jobs import Job
from app.features.organisations.models import Organisation
from app.features.rooms.models import Message


def has_organisations() -> bool:
    """Whether there is an organisation already."""
    return db.session.scalar(select(Organisation.id).limit(1)) is not None


def last_job_id() -> int:
    """The highest id of a job, 0 where there is none."""
    return db.session.scalar(select(func.max(Job.id))) or 0


def count_messages() -> int:
    """How many messages all rooms have together."""
    return db.session.scalar(select(func.count()).select_from(Message)) or 0
