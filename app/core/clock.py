"""The one place where the time is read, so that it can be set: by a test, and by what fills the demonstration."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import UTC, date, datetime

EARLIEST_DAY, LATEST_DAY = date(1900, 1, 1), date(2199, 12, 31)
"""The days that people may choose; at the ends of the calendar a time zone would leave it."""
_set_moment: ContextVar[datetime | None] = ContextVar("set_moment", default=None)


def now() -> datetime:
    """The present moment in UTC."""
    return _set_moment.get() or datetime.now(UTC)


@contextmanager
def standing_at(moment: datetime) -> Iterator[None]:
    """Set the time to `moment` for what runs in this context; other contexts keep the present."""
    token = _set_moment.set(moment)
    try:
        yield
    finally:
        _set_moment.reset(token)
