"""The one Socket.IO namespace: passes connects and disconnects to the connection handler and nothing else."""

from __future__ import annotations

from typing import Any

from socketio import Namespace

from app.core.live.connection_handler import ConnectionHandler
from app.core.live.protocol import NAMESPACE


class LiveNamespace(Namespace):
    """Overrides the lookup of methods by an event's name, which a client chooses.

    Events of authenticated connections do not come here: WebSocket passes them to the handler directly.
    """

    def __init__(self, handler: ConnectionHandler) -> None:
        super().__init__(NAMESPACE)  # type: ignore[no-untyped-call]
        self._handler = handler

    def trigger_event(self, event: str, *args: Any) -> Any:
        """Handle a connect or a disconnect."""
        sid, *rest = args
        if event == "connect":
            self._handler.connect(sid, *rest)
        if event == "disconnect":
            self._handler.disconnect(sid)
