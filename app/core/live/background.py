"""What runs beside the web server: jobs, and keeping an eye on sockets."""

from __future__ import annotations

import logging
import time
from collections.abc import Callable
from typing import Any

import gevent
from flask import Flask
from gevent.event import Event

from app.core.hints import Hint, listen_to_hints
from app.core.jobs import run_due_jobs
from app.core.live.handler import LiveServer
from app.core.live.live import Live
from app.core.live.websocket import REFUSED

log = logging.getLogger(__name__)
HEADS_EVERY = 1.0
ANNOUNCE_EVERY = 15.0
MARKS_EVERY = 0.5
LEASES_EVERY = 5.0
JOBS_EVERY = 5.0
CHORES_EVERY = 60.0
STRANGERS_EVERY = 0.5
LONGEST_SILENCE = 5.0
"""How long a socket may stay open without having said who is there."""


def start_background(live: Live, server: LiveServer) -> list[gevent.Greenlet[..., Any]]:
    """Start everything that runs for as long as the process does."""
    jobs, revoked = Event(), Event()

    def hear(hint: Hint) -> None:
        live.hub.hear(hint)
        live.relay.hear(hint)
        live.devices.hear(hint)
        if hint.kind == "job":
            jobs.set()
        elif hint.kind == "revoked":
            revoked.set()

    listen_to_hints(live.app, hear)
    return [
        *live.relay.run(),
        gevent.spawn(live.hub.run),
        repeat(live.hub.poll, HEADS_EVERY),
        repeat(live.hub.announce_heads, ANNOUNCE_EVERY),
        repeat(live.watch.look, MARKS_EVERY, revoked),
        repeat(live.presence.expire, LEASES_EVERY),
        repeat(lambda: work(live.app), JOBS_EVERY, jobs),
        repeat(lambda: do_chores(live.app), CHORES_EVERY),
        repeat(lambda: close_strangers(server), STRANGERS_EVERY),
    ]


def repeat(act: Callable[[], object], every: float, wake: Event | None = None) -> gevent.Greenlet[..., Any]:
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


def work(app: Flask) -> None:
    """Do the jobs that are due."""
    with app.app_context():
        while run_due_jobs():
            pass


def do_chores(app: Flask) -> None:
    """Do what the features want done once a minute; one that fails keeps no other from being done."""
    for chore in app.extensions.get("trama.chores", ()):
        with app.app_context():
            try:
                chore()
            except Exception:
                log.exception("a chore failed")


def close_strangers(server: LiveServer) -> None:
    """Close the sockets behind which nobody signed in for too long."""
    for websocket in list(server.sockets):
        if not websocket.joined and time.monotonic() - websocket.since > LONGEST_SILENCE:
            websocket.close(REFUSED)
