"""Counts that a process keeps in memory until it writes them to the database once a minute.

What it counted in its last minute is lost if it dies; a figure of a week bears that.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from threading import Lock
from typing import Generic, TypeVar

Key = TypeVar("Key")
MAX_PENDING_KEYS = 100_000
"""While the database takes nothing, new keys beyond so many are dropped."""


class PendingCounts(Generic[Key]):
    """What was counted and not yet written, by key."""

    def __init__(self) -> None:
        self._lock = Lock()
        self._waiting = Counter[Key]()

    def add(self, counts: Counter[Key]) -> None:
        """Count some more."""
        with self._lock:
            if len(self._waiting) + len(counts) <= MAX_PENDING_KEYS:
                self._waiting.update(counts)

    def add_each(self, keys: Iterable[Key]) -> None:
        """Count each of these once."""
        self.add(Counter(keys))

    def take(self) -> Counter[Key]:
        """Everything that waits to be written; nothing waits then."""
        with self._lock:
            taken, self._waiting = self._waiting, Counter()
        return taken
