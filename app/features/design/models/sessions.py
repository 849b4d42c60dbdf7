"""A design session: when it is, its phases, its people, and what its readers have been told."""

from __future__ import annotations

import enum
from datetime import datetime
from typing import TYPE_CHECKING, Any

from sqlalchemy import JSON, CheckConstraint, ForeignKey, Index, String, Text, UniqueConstraint, case, text
from sqlalchemy.orm import InstrumentedAttribute, Mapped, column_property, mapped_column, relationship

from app.core.clock import now
from app.core.database import Model, Row, choice
from app.features.accounts.models import Person
from app.features.organisations.models import Organisation

MAX_TITLE_LENGTH = 120
MAX_QUESTION_LENGTH = 400
MAX_PROMPT_LENGTH = 1000
MAX_PHASES = 40
MAX_MINUTES = 600


class DesignState(enum.StrEnum):
    """The states of a design session."""

    DRAFT = "draft"
    SCHEDULED = "scheduled"
    OPEN = "open"
    LIVE = "live"
    CLOSED = "closed"
    ARCHIVED = "archived"


class Role(enum.StrEnum):
    """What somebody is in a design session."""

    PARTICIPANT = "participant"
    FACILITATOR = "facilitator"
    CO_FACILITATOR = "co_facilitator"


class PhaseKind(enum.StrEnum):
    """What is done in a phase."""

    WELCOME = "welcome"
    SILENT_WRITING = "silent_writing"
    PAIRS_FOURS = "pairs_fours"
    BREAKOUT = "breakout"
    REVEAL = "reveal"
    CLUSTER = "cluster"
    HOW_MIGHT_WE = "how_might_we"
    DOT_VOTE = "dot_vote"
    IMPACT_EFFORT = "impact_effort"
    ROUNDS = "rounds"
    CONSENT = "consent"
    COMMITMENTS = "commitments"
    CHECK_OUT = "check_out"


class PhaseStatus(enum.StrEnum):
    """The states of a phase."""

    PENDING = "pending"
    RUNNING = "running"
    DONE = "done"
    SKIPPED = "skipped"


class DesignSession(Row, Model):
    """A meeting that a facilitator runs; `desk_id` is the person who holds the desk, seen there at `desk_seen_at`.

    `frozen_timer` remembers that the freeze stopped the timer, `method` and `method_version` where the phases came from,
    `previous_id` the one whose open commitments it carries on.
    """

    __tablename__ = "design_session"
    __table_args__ = (Index(None, "state", "starts_at"), CheckConstraint("minutes > 0", name="lasts"))

    title: Mapped[str] = mapped_column(String(MAX_TITLE_LENGTH))
    lang: Mapped[str] = mapped_column(String(8))
    question: Mapped[str] = mapped_column(String(MAX_QUESTION_LENGTH), default="")
    state: Mapped[DesignState] = mapped_column(choice(DesignState, "state"), default=DesignState.DRAFT)
    initiative_id: Mapped[int | None] = mapped_column(
        ForeignKey("initiative.id", ondelete="CASCADE"), index=True
    )
    previous_id: Mapped[int | None] = mapped_column(
        ForeignKey("design_session.id", ondelete="SET NULL"), index=True
    )
    stream_id: Mapped[str] = mapped_column(ForeignKey("stream.id"), unique=True)
    method: Mapped[str] = mapped_column(String(60))
    method_version: Mapped[int] = mapped_column(default=1)
    starts_at: Mapped[datetime | None]
    minutes: Mapped[int] = mapped_column(default=90)
    started_at: Mapped[datetime | None]
    closed_at: Mapped[datetime | None]
    frozen: Mapped[bool] = mapped_column(default=False)
    frozen_timer: Mapped[bool] = mapped_column(default=False)
    locked: Mapped[bool] = mapped_column(default=False)
    round_asked: Mapped[bool] = mapped_column(default=False)
    desk_id: Mapped[int | None] = mapped_column(ForeignKey("person.id", ondelete="SET NULL"), index=True)
    desk_seen_at: Mapped[datetime | None]
    desk_away: Mapped[bool] = mapped_column(default=False)
    breakout_round: Mapped[int] = mapped_column(default=0)
    breakout_effect: Mapped[dict[str, Any]] = mapped_column(JSON, default=dict)
    broadcast: Mapped[dict[str, Any]] = mapped_column(JSON, default=dict)
    steps: Mapped[int] = mapped_column(default=0)

    if TYPE_CHECKING:
        order: InstrumentedAttribute[int]
        """Its place in a list: what goes on at this moment comes first."""

    phases: Mapped[list[Phase]] = relationship(
        cascade="all, delete-orphan", lazy="raise_on_sql", order_by="Phase.position"
    )


class PublishedPart(Model):
    """One part of the public state as readers were told it last; cards keep that themselves, in `Card.published`."""

    __tablename__ = "design_told"

    design_id: Mapped[int] = mapped_column(
        ForeignKey("design_session.id", ondelete="CASCADE"), primary_key=True, autoincrement=False
    )
    part: Mapped[str] = mapped_column(String(20), primary_key=True)
    content: Mapped[dict[str, Any]] = mapped_column(JSON)


class Phase(Row, Model):
    """A part of a design session, with a snapshot of what is allowed in it; one runs at a time.

    `run` counts how often it was begun; `voters` how many voted in it, known as a number once the session is closed; `left`
    are the seconds that remain while the timer is paused; `columns` are titles of columns that it needs on the board.
    """

    __tablename__ = "design_phase"
    __table_args__ = (
        Index(None, "design_id", "position"),
        Index(
            "uq_design_phase_running",
            "design_id",
            unique=True,
            sqlite_where=text("status = 'running'"),
            postgresql_where=text("status = 'running'"),
        ),
        CheckConstraint("minutes >= 0", name="lasts"),
    )

    design_id: Mapped[int] = mapped_column(ForeignKey("design_session.id", ondelete="CASCADE"))
    position: Mapped[int]
    kind: Mapped[PhaseKind] = mapped_column(choice(PhaseKind, "kind"))
    title: Mapped[str] = mapped_column(String(MAX_TITLE_LENGTH))
    prompt: Mapped[str] = mapped_column(Text, default="")
    minutes: Mapped[int]
    policy: Mapped[dict[str, Any]] = mapped_column(JSON)
    columns: Mapped[list[str]] = mapped_column(JSON, default=list)
    status: Mapped[PhaseStatus] = mapped_column(choice(PhaseStatus, "status"), default=PhaseStatus.PENDING)
    run: Mapped[int] = mapped_column(default=0)
    started_at: Mapped[datetime | None]
    ends_at: Mapped[datetime | None]
    left: Mapped[int | None]
    revealed: Mapped[bool] = mapped_column(default=False)
    writing_closed: Mapped[bool] = mapped_column(default=False)
    voters: Mapped[int | None]


class Participant(Row, Model):
    """Somebody who was invited to a design session, or came as a partner of its initiative.

    She takes part from `joined_at` on. Name, organisation and country are as they were when she joined: they are in
    what others were told. `hand` is her place in the queue of raised hands.
    """

    __tablename__ = "design_participant"
    __table_args__ = (UniqueConstraint("design_id", "person_id"),)

    design_id: Mapped[int] = mapped_column(ForeignKey("design_session.id", ondelete="CASCADE"))
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id", ondelete="CASCADE"), index=True)
    organisation_id: Mapped[int | None] = mapped_column(
        ForeignKey("organisation.id", ondelete="SET NULL"), index=True
    )
    name: Mapped[str] = mapped_column(String(120))
    organisation_name: Mapped[str] = mapped_column(String(160), default="")
    country: Mapped[str] = mapped_column(String(2), default="")
    lang: Mapped[str] = mapped_column(String(8), default="en")
    role: Mapped[Role] = mapped_column(choice(Role, "role"), default=Role.PARTICIPANT)
    invited: Mapped[bool] = mapped_column(default=False)
    joined_at: Mapped[datetime | None]
    removed_at: Mapped[datetime | None]
    muted: Mapped[bool] = mapped_column(default=False)
    ready: Mapped[bool] = mapped_column(default=False)
    spoken: Mapped[bool] = mapped_column(default=False)
    hand: Mapped[int | None]

    person: Mapped[Person] = relationship(lazy="raise_on_sql")
    organisation: Mapped[Organisation | None] = relationship(lazy="raise_on_sql")


class UndoStep(Row, Model):
    """A step of the board that can be undone: what the rows held before it."""

    __tablename__ = "design_step"
    __table_args__ = (UniqueConstraint("design_id", "number"),)

    design_id: Mapped[int] = mapped_column(ForeignKey("design_session.id", ondelete="CASCADE"))
    number: Mapped[int]
    kind: Mapped[str] = mapped_column(String(40))
    before: Mapped[dict[str, Any]] = mapped_column(JSON)
    created_at: Mapped[datetime] = mapped_column(default=now)


LISTED = (DesignState.LIVE, DesignState.OPEN, DesignState.SCHEDULED, DesignState.DRAFT)
DesignSession.__mapper__.add_property(
    "order",
    column_property(
        case(
            {state: place for place, state in enumerate(LISTED)}, value=DesignSession.state, else_=len(LISTED)
        )
    ),
)
