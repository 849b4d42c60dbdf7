"""The types of what rooms send."""

from __future__ import annotations

from typing import Literal

from app.core.payloads import Payload


class RoomPerson(Payload):
    """Who did something; `role` is there only where it tells something."""

    id: int
    name: str
    role: str | None


class RoomWeave(Payload):
    """The dyes of an organisation's weave."""

    warp: list[str]
    weft: list[str]


class RoomOrganisation(Payload):
    """An organisation beside what it said."""

    slug: str
    name: str
    country: str | None
    weave: RoomWeave


class Quote(Payload):
    """The first words of a message that is answered, or that is changed or removed."""

    seq: int
    name: str | None
    text: str
    lang: str | None


class LastEdit(Payload):
    """The number and the moment of a message's last change."""

    seq: int
    at: str


class _RoomEvent(Payload):
    seq: int
    at: str
    actor: RoomPerson | None
    organisation: RoomOrganisation | None
    body: str
    html: str
    lang: str | None
    reply_to: int | None
    cid: str | None
    quote: Quote | None
    edited: LastEdit | None
    removed_by: Literal["author", "facilitator"] | None
    redacted: bool


class MessageEvent(_RoomEvent):
    """A message, as it stands now; of one that was removed the words are gone."""

    kind: Literal["message"]
    target: None


class EditedEvent(_RoomEvent):
    """New words of the message numbered `target`; none where a later change or the removal has them."""

    kind: Literal["edited"]
    target: int


class RemovedEvent(_RoomEvent):
    """The removal of the message numbered `target`."""

    kind: Literal["removed"]
    target: int


class Posted(Payload):
    """The acknowledgement of a message: its number."""

    seq: int
    room: int


class Changed(Posted):
    """The acknowledgement of a change or a removal: its own number and that of its message."""

    target: int


class ReadUpTo(Payload):
    """How far somebody has read a room, and how many messages wait for her in all her rooms."""

    room: int
    seq: int
    unread: int


EVENTS = {"message": MessageEvent, "edited": EditedEvent, "removed": RemovedEvent}
