"""Who is in which channel, and how one event reaches all of them: encoded once, framed once, written directly.

Socket.IO calls a channel a room; in Trama a room is where people talk.
"""

from __future__ import annotations

import time
from collections.abc import Iterator, Sequence
from typing import Any

import gevent
from engineio import packet as engine
from engineio.socket import Socket
from socketio.manager import Manager

from app.core.live.protocol import NAMESPACE, dumps, event_packet
from app.core.live.websocket import WebSocket, encode_frame


class FanOutManager(Manager):
    """A client manager that writes the same bytes to every reader."""

    server: Any

    def __init__(self) -> None:
        super().__init__()  # type: ignore[no-untyped-call]

    def emit(
        self,
        event: str,
        data: Any,
        namespace: str,
        room: Any = None,
        skip_sid: Any = None,
        callback: Any = None,
        to: Any = None,
        **options: Any,
    ) -> None:
        """Send an event to a channel, to one client (a channel of its own) or, without `room`, to everybody.

        The signature is python-socketio's; answers from clients (`callback`) are not part of our protocol.
        """
        if callback is not None:
            raise ValueError("clients are never asked to acknowledge")
        skipped = skip_sid if isinstance(skip_sid, list) else [skip_sid]
        self.broadcast(to or room, event, dumps(data), skipped)

    def broadcast(self, channel: str | None, event: str, told: str, skipped: Sequence[str] = ()) -> None:
        """Send an event to a channel whose content is JSON already; not to those `skipped`."""
        message = encode_frame(event_packet(event, told).encode())
        for sid, websocket in self.readers(NAMESPACE, channel):
            if sid not in skipped:
                websocket.write(message)

    def readers(self, namespace: str, channel: Any) -> Iterator[tuple[str, WebSocket]]:
        """The ids of those in a channel, with their open sockets."""
        for sid, engine_sid in self.get_participants(namespace, channel):  # type: ignore[no-untyped-call]
            websocket = websocket_of(self.server, engine_sid)
            if websocket is not None:
                yield sid, websocket


def websocket_of(server: Any, engine_sid: str) -> WebSocket | None:
    """The open socket behind an Engine.IO id."""
    found: WebSocket | None = server.environ.get(engine_sid, {}).get("wsgi.websocket")
    return found


def bypass_send_queue(server: Any) -> None:
    """Have what the libraries send written the way events are, so that a client reads it in the order of what happened.

    Without this it would take the detour of python-engineio's queue and writer, and could be overtaken.
    """

    def send(engine_sid: str, data: str) -> None:
        websocket = websocket_of(server, engine_sid)
        if websocket is not None:
            websocket.write(encode_frame(f"{engine.MESSAGE}{data}".encode()))

    server.eio.send = send


def schedule_pings(server: Any) -> None:
    """Have each connection's next ping wait in a timer: python-engineio has a greenlet sleep for it, stack and all."""
    start = server.eio.start_background_task

    def start_or_wait(target: Any, *args: Any, **values: Any) -> Any:
        if getattr(target, "__func__", None) is not Socket._send_ping:
            return start(target, *args, **values)
        return gevent.spawn_later(server.eio.ping_interval, ping, target.__self__)

    server.eio.start_background_task = start_or_wait


def ping(connection: Any) -> None:
    """What `Socket._send_ping` does when it has slept."""
    if not connection.closing and not connection.closed:
        connection.last_ping = time.time()
        connection.send(engine.Packet(engine.PING))
