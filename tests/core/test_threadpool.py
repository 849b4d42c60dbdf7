"""What burns time waits in a queue: so many jobs of each person, so many in all, and in its turn."""

from __future__ import annotations

import os
import threading
from collections.abc import Callable

import gevent
import pytest

from app.core.errors import TooMany
from app.core.threadpool import BACKGROUND_NICENESS, MAX_JOBS_PER_PERSON, MAX_QUEUED_JOBS, WorkQueue


class Gate:
    """A job that lasts until `open` is called; how many of it were at work at once is counted."""

    def __init__(self) -> None:
        self._opened = threading.Event()
        self._lock = threading.Lock()
        self.open: Callable[[], None] = self._opened.set
        self.at_work = self.most = 0

    def job(self) -> int:
        """Wait."""
        with self._lock:
            self.at_work += 1
            self.most = max(self.most, self.at_work)
        self._opened.wait(10)
        with self._lock:
            self.at_work -= 1
        return self.most


def ask(queue: WorkQueue, asker: int, gate: Gate, times: int) -> list[gevent.Greenlet[..., int]]:
    """Ask for the job so many times at once."""
    asked = [gevent.spawn(queue.work, asker, gate.job) for _ in range(times)]
    gevent.sleep(0)
    return asked


def refused(asked: list[gevent.Greenlet[..., int]]) -> int:
    """How many of these were refused."""
    gevent.joinall(asked)
    return sum(isinstance(each.exception, TooMany) for each in asked)


def test_a_person_who_asks_too_often_is_refused_and_another_is_not() -> None:
    queue, gate = WorkQueue(1), Gate()
    one, other = ask(queue, 7, gate, MAX_JOBS_PER_PERSON + 3), ask(queue, 8, gate, MAX_JOBS_PER_PERSON)
    gate.open()
    assert refused(one) == 3
    assert refused(other) == 0
    assert gate.most == 1, "a queue with one worker does one job at a time"
    assert queue.work(7, lambda: "again") == "again"


def test_visitors_share_only_what_all_may_ask_for() -> None:
    queue, gate = WorkQueue(1), Gate()
    asked = ask(queue, 0, gate, MAX_QUEUED_JOBS + 2)
    with pytest.raises(TooMany):
        queue.require_turn(7)
    gate.open()
    assert refused(asked) == 2
    queue.require_turn(7)


def test_a_job_that_fails_gives_its_place_back() -> None:
    queue = WorkQueue(1)
    for _ in range(MAX_JOBS_PER_PERSON + 1):
        with pytest.raises(ZeroDivisionError):
            queue.work(7, lambda: 1 // 0)


def test_what_takes_seconds_leaves_the_processor_to_the_event_loop() -> None:
    patient, quick = WorkQueue(1, BACKGROUND_NICENESS), WorkQueue(1)
    ours = os.getpriority(os.PRIO_PROCESS, 0)

    def niceness() -> int:
        return os.getpriority(os.PRIO_PROCESS, 0)

    assert patient.work(None, niceness) == max(BACKGROUND_NICENESS, ours)
    assert quick.work(None, niceness) == ours
    assert niceness() == ours
