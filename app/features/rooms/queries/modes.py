"""Who writes in a room and how often, and the event that tells it."""

from __future__ import annotations

from collections.abc import Collection, Mapping

from sqlalchemy import select

from app.core.database import db
from app.core.source_names import EventKind
from app.features.rooms.models import Room

MODE: EventKind = "mode"
"""The kind of the event that tells who writes in its room now, and whether it is closed."""


def settings_of(room_id: int) -> Room:
    """A room as it stands now."""
    return db.session.get_one(Room, room_id, populate_existing=True)


def rooms_of_streams(stream_ids: Collection[str]) -> Mapping[str, Room]:
    """The rooms of some streams as they stand now; no query for none."""
    if not stream_ids:
        return {}
    query = select(Room).where(Room.stream_id.in_(stream_ids)).execution_options(populate_existing=True)
    return {room.stream_id: room for room in db.session.scalars(query)}
