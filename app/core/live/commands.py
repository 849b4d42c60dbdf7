"""What a live feature offers on a socket: each command with its permission, its form and its handler."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from flask import Flask
from pydantic import BaseModel, ConfigDict, Field

from app.core.actors import Actor
from app.core.live.protocol import OLDEST_VERSION, PROTOCOL_VERSION


class LiveCommand(BaseModel):
    """The base of all commands: strict, nothing unknown, with the sender's id for it.

    `acting_as` is the key of the actor for whom it was written (`Actor.key`): another one is asked, not served. A
    program that leaves it out acts as its sign-in does.
    """

    model_config = ConfigDict(strict=True, extra="forbid", str_max_length=20_000)

    v: int = Field(default=OLDEST_VERSION, ge=OLDEST_VERSION, le=PROTOCOL_VERSION)
    cid: str = Field(min_length=8, max_length=64, pattern=r"^[A-Za-z0-9_-]+$")
    acting_as: str | None = Field(default=None, max_length=24, pattern=r"^[0-9]+:[0-9]*$")


@dataclass(frozen=True)
class SocketCommand:
    """A Socket.IO event that clients may send.

    `handle(actor, command)` runs in a writing transaction and returns the plain answer of the ack, whose type is
    `answer`; `rate` is how many an actor may send in ten seconds.
    """

    event: str
    permission: str
    form: type[LiveCommand]
    handle: Callable[[Actor, Any], dict[str, Any]]
    answer: Any
    rate: int = 20


def register_commands(app: Flask, commands: Iterable[SocketCommand]) -> None:
    """Make commands known to the connection handler."""
    table = app.extensions.setdefault("trama.commands", {})
    table.update({command.event: command for command in commands})


def commands_of(app: Flask) -> Mapping[str, SocketCommand]:
    """All commands by the name of their event."""
    table: Mapping[str, SocketCommand] = app.extensions.get("trama.commands", {})
    return table
