"""The live door of rooms: the same services, answered with an ack."""

from __future__ import annotations

from typing import Any

from app.core.actors import Actor
from app.core.errors import SignInNeeded
from app.core.live.commands import SocketCommand
from app.features.rooms import services
from app.features.rooms.commands import PostCommand, ReadCommand


def post(actor: Actor, command: PostCommand) -> dict[str, Any]:
    """Say something in a room. Raises SignInNeeded where it was written by somebody else than who is signed in."""
    if command.person not in (None, actor.person_id):
        raise SignInNeeded
    return services.post_message(
        actor, command.room, command.cid, command.body, command.lang, command.reply_to
    )


def read(actor: Actor, command: ReadCommand) -> dict[str, Any]:
    """Note how far the actor has read."""
    return services.mark_read(actor, command.room, command.seq)


COMMANDS = (
    SocketCommand("room_post", "room.post", PostCommand, post),
    SocketCommand("room_read", "room.read", ReadCommand, read, rate=40),
)
