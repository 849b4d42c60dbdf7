"""Requests share the event loop in time slices; who used the least processor time lately goes first."""

from __future__ import annotations

import time
from collections.abc import Callable

import gevent
import pytest
from flask import Flask, render_template_string
from sqlalchemy import text

from app.core.database import db
from app.core.fair_scheduler import SLICE_SECONDS, FairScheduler, checkpoint
from app.core.transactions import write_transaction


def burn(slices: float) -> None:
    """Use processor time, without a checkpoint."""
    until = time.perf_counter() + slices * SLICE_SECONDS
    while time.perf_counter() < until:
        pass


@pytest.fixture
def log() -> list[str]:
    """What happened, in order."""
    return []


def test_another_asker_s_request_begins_before_the_rest_of_one_s_own(log: list[str]) -> None:
    scheduler = FairScheduler()

    def answer(asker: str, name: str) -> None:
        with scheduler.task(asker):
            burn(0.2)
            log.append(name)

    requests = [gevent.spawn(answer, "greedy", f"greedy {number}") for number in range(5)]
    requests.append(gevent.spawn(answer, "calm", "calm"))
    gevent.joinall(requests, raise_error=True)
    assert log == ["greedy 0", "calm", "greedy 1", "greedy 2", "greedy 3", "greedy 4"]


def test_a_long_request_is_interrupted_at_its_checkpoints(log: list[str]) -> None:
    scheduler = FairScheduler()

    def answer(asker: str, steps: int) -> None:
        with scheduler.task(asker):
            for step in range(steps):
                burn(1.1)
                log.append(f"{asker} {step}")
                checkpoint()

    gevent.joinall([gevent.spawn(answer, "long", 4), gevent.spawn(answer, "short", 1)], raise_error=True)
    assert log == ["long 0", "short 0", "long 1", "long 2", "long 3"]


def test_requests_of_one_asker_are_answered_one_after_the_other(log: list[str]) -> None:
    scheduler = FairScheduler()

    def answer(name: str) -> None:
        with scheduler.task("greedy"):
            for _step in range(3):
                burn(1.1)
                checkpoint()
            log.append(name)

    gevent.joinall([gevent.spawn(answer, name) for name in ("first", "second", "third")], raise_error=True)
    assert log == ["first", "second", "third"]


def test_whoever_used_less_goes_first_and_use_is_forgotten_in_time(
    log: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    scheduler = FairScheduler()
    shift = [0.0]
    real = time.perf_counter
    monkeypatch.setattr(time, "perf_counter", lambda: real() + shift[0])

    def answer(asker: str, slices: float) -> None:
        with scheduler.task(asker):
            burn(slices)
            log.append(asker)

    def compete() -> None:
        first = gevent.spawn(answer, "other", 0.1)
        gevent.joinall(
            [first, gevent.spawn(answer, "greedy", 0.1), gevent.spawn(answer, "new", 0.1)], raise_error=True
        )

    gevent.spawn(answer, "greedy", 20).join()
    compete()
    shift[0] += 3600
    compete()
    assert log == ["greedy", "other", "new", "greedy", "other", "greedy", "new"]


def test_a_request_that_waits_for_something_else_keeps_nobody_from_beginning(log: list[str]) -> None:
    scheduler = FairScheduler()

    def answer(name: str, seconds: float) -> None:
        with scheduler.task(name):
            log.append(name)
            gevent.sleep(seconds)
            log.append(f"{name} ends")

    gevent.joinall([gevent.spawn(answer, "slow", 0.2), gevent.spawn(answer, "quick", 0.01)], raise_error=True)
    assert log == ["slow", "quick", "quick ends", "slow ends"]


def test_a_request_that_ends_while_it_waits_for_its_slice_holds_up_nobody(log: list[str]) -> None:
    scheduler = FairScheduler()

    def answer(name: str) -> None:
        with scheduler.task(name):
            burn(0.1)
            log.append(name)

    requests = [gevent.spawn(answer, name) for name in ("first", "killed", "last")]
    gevent.spawn(requests[1].kill)
    gevent.joinall(requests)
    gevent.spawn(answer, "later").join(timeout=5)
    assert log == ["first", "last", "later"]


def runs_in_between(act: Callable[[], object]) -> bool:
    """Whether another request runs while a task, whose slice is used up, does something."""
    scheduler, others = FairScheduler(), list[str]()

    def other() -> None:
        with scheduler.task("other"):
            others.append("ran")

    with scheduler.task("long"):
        waiting = gevent.spawn(other)
        burn(1.1)
        act()
        ran = bool(others)
    waiting.join()
    return ran


def test_others_run_before_a_reader_s_statement(app: Flask) -> None:
    with app.app_context():
        assert runs_in_between(lambda: db.session.execute(text("SELECT 1")))


def test_nobody_runs_within_a_write_transaction(app: Flask) -> None:
    def write() -> None:
        with write_transaction():
            db.session.execute(text("SELECT 1"))
            render_template_string("{% for part in 'ab' %}{{ part }}{% endfor %}")

    with app.test_request_context():
        assert not runs_in_between(write)


def test_others_run_between_the_parts_of_a_page(app: Flask) -> None:
    with app.test_request_context():
        assert runs_in_between(lambda: render_template_string("{% for part in 'ab' %}{{ part }}{% endfor %}"))
        with pytest.raises(ZeroDivisionError):
            render_template_string("{{ 1 // 0 }}")


def test_outside_of_tasks_a_checkpoint_does_nothing() -> None:
    checkpoint()
