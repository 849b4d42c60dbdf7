"""Limits on attempts: how often a door may be knocked at in a while."""

from __future__ import annotations

from flask import Flask
from flask_limiter import Limiter
from flask_limiter.util import get_remote_address
from limits import parse

from app.core.errors import Text, TooMany
from config import Settings

limiter = Limiter(key_func=get_remote_address)


def init_limits(app: Flask, settings: Settings) -> None:
    """Count in Redis where there is one, so that all processes count together; else in memory."""
    url = settings.redis_url.replace("unix://", "redis+unix://", 1)
    app.config["RATELIMIT_STORAGE_URI"] = url or "memory://"
    app.config["RATELIMIT_IN_MEMORY_FALLBACK_ENABLED"] = bool(url)
    app.config["RATELIMIT_IN_MEMORY_FALLBACK"] = ["1000/minute"]
    limiter.init_app(app)


def spend(what: str, rate: str, *who: str, say: Text | None = None) -> None:
    """Count one attempt.

    `what` names the door ("sign-in"), `rate` is such as "10 per minute", `who` is whose attempts are counted
    together (an address, a mail address). Raises TooMany past the rate, with the sentence `say`.
    """
    if not limiter.limiter.hit(parse(rate), what, *who):
        raise TooMany(say)


def require_left(what: str, rate: str, *who: str, say: Text | None = None) -> None:
    """Raise TooMany where no attempt is left, without counting one: for limits that only failures use up."""
    if not limiter.limiter.test(parse(rate), what, *who):
        raise TooMany(say)


def forgive(what: str, rate: str, *who: str) -> None:
    """Forget the attempts counted so far."""
    limiter.limiter.clear(parse(rate), what, *who)


def visitor_address() -> str:
    """The network address of whoever sent this request, as the declared proxies tell it."""
    return get_remote_address()
