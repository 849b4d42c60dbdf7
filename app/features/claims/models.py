"""Claims of organisations, reports about unclaimed listings, and what managers decided about look-alike pairs."""

from __future__ import annotations

import enum
from datetime import datetime, timedelta

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, Text, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.core.database import Model, Row, choice
from app.core.email_addresses import MAX_EMAIL_LENGTH
from app.features.accounts.models import Person
from app.features.organisations.models import Organisation

LONGEST_NOTE = 2000
LONGEST_REASON = 600
PROOF_VALID_FOR = timedelta(days=3)
"""So long the link in a mail to the organisation's own domain can be used."""
ANSWER_WITHIN = timedelta(days=14)
"""So long the editors of a claimed organisation have to answer a claim by somebody else."""
MAX_REFUSED = 3
REFUSED_WITHIN = timedelta(days=30)
REST_AFTER_REFUSED = timedelta(days=90)
"""Who was refused MAX_REFUSED times within REFUSED_WITHIN cannot claim for so long."""


class ClaimState(enum.StrEnum):
    """What became of a claim; one that is contested is about an organisation that has editors."""

    ASKED = "asked"
    CONTESTED = "contested"
    GIVEN = "given"
    REFUSED = "refused"
    WITHDRAWN = "withdrawn"


class ClaimProof(enum.StrEnum):
    """What a claim was given on."""

    MAIL_DOMAIN = "mail_domain"
    WORD_OF_MANAGER = "word_of_manager"


class ReportKind(enum.StrEnum):
    """What somebody asks about a listing."""

    TAKE_DOWN = "take_down"
    WRONG = "wrong"


class ReportState(enum.StrEnum):
    """What became of a report; hidden means at the word of the organisation's own mailbox."""

    OPEN = "open"
    HIDDEN = "hidden"
    DONE = "done"


_IS_OPEN = "state IN ('asked', 'contested')"


class Claim(Row, Model):
    """A person who says that she works at an organisation and asks to look after its page.

    `email` is the address at the organisation's domain to which the secret was mailed; it is emptied with the decision.
    `note` is hers, `answer` that of the editors, who have until `answer_until`; `reason` is the manager's.
    """

    __tablename__ = "claim"
    __table_args__ = (
        Index(
            "uq_claim_open",
            "organisation_id",
            "person_id",
            unique=True,
            sqlite_where=text(_IS_OPEN),
            postgresql_where=text(_IS_OPEN),
        ),
        Index(None, "state"),
    )

    organisation_id: Mapped[int] = mapped_column(ForeignKey("organisation.id", ondelete="CASCADE"))
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id", ondelete="CASCADE"), index=True)
    state: Mapped[ClaimState] = mapped_column(choice(ClaimState, "state"), default=ClaimState.ASKED)
    proof: Mapped[ClaimProof | None] = mapped_column(choice(ClaimProof, "proof"))
    email: Mapped[str] = mapped_column(String(MAX_EMAIL_LENGTH), default="")
    token_hash: Mapped[str | None] = mapped_column(String(64), unique=True)
    token_expires_at: Mapped[datetime | None]
    note: Mapped[str] = mapped_column(Text, default="")
    lang: Mapped[str] = mapped_column(String(8))
    answer: Mapped[str] = mapped_column(Text, default="")
    answered_by: Mapped[int | None] = mapped_column(ForeignKey("person.id", ondelete="SET NULL"))
    answer_until: Mapped[datetime | None]
    decided_by: Mapped[int | None] = mapped_column(ForeignKey("person.id", ondelete="SET NULL"))
    decided_at: Mapped[datetime | None]
    reason: Mapped[str] = mapped_column(Text, default="")

    organisation: Mapped[Organisation] = relationship(lazy="raise_on_sql")
    person: Mapped[Person] = relationship(foreign_keys=[person_id], lazy="raise_on_sql")


class ListingReport(Row, Model):
    """What somebody, with or without an account, says about an unclaimed listing.

    `email` is where an answer is wanted, and to which a secret was mailed where it is at the organisation's domain.
    """

    __tablename__ = "listing_report"
    __table_args__ = (Index(None, "state"),)

    organisation_id: Mapped[int] = mapped_column(
        ForeignKey("organisation.id", ondelete="CASCADE"), index=True
    )
    kind: Mapped[ReportKind] = mapped_column(choice(ReportKind, "kind"))
    state: Mapped[ReportState] = mapped_column(choice(ReportState, "state"), default=ReportState.OPEN)
    note: Mapped[str] = mapped_column(Text, default="")
    email: Mapped[str] = mapped_column(String(MAX_EMAIL_LENGTH), default="")
    lang: Mapped[str] = mapped_column(String(8))
    token_hash: Mapped[str | None] = mapped_column(String(64), unique=True)
    token_expires_at: Mapped[datetime | None]
    handled_by: Mapped[int | None] = mapped_column(ForeignKey("person.id", ondelete="SET NULL"))
    handled_at: Mapped[datetime | None]

    organisation: Mapped[Organisation] = relationship(lazy="raise_on_sql")


class DistinctPair(Row, Model):
    """Two organisations that a manager compared and found to be two."""

    __tablename__ = "distinct_pair"
    __table_args__ = (
        UniqueConstraint("low_id", "high_id"),
        CheckConstraint("low_id < high_id", name="ordered"),
    )

    low_id: Mapped[int] = mapped_column(ForeignKey("organisation.id", ondelete="CASCADE"))
    high_id: Mapped[int] = mapped_column(ForeignKey("organisation.id", ondelete="CASCADE"), index=True)
