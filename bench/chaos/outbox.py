"""What was written and is not confirmed yet, as the pages' own client keeps it (`static/src/js/live/outbox.js`)."""

from __future__ import annotations

import random
import secrets
from typing import Any

MIN_RETRY_SECONDS = 0.5
MAX_RETRY_SECONDS = 20.0
RETRIED_CODES = ("too_many", "broken")


class Outbox:
    """The messages of one person for one room: one under way at a time, under the same id however often it is sent.

    `written` holds all of them in the order of writing.
    """

    def __init__(self, chance: random.Random) -> None:
        self.waiting: list[tuple[str, str]] = []
        self.written: list[str] = []
        self.under_way = False
        self._attempts = 0
        self._chance = chance

    def add(self, body: str) -> None:
        """Write something."""
        cid = secrets.token_urlsafe(12)
        self.waiting.append((cid, body))
        self.written.append(cid)

    def answered(self, answer: dict[str, Any] | None) -> float:
        """Take the answer to the first that waits, None where none came; returns how long to wait before the next."""
        self.under_way = False
        if answer is not None and (answer["ok"] or answer["code"] not in RETRIED_CODES):
            self._attempts = 0
            # What the server will not take is in nobody's list: the verdict counts it among the lost.
            self.waiting.pop(0)
            return 0.0
        pause = min(MAX_RETRY_SECONDS, MIN_RETRY_SECONDS * 2**self._attempts)
        self._attempts += 1
        return pause * self._chance.uniform(0.5, 1.5)
