"""Rate limits of the live connection: token buckets for events, a budget for frames and bytes."""

from __future__ import annotations

import time
from collections.abc import Hashable

from app.core.errors import TooMany

REFILL_SECONDS = 10.0
MAX_BUCKETS = 10_000


class TokenBuckets:
    """Token buckets: each holds as many as may be sent at once, and is full again after ten seconds."""

    def __init__(self) -> None:
        self._levels: dict[Hashable, tuple[float, float]] = {}

    def take_token(self, who: Hashable, rate: int) -> None:
        """Take a token out of somebody's bucket, which holds `rate`; raises TooMany when it is empty."""
        moment = time.monotonic()
        level, seen = self._levels.get(who, (float(rate), moment))
        level = min(float(rate), level + (moment - seen) * rate / REFILL_SECONDS)
        if level < 1:
            raise TooMany
        self._levels[who] = (level - 1, moment)
        if len(self._levels) > MAX_BUCKETS:
            # Buckets that have been full again for a while are dropped.
            self._levels = {
                key: kept for key, kept in self._levels.items() if moment - kept[1] < REFILL_SECONDS
            }


class FrameBudget:
    """A token bucket over incoming frames and bytes of any kind: a burst size, and a refill rate per second."""

    def __init__(
        self, frames: int, size: int, frames_per_second: float = 0.0, bytes_per_second: float = 0.0
    ) -> None:
        self._most = float(frames), float(size)
        self._rates = frames_per_second, bytes_per_second
        self._frames, self._bytes = self._most
        self._seen = time.monotonic()

    def take_frame(self, size: int) -> bool:
        """Count a frame of `size` bytes; returns whether it was within the budget."""
        moment = time.monotonic()
        passed, self._seen = moment - self._seen, moment
        self._frames = min(self._most[0], self._frames + passed * self._rates[0]) - 1
        self._bytes = min(self._most[1], self._bytes + passed * self._rates[1]) - size
        return self._frames >= 0 and self._bytes >= 0

    @property
    def is_full(self) -> bool:
        """Whether nothing of it is used up."""
        passed = time.monotonic() - self._seen
        levels = zip((self._frames, self._bytes), self._rates, self._most, strict=True)
        return all(level + passed * rate >= most for level, rate, most in levels)
