"""Cooperative fair scheduling: requests share the event loop in short time slices, the one who used least goes first.

All requests of a process run in one thread, and gevent switches only where a greenlet waits. A page that takes 80 ms
in one go, or forty requests of one person, would keep everybody else waiting. So each request runs as a task, whose
slices end at checkpoints (before each SQL statement, between the parts of a page). Between two slices sockets are
polled, and the next slice goes to the asker who used the least processor time lately:
`used(now) = Σ_slices seconds · 2^(-(now - end of slice) / HALF_LIFE_SECONDS)`. Requests of one asker run one after
the other.
"""

from __future__ import annotations

import time
from collections import deque
from collections.abc import Hashable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar

import gevent
from gevent.event import Event

SLICE_SECONDS = 0.01
HALF_LIFE_SECONDS = 0.1
"""About as long as a page takes: of 0.03 to 3 s this one kept others waiting least in `./dev bench abuse`."""
POLL_SECONDS = 1e-5
"""A timer instead of a mere switch: the event loop polls its sockets before it fires."""
MAX_USAGES = 10_000


class FairScheduler:
    """Grants time slices, one at a time: a slice ends when its greenlet first waits for anything, or ends."""

    def __init__(self) -> None:
        self._is_running = False
        self._waiting: dict[Hashable, deque[Event]] = {}
        self._usages: dict[Hashable, tuple[float, float]] = {}

    @contextmanager
    def task(self, asker: Hashable, *, is_short: bool = False) -> Iterator[None]:
        """Run the block in time slices on behalf of `asker`; `checkpoint` within it ends a slice that is used up.

        What `is_short` goes before the asker's other tasks: a message must not wait for her page.
        """
        task = _Task(self, asker, is_short)
        task.wait_for_slice()
        reset = _current.set(task)
        try:
            yield
        finally:
            _current.reset(reset)

    def wait_for_slice(self, asker: Hashable, goes_first: bool) -> None:
        """Wait until it is this asker's turn; with `goes_first` before her other tasks."""
        if self._is_running:
            granted = Event()
            line = self._waiting.setdefault(asker, deque())
            if goes_first:
                line.appendleft(granted)
            else:
                line.append(granted)
            try:
                granted.wait()
            except BaseException:
                # Leave the line; a slice that was already granted is passed on.
                if granted.is_set():
                    gevent.spawn(self._end_slice, asker, time.perf_counter())
                else:
                    self._waiting[asker].remove(granted)
                    if not self._waiting[asker]:
                        del self._waiting[asker]
                raise
        self._is_running = True
        gevent.spawn(self._end_slice, asker, time.perf_counter())

    def _end_slice(self, asker: Hashable, began: float) -> None:
        """Runs once the greenlet of a slice waits or has ended: count what it used and grant the next slice."""
        now = time.perf_counter()
        self._usages[asker] = (self._usage(asker, now) + now - began, now)
        if len(self._usages) > MAX_USAGES:
            self._usages = {
                each: kept for each, kept in self._usages.items() if self._usage(each, now) > 1e-4
            }
        if self._waiting:
            gevent.sleep(POLL_SECONDS)
        if not self._waiting:
            self._is_running = False
            return
        now = time.perf_counter()
        chosen = min(self._waiting, key=lambda each: self._usage(each, now))
        line = self._waiting[chosen]
        line.popleft().set()
        if not line:
            del self._waiting[chosen]

    def _usage(self, asker: Hashable, now: float) -> float:
        """Seconds of processor time that the asker used lately."""
        seconds, counted_at = self._usages.get(asker, (0.0, now))
        return float(seconds * 2 ** (-(now - counted_at) / HALF_LIFE_SECONDS))


class _Task:
    """A request that runs in time slices."""

    def __init__(self, scheduler: FairScheduler, asker: Hashable, goes_first: bool) -> None:
        self._scheduler = scheduler
        self._asker = asker
        self._goes_first = goes_first
        self._began = 0.0

    def wait_for_slice(self) -> None:
        self._scheduler.wait_for_slice(self._asker, self._goes_first)
        self._began = time.perf_counter()
        # What was begun is finished before what was not.
        self._goes_first = True

    def checkpoint(self) -> None:
        if time.perf_counter() - self._began >= SLICE_SECONDS:
            self.wait_for_slice()


_current: ContextVar[_Task | None] = ContextVar("task", default=None)


def checkpoint() -> None:
    """Let others run if this task's time slice is used up; does nothing outside of tasks and in `uninterrupted`."""
    task = _current.get()
    if task is not None:
        task.checkpoint()


@contextmanager
def uninterrupted() -> Iterator[None]:
    """No checkpoint ends the time slice in the block: for what holds a lock that others wait for."""
    reset = _current.set(None)
    try:
        yield
    finally:
        _current.reset(reset)
