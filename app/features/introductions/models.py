"""Introductions between organisations, and what the facilitators do for them."""

from __future__ import annotations

import enum
from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, Text, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.core.database import Model, Row, choice
from app.features.accounts.models import Person
from app.features.organisations.models import Organisation

LONGEST_MESSAGE = 1000


MOST_OPEN = 10


EXPIRES_DAYS = 30


REST_DAYS = 90


OVERDUE_DAYS = 7
"""An introduction that waited for so long counts as not answered."""
UNANSWERED_DAYS, MIN_UNANSWERED = 60, 3
"""So many not answered that were asked within so many days, and none answered since: others are told."""


class IntroductionState(enum.StrEnum):
    """Where an introduction stands."""

    ASKED = "asked"
    ACCEPTED = "accepted"
    DECLINED = "declined"
    WITHDRAWN = "withdrawn"
    EXPIRED = "expired"


class Introduction(Row, Model):
    """Two organisations asked to meet; the pair is kept in order of id, so that it exists once."""

    __tablename__ = "introduction"
    __table_args__ = (
        CheckConstraint("low_id < high_id", name="ordered_pair"),
        CheckConstraint("asked_by IN (low_id, high_id)", name="asked_by_one_of_them"),
        Index(
            "uq_introduction_pending",
            "low_id",
            "high_id",
            unique=True,
            sqlite_where=text("state = 'asked'"),
            postgresql_where=text("state = 'asked'"),
        ),
    )

    low_id: Mapped[int] = mapped_column(ForeignKey("organisation.id", ondelete="CASCADE"))
    high_id: Mapped[int] = mapped_column(ForeignKey("organisation.id", ondelete="CASCADE"), index=True)
    asked_by: Mapped[int] = mapped_column(ForeignKey("organisation.id", ondelete="CASCADE"), index=True)
    person_id: Mapped[int | None] = mapped_column(ForeignKey("person.id", ondelete="SET NULL"))
    message: Mapped[str] = mapped_column(Text)
    lang: Mapped[str] = mapped_column(String(8))
    state: Mapped[IntroductionState] = mapped_column(
        choice(IntroductionState, "state"), default=IntroductionState.ASKED
    )
    expires_at: Mapped[datetime]
    answered_at: Mapped[datetime | None]

    low: Mapped[Organisation] = relationship(foreign_keys=[low_id], lazy="raise_on_sql")
    high: Mapped[Organisation] = relationship(foreign_keys=[high_id], lazy="raise_on_sql")
    person: Mapped[Person | None] = relationship(lazy="raise_on_sql")


class RecommendationState(enum.StrEnum):
    """What became of an introduction that a facilitator recommended."""

    OPEN = "open"
    ASKED = "asked"
    DISMISSED = "dismissed"


class Recommendation(Row, Model):
    """Two organisations of which a facilitator thinks that they should meet; either can ask the other, or say no."""

    __tablename__ = "recommendation"
    __table_args__ = (
        CheckConstraint("low_id < high_id", name="ordered_pair"),
        Index(
            "uq_recommendation_open",
            "low_id",
            "high_id",
            unique=True,
            sqlite_where=text("state = 'open'"),
            postgresql_where=text("state = 'open'"),
        ),
    )

    low_id: Mapped[int] = mapped_column(ForeignKey("organisation.id", ondelete="CASCADE"))
    high_id: Mapped[int] = mapped_column(ForeignKey("organisation.id", ondelete="CASCADE"), index=True)
    person_id: Mapped[int | None] = mapped_column(ForeignKey("person.id", ondelete="SET NULL"))
    state: Mapped[RecommendationState] = mapped_column(
        choice(RecommendationState, "state"), default=RecommendationState.OPEN
    )
    settled_at: Mapped[datetime | None]

    low: Mapped[Organisation] = relationship(foreign_keys=[low_id], lazy="raise_on_sql")
    high: Mapped[Organisation] = relationship(foreign_keys=[high_id], lazy="raise_on_sql")
    person: Mapped[Person | None] = relationship(lazy="raise_on_sql")


class FacilitatorTask(Row, Model):
    """Something for the facilitators: an introduction asked of an organisation that is not here yet."""

    __tablename__ = "facilitator_task"
    __table_args__ = (UniqueConstraint("asked_by", "other_id"),)

    asked_by: Mapped[int] = mapped_column(ForeignKey("organisation.id", ondelete="CASCADE"))
    other_id: Mapped[int] = mapped_column(ForeignKey("organisation.id", ondelete="CASCADE"))
    person_id: Mapped[int | None] = mapped_column(ForeignKey("person.id", ondelete="SET NULL"))
    message: Mapped[str] = mapped_column(Text)
    lang: Mapped[str] = mapped_column(String(8), default="en")
    done_at: Mapped[datetime | None]
