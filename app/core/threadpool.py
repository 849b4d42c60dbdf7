"""Work that burns time, done in threads where it stalls nobody: in queues with few workers and a limit for each person.

Who asks is the person of the request or the socket's event that the work is for; what is done for nobody (a network
built in the background) has a worker of its own, so that nobody waits behind it.
"""

from __future__ import annotations

import os
from collections import Counter
from collections.abc import Callable, Hashable
from functools import cache
from typing import Any, ParamSpec, TypeVar

from flask import g, has_app_context
from flask_babel import lazy_gettext as _l
from gevent import monkey
from gevent.threadpool import ThreadPool

from app.core.errors import TooMany

Given = ParamSpec("Given")
Result = TypeVar("Result")
WORKER_THREADS = 2
"""Threads for what takes milliseconds: a password's hash, a question to the engine."""
MAX_JOBS_PER_PERSON = 4
"""Jobs of one person that wait or are worked on, in one queue."""
MAX_QUEUED_JOBS = 100
"""Jobs that wait or are worked on in one queue, of everybody."""
BACKGROUND_NICENESS = 10
"""Of threads whose work takes seconds (Linux counts it per thread): a tenth of a core beside the event loop's thread."""


class WorkQueue:
    """Jobs that wait for one of a few threads, at most so many of each person and in all."""

    def __init__(self, workers: int, niceness: int = 0) -> None:
        self._pool = ThreadPool(workers)
        self._niceness = niceness
        self._waiting: Counter[Hashable] = Counter()

    def require_turn(self, asker: Hashable) -> None:
        """Raise TooMany where too many jobs wait already, of this person or in all."""
        if self._waiting.total() >= MAX_QUEUED_JOBS or (
            asker and self._waiting[asker] >= MAX_JOBS_PER_PERSON
        ):
            raise TooMany(
                _l("This takes a while, and several are being made already. Try again in a moment.")
            )

    def work(
        self, asker: Hashable, function: Callable[Given, Result], *args: Given.args, **values: Given.kwargs
    ) -> Result:
        """Call the function in a thread when its turn comes; raises TooMany where too many wait already."""
        self.require_turn(asker)
        self._waiting[asker] += 1
        try:
            result: Result = self._pool.apply(self._run, (function, args, values))
            return result
        finally:
            self._waiting[asker] -= 1
            if not self._waiting[asker]:
                del self._waiting[asker]

    def _run(self, function: Callable[..., Result], args: tuple[Any, ...], values: dict[str, Any]) -> Result:
        """In the worker's thread; 0 is the calling thread."""
        if os.getpriority(os.PRIO_PROCESS, 0) < self._niceness:
            os.setpriority(os.PRIO_PROCESS, 0, self._niceness)
        return function(*args, **values)


def offload(function: Callable[Given, Result], *args: Given.args, **values: Given.kwargs) -> Result:
    """Call a function that takes milliseconds in a thread; directly where gevent is not at work.

    The function must not touch the database, the request or anything else that belongs to this greenlet. Returns
    its result and raises what it raises, or TooMany where the person's own jobs, or everybody's, wait already.
    """
    asker = _asker()
    if not monkey.is_module_patched("threading"):
        return function(*args, **values)
    queue = _quick() if asker is not None else _background()
    return queue.work(asker, function, *args, **values)


def offload_long(function: Callable[Given, Result], *args: Given.args, **values: Given.kwargs) -> Result:
    """Like `offload`, for what may take a second: one at a time, and never before what takes milliseconds."""
    asker = _asker()
    if not monkey.is_module_patched("threading"):
        return function(*args, **values)
    return _long().work(asker, function, *args, **values)


def require_turn() -> None:
    """Raise TooMany where `offload_long` would: to be asked before all that a long job needs is read."""
    if monkey.is_module_patched("threading"):
        _long().require_turn(_asker())


def _asker() -> Hashable:
    """Whose limit a job counts against: the person's id, 0 for visitors, who have none; None where nobody asked."""
    actor = g.get("actor") if has_app_context() else None
    if actor is None:
        return None
    return actor.person_id or 0


@cache
def _quick() -> WorkQueue:
    return WorkQueue(WORKER_THREADS)


@cache
def _long() -> WorkQueue:
    return WorkQueue(1, BACKGROUND_NICENESS)


@cache
def _background() -> WorkQueue:
    return WorkQueue(1, BACKGROUND_NICENESS)


def run_disk_io(function: Callable[[], object]) -> None:
    """Call something that waits for the disk, in a thread of its own, so that others go on meanwhile.

    Like `offload`, but never behind what burns time.
    """
    if monkey.is_module_patched("threading"):
        _disk().apply(function)
    else:
        function()


@cache
def _disk() -> ThreadPool:
    return ThreadPool(1)
