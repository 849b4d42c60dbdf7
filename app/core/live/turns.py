"""Requests that come at once begin one after the other, everybody's in turn, so that others get in between."""

from __future__ import annotations

from collections import OrderedDict, deque
from collections.abc import Hashable

import gevent
from gevent.event import Event


class Turns:
    """Who may begin: one at a time, until it first waits for something or ends; each asker's requests in their order.

    Without it forty requests of one person are all in the event loop's own queue, and every later request waits for
    all of them.
    """

    def __init__(self) -> None:
        self._is_taken = False
        self._waiting: OrderedDict[Hashable, deque[Event]] = OrderedDict()

    def take(self, asker: Hashable) -> None:
        """Wait until it is this asker's turn; the turn ends by itself when the greenlet first waits or ends."""
        if self._is_taken:
            turn = Event()
            self._waiting.setdefault(asker, deque()).append(turn)
            turn.wait()
        self._is_taken = True
        gevent.spawn(self._pass_on)

    def _pass_on(self) -> None:
        """Give the turn to the asker who has waited longest since her last one; her other requests wait behind all."""
        if not self._waiting:
            self._is_taken = False
            return
        asker, line = self._waiting.popitem(last=False)
        line.popleft().set()
        if line:
            self._waiting[asker] = line
