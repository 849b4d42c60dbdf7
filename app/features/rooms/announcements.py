"""What the rooms feature tells the others."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class RoomRead:
    """A person has read on in a room, whose owner is named by one of the two ids."""

    person_id: int
    room_id: int
    initiative_id: int | None
    introduction_id: int | None
