"""Signals to all connections of one person, on every process; they may be lost.

The open pages of a person learn how far she has read a stream. A page that missed the signal asks again when she
returns to it.
"""

from __future__ import annotations

from typing import Any

from app.core.hints import Hint, hint
from app.core.live.protocol import NAMESPACE
from app.core.live.relay import Receiver, Relay


def hint_read(person_id: int, stream_id: str, seq: int) -> None:
    """Keep for after the commit that a person has read a stream up to `seq`."""
    hint("read", f"{person_id}/{stream_id}", seq)


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
        if hint.kind != "read":
            return
        person, _, stream_id = hint.about.partition("/")
        content = {"person": int(person), "stream": stream_id, "seq": hint.number}
        self._emit(content)
        self._relay.publish("read", content)

    def receivers(self) -> dict[str, Receiver]:
        """What to do with what the other processes publish."""
        return {"read": self._emit}

    def _emit(self, content: dict[str, Any]) -> None:
        signal = {"stream": content["stream"], "kind": "read", "seq": content["seq"]}
        self._server.emit("signal", signal, to=_channel(int(content["person"])), namespace=NAMESPACE)


def _channel(person_id: int) -> str:
    return f"person:{person_id}"
