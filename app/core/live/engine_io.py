"""Engine.IO 4 over WebSocket alone, as the class of engine that python-socketio's server is given.

python-engineio has two greenlets and a queue for each connection beside the greenlet that reads it, and what waits in
its queue may be overtaken by events, which do not pass through it. Here each connection is the greenlet that reads it
and one timer, and all that is sent goes to the WebSocket at once, in order.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Mapping
from typing import Any

import engineio
import gevent
from engineio.packet import CLOSE, OPEN, PING, PONG, Packet
from flask import Flask
from flask_socketio import SocketIO
from socketio import Server, WSGIApp

from app.core.live.websocket import WebSocket

log = logging.getLogger(__name__)


class Heartbeat:
    """Pings one connection each time its last ping was answered, and ends it where an answer stays away.

    One timer waits for the next ping or for its answer.
    """

    def __init__(self, websocket: WebSocket, interval_seconds: float, timeout_seconds: float) -> None:
        self._websocket = websocket
        self._interval_seconds, self._timeout_seconds = interval_seconds, timeout_seconds
        self._is_answered = True
        self._timer = gevent.spawn_later(interval_seconds, self._ping)

    def answer(self) -> None:
        """Take the answer to the last ping; one that nothing asked for changes nothing."""
        if not self._is_answered:
            self._is_answered = True
            self._wait(self._interval_seconds, self._ping)

    def stop(self) -> None:
        """Ping no more."""
        self._timer.kill(block=False)

    def _wait(self, seconds: float, act: Callable[[], None]) -> None:
        self._timer.kill(block=False)
        self._timer = gevent.spawn_later(seconds, act)

    def _ping(self) -> None:
        self._is_answered = False
        self._websocket.send(Packet(PING).encode())
        self._timer = gevent.spawn_later(self._timeout_seconds, self._give_up)

    def _give_up(self) -> None:
        self._websocket.send(Packet(CLOSE).encode())
        self._websocket.close()


class WebSocketEngine(engineio.Server):
    """An Engine.IO server that speaks to our WebSockets itself; requests without one are refused by the base class."""

    def __init__(self, **options: Any) -> None:
        super().__init__(**options)  # type: ignore[no-untyped-call]
        self._websockets: dict[str, WebSocket] = {}

    def websocket(self, sid: str) -> WebSocket | None:
        """The WebSocket of a connection; None when it has ended."""
        return self._websockets.get(sid)

    def handle_request(self, environ: Mapping[str, Any], start_response: Any) -> Any:
        """Run a connection until it ends."""
        websocket: WebSocket | None = environ.get("wsgi.websocket")
        if websocket is None:
            return super().handle_request(environ, start_response)  # type: ignore[no-untyped-call]
        sid: str = self.generate_id()  # type: ignore[no-untyped-call]
        self._websockets[sid] = websocket
        heartbeat = Heartbeat(websocket, self.ping_interval, self.ping_timeout)
        self.send_packet(sid, Packet(OPEN, self._opening(sid)))
        try:
            self.handlers["connect"](sid, environ)
            self._receive(sid, websocket, heartbeat)
        except Exception:
            log.exception("an error in a connection")
        finally:
            heartbeat.stop()
            del self._websockets[sid]
            self.handlers["disconnect"](sid, self.reason.TRANSPORT_CLOSE)
        return []

    def _opening(self, sid: str) -> dict[str, Any]:
        """The payload of the opening packet (Engine.IO 4); times in milliseconds."""
        return {
            "sid": sid,
            "upgrades": [],
            "pingTimeout": int(1000 * self.ping_timeout),
            "pingInterval": int(1000 * self.ping_interval),
            "maxPayload": self.max_http_buffer_size,
        }

    def _receive(self, sid: str, websocket: WebSocket, heartbeat: Heartbeat) -> None:
        """Pass messages on until the client closes the connection or it ends."""
        while (message := websocket.receive()) is not None:
            packet = Packet(encoded_packet=message)
            if packet.packet_type == PONG:
                heartbeat.answer()
            elif packet.packet_type == CLOSE:
                return
            else:
                self.handlers["message"](sid, packet.data)

    def send_packet(self, sid: str, pkt: Any) -> None:
        """Write a packet to a connection, unless it has ended."""
        if websocket := self._websockets.get(sid):
            websocket.send(pkt.encode())

    def disconnect(self, sid: str | None = None) -> None:
        """Close a connection, or all."""
        found = list(self._websockets.values()) if sid is None else [self._websockets.get(sid)]
        for websocket in filter(None, found):
            websocket.close()


class SocketServer(Server):
    """python-socketio's server over our engine."""

    eio: WebSocketEngine

    def _engineio_server_class(self) -> type[WebSocketEngine]:
        return WebSocketEngine


class LiveSocketIO(SocketIO):
    """Flask-SocketIO with our class of server, for which it has no setting."""

    server: SocketServer

    def init_app(self, app: Flask, **options: Any) -> None:
        """Make the server and put it before the application's pages."""
        app.extensions["socketio"] = self
        self.server = SocketServer(**options)  # type: ignore[no-untyped-call]
        app.wsgi_app = WSGIApp(self.server, app.wsgi_app)  # type: ignore[method-assign]
