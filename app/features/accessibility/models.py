"""Barriers: what somebody could not use, as she reported it."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import ForeignKey, Index, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from app.core.database import Model, Row
from app.core.email_addresses import MAX_EMAIL_LENGTH

MAX_DESCRIPTION_CHARS = 2000
MAX_LOCATION_CHARS = 300


class BarrierReport(Row, Model):
    """What stood in somebody's way, and where; `reply_to` is "" where she wants no answer.

    `lang` is the language that she wrote in, `person_id` who she is where she was signed in.
    """

    __tablename__ = "barrier_report"
    __table_args__ = (Index(None, "answered_at", "id"),)

    description: Mapped[str] = mapped_column(Text)
    location: Mapped[str] = mapped_column(String(MAX_LOCATION_CHARS), default="")
    lang: Mapped[str] = mapped_column(String(8))
    reply_to: Mapped[str] = mapped_column(String(MAX_EMAIL_LENGTH), default="")
    person_id: Mapped[int | None] = mapped_column(ForeignKey("person.id", ondelete="SET NULL"), index=True)
    answered_at: Mapped[datetime | None]
    answered_by: Mapped[int | None] = mapped_column(ForeignKey("person.id", ondelete="SET NULL"), index=True)
