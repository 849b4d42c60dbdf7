"""How often somebody may send the same kind of event: a bucket of tokens each, refilled over time."""

from __future__ import annotations

import time
from collections.abc import Hashable

from app.core.errors import TooMany

PERIOD = 10.0
MANY = 10_000


class Buckets:
    """Token buckets: each holds as many as may be sent at once, and is full again after ten seconds."""

    def __init__(self) -> None:
        self._levels: dict[Hashable, tuple[float, float]] = {}

    def spend(self, who: Hashable, rate: int) -> None:
        """Take a token out of somebody's bucket, which holds `rate`; raises TooMany when it is empty."""
        moment = time.monotonic()
        level, seen = self._levels.get(who, (float(rate), moment))
        level = min(float(rate), level + (moment - seen) * rate / PERIOD)
        if level < 1:
            raise TooMany
        self._levels[who] = (level - 1, moment)
        if len(self._levels) > MANY:
            self._forget(moment)

    def _forget(self, moment: float) -> None:
        """Drop the buckets that have been full again for a while."""
        self._levels = {who: kept for who, kept in self._levels.items() if moment - kept[1] < PERIOD}
