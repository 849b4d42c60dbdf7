"""What happened, told in the order of time, each thing at its own moment."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta

from app.core.clock import now, standing_at


class Timeline:
    """Collects what happened and when; `tell` lets it happen."""

    def __init__(self) -> None:
        self._present = now()
        self._happenings: list[tuple[datetime, int, Callable[[], object]]] = []

    def at(self, act: Callable[[], object], *, days: float = 0, minutes: float = 0) -> None:
        """Have `act` happen so long ago; what is said first of two things of the same moment happens first."""
        moment = self._present - timedelta(days=days, minutes=minutes)
        self._happenings.append((moment, len(self._happenings), act))

    def tell(self) -> None:
        """Let everything happen, the oldest first, while the clock stands at its moment."""
        for moment, _, act in sorted(self._happenings, key=lambda each: each[:2]):
            with standing_at(moment):
                act()
