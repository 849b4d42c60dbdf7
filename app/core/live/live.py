"""The live part of one application: made for each, so that two in one process share nothing."""

from __future__ import annotations

import logging
from dataclasses import dataclass
from typing import Any

from flask import Flask
from flask_socketio import SocketIO

from app.core.live import wire
from app.core.live.manager import FanOutManager, send_directly
from app.core.live.websocket import LARGEST_MESSAGE


protocol = logging.getLogger(__name__)
# The libraries write what people say into their own logs from INFO on.
protocol.setLevel(logging.ERROR)


@dataclass(frozen=True)
class Live:
    """An application with its socket server."""

    app: Flask
    server: Any


def make_live(app: Flask) -> Live:
    """Give the application its socket server; called once, by the process that serves it."""
    socketio = SocketIO(
        app,
        async_mode="gevent",
        client_manager=FanOutManager(),
        transports=["websocket"],
        allow_upgrades=False,
        namespaces=[wire.NAMESPACE],
        cors_allowed_origins=sorted(app.extensions["trama.settings"].origins),
        async_handlers=False,
        max_http_buffer_size=LARGEST_MESSAGE,
        json=wire,
        logger=protocol,
        engineio_logger=protocol,
    )
    send_directly(socketio.server)
    live = Live(app, socketio.server)
    app.extensions["trama.live"] = live
    return live
