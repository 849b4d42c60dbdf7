"""The tables behind everything live: streams, their events, the commands that made them, revocation marks."""

from __future__ import annotations

import secrets
from datetime import datetime
from typing import Any

from sqlalchemy import JSON, CheckConstraint, ForeignKey, Index, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from app.core.clock import now
from app.core.database import Model, Row


def opaque_id() -> str:
    """An id that tells nothing and cannot be guessed."""
    return secrets.token_urlsafe(12)


class Stream(Model):
    """An ordered log: `head` is the sequence number of its newest event, `epoch` changes after a restore."""

    __tablename__ = "stream"
    __table_args__ = (CheckConstraint("head >= 0", name="head_counts"),)

    id: Mapped[str] = mapped_column(String(32), primary_key=True, default=opaque_id)
    kind: Mapped[str] = mapped_column(String(40))
    epoch: Mapped[str] = mapped_column(String(32), default=opaque_id)
    head: Mapped[int] = mapped_column(default=0)
    created_at: Mapped[datetime] = mapped_column(default=now)


class Event(Model):
    """One thing that happened in a stream; `seq` is dense: 1, 2, 3 …

    It has no index by who did it: every message would pay for what nothing asks.
    """

    __tablename__ = "event"
    __table_args__ = (CheckConstraint("seq > 0", name="seq_counts"),)

    stream_id: Mapped[str] = mapped_column(ForeignKey("stream.id", ondelete="CASCADE"), primary_key=True)
    seq: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    kind: Mapped[str] = mapped_column(String(40))
    payload: Mapped[dict[str, Any]] = mapped_column(JSON)
    actor_id: Mapped[int | None] = mapped_column(ForeignKey("person.id", ondelete="SET NULL"))
    org_id: Mapped[int | None] = mapped_column(ForeignKey("organisation.id", ondelete="SET NULL"))
    target_seq: Mapped[int | None]
    redacted_at: Mapped[datetime | None]
    created_at: Mapped[datetime] = mapped_column(default=now)


class Command(Row, Model):
    """A command that was carried out, by the id its sender gave it, so that a repeat changes nothing.

    `digest` is empty once its content was forgotten.
    """

    __tablename__ = "command"
    __table_args__ = (UniqueConstraint("actor_id", "cid"), Index(None, "created_at"))

    actor_id: Mapped[int] = mapped_column(ForeignKey("person.id", ondelete="CASCADE"))
    cid: Mapped[str] = mapped_column(String(64))
    digest: Mapped[str] = mapped_column(String(64))
    answer: Mapped[dict[str, Any]] = mapped_column(JSON)


class Revocation(Row, Model):
    """A mark that somebody's standing changed: every process looks again at that one's open sockets."""

    __tablename__ = "revocation"

    person_id: Mapped[int | None] = mapped_column(ForeignKey("person.id", ondelete="CASCADE"), index=True)
    org_id: Mapped[int | None] = mapped_column(ForeignKey("organisation.id", ondelete="CASCADE"), index=True)
