"""Searches of the directory that people keep."""

from __future__ import annotations

import enum
from datetime import datetime

from sqlalchemy import ForeignKey, Index, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from app.core.clock import now
from app.core.database import Model, Row, choice

MAX_SEARCHES = 20
"""So many searches one person keeps."""
MAX_NAME_CHARS = 80
MAX_QUERY_CHARS = 4000


class MailFrequency(enum.StrEnum):
    """How often somebody wants to read of newcomers that a search finds."""

    NEVER = "never"
    DAILY = "daily"
    WEEKLY = "weekly"


class SavedSearch(Row, Model):
    """A search under a name. `query` is the query of the directory's address.

    `checked_at` is when newcomers were last counted, `last_organisation_id` the newest organisation then; `new_count` is
    how many were found. `due_at` is when they are counted next, None for never.
    """

    __tablename__ = "saved_search"

    person_id: Mapped[int] = mapped_column(ForeignKey("person.id", ondelete="CASCADE"), index=True)
    name: Mapped[str] = mapped_column(String(MAX_NAME_CHARS))
    query: Mapped[str] = mapped_column(Text)
    mail: Mapped[MailFrequency] = mapped_column(choice(MailFrequency, "mail"))
    checked_at: Mapped[datetime] = mapped_column(default=now)
    last_organisation_id: Mapped[int] = mapped_column(default=0)
    new_count: Mapped[int] = mapped_column(default=0)
    due_at: Mapped[datetime | None] = mapped_column(index=True)


class Admission(Row, Model):
    """That an organisation became part of the cluster, and when: a search finds as new who waited for that."""

    __tablename__ = "admission"
    __table_args__ = (Index(None, "created_at"),)

    organisation_id: Mapped[int] = mapped_column(
        ForeignKey("organisation.id", ondelete="CASCADE"), index=True
    )
