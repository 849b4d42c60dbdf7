"""Where Socket.IO tells who comes and goes: the one namespace there is, and nothing that a name could reach by accident."""

from __future__ import annotations

from typing import Any

from socketio import Namespace

from app.core.live.door import Door
from app.core.live.wire import NAMESPACE


class LiveNamespace(Namespace):
    """Tells the door; python-socketio would else look for a method by an event's name.

    What those who came in ask for never gets here: their sockets hand it to the door themselves.
    """

    def __init__(self, door: Door) -> None:
        super().__init__(NAMESPACE)  # type: ignore[no-untyped-call]
        self._door = door

    def trigger_event(self, event: str, *args: Any) -> Any:
        """Come in or go."""
        sid, *rest = args
        if event == "connect":
            self._door.connect(sid, *rest)
        if event == "disconnect":
            self._door.disconnect(sid)
