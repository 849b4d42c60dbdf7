"""Where Socket.IO hands its events over: the one namespace there is, and nothing that a name could reach by accident."""

from __future__ import annotations

from typing import Any

from socketio import Namespace

from app.core.figures import COMMANDS
from app.core.live.door import Door
from app.core.live.wire import NAMESPACE


class LiveNamespace(Namespace):
    """Passes every event to the door; python-socketio would else look for a method by the event's name."""

    def __init__(self, door: Door) -> None:
        super().__init__(NAMESPACE)  # type: ignore[no-untyped-call]
        self._door = door

    def trigger_event(self, event: str, *args: Any) -> Any:
        """Come in, go, or ask for something; what is returned becomes the acknowledgement."""
        sid, *rest = args
        if event == "connect":
            return self._door.connect(sid, *rest)
        if event == "disconnect":
            return self._door.disconnect(sid)
        with COMMANDS.labels(self._door.name_of(event)).time():
            return self._door.receive(event, sid, *rest)
