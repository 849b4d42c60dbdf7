"""How often profiles were met, in weekly sums by country; nobody keeps by whom."""

from __future__ import annotations

from datetime import date

from sqlalchemy import ForeignKey, Index, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from app.core.database import Model, Row, choice
from app.core.view_counts import ViewKind


class ProfileViewCount(Row, Model):
    """How often a profile was met in a week by viewers whose organisations are of one country ("" for visitors)."""

    __tablename__ = "profile_view_count"
    __table_args__ = (
        UniqueConstraint("organisation_id", "week", "kind", "country"),
        Index(None, "week"),
    )

    organisation_id: Mapped[int] = mapped_column(ForeignKey("organisation.id", ondelete="CASCADE"))
    week: Mapped[date]
    kind: Mapped[ViewKind] = mapped_column(choice(ViewKind, "kind"))
    country: Mapped[str] = mapped_column(String(2))
    number: Mapped[int]
