"""Figures for an operator's own tools, in the format of Prometheus: each process tells its own at `/metrics`.

They are given to this machine alone, or to a client with the token of TRAMA_METRICS_TOKEN; to anybody else there is no
such page.
"""

from __future__ import annotations

import hmac
import math
from collections.abc import Callable
from ipaddress import ip_address

from flask import Blueprint, Flask, Response, current_app, request
from prometheus_client import generate_latest
from sqlalchemy.exc import SQLAlchemyError

from app.core.errors import NotFound
from app.core.hints import Hint, listen_to_hints
from app.core.http.pages import page
from app.core.jobs import count_open
from app.core.metrics.definitions import (
    CONNECTIONS,
    FOLLOWED,
    JOBS_GIVEN_UP,
    JOBS_WAITING,
    MESSAGES,
    REGISTRY,
    WAITING_BYTES,
)
from app.core.permissions import PUBLIC
from config import Settings

CONTENT_TYPE = "text/plain; version=0.0.4; charset=utf-8"
FORWARDED = ("X-Forwarded-For", "X-Forwarded-Host", "X-Real-Ip", "Forwarded", "Via")

blueprint = Blueprint("metrics", __name__)


def init_metrics(app: Flask) -> None:
    """Count what is committed in this application."""

    def count_hint(hint: Hint) -> None:
        if hint.kind == "appended":
            MESSAGES.labels(hint.about).inc(hint.number)

    listen_to_hints(app, count_hint)


def watch_sockets(
    connections: Callable[[], int], followed: Callable[[], int], waiting_bytes: Callable[[], int]
) -> None:
    """Ask these at each reading, rather than keep count all the while."""
    CONNECTIONS.set_function(connections)
    FOLLOWED.set_function(followed)
    WAITING_BYTES.set_function(waiting_bytes)


@page(blueprint, "/metrics", permission=PUBLIC)
def metrics() -> Response:
    """The figures of this process, for those who may read them."""
    settings: Settings = current_app.extensions["trama.settings"]
    token, authorization = settings.metrics_token, request.headers.get("Authorization", "").encode()
    has_token = bool(token) and hmac.compare_digest(authorization, f"Bearer {token}".encode())
    if not has_token and not _is_this_machine():
        raise NotFound
    try:
        waiting, given_up = map(float, count_open())
    except SQLAlchemyError:
        waiting = given_up = math.nan
    JOBS_WAITING.set(waiting)
    JOBS_GIVEN_UP.set(given_up)
    return Response(generate_latest(REGISTRY), content_type=CONTENT_TYPE)


def _is_this_machine() -> bool:
    """Whether the request came from this machine itself, and not by a proxy on it."""
    if any(name in request.headers for name in FORWARDED):
        return False
    try:
        return ip_address(request.remote_addr or "").is_loopback
    except ValueError:
        return False
