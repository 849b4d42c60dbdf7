"""Limits on attempts: how often a door may be knocked at in a while."""

from __future__ import annotations

import logging
from collections.abc import Callable

from flask import Flask
from flask_limiter import Limiter
from flask_limiter.util import get_remote_address
from limits import parse
from limits.errors import StorageError
from limits.storage import MemoryStorage
from limits.strategies import FixedWindowRateLimiter, RateLimiter

from app.core.errors import Text, TooMany
from config import Settings

log = logging.getLogger(__name__)
limiter = Limiter(key_func=get_remote_address)
_here = FixedWindowRateLimiter(MemoryStorage())
"""Counts in this process while Redis cannot be asked: nobody is kept out, and nobody may guess without end."""
PATIENCE = 2


def init_limits(app: Flask, settings: Settings) -> None:
    """Count in Redis where there is one, so that all processes count together; else in memory."""
    url = settings.redis_url.replace("unix://", "redis+unix://", 1)
    app.config["RATELIMIT_STORAGE_URI"] = url or "memory://"
    if url:
        app.config["RATELIMIT_STORAGE_OPTIONS"] = {
            "wrap_exceptions": True,
            "socket_connect_timeout": PATIENCE,
            "socket_timeout": PATIENCE,
        }
    app.config["RATELIMIT_IN_MEMORY_FALLBACK_ENABLED"] = bool(url)
    app.config["RATELIMIT_IN_MEMORY_FALLBACK"] = ["1000/minute"]
    limiter.init_app(app)


def _ask(question: Callable[[RateLimiter], bool]) -> bool:
    """Ask those who count: everywhere, else here."""
    try:
        return question(limiter.limiter)
    except StorageError:
        log.exception("attempts are counted in this process alone")
        return question(_here)


def spend(what: str, rate: str, *who: str, say: Text | None = None) -> None:
    """Count one attempt.

    `what` names the door ("sign-in"), `rate` is such as "10 per minute", `who` is whose attempts are counted
    together (an address, a mail address). Raises TooMany past the rate, with the sentence `say`.
    """
    if not try_spend(what, rate, *who):
        raise TooMany(say)


def try_spend(what: str, rate: str, *who: str) -> bool:
    """Count one attempt like `spend`; returns whether it was within the rate."""
    return _ask(lambda limiter: limiter.hit(parse(rate), what, *who))


def require_left(what: str, rate: str, *who: str, say: Text | None = None) -> None:
    """Raise TooMany where no attempt is left, without counting one: for limits that only failures use up."""
    if not _ask(lambda limiter: limiter.test(parse(rate), what, *who)):
        raise TooMany(say)


def forgive(what: str, rate: str, *who: str) -> None:
    """Forget the attempts counted so far."""

    def clear(limiter: RateLimiter) -> bool:
        limiter.clear(parse(rate), what, *who)
        return True

    _ask(clear)


def visitor_address() -> str:
    """The network address of whoever sent this request, as the declared proxies tell it."""
    return get_remote_address()
