"""What sockets may ask of rooms; the finer limits are the services', which answer in the reader's language."""

from __future__ import annotations

from pydantic import Field

from app.core.live.commands import LiveCommand
from app.core.numbers import Count, RowId


class PostCommand(LiveCommand):
    """Say something in a room, perhaps in answer to the message numbered `reply_to`.

    `person` is whom the page was made for: should somebody else be signed in by now, it is not said in her name.
    """

    room: RowId
    body: str
    lang: str = Field(min_length=2, max_length=8)
    reply_to: RowId | None = None
    person: RowId | None = None


class EditCommand(LiveCommand):
    """Put other words in place of those of one's own message numbered `seq`; `person` as for saying it."""

    room: RowId
    seq: RowId
    body: str
    lang: str = Field(min_length=2, max_length=8)
    person: RowId | None = None


class RemoveCommand(LiveCommand):
    """Take the message numbered `seq` away; `person` as for saying it."""

    room: RowId
    seq: RowId
    person: RowId | None = None


class ReadCommand(LiveCommand):
    """Everything in a room up to `seq` was read."""

    room: RowId
    seq: Count
