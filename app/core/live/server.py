"""One process of Trama: the web server, its sockets, and what runs beside them."""

from __future__ import annotations

import logging
import resource
import signal
import time

import gevent
from flask import Flask
from gevent import socket
from gevent.event import Event
from sqlalchemy.exc import SQLAlchemyError

from app.core.database import db
from app.core.live.live import build_live
from app.core.live.periodic_tasks import start_periodic_tasks
from app.core.live.web_server import MAX_CONNECTIONS, WebServer
from app.core.live.websocket import GOING_AWAY
from app.core.logs import init_logs
from app.core.metrics.endpoint import watch_sockets
from app.core.name_checks import check_source_names
from config import Settings

log = logging.getLogger(__name__)
MAX_PENDING_CONNECTIONS = 1024
SEND_BUFFER_BYTES = 256 * 1024
"""A stalled reader is noticed once this is full: the system's own default would hide it for megabytes."""
STOP_TIMEOUT_SECONDS = 5.0


def serve(app: Flask, settings: Settings) -> None:
    """Serve the application until the process receives SIGTERM; then finish the requests under way and return.

    Raises UnknownName where code or a template names a permission or an event that nothing declares.
    """
    check_source_names(app)
    init_logs(settings)
    raise_file_limit()
    live = build_live(app)
    server = WebServer(listen(settings.host, settings.port), app, settings, live.scheduler)
    watch_sockets(
        connections=lambda: len(server.sockets),
        followed=lambda: live.hub.count_followed,
        waiting_bytes=lambda: sum(websocket.queued_bytes for websocket in server.sockets),
    )
    background = start_periodic_tasks(live, server)
    stopped = Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        gevent.signal_handler(number, stopped.set)
    server.start()
    print_address(settings)
    log_start_checks(app)
    stopped.wait()
    stop(server)
    gevent.killall(background)


def raise_file_limit() -> None:
    """Raise the system's soft limit of open files towards what as many connections need; most systems begin at 1,024."""
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    wanted = 2 * MAX_CONNECTIONS
    possible = wanted if hard == resource.RLIM_INFINITY else min(wanted, hard)
    if soft != resource.RLIM_INFINITY and soft < possible:
        resource.setrlimit(resource.RLIMIT_NOFILE, (possible, hard))


def listen(host: str, port: int) -> socket.socket:
    """A listening socket whose connections send small messages at once and keep little in the system's buffers."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    listener = socket.socket(family, socket.SOCK_STREAM)
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    listener.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, SEND_BUFFER_BYTES)
    listener.bind((host, port))
    listener.listen(MAX_PENDING_CONNECTIONS)
    return listener


def print_address(settings: Settings) -> None:
    """The one line that a person at the terminal needs."""
    host = f"[{settings.host}]" if ":" in settings.host else settings.host
    sentence = f"Trama is at http://{host}:{settings.port}"
    if settings.log == "json":
        log.info(sentence)
    else:
        print(sentence, flush=True)  # noqa: T201


def log_start_checks(app: Flask) -> None:
    """Log what the start checks of the features find; where the database cannot be asked, `/health` says so."""
    with app.app_context():
        for check in app.extensions["trama.start_checks"]:
            try:
                sentence = check()
            except SQLAlchemyError:
                continue
            if sentence:
                log.warning("%s", sentence)
        db.session.remove()


def stop(server: WebServer) -> None:
    """Take nothing new, close the sockets, let what is being answered finish for a few seconds."""
    server.close()
    for websocket in list(server.sockets):
        websocket.close(GOING_AWAY)
    deadline = time.monotonic() + STOP_TIMEOUT_SECONDS
    while (server.busy or server.sockets) and time.monotonic() < deadline:
        gevent.sleep(0.02)
    server.stop(timeout=0)
