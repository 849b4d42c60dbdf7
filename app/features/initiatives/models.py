"""Initiatives: joint projects with seats to fill, who applied to them and who takes part."""

from __future__ import annotations

import enum
from datetime import date, datetime
from typing import TYPE_CHECKING, Any

from sqlalchemy import (
    CheckConstraint,
    ForeignKey,
    Index,
    String,
    Text,
    UniqueConstraint,
    case,
    func,
    select,
    text,
)
from sqlalchemy.orm import InstrumentedAttribute, Mapped, column_property, mapped_column, relationship

from app.core.clock import now
from app.core.database import Model, Row, choice
from app.core.rendered import rendered_column
from app.features.organisations.models import Organisation
from app.features.taxonomy.models import HOLDS_CODE, Concept

LONGEST_TITLE = 120
LONGEST_SUMMARY = 400
LONGEST_CHALLENGE = 4000
LONGEST_ROLE_TITLE = 120
LONGEST_MESSAGE = 2000
MOST_SEATS = 20
MOST_ROLES = 12
MOST_OFFERS = 24
"""So many seats of one initiative may be on offer at a time."""
MAX_OPEN_APPLICATIONS_PER_PERSON = 20
MAX_OPEN_OFFERS_PER_PERSON = 2 * MOST_OFFERS
MAX_OPEN_OFFERS_TO_ONE = 3
"""So many offers of one person may wait for the answer of one organisation."""


class InitiativeState(enum.StrEnum):
    """Where an initiative stands."""

    DRAFT = "draft"
    OPEN = "open"
    RUNNING = "running"
    CLOSED = "closed"


class WantKind(enum.StrEnum):
    """What a wanted role asks of who takes it."""

    CONCEPT = "concept"
    COUNTRY = "country"
    TYPE = "type"


class ApplicationState(enum.StrEnum):
    """What became of an application."""

    SENT = "sent"
    ACCEPTED = "accepted"
    DECLINED = "declined"
    WITHDRAWN = "withdrawn"


class OfferState(enum.StrEnum):
    """What became of a seat that was offered to an organisation."""

    SENT = "sent"
    ACCEPTED = "accepted"
    DECLINED = "declined"
    WITHDRAWN = "withdrawn"
    LAPSED = "lapsed"


class Initiative(Row, Model):
    """A joint project, led by the organisation that posted it."""

    __tablename__ = "initiative"
    __table_args__ = (
        Index(None, "state", "created_at"),
        CheckConstraint("ends IS NULL OR starts IS NULL OR ends >= starts", name="ends_after_start"),
    )

    slug: Mapped[str] = mapped_column(String(80), unique=True)
    lead_id: Mapped[int] = mapped_column(ForeignKey("organisation.id"), index=True)
    state: Mapped[InitiativeState] = mapped_column(
        choice(InitiativeState, "state"), default=InitiativeState.DRAFT
    )
    lang: Mapped[str] = mapped_column(String(8))
    starts: Mapped[date | None]
    ends: Mapped[date | None]
    opened_at: Mapped[datetime | None]
    updated_at: Mapped[datetime] = mapped_column(default=now, onupdate=now)

    if TYPE_CHECKING:
        rank: InstrumentedAttribute[int]
        """Its place in a list: what one can still do something about comes first."""

    lead: Mapped[Organisation] = relationship(lazy="raise_on_sql")
    texts: Mapped[list[InitiativeText]] = relationship(cascade="all, delete-orphan", lazy="raise_on_sql")
    concepts: Mapped[list[InitiativeConcept]] = relationship(
        cascade="all, delete-orphan", lazy="raise_on_sql"
    )
    roles: Mapped[list[WantedRole]] = relationship(
        back_populates="initiative",
        cascade="all, delete-orphan",
        lazy="raise_on_sql",
        order_by="WantedRole.id",
    )
    partners: Mapped[list[Partner]] = relationship(
        cascade="all, delete-orphan", lazy="raise_on_sql", order_by="Partner.id"
    )


class InitiativeText(Row, Model):
    """The words of an initiative in one language."""

    __tablename__ = "initiative_text"
    __table_args__ = (UniqueConstraint("initiative_id", "lang"),)

    initiative_id: Mapped[int] = mapped_column(ForeignKey("initiative.id", ondelete="CASCADE"))
    lang: Mapped[str] = mapped_column(String(8))
    title: Mapped[str] = mapped_column(String(LONGEST_TITLE))
    folded_title: Mapped[str] = mapped_column(String(LONGEST_TITLE * 2), index=True)
    summary: Mapped[str] = mapped_column(String(LONGEST_SUMMARY))
    challenge: Mapped[str] = mapped_column(Text)
    summary_rendered: Mapped[dict[str, Any] | None] = rendered_column("summary")
    challenge_rendered: Mapped[dict[str, Any] | None] = rendered_column("challenge")


class InitiativeConcept(Row, Model):
    """What an initiative is about: sectors and goals."""

    __tablename__ = "initiative_concept"
    __table_args__ = (UniqueConstraint("initiative_id", "concept_id"),)

    initiative_id: Mapped[int] = mapped_column(ForeignKey("initiative.id", ondelete="CASCADE"))
    concept_id: Mapped[int] = mapped_column(ForeignKey("concept.id"), index=True)

    concept: Mapped[Concept] = relationship(lazy="raise_on_sql")


class WantedRole(Row, Model):
    """A role that an initiative lacks, with its seats."""

    __tablename__ = "wanted_role"
    __table_args__ = (CheckConstraint("seats > 0", name="has_seats"),)

    initiative_id: Mapped[int] = mapped_column(ForeignKey("initiative.id", ondelete="CASCADE"), index=True)
    title: Mapped[str] = mapped_column(String(LONGEST_ROLE_TITLE))
    seats: Mapped[int] = mapped_column(default=1)

    initiative: Mapped[Initiative] = relationship(back_populates="roles", lazy="raise_on_sql")
    wants: Mapped[list[WantedRoleWant]] = relationship(cascade="all, delete-orphan", lazy="raise_on_sql")

    if TYPE_CHECKING:
        filled: InstrumentedAttribute[int]
        """How many of its seats are taken, as the database counted when the role was read."""


class WantedRoleWant(Row, Model):
    """One thing a role asks for: a concept's code, a country's or a type of organisation."""

    __tablename__ = "wanted_role_want"
    __table_args__ = (UniqueConstraint("role_id", "kind", "value"),)

    role_id: Mapped[int] = mapped_column(ForeignKey("wanted_role.id", ondelete="CASCADE"))
    kind: Mapped[WantKind] = mapped_column(choice(WantKind, "kind"))
    value: Mapped[str] = mapped_column(String(80), info=HOLDS_CODE)


class Application(Row, Model):
    """An organisation's wish to take a role; one waiting for an answer per role and organisation."""

    __tablename__ = "application"
    __table_args__ = (
        Index(
            "uq_application_pending",
            "role_id",
            "organisation_id",
            unique=True,
            sqlite_where=text("state = 'sent'"),
            postgresql_where=text("state = 'sent'"),
        ),
    )

    role_id: Mapped[int] = mapped_column(ForeignKey("wanted_role.id", ondelete="CASCADE"), index=True)
    organisation_id: Mapped[int] = mapped_column(ForeignKey("organisation.id"), index=True)
    person_id: Mapped[int | None] = mapped_column(ForeignKey("person.id", ondelete="SET NULL"))
    message: Mapped[str] = mapped_column(Text)
    message_rendered: Mapped[dict[str, Any] | None] = rendered_column("message")
    lang: Mapped[str] = mapped_column(String(8))
    state: Mapped[ApplicationState] = mapped_column(
        choice(ApplicationState, "state"), default=ApplicationState.SENT
    )
    answered_at: Mapped[datetime | None]

    role: Mapped[WantedRole] = relationship(lazy="raise_on_sql")
    organisation: Mapped[Organisation] = relationship(lazy="raise_on_sql")


class SeatOffer(Row, Model):
    """A seat that those who lead offer to an organisation; one waiting for an answer per role and organisation."""

    __tablename__ = "seat_offer"
    __table_args__ = (
        Index(
            "uq_seat_offer_pending",
            "role_id",
            "organisation_id",
            unique=True,
            sqlite_where=text("state = 'sent'"),
            postgresql_where=text("state = 'sent'"),
        ),
    )

    role_id: Mapped[int] = mapped_column(ForeignKey("wanted_role.id", ondelete="CASCADE"), index=True)
    organisation_id: Mapped[int] = mapped_column(
        ForeignKey("organisation.id", ondelete="CASCADE"), index=True
    )
    person_id: Mapped[int | None] = mapped_column(ForeignKey("person.id", ondelete="SET NULL"))
    message: Mapped[str] = mapped_column(Text)
    message_rendered: Mapped[dict[str, Any] | None] = rendered_column("message")
    lang: Mapped[str] = mapped_column(String(8))
    state: Mapped[OfferState] = mapped_column(choice(OfferState, "state"), default=OfferState.SENT)
    answered_at: Mapped[datetime | None]

    role: Mapped[WantedRole] = relationship(lazy="raise_on_sql")
    organisation: Mapped[Organisation] = relationship(lazy="raise_on_sql")


class Partner(Row, Model):
    """An organisation that takes part; the lead is one without a role. `left_at` ends it."""

    __tablename__ = "partner"
    __table_args__ = (
        Index(
            "uq_partner_active",
            "initiative_id",
            "organisation_id",
            unique=True,
            sqlite_where=text("left_at IS NULL"),
            postgresql_where=text("left_at IS NULL"),
        ),
    )

    initiative_id: Mapped[int] = mapped_column(ForeignKey("initiative.id", ondelete="CASCADE"))
    organisation_id: Mapped[int] = mapped_column(ForeignKey("organisation.id"), index=True)
    role_id: Mapped[int | None] = mapped_column(ForeignKey("wanted_role.id", ondelete="SET NULL"), index=True)
    joined_at: Mapped[datetime] = mapped_column(default=now)
    left_at: Mapped[datetime | None]

    organisation: Mapped[Organisation] = relationship(lazy="raise_on_sql")


Initiative.__mapper__.add_property(
    "rank",
    column_property(
        case({state: place for place, state in enumerate(InitiativeState)}, value=Initiative.state)
    ),
)
WantedRole.__mapper__.add_property(
    "filled",
    column_property(
        select(func.count(Partner.id))
        .where(Partner.role_id == WantedRole.id, Partner.left_at.is_(None))
        .correlate_except(Partner)
        .scalar_subquery()
    ),
)
