"""The board of a design session: columns, cards with their sealed authors, clusters, votes, breakouts."""

from __future__ import annotations

import secrets
from datetime import datetime
from typing import Any

from sqlalchemy import (
    JSON,
    BigInteger,
    CheckConstraint,
    ForeignKey,
    Index,
    Integer,
    String,
    Text,
    UniqueConstraint,
    text,
)
from sqlalchemy.orm import Mapped, mapped_column, validates

from app.core.clock import now
from app.core.database import Model, Row

MAX_CARD_LENGTH = 600
MAX_COLUMN_LENGTH = 80
RANK_COLUMN_LENGTH = 60
MAX_CARDS = 2000
MAX_COLUMNS = 60
PUBLIC_VALUES = ("rank", "lang", "edited", "pinned", "parked", "origin")
"""Columns of a card that everybody sees as they are; one that is empty or False is not mentioned."""
PUBLIC_COLUMNS = (
    *(
        "key",
        "column_id",
        "text",
        "phase_id",
        "anonymous",
        "person_id",
        "country",
        "cluster_id",
        "unrevealed",
        "veiled",
    ),
    *PUBLIC_VALUES,
)
"""Columns of a card that readers see in some form, or that decide whether they see it."""
OWN_VALUES = ("key", "rank", "text", "lang", "anonymous")
"""Columns of a card that its author sees as they are, also while it is not revealed to others."""
LARGE = BigInteger().with_variant(Integer, "sqlite")


def fresh_key() -> str:
    """A key that tells nothing: not who, not when, not in which order."""
    return secrets.token_hex(8)


def scattered_id() -> int:
    """A row's id that tells nothing of the order in which rows were made."""
    return secrets.randbits(62) + 1


class BoardColumn(Row, Model):
    """A column of the main board, or of a breakout's own where `group_id` names it."""

    __tablename__ = "design_column"
    __table_args__ = (Index(None, "design_id", "group_id"),)

    design_id: Mapped[int] = mapped_column(ForeignKey("design_session.id", ondelete="CASCADE"))
    group_id: Mapped[int | None] = mapped_column(
        ForeignKey("design_breakout.id", ondelete="CASCADE"), index=True
    )
    title: Mapped[str] = mapped_column(String(MAX_COLUMN_LENGTH))
    rank: Mapped[str] = mapped_column(String(RANK_COLUMN_LENGTH))
    locked: Mapped[bool] = mapped_column(default=False)


class Card(Model):
    """Something that somebody wrote.

    `key` names it for everybody and changes when it is revealed; `own_key` names it for its author. Of an anonymous card
    this row knows neither author nor organisation, and its `created_at` is that of its phase. `unrevealed`: nobody
    but its author sees it yet.
    `published` is what readers were told of it last, `unpublished` whether it may have changed since, `text_events` the
    numbers of the events that hold its text.
    """

    __tablename__ = "design_card"
    __table_args__ = (
        Index(None, "design_id", "column_id"),
        Index(None, "design_id", "untold"),
        CheckConstraint("NOT anonymous OR person_id IS NULL", name="anonymous_has_no_author"),
        CheckConstraint("NOT anonymous OR organisation_id IS NULL", name="anonymous_has_no_organisation"),
    )

    id: Mapped[int] = mapped_column(LARGE, primary_key=True, autoincrement=False, default=scattered_id)
    created_at: Mapped[datetime] = mapped_column(default=now)
    design_id: Mapped[int] = mapped_column(ForeignKey("design_session.id", ondelete="CASCADE"))
    column_id: Mapped[int] = mapped_column(ForeignKey("design_column.id", ondelete="CASCADE"), index=True)
    phase_id: Mapped[int | None] = mapped_column(
        ForeignKey("design_phase.id", ondelete="SET NULL"), index=True
    )
    cluster_id: Mapped[int | None] = mapped_column(
        ForeignKey("design_cluster.id", ondelete="SET NULL"), index=True
    )
    key: Mapped[str] = mapped_column(String(20), unique=True, default=fresh_key)
    own_key: Mapped[str] = mapped_column(String(20), unique=True, default=fresh_key)
    rank: Mapped[str] = mapped_column(String(RANK_COLUMN_LENGTH))
    text: Mapped[str] = mapped_column(Text)
    lang: Mapped[str] = mapped_column(String(8))
    person_id: Mapped[int | None] = mapped_column(ForeignKey("person.id", ondelete="SET NULL"), index=True)
    organisation_id: Mapped[int | None] = mapped_column(
        ForeignKey("organisation.id", ondelete="SET NULL"), index=True
    )
    country: Mapped[str] = mapped_column(String(2), default="")
    anonymous: Mapped[bool] = mapped_column(default=False)
    unrevealed: Mapped[bool] = mapped_column("hidden", default=False)
    pinned: Mapped[bool] = mapped_column(default=False)
    parked: Mapped[bool] = mapped_column(default=False)
    veiled: Mapped[bool] = mapped_column(default=False)
    edited: Mapped[bool] = mapped_column(default=False)
    opened: Mapped[bool] = mapped_column(default=False)
    origin: Mapped[str] = mapped_column(String(20), default="")
    published: Mapped[dict[str, Any] | None] = mapped_column("told", JSON(none_as_null=True))
    unpublished: Mapped[bool] = mapped_column("untold", default=True)
    text_events: Mapped[list[int]] = mapped_column("told_in", JSON, default=list)

    @validates(*PUBLIC_COLUMNS)
    def _note_change(self, name: str, value: Any) -> Any:
        """Mark the card for publishing when something changes that readers see."""
        self.unpublished = True
        return value


class SealedAuthor(Model):
    """Who wrote an anonymous card: read only to let her change or take back her own, and gone once the session closes.

    It has no moment and no number of its own, so that its rows have no order.
    """

    __tablename__ = "sealed_author"

    card_id: Mapped[int] = mapped_column(
        LARGE, ForeignKey("design_card.id", ondelete="CASCADE"), primary_key=True, autoincrement=False
    )
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id", ondelete="CASCADE"), index=True)


class CardGroup(Row, Model):
    """Cards that belong together, under a name."""

    __tablename__ = "design_cluster"

    design_id: Mapped[int] = mapped_column(ForeignKey("design_session.id", ondelete="CASCADE"), index=True)
    column_id: Mapped[int] = mapped_column(ForeignKey("design_column.id", ondelete="CASCADE"), index=True)
    name: Mapped[str] = mapped_column(String(MAX_COLUMN_LENGTH), default="")
    rank: Mapped[str] = mapped_column(String(RANK_COLUMN_LENGTH))


class Vote(Row, Model):
    """The points that a person gives to a card or to a cluster in one run of a phase.

    Once the session is closed there is one row for each card or cluster, with the points of all and no person.
    """

    __tablename__ = "design_vote"
    __table_args__ = (
        CheckConstraint("points > 0", name="counts"),
        CheckConstraint("(card_id IS NULL) <> (cluster_id IS NULL)", name="one_target"),
        Index(None, "phase_id", "run", "person_id"),
        Index(
            "uq_design_vote_card",
            "phase_id",
            "run",
            "person_id",
            "card_id",
            unique=True,
            sqlite_where=text("card_id IS NOT NULL"),
            postgresql_where=text("card_id IS NOT NULL"),
        ),
        Index(
            "uq_design_vote_cluster",
            "phase_id",
            "run",
            "person_id",
            "cluster_id",
            unique=True,
            sqlite_where=text("cluster_id IS NOT NULL"),
            postgresql_where=text("cluster_id IS NOT NULL"),
        ),
    )

    phase_id: Mapped[int] = mapped_column(ForeignKey("design_phase.id", ondelete="CASCADE"))
    run: Mapped[int]
    person_id: Mapped[int | None] = mapped_column(ForeignKey("person.id", ondelete="CASCADE"), index=True)
    card_id: Mapped[int | None] = mapped_column(
        LARGE, ForeignKey("design_card.id", ondelete="CASCADE"), index=True
    )
    cluster_id: Mapped[int | None] = mapped_column(
        ForeignKey("design_cluster.id", ondelete="CASCADE"), index=True
    )
    points: Mapped[int]


class BreakoutGroup(Row, Model):
    """A small group that works on a board of its own until `closed_at`; `called` while it asks for the facilitator."""

    __tablename__ = "design_breakout"

    design_id: Mapped[int] = mapped_column(ForeignKey("design_session.id", ondelete="CASCADE"), index=True)
    round: Mapped[int]
    name: Mapped[str] = mapped_column(String(MAX_COLUMN_LENGTH))
    host_id: Mapped[int | None] = mapped_column(ForeignKey("person.id", ondelete="SET NULL"))
    called: Mapped[bool] = mapped_column(default=False)
    closed_at: Mapped[datetime | None]
    merged_at: Mapped[datetime | None]


class BreakoutSeat(Row, Model):
    """Who was in a group, in which round; the seats of earlier rounds say who has met."""

    __tablename__ = "design_breakout_seat"
    __table_args__ = (UniqueConstraint("group_id", "round", "person_id"),)

    group_id: Mapped[int] = mapped_column(ForeignKey("design_breakout.id", ondelete="CASCADE"))
    round: Mapped[int]
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id", ondelete="CASCADE"), index=True)
