"""Who is in which channel, and how one event reaches all of them: encoded once, framed once, written directly.

Socket.IO calls a channel a room; in Trama a room is where people talk.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from socketio.manager import Manager

from app.core.live.engine_io import SocketServer
from app.core.live.protocol import NAMESPACE, dumps, event_packet
from app.core.live.websocket import WebSocket, encode_frame


class FanOutManager(Manager):
    """A client manager that writes the same bytes to every reader."""

    server: SocketServer

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

    def broadcast(self, channel: str | None, event: str, content: str, skipped: Sequence[str] = ()) -> None:
        """Send an event to a channel whose content is JSON already; not to those `skipped`."""
        message = encode_frame(event_packet(event, content).encode())
        for sid, websocket in self.readers(NAMESPACE, channel):
            if sid not in skipped:
                websocket.write(message)

    def readers(self, namespace: str, channel: Any) -> Iterator[tuple[str, WebSocket]]:
        """The ids of those in a channel, with their open sockets."""
        for sid, engine_sid in self.get_participants(namespace, channel):  # type: ignore[no-untyped-call]
            websocket = self.server.eio.websocket(engine_sid)
            if websocket is not None:
                yield sid, websocket
