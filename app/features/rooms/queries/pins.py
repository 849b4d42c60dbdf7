"""The messages that are pinned above the talk of a room."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import and_, func, select

from app.core.database import db
from app.core.source_names import EventKind
from app.core.streams.models import Event
from app.features.rooms.models import Message, Pin, Room

PIN: EventKind = "pin"
"""The kind of the event that tells which messages of its room are pinned."""


def pinned_in(stream_id: str) -> Sequence[Event]:
    """The events of a room's pinned messages, the one that was pinned last first."""
    return db.session.scalars(
        select(Event)
        .join(Room, Room.stream_id == Event.stream_id)
        .join(Message, and_(Message.room_id == Room.id, Message.event_seq == Event.seq))
        .join(Pin, Pin.message_id == Message.id)
        .where(Event.stream_id == stream_id)
        .order_by(Pin.id.desc())
    ).all()


def is_pinned(message: Message) -> bool:
    """Whether a message is pinned."""
    return db.session.scalar(select(Pin.id).where(Pin.message_id == message.id)) is not None


def count_pins(room_id: int) -> int:
    """How many messages of a room are pinned."""
    query = select(func.count(Pin.id)).join(Message, Message.id == Pin.message_id)
    return db.session.scalar(query.where(Message.room_id == room_id)) or 0
