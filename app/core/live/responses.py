"""What a socket's commands are answered: refusals in the reader's language, never a traceback."""

from __future__ import annotations

import logging
import time
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from typing import Any

from flask import Flask, g

from app.core.errors import AppError
from app.core.http.error_handlers import InternalError
from app.core.live.connections import Connection
from app.core.live.protocol import ack_packet
from app.core.metrics.definitions import COMMANDS

log = logging.getLogger(__name__)


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
