"""What comes out of a design session: proposals with their wordings and objections, and commitments."""

from __future__ import annotations

import enum
from datetime import date

from sqlalchemy import JSON, ForeignKey, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from app.core.database import Model, Row, choice

MAX_WORDING_LENGTH = 2000
MAX_COMMITMENT_LENGTH = 400
MAX_OWNER_LENGTH = 120
MAX_SOURCE_CARDS = 60
"""How many cards something that came out may refer to."""


class ProposalStage(enum.StrEnum):
    """The stages of a proposal on its way to consent."""

    CLARIFY = "clarify"
    REACT = "react"
    OBJECT = "object"
    INTEGRATE = "integrate"
    AGREED = "agreed"
    WITHDRAWN = "withdrawn"


class ObjectionState(enum.StrEnum):
    """What became of an objection."""

    OPEN = "open"
    INTEGRATED = "integrated"
    WITHDRAWN = "withdrawn"
    STANDS = "stands"


class StanceKind(enum.StrEnum):
    """The stances that somebody can take on a proposal; who objects writes an `Objection`, which has its reason."""

    CONSENT = "consent"
    CONCERN = "concern"


class CommitmentState(enum.StrEnum):
    """What became of a commitment."""

    OPEN = "open"
    DONE = "done"
    CARRIED = "carried"
    DROPPED = "dropped"


class Proposal(Row, Model):
    """What is to be agreed on; its words are its newest wording's. `cards` are the ids of the cards it came from."""

    __tablename__ = "design_proposal"

    design_id: Mapped[int] = mapped_column(ForeignKey("design_session.id", ondelete="CASCADE"), index=True)
    lang: Mapped[str] = mapped_column(String(8))
    stage: Mapped[ProposalStage] = mapped_column(
        choice(ProposalStage, "stage"), default=ProposalStage.CLARIFY
    )
    cards: Mapped[list[int]] = mapped_column(JSON, default=list)


class Wording(Row, Model):
    """One wording of a proposal, so that what an objection changed stays to be seen."""

    __tablename__ = "design_wording"
    __table_args__ = (UniqueConstraint("proposal_id", "number"),)

    proposal_id: Mapped[int] = mapped_column(ForeignKey("design_proposal.id", ondelete="CASCADE"))
    number: Mapped[int]
    text: Mapped[str] = mapped_column(Text)


class Objection(Row, Model):
    """Why somebody cannot go along with a proposal; it belongs to the person who raised it."""

    __tablename__ = "design_objection"

    proposal_id: Mapped[int] = mapped_column(ForeignKey("design_proposal.id", ondelete="CASCADE"), index=True)
    person_id: Mapped[int | None] = mapped_column(ForeignKey("person.id", ondelete="SET NULL"), index=True)
    organisation_name: Mapped[str] = mapped_column(String(160), default="")
    text: Mapped[str] = mapped_column(Text)
    lang: Mapped[str] = mapped_column(String(8))
    state: Mapped[ObjectionState] = mapped_column(
        choice(ObjectionState, "state"), default=ObjectionState.OPEN
    )


class Stance(Row, Model):
    """A person's stance on the newest wording of a proposal; others see only how many people take each.

    Whose it was is forgotten when the session is closed; the organisation that she came for stays in the record.
    """

    __tablename__ = "design_stance"
    __table_args__ = (UniqueConstraint("proposal_id", "person_id"),)

    proposal_id: Mapped[int] = mapped_column(ForeignKey("design_proposal.id", ondelete="CASCADE"))
    person_id: Mapped[int | None] = mapped_column(ForeignKey("person.id", ondelete="CASCADE"), index=True)
    organisation_name: Mapped[str] = mapped_column(String(160), default="")
    stance: Mapped[StanceKind] = mapped_column(choice(StanceKind, "stance"))


class Commitment(Row, Model):
    """What an organisation promises to do: who, what, until when; perhaps carried over from an earlier session.

    `cards` are the ids of the cards it came from.
    """

    __tablename__ = "design_commitment"

    design_id: Mapped[int] = mapped_column(ForeignKey("design_session.id", ondelete="CASCADE"), index=True)
    organisation_id: Mapped[int | None] = mapped_column(
        ForeignKey("organisation.id", ondelete="SET NULL"), index=True
    )
    organisation_name: Mapped[str] = mapped_column(String(160))
    owner_id: Mapped[int | None] = mapped_column(ForeignKey("person.id", ondelete="SET NULL"), index=True)
    owner_name: Mapped[str] = mapped_column(String(MAX_OWNER_LENGTH))
    what: Mapped[str] = mapped_column(String(MAX_COMMITMENT_LENGTH))
    if_then: Mapped[str] = mapped_column(String(MAX_COMMITMENT_LENGTH), default="")
    by_when: Mapped[date]
    lang: Mapped[str] = mapped_column(String(8))
    state: Mapped[CommitmentState] = mapped_column(
        choice(CommitmentState, "state"), default=CommitmentState.OPEN
    )
    cards: Mapped[list[int]] = mapped_column(JSON, default=list)
    carried_from: Mapped[int | None] = mapped_column(ForeignKey("design_commitment.id", ondelete="SET NULL"))
