"""What a socket's commands are answered: forms read strictly, refusals in the reader's language, never a traceback."""

from __future__ import annotations

import logging
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from functools import cache
from typing import Any, TypeVar

from flask import Flask, g
from flask_babel import lazy_gettext as _l
from pydantic import BaseModel, ValidationError
from pydantic_core import ErrorDetails

from app.core.errors import AppError, Invalid, Text
from app.core.http.error_handlers import InternalError
from app.core.live.connections import Connection
from app.core.live.protocol import ack_packet, dumps
from app.core.metrics.definitions import COMMANDS

log = logging.getLogger(__name__)

NUL = "\\u0000"
"""How JSON writes a NUL."""
BROKEN_CHARACTER = _l("There is a broken character in this text. Please write it again.")
Form = TypeVar("Form", bound=BaseModel)


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


class Reply:
    """The answer to one event, given once: at once, or when what it asked for is on disk."""

    def __init__(self, app: Flask, connection: Connection, event: str, number: str) -> None:
        self._app = app
        self._connection = connection
        self._event = event
        self._number = number
        self._since = time.perf_counter()

    def __call__(self, outcome: dict[str, Any] | BaseException) -> None:
        """Answer with what came of it: a plain answer, or what was raised; not at all where no answer is wanted."""
        answer = {"ok": True, **outcome} if isinstance(outcome, dict) else self._refusal(outcome)
        _seconds_of(self._event).observe(time.perf_counter() - self._since)
        if self._number:
            self._connection.websocket.send(ack_packet(self._number, answer))

    def _refusal(self, error: BaseException) -> dict[str, Any]:
        """What a refusal says in her language; of a mistake of ours nothing is told."""
        if not isinstance(error, AppError):
            log.error("a mistake at the socket's event %s", self._event, exc_info=error)
            error = InternalError()
        with connection_context(self._app, self._connection):
            return error_response(error)


_seconds_of = cache(COMMANDS.labels)


@contextmanager
def connection_context(app: Flask, connection: Connection) -> Iterator[None]:
    """The application's context for a connection: its sign-in and its language.

    It costs as much as a question to the database: what needs none does without.
    """
    with app.app_context():
        g.lang, g.token = connection.language, connection.token
        yield


def error_response(error: AppError) -> dict[str, Any]:
    """A refusal as the answer of an acknowledgement, in the language of this moment."""
    return {
        "ok": False,
        "code": error.code,
        "message": str(error.message),
        "fields": {name: [str(sentence) for sentence in texts] for name, texts in error.fields.items()},
        **error.details,
    }


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
