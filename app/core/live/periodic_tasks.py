"""What runs beside the web server: jobs, and keeping an eye on sockets."""

from __future__ import annotations

import gc
import logging
import time
from collections.abc import Callable
from typing import Any

import gevent
from flask import Flask
from gevent.event import Event

from app.core.hints import Hint, listen_to_hints
from app.core.jobs import run_due_jobs
from app.core.live.live import LiveApplication
from app.core.live.web_server import WebServer
from app.core.live.websocket import REFUSED

log = logging.getLogger(__name__)
HEAD_POLL_SECONDS = 1.0
HEAD_ANNOUNCEMENT_SECONDS = 15.0
REVOCATION_CHECK_SECONDS = 0.5
LEASE_CHECK_SECONDS = 5.0
JOB_CHECK_SECONDS = 5.0
CHORE_SECONDS = 60.0
GARBAGE_COLLECTION_SECONDS, WARM_UP_COLLECTION_SECONDS = 60.0, 5.0
WARM_UP_SECONDS = 600.0
"""How long after the start caches still fill; what survives a collection then is left out of later ones."""
NEVER = 1_000_000
UNAUTHENTICATED_CHECK_SECONDS = 0.5
MAX_UNAUTHENTICATED_SECONDS = 5.0
"""How long a socket may stay open without having said who is there."""


def start_periodic_tasks(live: LiveApplication, server: WebServer) -> list[gevent.Greenlet[..., Any]]:
    """Start everything that runs for as long as the process does."""
    jobs, revoked = Event(), Event()
    prepare_garbage_collection()

    def take_hint(hint: Hint) -> None:
        live.hub.take_hint(hint)
        live.relay.take_hint(hint)
        live.user_channel.take_hint(hint)
        if hint.kind == "job":
            jobs.set()
        elif hint.kind == "revoked":
            revoked.set()

    listen_to_hints(live.app, take_hint)
    return [
        *live.relay.run(),
        gevent.spawn(live.hub.run),
        run_periodically(live.hub.poll, HEAD_POLL_SECONDS),
        run_periodically(live.hub.announce_heads, HEAD_ANNOUNCEMENT_SECONDS),
        run_periodically(live.revocations.check, REVOCATION_CHECK_SECONDS, revoked),
        run_periodically(live.presence.expire, LEASE_CHECK_SECONDS),
        run_periodically(lambda: run_jobs(live.app), JOB_CHECK_SECONDS, jobs),
        run_periodically(lambda: run_chores(live.app), CHORE_SECONDS),
        gevent.spawn(collect_garbage),
        run_periodically(lambda: close_unauthenticated(server), UNAUTHENTICATED_CHECK_SECONDS),
    ]


def run_periodically(
    act: Callable[[], object], every: float, wake: Event | None = None
) -> gevent.Greenlet[..., Any]:
    """Do something again and again, every so many seconds and whenever `wake` is set; a failure is logged, not the end."""
    signal = wake or Event()

    def run() -> None:
        while True:
            signal.wait(every)
            signal.clear()
            try:
                act()
            except Exception:
                log.exception("something that runs in the background failed")

    return gevent.spawn(run)


def run_jobs(app: Flask) -> None:
    """Do the jobs that are due."""
    with app.app_context():
        while run_due_jobs():
            pass


def run_chores(app: Flask) -> None:
    """Do what the features want done once a minute; one that fails keeps no other from being done."""
    for chore in app.extensions.get("trama.chores", ()):
        with app.app_context():
            try:
                chore()
            except Exception:
                log.exception("a chore failed")


def prepare_garbage_collection() -> None:
    """Leave what was loaded until now out of garbage collection, and full collections to `collect_garbage`.

    A full collection stops everybody for up to 100 ms, and Python starts them most often while caches fill.
    """
    gc.collect()
    gc.freeze()
    young, middle, _ = gc.get_threshold()
    gc.set_threshold(young, middle, NEVER)


def collect_garbage() -> None:
    """Collect all generations again and again; while caches fill, what survives is left out, so that each stays short."""
    warm_at = time.monotonic() + WARM_UP_SECONDS
    while time.monotonic() < warm_at:
        gevent.sleep(WARM_UP_COLLECTION_SECONDS)
        gc.collect()
        gc.freeze()
    while True:
        gevent.sleep(GARBAGE_COLLECTION_SECONDS)
        gc.collect()


def close_unauthenticated(server: WebServer) -> None:
    """Close the sockets behind which nobody signed in for too long."""
    for websocket in list(server.sockets):
        if (
            not websocket.is_authenticated
            and time.monotonic() - websocket.since > MAX_UNAUTHENTICATED_SECONDS
        ):
            websocket.close(REFUSED)
