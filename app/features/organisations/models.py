"""Organisations: profile, texts, concepts, members, and the track record of what they did together."""

from __future__ import annotations

import enum
from datetime import date, datetime
from typing import Any

from sqlalchemy import (
    JSON,
    CheckConstraint,
    ForeignKey,
    Index,
    SmallInteger,
    String,
    Text,
    UniqueConstraint,
    text,
)
from sqlalchemy.orm import Mapped, mapped_column, relationship, validates

from app.core.clock import now
from app.core.database import Model, Row, choice, without_index
from app.core.email_addresses import normalise_email
from app.core.rendered import rendered_column
from app.core.text import fold
from app.features.accounts.models import Person
from app.features.taxonomy.models import Concept

LONGEST_NAME = 160
LONGEST_FOLDED = 2 * LONGEST_NAME
"""Of a folded name: some letters fold to many (ﷺ to eighteen), and a search needs no more."""
LONGEST_CITY = 80
LONGEST_STORY = 6000
LONGEST_WEBSITE = 300
LONGEST_LATIN_NAME = 2 * LONGEST_NAME
"""Of a name in Latin letters: some Greek letters become two."""
LONGEST_REGISTRY_SCHEME = 20
LONGEST_REGISTRY_NUMBER = 40
LONGEST_PHONE = 40
LONGEST_ACCESS_NOTES = 600
MAX_SOCIAL_LINKS = 5
LONGEST_STORY_TITLE = 120
LONGEST_STORY_PART = 1500
MAX_STORY_PAGES = 10
MAX_TRACK_ENTRIES = 50
LONGEST_TRACK_TITLE = 240
LONGEST_TRACK_ROLE = 120
LONGEST_TRACK_PARTNERS = 300
LONGEST_PICTURE_ALT = 300
LONGEST_FILE_ID = 32
MAX_INVITATION_REPEATS = 3
MOST_CONCEPTS = 20
MAX_WAITING_PER_PERSON = 3
"""So many organisations that one person created may wait for a manager, or for her address to be verified."""
REVIEW_WITHIN_DAYS = 30
"""Another organisation that a person creates within so many days waits for a manager, also where admission is open."""


class OrganisationType(enum.StrEnum):
    """What kind of organisation it is."""

    WISE = "wise"
    COOPERATIVE = "cooperative"
    ASSOCIATION = "association"
    FOUNDATION = "foundation"
    STARTUP = "startup"
    PUBLIC_AUTHORITY = "public_authority"
    UNIVERSITY = "university"
    TECHNOLOGY_PROVIDER = "technology_provider"
    FUNDER = "funder"
    NETWORK = "network"
    COMPANY = "company"
    RESEARCH = "research"
    OTHER = "other"


class OrganisationState(enum.StrEnum):
    """Where a profile stands between its making and the public."""

    DRAFT = "draft"
    PENDING = "pending"
    ADMITTED = "admitted"
    SUSPENDED = "suspended"


class ReviewReason(enum.StrEnum):
    """Why an organisation waits for a manager also where admission is open."""

    SECOND = "second"
    NAMESAKE = "namesake"


class Relation(enum.StrEnum):
    """How an organisation relates to a concept of its profile."""

    SECTOR = "sector"
    OFFERS = "offers"
    SEEKS = "seeks"
    GOAL = "goal"
    LANGUAGE = "language"
    TOPIC = "topic"
    COOPERATION = "cooperation"


class MembershipRole(enum.StrEnum):
    """What a member may do for the organisation: an editor also edits the profile and invites."""

    EDITOR = "editor"
    REPRESENTATIVE = "representative"


class InvitationState(enum.StrEnum):
    """What became of an invitation to an organisation."""

    SENT = "sent"
    ACCEPTED = "accepted"
    WITHDRAWN = "withdrawn"


class RequestState(enum.StrEnum):
    """What became of a person's request to act for an organisation."""

    SENT = "sent"
    ACCEPTED = "accepted"
    REFUSED = "refused"


class TextKind(enum.StrEnum):
    """Which text of a profile it is."""

    STORY = "story"


class Organisation(Row, Model):
    """An organisation's profile. `unclaimed` ones were imported and have no members yet.

    `latin_name` is the name in Latin letters where it is written in others. `registry_number` is compact, as
    `registry_scheme` ("it.codicefiscale") writes it. `place_id` is the GeoNames id of the town, and `lat` and `lon` are
    those of the town, never of a house. `logo_file_id` is the id of a stored picture. `cooperation_until` is the last
    day on which the kinds of cooperation count. `version` grows by one with each
    edit. `source` and `source_id` say under which id which import knows it, `provenance` has `{"source", "batch_id",
    "at"}` for each field that an import wrote. `confirmed_at` is when its editors last said that the profile is right,
    `asked_at` when they were last asked. What was merged into another one stays as a row in no list, with that one's id in
    `merged_into_id`.
    """

    __tablename__ = "organisation"
    __table_args__ = (
        Index(None, "state", "country"),
        Index(None, "folded_name"),
        Index(None, "registry_number"),
        UniqueConstraint("source", "source_id"),
        CheckConstraint("length(country) = 2", name="country_code"),
    )

    slug: Mapped[str] = mapped_column(String(80), unique=True)
    name: Mapped[str] = mapped_column(String(LONGEST_NAME))
    folded_name: Mapped[str] = mapped_column(String(LONGEST_FOLDED))
    legal_name: Mapped[str] = mapped_column(String(LONGEST_NAME), default="")
    latin_name: Mapped[str] = mapped_column(String(LONGEST_LATIN_NAME), default="")
    registry_scheme: Mapped[str] = mapped_column(String(LONGEST_REGISTRY_SCHEME), default="")
    registry_number: Mapped[str] = mapped_column(String(LONGEST_REGISTRY_NUMBER), default="")
    type: Mapped[OrganisationType] = mapped_column(choice(OrganisationType, "type"))
    country: Mapped[str] = mapped_column(String(2))
    region_id: Mapped[int | None] = mapped_column(ForeignKey("concept.id"))
    city: Mapped[str] = mapped_column(String(LONGEST_CITY), default="")
    folded_city: Mapped[str] = mapped_column(String(LONGEST_CITY * 2), default="")
    place_id: Mapped[int | None]
    lat: Mapped[float | None]
    lon: Mapped[float | None]
    founded: Mapped[int | None]
    employed: Mapped[int | None]
    disadvantaged: Mapped[int | None]
    volunteers: Mapped[int | None]
    access_notes: Mapped[str] = mapped_column(String(LONGEST_ACCESS_NOTES), default="")
    logo_file_id: Mapped[str | None] = mapped_column(String(LONGEST_FILE_ID), unique=True)
    website: Mapped[str] = mapped_column(String(LONGEST_WEBSITE), default="")
    contact: Mapped[str] = mapped_column(String(254), default="")
    contact_public: Mapped[bool] = mapped_column(default=False)
    phone: Mapped[str] = mapped_column(String(LONGEST_PHONE), default="")
    phone_public: Mapped[bool] = mapped_column(default=False)
    social_links: Mapped[list[str]] = mapped_column(JSON, default=list)
    state: Mapped[OrganisationState] = mapped_column(
        choice(OrganisationState, "state"), default=OrganisationState.DRAFT
    )
    review: Mapped[ReviewReason | None] = mapped_column(choice(ReviewReason, "review"))
    created_by: Mapped[int | None] = mapped_column(ForeignKey("person.id", ondelete="SET NULL"), index=True)
    unclaimed: Mapped[bool] = mapped_column(default=False)
    merged_into_id: Mapped[int | None] = mapped_column(
        ForeignKey("organisation.id", ondelete="SET NULL"), index=True
    )
    paused_until: Mapped[datetime | None] = mapped_column(index=True)
    cooperation_until: Mapped[date | None] = mapped_column(index=True)
    source: Mapped[str | None] = mapped_column(String(40))
    source_id: Mapped[str | None] = mapped_column(String(80))
    batch_id: Mapped[int | None] = mapped_column(index=True)
    provenance: Mapped[dict[str, Any]] = mapped_column(JSON, default=dict)
    confirmed_at: Mapped[datetime | None] = mapped_column(index=True)
    asked_at: Mapped[datetime | None]
    version: Mapped[int] = mapped_column(default=1)
    updated_at: Mapped[datetime] = mapped_column(default=now, onupdate=now, index=True)

    texts: Mapped[list[OrganisationText]] = relationship(cascade="all, delete-orphan", lazy="raise_on_sql")
    concepts: Mapped[list[OrganisationConcept]] = relationship(
        back_populates="organisation", cascade="all, delete-orphan", lazy="raise_on_sql"
    )
    region: Mapped[Concept | None] = relationship(lazy="raise_on_sql")

    @validates("city")
    def _fold_city(self, key: str, city: str) -> str:
        """Keep the city as search compares it beside the city as it is written."""
        self.folded_city = fold(city)[: 2 * LONGEST_CITY]
        return city

    def counts_cooperation(self, today: date) -> bool:
        """Whether the kinds of cooperation that are sought count on a day."""
        return self.cooperation_until is None or self.cooperation_until >= today


class OrganisationText(Row, Model):
    """A text of a profile in the language that it was written in."""

    __tablename__ = "organisation_text"
    __table_args__ = (UniqueConstraint("organisation_id", "lang", "kind"),)

    organisation_id: Mapped[int] = mapped_column(ForeignKey("organisation.id", ondelete="CASCADE"))
    lang: Mapped[str] = mapped_column(String(8))
    kind: Mapped[TextKind] = mapped_column(choice(TextKind, "kind"), default=TextKind.STORY)
    body: Mapped[str] = mapped_column(Text)
    body_rendered: Mapped[dict[str, Any] | None] = rendered_column("body")


class StoryPage(Row, Model):
    """A story of an organisation, in the language that it was written in: what was in the way, what helped, what changed.

    `initiative_id` is the initiative that it tells of; `picture_alt` describes the picture for those who do not see it.
    """

    __tablename__ = "story"
    __table_args__ = (
        CheckConstraint("(picture_file_id IS NULL) = (picture_width IS NULL)", name="picture_has_width"),
        CheckConstraint("(picture_file_id IS NULL) = (picture_height IS NULL)", name="picture_has_height"),
    )

    organisation_id: Mapped[int] = mapped_column(
        ForeignKey("organisation.id", ondelete="CASCADE"), index=True
    )
    lang: Mapped[str] = mapped_column(String(8))
    title: Mapped[str] = mapped_column(String(LONGEST_STORY_TITLE))
    problem: Mapped[str] = mapped_column(Text)
    tool: Mapped[str] = mapped_column(Text)
    effect: Mapped[str] = mapped_column(Text)
    year: Mapped[int | None]
    initiative_id: Mapped[int | None] = mapped_column(
        ForeignKey("initiative.id", ondelete="SET NULL"), index=True
    )
    picture_file_id: Mapped[str | None] = mapped_column(String(LONGEST_FILE_ID), unique=True)
    picture_width: Mapped[int | None]
    picture_height: Mapped[int | None]
    picture_alt: Mapped[str] = mapped_column(String(LONGEST_PICTURE_ALT), default="")
    updated_at: Mapped[datetime] = mapped_column(default=now, onupdate=now)


class TrackEntry(Row, Model):
    """A project of the past that an organisation tells of itself; `partners` are those that are not in the cluster."""

    __tablename__ = "track"

    organisation_id: Mapped[int] = mapped_column(
        ForeignKey("organisation.id", ondelete="CASCADE"), index=True
    )
    title: Mapped[str] = mapped_column(String(LONGEST_TRACK_TITLE))
    year: Mapped[int | None]
    role: Mapped[str] = mapped_column(String(LONGEST_TRACK_ROLE), default="")
    partners: Mapped[str] = mapped_column(String(LONGEST_TRACK_PARTNERS), default="")
    link: Mapped[str] = mapped_column(String(LONGEST_WEBSITE), default="")


class TrackPartner(Row, Model):
    """An organisation of the cluster that took part in a project of another one's track record."""

    __tablename__ = "track_partner"
    __table_args__ = (UniqueConstraint("track_id", "organisation_id"),)

    track_id: Mapped[int] = mapped_column(ForeignKey("track.id", ondelete="CASCADE"))
    organisation_id: Mapped[int] = mapped_column(
        ForeignKey("organisation.id", ondelete="CASCADE"), index=True
    )


class OrganisationConcept(Row, Model):
    """A concept of a profile: a sector, a skill offered or sought, a goal, a working language, a kind of cooperation."""

    __tablename__ = "organisation_concept"
    __table_args__ = (
        UniqueConstraint("organisation_id", "concept_id", "relation"),
        Index(None, "concept_id", "relation"),
    )

    organisation_id: Mapped[int] = mapped_column(ForeignKey("organisation.id", ondelete="CASCADE"))
    concept_id: Mapped[int] = mapped_column(ForeignKey("concept.id"))
    relation: Mapped[Relation] = mapped_column(choice(Relation, "relation"))
    since: Mapped[date | None]

    organisation: Mapped[Organisation] = relationship(back_populates="concepts", lazy="raise_on_sql")
    concept: Mapped[Concept] = relationship(lazy="raise_on_sql")


class Membership(Row, Model):
    """A person's belonging to an organisation, in this role since `role_since`."""

    __tablename__ = "membership"
    __table_args__ = (UniqueConstraint("person_id", "organisation_id"),)

    person_id: Mapped[int] = mapped_column(ForeignKey("person.id", ondelete="CASCADE"))
    organisation_id: Mapped[int] = mapped_column(
        ForeignKey("organisation.id", ondelete="CASCADE"), index=True
    )
    role: Mapped[MembershipRole] = mapped_column(choice(MembershipRole, "role"))
    role_since: Mapped[datetime] = mapped_column(default=now)

    person: Mapped[Person] = relationship(lazy="raise_on_sql")
    organisation: Mapped[Organisation] = relationship(lazy="raise_on_sql")


class Invitation(Row, Model):
    """An address invited to act for an organisation; the mail holds the secret, this row its hash."""

    __tablename__ = "invitation"
    __table_args__ = (
        Index(
            "uq_invitation_pending",
            "organisation_id",
            "email",
            unique=True,
            sqlite_where=text("state = 'sent'"),
            postgresql_where=text("state = 'sent'"),
        ),
    )

    organisation_id: Mapped[int] = mapped_column(ForeignKey("organisation.id", ondelete="CASCADE"))
    email: Mapped[str] = mapped_column(String(254))
    role: Mapped[MembershipRole] = mapped_column(choice(MembershipRole, "role"))
    token_hash: Mapped[str] = mapped_column(String(64), unique=True)
    invited_by: Mapped[int | None] = mapped_column(ForeignKey("person.id", ondelete="SET NULL"))
    expires_at: Mapped[datetime]
    repeats: Mapped[int] = mapped_column(SmallInteger, default=0)
    state: Mapped[InvitationState] = mapped_column(
        choice(InvitationState, "state"), default=InvitationState.SENT
    )

    organisation: Mapped[Organisation] = relationship(lazy="raise_on_sql")

    def is_for(self, address: str) -> bool:
        """Whether this is the address that was invited."""
        return normalise_email(address) == normalise_email(self.email)


class MembershipRequest(Row, Model):
    """A person who asks to act for an organisation, perhaps by an invitation to another address than hers."""

    __tablename__ = "membership_request"
    __table_args__ = (
        Index(
            "uq_membership_request_pending",
            "organisation_id",
            "person_id",
            unique=True,
            sqlite_where=text("state = 'sent'"),
            postgresql_where=text("state = 'sent'"),
        ),
    )

    organisation_id: Mapped[int] = mapped_column(ForeignKey("organisation.id", ondelete="CASCADE"))
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id", ondelete="CASCADE"), index=True)
    invitation_id: Mapped[int | None] = mapped_column(ForeignKey("invitation.id", ondelete="SET NULL"))
    role: Mapped[MembershipRole] = mapped_column(choice(MembershipRole, "role"))
    state: Mapped[RequestState] = mapped_column(choice(RequestState, "state"), default=RequestState.SENT)
    answered_at: Mapped[datetime | None]

    person: Mapped[Person] = relationship(lazy="raise_on_sql")
    invitation: Mapped[Invitation | None] = relationship(lazy="raise_on_sql")


class Collaboration(Row, Model):
    """A joint project of the past, imported or grown out of an initiative: the track record."""

    __tablename__ = "collaboration"
    __table_args__ = (UniqueConstraint("source", "external_id"),)

    title: Mapped[str] = mapped_column(String(240), default="")
    source: Mapped[str] = mapped_column(String(40))
    external_id: Mapped[str] = mapped_column(String(80))
    started: Mapped[date | None]
    ended: Mapped[date | None]
    initiative_id: Mapped[int | None] = mapped_column(
        ForeignKey("initiative.id", ondelete="SET NULL"), unique=True
    )


class CollaborationPartner(Row, Model):
    """An organisation that took part in a collaboration."""

    __tablename__ = "collaboration_partner"
    __table_args__ = (UniqueConstraint("collaboration_id", "organisation_id"),)

    collaboration_id: Mapped[int] = mapped_column(ForeignKey("collaboration.id", ondelete="CASCADE"))
    organisation_id: Mapped[int] = mapped_column(
        ForeignKey("organisation.id", ondelete="CASCADE"), index=True
    )


class CollaborationConcept(Row, Model):
    """What a collaboration was about."""

    __tablename__ = "collaboration_concept"
    __table_args__ = (UniqueConstraint("collaboration_id", "concept_id"),)

    collaboration_id: Mapped[int] = mapped_column(ForeignKey("collaboration.id", ondelete="CASCADE"))
    concept_id: Mapped[int] = mapped_column(ForeignKey("concept.id"))


IS_ADMITTED = without_index(Organisation.state) == OrganisationState.ADMITTED
"""The condition on Organisation that it is in the cluster, which nearly all are."""
