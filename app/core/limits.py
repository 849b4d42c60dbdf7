"""Limits on attempts: how often something may be tried in a while, counted by `limits` in Redis or in this process."""

from __future__ import annotations

import logging
import time
from collections.abc import Callable

from flask import Flask, current_app, request
from limits import parse
from limits.errors import StorageError
from limits.storage import MemoryStorage, storage_from_string
from limits.strategies import FixedWindowRateLimiter

from app.core.errors import Text, TooMany
from config import Settings

log = logging.getLogger(__name__)
REDIS_TIMEOUT_SECONDS = 0.5
"""Attempts are counted inside transactions, so that nothing may wait for long."""
RETRY_SECONDS = 10.0
"""How long attempts are counted in this process after Redis failed, before it is asked again."""


class AttemptCounter:
    """Counts attempts in Redis, so that all processes count together; in this process without Redis or while it fails."""

    def __init__(self, redis_url: str) -> None:
        self._here = FixedWindowRateLimiter(MemoryStorage())
        self._shared = self._here
        self._failed_at = float("-inf")
        if redis_url:
            storage = storage_from_string(
                redis_url.replace("unix://", "redis+unix://", 1),
                wrap_exceptions=True,
                socket_connect_timeout=REDIS_TIMEOUT_SECONDS,
                socket_timeout=REDIS_TIMEOUT_SECONDS,
            )
            self._shared = FixedWindowRateLimiter(storage)

    def ask(self, question: Callable[[FixedWindowRateLimiter], bool]) -> bool:
        """The answer of the shared counter, or of this process while that fails."""
        if time.monotonic() - self._failed_at >= RETRY_SECONDS:
            try:
                return question(self._shared)
            except StorageError:
                log.exception("attempts are counted in this process alone")
                self._failed_at = time.monotonic()
        return question(self._here)

    def reset(self) -> None:
        """Forget all attempts."""
        for counter in (self._here, self._shared):
            counter.storage.reset()


def init_limits(app: Flask, settings: Settings) -> None:
    """Give the application its counter."""
    app.extensions["trama.limits"] = AttemptCounter(settings.redis_url)


def attempts() -> AttemptCounter:
    """The application's counter."""
    counter: AttemptCounter = current_app.extensions["trama.limits"]
    return counter


def count_attempt(what: str, rate: str, *who: str, say: Text | None = None) -> None:
    """Count one attempt.

    `what` names what is tried ("sign-in"), `rate` is such as "10 per minute", `who` is whose attempts are counted
    together (an address, a mail address). Raises TooMany past the rate, with the sentence `say`.
    """
    if not try_attempt(what, rate, *who):
        raise TooMany(say)


def try_attempt(what: str, rate: str, *who: str) -> bool:
    """Count one attempt like `count_attempt`; returns whether it was within the rate."""
    return attempts().ask(lambda limiter: limiter.hit(parse(rate), what, *who))


def require_attempt_left(what: str, rate: str, *who: str, say: Text | None = None) -> None:
    """Raise TooMany where no attempt is left, without counting one: for limits that only failures use up."""
    if not attempts().ask(lambda limiter: limiter.test(parse(rate), what, *who)):
        raise TooMany(say)


def forget_attempts(what: str, rate: str, *who: str) -> None:
    """Forget the attempts counted so far."""

    def clear(limiter: FixedWindowRateLimiter) -> bool:
        limiter.clear(parse(rate), what, *who)
        return True

    attempts().ask(clear)


def visitor_address() -> str:
    """The network address of the visitor who sent this request, as the declared proxies give it."""
    return request.remote_addr or "127.0.0.1"
