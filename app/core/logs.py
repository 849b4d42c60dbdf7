"""What goes into the log: what happened, where and to whom by number; never a name, a word that somebody wrote or a secret.

An address may hold a secret (a mailed link) or a name, so endpoints are logged and never paths. The text of an
exception may hold a row, so its kind and the places in the code are logged and never its words.
"""

from __future__ import annotations

import json
import logging
import re
import secrets
import sys
import time
import traceback
from datetime import UTC, datetime
from types import TracebackType
from typing import Any

import gevent
from flask import Flask, Response, g, has_app_context, has_request_context, request

from app.core.metrics.definitions import REQUEST_SECONDS, REQUESTS
from config import Settings

log = logging.getLogger("app.requests")
UNLOGGED_ENDPOINTS = frozenset({"static", "health.health", "metrics.metrics"})
"""Asked for all the time; logged only where they fail."""
REQUEST_ID = re.compile(r"[A-Za-z0-9-]{8,64}", re.ASCII)
FIELDS = ("method", "endpoint", "status", "ms")

ExcInfo = tuple[type[BaseException], BaseException, TracebackType | None] | tuple[None, None, None]


class RequestContextFilter(logging.Filter):
    """Adds to each record which request or socket's event it belongs to, and the number of the person behind it."""

    def filter(self, record: logging.LogRecord) -> bool:
        """Never leaves a record out."""
        if has_app_context():
            record.request = request_id()
            actor = g.get("actor")
            record.person = actor.person_id if actor else None
        if has_request_context() and not hasattr(record, "endpoint"):
            record.endpoint = request.endpoint
        return True


class TextFormatter(logging.Formatter):
    """A line for a person who reads along. In production no exception's words are in it."""

    def __init__(self, *, frank: bool) -> None:
        super().__init__("%(asctime)s %(levelname)s %(name)s: %(message)s")
        self.frank = frank

    def format(self, record: logging.LogRecord) -> str:
        """The line, with what belongs to it."""
        context = " ".join(f"{name}={value}" for name, value in _context_fields(record).items())
        line = super().format(record)
        first, rest, traceback = line.partition("\n")
        return f"{first} {context}{rest}{traceback}" if context else line

    def formatException(self, ei: ExcInfo) -> str:
        """The traceback; its words only where a developer reads it."""
        return super().formatException(ei) if self.frank else format_stack_frames(ei)


class JsonFormatter(TextFormatter):
    """A line of JSON for a machine that collects them."""

    def format(self, record: logging.LogRecord) -> str:
        """The line."""
        fields: dict[str, Any] = {
            "at": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname.lower(),
            "logger": record.name,
            "message": record.getMessage(),
            **_context_fields(record),
        }
        if record.exc_info:
            fields["exception"] = self.formatException(record.exc_info)
        return json.dumps(fields, ensure_ascii=False)


def _context_fields(record: logging.LogRecord) -> dict[str, Any]:
    found = {name: getattr(record, name, None) for name in ("request", "person", *FIELDS)}
    return {name: value for name, value in found.items() if value is not None}


def format_stack_frames(ei: ExcInfo) -> str:
    """The kinds of an exception and of its causes, with the places in the code that each came through."""
    parts, seen = [], set()
    error = ei[1]
    while error is not None and id(error) not in seen:
        seen.add(id(error))
        frames = (
            f"  {frame.f_code.co_filename}:{line} {frame.f_code.co_name}"
            for frame, line in traceback.walk_tb(error.__traceback__)
        )
        parts.append("\n".join([type(error).__qualname__, *frames]))
        error = error.__cause__ or (None if error.__suppress_context__ else error.__context__)
    return "\nfrom ".join(parts)


def init_logs(settings: Settings) -> None:
    """Have everything that this process logs written that way; called once, by the process that serves."""
    handler = logging.StreamHandler(sys.stderr)
    kind = JsonFormatter if settings.log == "json" else TextFormatter
    handler.setFormatter(kind(frank=settings.environment == "development"))
    handler.addFilter(RequestContextFilter())
    logging.basicConfig(handlers=[handler], force=True)
    logging.getLogger("app").setLevel(logging.INFO)

    def tell(context: object, t: Any, v: Any, tb: TracebackType | None) -> None:
        logging.getLogger("app.greenlets").error("a greenlet failed", exc_info=(t, v, tb))

    # gevent would print the traceback, with the environment of the request, past every formatter.
    gevent.get_hub().print_exception = tell  # type: ignore[method-assign]


def request_id() -> str:
    """What ties together all that is logged of one request: the proxy's own id where it gives one."""
    if "request_id" not in g:
        sent = request.headers.get("X-Request-Id", "") if has_request_context() else ""
        g.request_id = sent if REQUEST_ID.fullmatch(sent) else secrets.token_hex(8)
    found: str = g.request_id
    return found


def init_requests(app: Flask) -> None:
    """Time, count and log every request; to be called before everything else that reads requests."""

    @app.before_request
    def begin() -> None:
        g.begun = time.perf_counter()

    @app.after_request
    def finish(response: Response) -> Response:
        # A request that Flask refuses before it begins (a broken one) took no time.
        seconds = time.perf_counter() - g.get("begun", time.perf_counter())
        endpoint = request.endpoint or "none"
        REQUESTS.labels(endpoint, str(response.status_code)).inc()
        REQUEST_SECONDS.labels(endpoint).observe(seconds)
        response.headers["X-Request-Id"] = request_id()
        if endpoint not in UNLOGGED_ENDPOINTS or response.status_code >= 500:
            values = (request.method, endpoint, response.status_code, round(seconds * 1000, 1))
            log.info("answered", extra=dict(zip(FIELDS, values, strict=True)))
        return response
