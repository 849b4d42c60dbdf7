"""The translation service, which speaks LibreTranslate's protocol: what is asked of it, and how much it may take."""

from __future__ import annotations

import json
import logging
import time
from collections.abc import Sequence
from http.client import HTTPConnection, HTTPException, HTTPResponse, HTTPSConnection
from threading import BoundedSemaphore
from typing import Any
from urllib.parse import urlsplit

from flask import current_app
from flask_babel import lazy_gettext as _l

from app.core.errors import Conflict, TooMany
from config import Settings

log = logging.getLogger(__name__)
MAX_SECONDS = 10.0
"""So long an answer may take; once it has begun to come, a single piece of it may take as long again."""
MIN_SECONDS = 0.1
MAX_ANSWER_BYTES = 512 * 1024
MAX_CONCURRENT_REQUESTS = 4
"""So many requests of one process wait for the service at a time."""
GROWTH, MIN_CHARS = 4, 200
"""A line may come back so many times as long, and so many characters longer."""
NO_ANSWER = _l("The translation service gave no answer. Try again later.")
_CHUNK_BYTES = 64 * 1024
_turns = BoundedSemaphore(MAX_CONCURRENT_REQUESTS)


class UnusableAnswer(Exception):
    """The service answered something that is no translation; the message says what, for the operator."""


def is_configured() -> bool:
    """Whether this installation has a translation service."""
    settings: Settings = current_app.extensions["trama.settings"]
    return bool(settings.translate_url)


def service_host() -> str:
    """The host of the translation service, which people are told; "" without one."""
    settings: Settings = current_app.extensions["trama.settings"]
    return urlsplit(settings.translate_url).hostname or ""


def translate_lines(lines: Sequence[str], source: str, target: str) -> list[str]:
    """Each line in the language `target`, in the same order, out of the language `source`.

    It must not run inside a transaction: it takes up to MAX_SECONDS. Raises TooMany while others wait for the service, and
    Conflict with a sentence where it does not answer in time or answers something else.
    """
    if not _turns.acquire(blocking=False):
        raise TooMany(_l("Several texts are being translated at the moment. Try again in a minute."))
    try:
        return _read(_ask({"q": list(lines), "source": source, "target": target, "format": "text"}), lines)
    except (OSError, HTTPException, UnusableAnswer) as error:
        log.warning("the translation service gave nothing: %s: %s", type(error).__name__, error)
        raise Conflict(NO_ANSWER) from error
    finally:
        _turns.release()


def _ask(question: dict[str, Any]) -> bytes:
    """The body of the service's answer. Redirects are not followed: the words go to the service and nowhere else."""
    settings: Settings = current_app.extensions["trama.settings"]
    deadline = time.monotonic() + MAX_SECONDS
    address = urlsplit(settings.translate_url)
    kind = HTTPSConnection if address.scheme == "https" else HTTPConnection
    connection = kind(address.hostname or "", address.port, timeout=MAX_SECONDS)
    if settings.translate_key:
        question = {**question, "api_key": settings.translate_key}
    try:
        connection.request(
            "POST",
            f"{address.path.rstrip('/')}/translate",
            json.dumps(question).encode(),
            {"Content-Type": "application/json", "Accept": "application/json", "Accept-Encoding": "identity"},
        )
        connection.sock.settimeout(max(deadline - time.monotonic(), MIN_SECONDS))
        answer = connection.getresponse()
        if answer.status != 200:
            raise UnusableAnswer(f"status {answer.status}")
        return _body(answer, deadline)
    finally:
        connection.close()


def _body(answer: HTTPResponse, deadline: float) -> bytes:
    """The bytes of an answer, read until the deadline; raises UnusableAnswer past MAX_ANSWER_BYTES."""
    body = bytearray()
    while chunk := answer.read1(_CHUNK_BYTES):
        body += chunk
        if len(body) > MAX_ANSWER_BYTES:
            raise UnusableAnswer("the answer is too large")
        if time.monotonic() > deadline:
            raise TimeoutError("the answer takes too long")
    return bytes(body)


def _read(body: bytes, lines: Sequence[str]) -> list[str]:
    """The lines of an answer; raises UnusableAnswer where it does not have one for each of `lines`."""
    try:
        found = json.loads(body)
    except (ValueError, RecursionError) as error:
        raise UnusableAnswer("the answer is no JSON") from error
    given = found.get("translatedText") if isinstance(found, dict) else None
    if not isinstance(given, list) or len(given) != len(lines):
        raise UnusableAnswer("the answer has no list of as many texts")
    for text, line in zip(given, lines, strict=True):
        if not isinstance(text, str) or not text.strip() or len(text) > GROWTH * len(line) + MIN_CHARS:
            raise UnusableAnswer("a text of the answer is none, empty or too long")
    return given
