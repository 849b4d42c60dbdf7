"""What a live feature offers: commands, each with its permission, its form and its handler, by a socket or a request."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any, TypeVar

from flask import Flask
from flask_babel import lazy_gettext as _l
from pydantic import BaseModel, ConfigDict, Field, ValidationError
from pydantic_core import ErrorDetails

from app.core.actors import Actor
from app.core.errors import AppError, Invalid, SignInNeeded, Text
from app.core.http.request_actor import check_actor, load_actor
from app.core.live.protocol import OLDEST_VERSION, PROTOCOL_VERSION, dumps
from app.core.live.rate_limits import TokenBuckets

NUL = "\\u0000"
"""How JSON writes a NUL."""
BROKEN_CHARACTER = _l("There is a broken character in this text. Please write it again.")
Form = TypeVar("Form", bound=BaseModel)


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


def rate_buckets(app: Flask) -> TokenBuckets:
    """The token buckets of all events of this process: one for each person and event, whichever way it comes."""
    buckets: TokenBuckets = app.extensions.setdefault("trama.event_buckets", TokenBuckets())
    return buckets


def run_command(command: SocketCommand, form: LiveCommand, token: str | None) -> dict[str, Any]:
    """Run a command in the caller's write transaction, for the actor as she is inside it; returns its plain answer.

    Raises SignInNeeded for a visitor, ActorChanged where the command was written for another actor.
    """
    actor = load_actor(token)
    if actor.person is None:
        raise SignInNeeded
    check_actor(actor, form.acting_as)
    return command.handle(actor, form)


# --- Forms ------------------------------------------------------------------------------------------------------


class OutdatedClient(AppError):
    """The page speaks a version of the protocol that this server no longer does, or not yet."""

    status = 426
    code = "outdated"
    default = _l("This page is from another version of Trama. Reload it; what you wrote is kept.")


def parse_payload(form: type[Form], payload: Mapping[str, Any]) -> Form:
    """What was sent, checked by its form. Raises Invalid with a sentence at each field, or OutdatedClient."""
    text = dumps(payload)
    if NUL in text and _has_nul(payload):
        raise Invalid(BROKEN_CHARACTER)
    try:
        return form.model_validate_json(text.encode())
    except UnicodeEncodeError as error:
        raise Invalid(BROKEN_CHARACTER) from error
    except ValidationError as error:
        details = error.errors(include_url=False, include_input=False)
        if any(detail["loc"] == ("v",) for detail in details):
            raise OutdatedClient from error
        # Pydantic's own words are English: each mistake has a sentence of ours.
        fields: dict[str, list[Text]] = {}
        for mistake in details:
            name = ".".join(str(part) for part in mistake["loc"]) or "form"
            fields.setdefault(name, []).append(_sentence(mistake))
        raise Invalid(fields=fields) from error


def _has_nul(value: Any) -> bool:
    """Whether a NUL, which no database keeps, stands in one of the texts of some JSON."""
    if isinstance(value, str):
        return "\0" in value
    if isinstance(value, Mapping):
        return any(map(_has_nul, value)) or any(map(_has_nul, value.values()))
    return isinstance(value, list) and any(map(_has_nul, value))


def _sentence(detail: ErrorDetails) -> Text:
    limits = detail.get("ctx", {})
    if detail["type"] == "missing":
        return _l("This is missing.")
    if detail["type"] == "string_too_short":
        return _l("Write something here.")
    if detail["type"] == "string_too_long":
        return _l("At most %(max)d characters.", max=int(limits["max_length"]))
    if detail["type"] == "extra_forbidden":
        return _l("This does not belong here.")
    return _l("We do not understand this.")
