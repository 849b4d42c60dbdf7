"""Jobs: done after the commit, again after a failure, never lost, never by two at once."""

from __future__ import annotations

import time
from datetime import timedelta
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select, update

from app.core import jobs
from app.core.clock import now
from app.core.database import db
from app.core.jobs import Job, enqueue, register_jobs, run_due_jobs
from app.core.transactions import write_transaction
from tests.support.app import both_databases

pytestmark = both_databases


@pytest.fixture
def done(app: Flask) -> list[str]:
    """What the jobs of kind "note" noted; those of kind "stumble" fail at first."""
    noted: list[str] = []

    def stumble(word: str) -> None:
        noted.append(word)
        if len(noted) < 3:
            raise RuntimeError("not yet")

    register_jobs(app, {"note": lambda word: noted.append(word), "stumble": stumble})
    return noted


def order(app: Flask, kind: str, **payload: Any) -> None:
    """Enqueue one job and commit."""
    with app.app_context(), write_transaction():
        enqueue(kind, **payload)


def later(app: Flask) -> None:
    """Let an hour pass for the jobs that wait."""
    with app.app_context(), write_transaction():
        db.session.execute(update(Job).values(run_after=now() - timedelta(seconds=1)))


def test_a_job_is_done_once(app: Flask, done: list[str]) -> None:
    """And no more after that."""
    order(app, "note", word="seeds")
    with app.app_context():
        assert run_due_jobs() == 1
        assert run_due_jobs() == 0
    assert done == ["seeds"]


def test_a_job_of_a_transaction_that_failed_never_was(app: Flask, done: list[str]) -> None:
    """No mail goes out about what did not happen."""

    def break_off() -> None:
        with app.app_context(), write_transaction():
            enqueue("note", word="never")
            raise RuntimeError("the power went")

    with pytest.raises(RuntimeError):
        break_off()
    with app.app_context():
        assert run_due_jobs() == 0
    assert done == []


def test_a_job_that_fails_is_tried_again_later(app: Flask, done: list[str]) -> None:
    """Not at once: whatever failed may need a moment."""
    order(app, "stumble", word="mail")
    with app.app_context():
        assert run_due_jobs() == 0
        assert run_due_jobs() == 0
    assert done == ["mail"]
    for _ in range(2):
        later(app)
        with app.app_context():
            run_due_jobs()
    assert done == ["mail"] * 3
    with app.app_context():
        assert db.session.scalars(select(Job)).one().done_at is not None


def test_a_job_is_given_up_in_the_end_and_kept_for_whoever_looks(
    app: Flask, done: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """It does not knock for ever."""
    monkeypatch.setattr(jobs, "MAX_ATTEMPTS", 2)
    order(app, "stumble", word="mail")
    for _ in range(4):
        later(app)
        with app.app_context():
            run_due_jobs()
    with app.app_context():
        job = db.session.scalars(select(Job)).one()
        assert (job.attempts, job.done_at) == (2, None)
        assert job.failed_at is not None


def test_a_job_waits_for_its_hour(app: Flask, done: list[str]) -> None:
    """An expiry is ordered a month ahead."""
    order(app, "note", word="later", after=now() + timedelta(days=30))
    with app.app_context():
        assert run_due_jobs() == 0
    later(app)
    with app.app_context():
        assert run_due_jobs() == 1


def test_lease_of_a_long_job_is_renewed_so_that_nobody_else_claims_it(
    app: Flask, done: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Its lease runs out while it works; another process that looks for jobs then finds none."""
    monkeypatch.setattr(jobs, "LEASE_RENEWAL_SECONDS", 0.01)

    def work_long(word: str) -> None:
        later(app)
        for _ in range(500):
            with app.app_context():
                if db.session.scalars(select(Job.run_after)).one() > now():
                    break
            time.sleep(0.01)
        with app.app_context():
            assert run_due_jobs() == 0
        done.append(word)

    register_jobs(app, {"long": work_long})
    order(app, "long", word="import")
    with app.app_context():
        assert run_due_jobs() == 1
    assert done == ["import"]
