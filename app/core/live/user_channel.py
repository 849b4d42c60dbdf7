"""Signals to all connections of one person, on every process; they may be lost.

The open pages of a person learn how far she has read a stream, and that her notices changed. A page that missed the
signal asks again when she returns to it.
"""

from __future__ import annotations

from typing import Any

from app.core.hints import Hint, hint
from app.core.live.protocol import NAMESPACE
from app.core.live.relay import Receiver, Relay


def hint_read(person_id: int, stream_id: str, seq: int) -> None:
    """Keep for after the commit that a person has read a stream up to `seq`."""
    hint("read", f"{person_id}/{stream_id}", seq)


def hint_notices(person_id: int) -> None:
    """Keep for after the commit that what waits for a person's attention changed."""
    hint("notices", str(person_id))


class UserChannel:
    """A Socket.IO room for each person, joined by all her connections."""

    def __init__(self, server: Any, relay: Relay) -> None:
        self._server = server
        self._relay = relay

    def join(self, sid: str, person_id: int) -> None:
        """Add a connection to the channel of its person until it disconnects."""
        self._server.enter_room(sid, _channel(person_id), namespace=NAMESPACE)

    def take_hint(self, hint: Hint) -> None:
        """Take a hint of this process, for all connections of the person."""
        if hint.kind == "read":
            person, _, stream_id = hint.about.partition("/")
            content = {"person": int(person), "stream": stream_id, "seq": hint.number}
            self._emit_read(content)
            self._relay.publish("read", content)
        elif hint.kind == "notices":
            about = {"person": int(hint.about)}
            self._emit_notices(about)
            self._relay.publish("notices", about)

    def receivers(self) -> dict[str, Receiver]:
        """What to do with what the other processes publish."""
        return {"read": self._emit_read, "notices": self._emit_notices}

    def _emit_read(self, content: dict[str, Any]) -> None:
        self._emit(content, {"stream": content["stream"], "kind": "read", "seq": content["seq"]})

    def _emit_notices(self, content: dict[str, Any]) -> None:
        self._emit(content, {"stream": "", "kind": "notices"})

    def _emit(self, content: dict[str, Any], signal: dict[str, Any]) -> None:
        """Send a signal to all connections of the person that `content` names."""
        self._server.emit("signal", signal, to=_channel(int(content["person"])), namespace=NAMESPACE)


def _channel(person_id: int) -> str:
    return f"person:{person_id}"
