"""Jobs: work for after the commit, kept as rows so that a crash loses none of it."""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from datetime import datetime, timedelta
from typing import Any

from flask import Flask, current_app
from sqlalchemy import JSON, Index, String, func, select, update
from sqlalchemy.orm import Mapped, mapped_column

from app.core.clock import now
from app.core.database import Model, Row, db
from app.core.hints import hint
from app.core.metrics.definitions import JOBS
from app.core.transactions import write_transaction

log = logging.getLogger(__name__)
Work = Callable[..., None]
MAX_ATTEMPTS = 12
"""With pauses that double from ten seconds on, the last attempt is five hours after the first."""
LEASE_DURATION = timedelta(minutes=2)
LEASE_RENEWAL_SECONDS = 30.0
"""A job that takes longer has its lease renewed so often, so that no other process claims it meanwhile."""


class Job(Row, Model):
    """Something to do: due at `run_after`, done at `done_at`, given up at `failed_at`."""

    __tablename__ = "job"
    __table_args__ = (Index(None, "done_at", "failed_at", "run_after"),)

    kind: Mapped[str] = mapped_column(String(60))
    payload: Mapped[dict[str, Any]] = mapped_column(JSON)
    run_after: Mapped[datetime] = mapped_column(default=now)
    attempts: Mapped[int] = mapped_column(default=0)
    done_at: Mapped[datetime | None]
    failed_at: Mapped[datetime | None]


def register_jobs(app: Flask, works: Mapping[str, Work]) -> None:
    """Make kinds of jobs known; each work is called with its payload as keywords."""
    app.extensions.setdefault("trama.jobs", {}).update(works)


def enqueue(kind: str, *, after: datetime | None = None, **payload: Any) -> None:
    """Have a job done after this transaction commits, at once or not before `after`."""
    db.session.add(Job(kind=kind, payload=payload, run_after=after or now()))
    hint("job", kind)


def run_due_jobs(limit: int = 50) -> int:
    """Do the jobs that are due, each in transactions of its own; returns how many succeeded."""
    done = 0
    for _ in range(limit):
        claimed = _claim()
        if claimed is None:
            break
        done += _attempt(*claimed)
    return done


def _claim() -> tuple[int, str, dict[str, Any], int] | None:
    """Take one due job on a lease: after a crash it is due again in two minutes."""
    with write_transaction():
        job = db.session.scalar(
            select(Job)
            .where(Job.done_at.is_(None), Job.failed_at.is_(None), Job.run_after <= now())
            .order_by(Job.run_after, Job.id)
            .limit(1)
            .with_for_update(skip_locked=True)
        )
        if job is None:
            return None
        job.attempts += 1
        job.run_after = now() + LEASE_DURATION
        return job.id, job.kind, job.payload, job.attempts


def _attempt(job_id: int, kind: str, payload: dict[str, Any], attempts: int) -> bool:
    """Do a claimed job outside any transaction, then note how it went; failures wait twice as long each time."""
    succeeded = False
    try:
        with _renewed_lease(job_id, attempts):
            current_app.extensions["trama.jobs"][kind](**payload)
        succeeded = True
    except Exception:
        log.exception("job %s of kind %s failed at attempt %s", job_id, kind, attempts)
    with write_transaction():
        job = db.session.get_one(Job, job_id)
        if succeeded:
            job.done_at = now()
            job.payload = {}  # a mail may hold a secret: what is done is not kept
        elif attempts >= MAX_ATTEMPTS:
            job.failed_at = now()
            job.payload = {}
        else:
            job.run_after = now() + timedelta(seconds=5 * 2**attempts)
    JOBS.labels(kind, "done" if succeeded else "failed").inc()
    return succeeded


@contextmanager
def _renewed_lease(job_id: int, attempts: int) -> Iterator[None]:
    """Hold the lease of a claimed job for the block, however long it takes."""
    # The application itself: a thread has no context in which `current_app` would lead to it.
    app: Flask = current_app._get_current_object()  # type: ignore[attr-defined]
    ended = threading.Event()

    def renew() -> None:
        while not ended.wait(LEASE_RENEWAL_SECONDS):
            try:
                with app.app_context(), write_transaction():
                    held = Job.id == job_id, Job.attempts == attempts, Job.done_at.is_(None)
                    db.session.execute(update(Job).where(*held).values(run_after=now() + LEASE_DURATION))
            except Exception:
                log.exception("the lease of job %s was not renewed", job_id)

    renewal = threading.Thread(target=renew, name=f"lease of job {job_id}", daemon=True)
    renewal.start()
    try:
        yield
    finally:
        ended.set()
        renewal.join()


def count_open() -> tuple[int, int]:
    """How many jobs are due and not done, and how many were given up."""
    waiting = Job.failed_at.is_(None) & (Job.run_after <= now())
    query = select(func.count().filter(waiting), func.count().filter(Job.failed_at.is_not(None))).where(
        Job.done_at.is_(None)
    )
    due, given_up = db.session.execute(query).one()
    return due, given_up
