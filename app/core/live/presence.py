"""Who is looking at a stream at this moment: leases that its pages renew, never a row in the database."""

from __future__ import annotations

import time
from collections.abc import Iterable
from typing import Any

from app.core.live.connections import Connection
from app.core.live.hub import channel
from app.core.live.wire import NAMESPACE

LEASE = 45.0


class Presence:
    """The leases of this process: for each stream who is there, by connection, and until when unless renewed."""

    def __init__(self, server: Any) -> None:
        self._server = server
        self._leases: dict[str, dict[str, tuple[float, dict[str, Any]]]] = {}
        self._told: dict[str, list[dict[str, Any]]] = {}

    def renew(self, connection: Connection, stream_id: str) -> None:
        """Note that somebody is there for another while; tell all when that is news, else only who just came."""
        leases = self._leases.setdefault(stream_id, {})
        just_came = connection.sid not in leases
        leases[connection.sid] = (time.monotonic() + LEASE, connection.person)
        if not self._tell(stream_id) and just_came:
            self._emit(stream_id, connection.sid)

    def leave(self, connection: Connection, streams: Iterable[str]) -> None:
        """Note that a connection no longer looks at some streams."""
        for stream_id in streams:
            if self._leases.get(stream_id, {}).pop(connection.sid, None):
                self._tell(stream_id)

    def expire(self) -> None:
        """Let go of those who did not renew."""
        moment = time.monotonic()
        for stream_id, leases in list(self._leases.items()):
            for sid in [sid for sid, (until, _) in leases.items() if until < moment]:
                del leases[sid]
            self._tell(stream_id)

    def _tell(self, stream_id: str) -> bool:
        """Tell everybody in the channel who is there, if that changed; returns whether it did."""
        people = {person["id"]: person for _, person in self._leases[stream_id].values()}
        there = [people[person_id] for person_id in sorted(people)]
        if there == self._told.get(stream_id, []):
            changed = False
        else:
            self._told[stream_id] = there
            self._emit(stream_id, channel(stream_id))
            changed = True
        if not self._leases[stream_id]:
            del self._leases[stream_id]
            self._told.pop(stream_id, None)
        return changed

    def _emit(self, stream_id: str, to: str) -> None:
        told = {"stream": stream_id, "kind": "presence", "people": self._told[stream_id]}
        self._server.emit("signal", told, to=to, namespace=NAMESPACE)
