"""Proposals that organisations decide about, who may answer, and what they answered."""

from __future__ import annotations

import enum
from datetime import date, datetime
from typing import Any

from sqlalchemy import JSON, CheckConstraint, ForeignKey, Index, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.core.database import Model, Row, choice
from app.features.initiatives.models import Initiative

LONGEST_TITLE = 120
LONGEST_TEXT = 4000
LONGEST_OPTION = 120
LONGEST_REASON = 1000
MOST_OPTIONS = 30
MOST_ELECTORS = 500
"""So many organisations at most decide together."""
MOST_OPEN = 20
"""So many proposals of one organisation may be open at a time."""
HIGHEST_SCORE = 10
BUDGET = 10
"""So many dots each organisation has."""


class Method(enum.StrEnum):
    """How a proposal is decided."""

    CONSENT = "consent"
    YES_NO = "yes_no"
    CHOOSE = "choose"
    RANKED = "ranked"
    STV = "stv"
    SCORE = "score"
    DOTS = "dots"


class ProposalState(enum.StrEnum):
    """Where a proposal stands."""

    OPEN = "open"
    CLOSED = "closed"
    WITHDRAWN = "withdrawn"


class Proposal(Row, Model):
    """Something to decide: its words, its options and its rule stand from the moment at which it is opened.

    `options` are objects with a key and a label, `rule` is what counts the answers (`counting.count`), `salt` makes the
    digest of its words in the ledger one that nobody can guess.
    """

    __tablename__ = "proposal"
    __table_args__ = (
        CheckConstraint("closes_at > created_at", name="closes_after_opening"),
        Index(None, "state", "closes_at"),
    )

    key: Mapped[str] = mapped_column(String(20), unique=True)
    initiative_id: Mapped[int | None] = mapped_column(
        ForeignKey("initiative.id", ondelete="CASCADE"), index=True
    )
    opened_by_id: Mapped[int | None] = mapped_column(
        ForeignKey("organisation.id", ondelete="SET NULL"), index=True
    )
    person_id: Mapped[int | None] = mapped_column(ForeignKey("person.id", ondelete="SET NULL"), index=True)
    lang: Mapped[str] = mapped_column(String(8))
    title: Mapped[str] = mapped_column(String(LONGEST_TITLE))
    text: Mapped[str] = mapped_column(Text)
    method: Mapped[Method] = mapped_column(choice(Method, "method"))
    options: Mapped[list[dict[str, str]]] = mapped_column(JSON)
    rule: Mapped[dict[str, Any]] = mapped_column(JSON)
    salt: Mapped[str] = mapped_column(String(32))
    state: Mapped[ProposalState] = mapped_column(choice(ProposalState, "state"), default=ProposalState.OPEN)
    closes_at: Mapped[datetime]
    closed_at: Mapped[datetime | None]
    review_on: Mapped[date]
    result: Mapped[dict[str, Any] | None] = mapped_column(JSON)

    initiative: Mapped[Initiative | None] = relationship(lazy="raise_on_sql")
    electors: Mapped[list[Elector]] = relationship(
        cascade="all, delete-orphan", lazy="raise_on_sql", order_by="Elector.id"
    )


class Elector(Row, Model):
    """An organisation that may answer, as it was called and where it was when the proposal was opened."""

    __tablename__ = "elector"
    __table_args__ = (UniqueConstraint("proposal_id", "organisation_id"),)

    proposal_id: Mapped[int] = mapped_column(ForeignKey("proposal.id", ondelete="CASCADE"))
    organisation_id: Mapped[int | None] = mapped_column(
        ForeignKey("organisation.id", ondelete="SET NULL"), index=True
    )
    name: Mapped[str] = mapped_column(String(160))
    country: Mapped[str] = mapped_column(String(2))
    key: Mapped[str] = mapped_column(String(20))

    ballot: Mapped[Ballot | None] = relationship(cascade="all, delete-orphan", lazy="raise_on_sql")


class Ballot(Row, Model):
    """The answer of an elector; it may change until the closing. `code` is its part in the lot."""

    __tablename__ = "ballot"

    elector_id: Mapped[int] = mapped_column(ForeignKey("elector.id", ondelete="CASCADE"), unique=True)
    person_id: Mapped[int | None] = mapped_column(ForeignKey("person.id", ondelete="SET NULL"), index=True)
    choices: Mapped[Any] = mapped_column(JSON)
    code: Mapped[str] = mapped_column(String(32))
    reason: Mapped[str] = mapped_column(Text)
    lang: Mapped[str] = mapped_column(String(8))
    changed_at: Mapped[datetime]
