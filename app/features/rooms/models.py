"""Rooms, the messages said in them, and how each person stands to a room."""

from __future__ import annotations

import enum
from datetime import datetime
from typing import TYPE_CHECKING, NamedTuple

from sqlalchemy import (
    CheckConstraint,
    ForeignKey,
    ForeignKeyConstraint,
    Index,
    String,
    Text,
    UniqueConstraint,
    func,
    select,
)
from sqlalchemy.orm import InstrumentedAttribute, Mapped, column_property, mapped_column, relationship

from app.core.clock import now
from app.core.database import Model, Row, choice
from app.features.accounts.models import Person
from app.features.organisations.models import Organisation
from app.features.taxonomy.models import Concept

LONGEST_BODY = 4000
MAX_REASON_CHARS = 1000
"""So long is the reason why somebody reports a message."""
MAX_MENTIONS = 20
"""So many people and organisations are mentioned in one message at most."""
MAX_PINS = 5
"""So many messages of a room are pinned at most."""
MAX_THEME_CHARS = 80
"""So long is the title of a theme."""
MAX_ABOUT_CHARS = 400
MAX_THEME_CONCEPTS = 3
MAX_MUTE_DAYS = 7
SLOW_SECONDS = (30, 60, 300, 900, 3600)
"""So long somebody waits between two messages in a slow room."""


class RoomKind(enum.StrEnum):
    """What a room belongs to."""

    INITIATIVE = "initiative"
    INTRODUCTION = "introduction"
    THEME = "theme"


class RoomMode(enum.StrEnum):
    """Who writes in a room: everybody, everybody once in `slow_seconds`, or only those who moderate (others answer)."""

    OPEN = "open"
    SLOW = "slow"
    ANNOUNCE = "announce"


class Follow(enum.StrEnum):
    """Of what in a room somebody wants to be told."""

    ALL = "all"
    MENTIONS = "mentions"
    NOTHING = "nothing"


class Room(Row, Model):
    """A place to talk; it belongs to one owner or has a theme, and who may enter is derived from that."""

    __tablename__ = "room"
    __table_args__ = (
        CheckConstraint(
            "(kind = 'initiative' AND initiative_id IS NOT NULL AND introduction_id IS NULL)"
            " OR (kind = 'introduction' AND introduction_id IS NOT NULL AND initiative_id IS NULL)"
            " OR (kind = 'theme' AND introduction_id IS NULL AND initiative_id IS NULL)",
            name="one_owner",
        ),
        CheckConstraint("(mode = 'slow') = (slow_seconds > 0)", name="slow_by_seconds"),
    )

    kind: Mapped[RoomKind] = mapped_column(choice(RoomKind, "kind"))
    initiative_id: Mapped[int | None] = mapped_column(
        ForeignKey("initiative.id", ondelete="CASCADE"), unique=True
    )
    introduction_id: Mapped[int | None] = mapped_column(
        ForeignKey("introduction.id", ondelete="CASCADE"), unique=True
    )
    stream_id: Mapped[str] = mapped_column(ForeignKey("stream.id"), unique=True)
    notices_due_at: Mapped[datetime | None]
    """When the job looks for whom something is unread; None where nobody wrote since it last did."""
    mode: Mapped[RoomMode] = mapped_column(choice(RoomMode, "mode"), default=RoomMode.OPEN)
    slow_seconds: Mapped[int] = mapped_column(default=0)
    is_closed: Mapped[bool] = mapped_column(default=False)
    """Nobody writes in it any more; who could read it still can."""

    texts: Mapped[list[RoomText]] = relationship(cascade="all, delete-orphan", lazy="raise_on_sql")
    concepts: Mapped[list[RoomConcept]] = relationship(cascade="all, delete-orphan", lazy="raise_on_sql")

    if TYPE_CHECKING:
        active_at: InstrumentedAttribute[datetime]
        """When something was last said in it, else when it was opened; loaded by those who ask for it."""


class RoomText(Row, Model):
    """What the theme of a room is called in one language, and what it is about."""

    __tablename__ = "room_text"
    __table_args__ = (UniqueConstraint("room_id", "lang"),)

    room_id: Mapped[int] = mapped_column(ForeignKey("room.id", ondelete="CASCADE"))
    lang: Mapped[str] = mapped_column(String(8))
    title: Mapped[str] = mapped_column(String(MAX_THEME_CHARS))
    about: Mapped[str] = mapped_column(String(MAX_ABOUT_CHARS))


class RoomConcept(Row, Model):
    """A concept that the theme of a room is about."""

    __tablename__ = "room_concept"
    __table_args__ = (UniqueConstraint("room_id", "concept_id"),)

    room_id: Mapped[int] = mapped_column(ForeignKey("room.id", ondelete="CASCADE"))
    concept_id: Mapped[int] = mapped_column(ForeignKey("concept.id"), index=True)

    concept: Mapped[Concept] = relationship(lazy="raise_on_sql")


class ReactionWord(enum.StrEnum):
    """What somebody says to a message in one word."""

    AGREE = "agree"
    THANKS = "thanks"
    QUESTION = "question"
    CONCERN = "concern"


class RoomRow(NamedTuple):
    """A room as plain data: what is needed of it with every message."""

    id: int
    kind: RoomKind
    initiative_id: int | None
    introduction_id: int | None
    stream_id: str
    mode: RoomMode
    slow_seconds: int
    is_closed: bool


class Message(Row, Model):
    """Something said in a room; its place in the order is its event's number. Of a removed one no word is left."""

    __tablename__ = "message"
    __table_args__ = (
        UniqueConstraint("room_id", "event_seq"),
        ForeignKeyConstraint(["room_id", "reply_to"], ["message.room_id", "message.event_seq"], name="reply"),
    )

    room_id: Mapped[int] = mapped_column(ForeignKey("room.id", ondelete="CASCADE"))
    event_seq: Mapped[int]
    person_id: Mapped[int | None] = mapped_column(ForeignKey("person.id", ondelete="SET NULL"))
    organisation_id: Mapped[int | None] = mapped_column(ForeignKey("organisation.id", ondelete="SET NULL"))
    lang: Mapped[str] = mapped_column(String(8))
    body: Mapped[str] = mapped_column(Text)
    reply_to: Mapped[int | None]
    edited_at: Mapped[datetime | None]
    removed_at: Mapped[datetime | None]

    room: Mapped[Room] = relationship(lazy="raise_on_sql")
    person: Mapped[Person | None] = relationship(lazy="raise_on_sql")
    organisation: Mapped[Organisation | None] = relationship(lazy="raise_on_sql")


class Reaction(Row, Model):
    """One of the four words that a person said to a message; it goes with the message's words, and with the person."""

    __tablename__ = "reaction"
    __table_args__ = (UniqueConstraint("message_id", "person_id", "word"),)

    message_id: Mapped[int] = mapped_column(ForeignKey("message.id", ondelete="CASCADE"))
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id", ondelete="CASCADE"), index=True)
    word: Mapped[ReactionWord] = mapped_column(choice(ReactionWord, "word"))


class MessageReport(Row, Model):
    """Why somebody wants those who run the cluster to look at a message; open until one of them settles it.

    `lang` is the language that she wrote in, `person_id` who she is.
    """

    __tablename__ = "message_report"
    __table_args__ = (UniqueConstraint("message_id", "person_id"), Index(None, "settled_at", "id"))

    message_id: Mapped[int] = mapped_column(ForeignKey("message.id", ondelete="CASCADE"))
    person_id: Mapped[int | None] = mapped_column(ForeignKey("person.id", ondelete="SET NULL"), index=True)
    why: Mapped[str] = mapped_column(Text)
    lang: Mapped[str] = mapped_column(String(8))
    settled_at: Mapped[datetime | None]
    settled_by: Mapped[int | None] = mapped_column(ForeignKey("person.id", ondelete="SET NULL"), index=True)

    message: Mapped[Message] = relationship(lazy="raise_on_sql")
    person: Mapped[Person | None] = relationship(lazy="raise_on_sql", foreign_keys=[person_id])


class Mention(Row, Model):
    """That a message names a person or an organisation; the name itself is kept nowhere with it."""

    __tablename__ = "mention"
    __table_args__ = (
        UniqueConstraint("room_id", "event_seq", "person_id"),
        UniqueConstraint("room_id", "event_seq", "organisation_id"),
        ForeignKeyConstraint(
            ["room_id", "event_seq"],
            ["message.room_id", "message.event_seq"],
            name="message",
            ondelete="CASCADE",
        ),
        CheckConstraint("(person_id IS NULL) <> (organisation_id IS NULL)", name="one_named"),
    )

    room_id: Mapped[int]
    event_seq: Mapped[int]
    person_id: Mapped[int | None] = mapped_column(ForeignKey("person.id", ondelete="CASCADE"), index=True)
    organisation_id: Mapped[int | None] = mapped_column(
        ForeignKey("organisation.id", ondelete="CASCADE"), index=True
    )


class Pin(Row, Model):
    """A message that stands above the talk of its room; `person_id` is who put it there."""

    __tablename__ = "pin"

    message_id: Mapped[int] = mapped_column(ForeignKey("message.id", ondelete="CASCADE"), unique=True)
    person_id: Mapped[int | None] = mapped_column(ForeignKey("person.id", ondelete="SET NULL"), index=True)


class ReadMark(Row, Model):
    """How far a person has read a stream."""

    __tablename__ = "read_mark"
    __table_args__ = (UniqueConstraint("person_id", "stream_id"),)

    person_id: Mapped[int] = mapped_column(ForeignKey("person.id", ondelete="CASCADE"))
    stream_id: Mapped[str] = mapped_column(ForeignKey("stream.id", ondelete="CASCADE"), index=True)
    seq: Mapped[int] = mapped_column(default=0)
    updated_at: Mapped[datetime] = mapped_column(default=now, onupdate=now)


class RoomMember(Row, Model):
    """How a person stands to a room: of what she is told, until when she is muted, and when she last wrote in it slowly.

    It gives no access: that is derived from the room's owner.
    """

    __tablename__ = "room_member"
    __table_args__ = (UniqueConstraint("room_id", "person_id"),)

    room_id: Mapped[int] = mapped_column(ForeignKey("room.id", ondelete="CASCADE"))
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id", ondelete="CASCADE"), index=True)
    follow: Mapped[Follow | None] = mapped_column(choice(Follow, "follow"))
    muted_until: Mapped[datetime | None]
    posted_at: Mapped[datetime | None]
    """When she last wrote while the room was slow; it also counts where that message is gone."""

    person: Mapped[Person] = relationship(lazy="raise_on_sql")


Room.__mapper__.add_property(
    "active_at",
    column_property(
        func.coalesce(
            select(Message.created_at)
            .where(Message.room_id == Room.id, Message.removed_at.is_(None))
            .order_by(Message.event_seq.desc())
            .limit(1)
            .correlate_except(Message)
            .scalar_subquery(),
            Room.created_at,
        ),
        deferred=True,
    ),
)
