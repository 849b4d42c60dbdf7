"""The order of a stream as the pages' own client keeps it (`static/src/js/live/follower.js`)."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, NamedTuple


class Said(NamedTuple):
    """A message at its place: what a reader shows, or what the database holds."""

    seq: int
    cid: str
    body: str


class Follower:
    """Applies every event of a stream once and in its turn; what comes early waits until the gap before it is filled.

    `received` is what a person would see, in the order in which it appeared; `told` is how far the server last said,
    at a subscription, that the stream goes.
    """

    def __init__(self) -> None:
        self.last = 0
        self.told = 0
        self.epoch: str | None = None
        self.received: list[Said] = []
        self._early: dict[int, dict[str, Any]] = {}

    @property
    def has_gap(self) -> bool:
        """Whether something came that cannot be shown yet."""
        return bool(self._early)

    def take(self, epoch: str, events: Iterable[dict[str, Any]]) -> None:
        """Take events as they came; another epoch means to start afresh."""
        if epoch != self.epoch:
            self.__init__()  # type: ignore[misc]
            self.epoch = epoch
        for event in events:
            if event["seq"] > self.last:
                self._early[event["seq"]] = event
        while event := self._early.pop(self.last + 1, None):
            self.last = event["seq"]
            self.received.append(Said(event["seq"], event["cid"], event["body"]))
