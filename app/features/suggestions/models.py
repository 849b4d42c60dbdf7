"""What an organisation said of a suggestion, how often each was shown, and the dials of the engine."""

from __future__ import annotations

import enum
from datetime import date, datetime

from sqlalchemy import ForeignKey, Index, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from app.core.database import Model, Row, choice

FAME_TOLL = "fame_toll"


TOLLS = (0.0, 0.05, 0.1, 0.2)
"""What being known by many can cost in the score, from nothing to much."""
NEEDS_FIRST = "needs_first"
NEEDS_FIRST_STEPS = (1.0, 0.2, 0.0)
"""How much it counts to meet a need at all: before everything else, a good deal, nothing beyond its own points."""


class SetAsideReason(enum.StrEnum):
    """Why a suggestion does not help at the moment."""

    ALREADY_KNOW = "already_know"
    OTHER_SECTOR = "other_sector"
    OTHER_COUNTRY = "other_country"
    NOT_NOW = "not_now"


class SuggestionFeedback(Row, Model):
    """What an organisation said of another that was suggested to it: "not now, because …", until a day."""

    __tablename__ = "suggestion_feedback"
    __table_args__ = (UniqueConstraint("organisation_id", "other_id"),)

    organisation_id: Mapped[int] = mapped_column(ForeignKey("organisation.id", ondelete="CASCADE"))
    other_id: Mapped[int] = mapped_column(ForeignKey("organisation.id", ondelete="CASCADE"), index=True)
    reason: Mapped[SetAsideReason] = mapped_column(choice(SetAsideReason, "reason"))
    until: Mapped[datetime | None]


class Exposure(Row, Model):
    """How often an organisation was shown as a partner on a day; nobody keeps to whom."""

    __tablename__ = "exposure"
    __table_args__ = (UniqueConstraint("organisation_id", "day"), Index(None, "day"))

    organisation_id: Mapped[int] = mapped_column(ForeignKey("organisation.id", ondelete="CASCADE"))
    day: Mapped[date]
    shown: Mapped[int] = mapped_column(default=0)


class EngineDial(Row, Model):
    """How the managers of the cluster have set a dial of the engine."""

    __tablename__ = "engine_dial"

    name: Mapped[str] = mapped_column(String(40), unique=True)
    value: Mapped[float]
