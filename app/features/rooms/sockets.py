"""The socket commands of rooms: the services of the pages, answered with an acknowledgement.

`SocketCommand.rate` limits how often; the services check lengths and languages.
"""

from __future__ import annotations

from datetime import timedelta
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field

from app.core.actors import Actor
from app.core.errors import SignInNeeded
from app.core.live.commands import LiveCommand, SocketCommand
from app.core.numbers import Count, RowId
from app.features.files.models import MAX_ALT_LENGTH, MAX_FILES_PER_MESSAGE
from app.features.files.services import FileReference
from app.features.rooms import services
from app.features.rooms.models import ReactionWord
from app.features.rooms.presenters.events import Changed, Posted, ReadUpTo

MAX_WAITED_SECONDS = 30 * 24 * 3600
"""For so long a browser keeps what waits to be sent."""


class PostedFile(BaseModel):
    """A file that was sent to the room before, with what describes a picture to those who do not see it."""

    model_config = ConfigDict(strict=True, extra="forbid")

    id: str = Field(min_length=1, max_length=32)
    alt: str = Field(default="", max_length=MAX_ALT_LENGTH)


class PostCommand(LiveCommand):
    """Say something in a room, perhaps in answer to the message numbered `reply_to`, or post files there.

    `waited_seconds` is for how long it waited to be sent since it was written.
    `person` is whom the page was made for: should somebody else be signed in by now, it is not said in her name.
    """

    room: RowId
    body: str
    lang: str = Field(min_length=2, max_length=8)
    reply_to: RowId | None = None
    files: list[PostedFile] = Field(default=[], max_length=MAX_FILES_PER_MESSAGE)
    waited_seconds: Count = 0
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


class ReactCommand(LiveCommand):
    """Say one of the four words to the message numbered `seq`, or take it back."""

    room: RowId
    seq: RowId
    word: Literal["agree", "thanks", "question", "concern"]
    on: bool


class PinCommand(LiveCommand):
    """Put the message numbered `seq` above the talk, or take it from there."""

    room: RowId
    seq: RowId
    on: bool


class ReadCommand(LiveCommand):
    """Everything in a room up to `seq` was read."""

    room: RowId
    seq: Count


def post(actor: Actor, command: PostCommand) -> dict[str, Any]:
    """Say something in a room. Raises SignInNeeded where it was written by somebody else than who is signed in."""
    _check_writer(actor, command.person)
    files = [FileReference(each.id, each.alt) for each in command.files]
    return services.post_message(
        actor,
        command.room,
        command.cid,
        command.body,
        command.lang,
        command.reply_to,
        files,
        waited=timedelta(seconds=min(command.waited_seconds, MAX_WAITED_SECONDS)),
    )


def edit(actor: Actor, command: EditCommand) -> dict[str, Any]:
    """Put other words in a message's place. Raises SignInNeeded as saying it does."""
    _check_writer(actor, command.person)
    return services.edit_message(actor, command.room, command.seq, command.cid, command.body, command.lang)


def remove(actor: Actor, command: RemoveCommand) -> dict[str, Any]:
    """Take a message away. Raises SignInNeeded as saying it does."""
    _check_writer(actor, command.person)
    return services.remove_message(actor, command.room, command.seq, command.cid)


def react(actor: Actor, command: ReactCommand) -> dict[str, Any]:
    """Say a word to a message, or take it back."""
    return services.react(
        actor, command.room, command.seq, command.cid, ReactionWord(command.word), on=command.on
    )


def pin(actor: Actor, command: PinCommand) -> dict[str, Any]:
    """Put a message above the talk, or take it from there."""
    return services.pin(actor, command.room, command.seq, command.cid, on=command.on)


def read(actor: Actor, command: ReadCommand) -> dict[str, Any]:
    """Note how far the actor has read."""
    return services.mark_read(actor, command.room, command.seq)


def _check_writer(actor: Actor, person_id: int | None) -> None:
    """Let nobody speak in the name of who had the page before her."""
    if person_id not in (None, actor.person_id):
        raise SignInNeeded


COMMANDS = (
    SocketCommand("room_post", "room.post", PostCommand, post, Posted),
    SocketCommand("room_edit", "room.edit", EditCommand, edit, Changed),
    SocketCommand("room_remove", "room.remove", RemoveCommand, remove, Changed),
    SocketCommand("room_react", "room.read", ReactCommand, react, Changed),
    SocketCommand("room_pin", "room.pin", PinCommand, pin, Changed),
    SocketCommand("room_read", "room.read", ReadCommand, read, ReadUpTo, rate=40),
)
