"""Who is looking at a stream at this moment: leases that its pages renew, never a row in the database.

The leases of all processes are merged: each publishes its own. While Redis is away those of the others run
out, and each process knows only who is connected to it.
"""

from __future__ import annotations

import time
from collections.abc import Iterable
from typing import Any, NamedTuple

from app.core.live.connections import Connection
from app.core.live.hub import channel
from app.core.live.protocol import NAMESPACE
from app.core.live.relay import Receiver, Relay

LEASE_SECONDS = 45.0
LEASE_BATCH_SIZE = 100


class Lease(NamedTuple):
    """Somebody is there until a moment; `here` says that she told this process."""

    until: float
    person: dict[str, Any]
    here: bool


class Presence:
    """The leases: for each stream who is there, by connection, and until when unless renewed."""

    def __init__(self, server: Any, relay: Relay) -> None:
        self._server = server
        self._relay = relay
        self._leases: dict[str, dict[str, Lease]] = {}
        self._announced: dict[str, list[dict[str, Any]]] = {}

    # --- Of this process ------------------------------------------------------------------------------------

    def renew(self, connection: Connection, stream_id: str) -> None:
        """Note that somebody is there for another while; send it to all when it is news, else only to her."""
        just_came = connection.sid not in self._leases.get(stream_id, {})
        if not self._renew(connection.sid, connection.person, stream_id) and just_came:
            self._emit(stream_id, connection.sid)

    def renew_by_request(self, person: dict[str, Any], stream_id: str) -> list[dict[str, Any]]:
        """Note that somebody without a connection is there for another while; returns who is there.

        Her pages share one lease, which runs out: nothing tells when the last of them is left.
        """
        self._renew(f"requests of {person['id']}", person, stream_id)
        return self._announced[stream_id]

    def _renew(self, key: str, person: dict[str, Any], stream_id: str) -> bool:
        """Note a lease of this process and publish it; returns whether it was news."""
        was_news = self._note(stream_id, key, Lease(time.monotonic() + LEASE_SECONDS, person, here=True))
        self._relay.publish("here", {"leases": [[stream_id, key, LEASE_SECONDS, person]]})
        return was_news

    def leave(self, connection: Connection, streams: Iterable[str]) -> None:
        """Note that a connection no longer looks at some streams."""
        for stream_id in streams:
            if self._drop(stream_id, connection.sid):
                self._relay.publish("gone", {"stream": stream_id, "sid": connection.sid})

    def expire(self) -> None:
        """Let go of those who did not renew."""
        moment = time.monotonic()
        for stream_id, leases in list(self._leases.items()):
            for sid in [sid for sid, lease in leases.items() if lease.until < moment]:
                del leases[sid]
            self._announce_changes(stream_id)

    # --- Of the other processes -----------------------------------------------------------------------------

    def exchange_leases(self) -> None:
        """Exchange leases with the other processes, from which this one receives from now on."""
        self._relay.publish("who", {})
        self.publish_leases()

    def publish_leases(self) -> None:
        """Publish to the other processes who is connected to this one."""
        moment = time.monotonic()
        own = [
            [stream_id, sid, lease.until - moment, lease.person]
            for stream_id, leases in self._leases.items()
            for sid, lease in leases.items()
            if lease.here
        ]
        for start in range(0, len(own), LEASE_BATCH_SIZE):
            self._relay.publish("here", {"leases": own[start : start + LEASE_BATCH_SIZE]})

    def receivers(self) -> dict[str, Receiver]:
        """What to do with what the other processes publish of leases."""
        return {
            "who": lambda content: self.publish_leases(),
            "here": lambda content: self._take_leases(content["leases"]),
            "gone": lambda content: self._drop(content["stream"], content["sid"]),
        }

    def _take_leases(self, leases: list[tuple[str, str, float, dict[str, Any]]]) -> None:
        for stream_id, sid, left, person in leases:
            known = {**person, "id": int(person["id"])}
            self._note(stream_id, sid, Lease(time.monotonic() + min(left, LEASE_SECONDS), known, here=False))

    # --- Of all ---------------------------------------------------------------------------------------------

    def _note(self, stream_id: str, sid: str, lease: Lease) -> bool:
        """Keep a lease; returns whether that was news."""
        self._leases.setdefault(stream_id, {})[sid] = lease
        return self._announce_changes(stream_id)

    def _drop(self, stream_id: str, sid: str) -> bool:
        """Drop a lease; returns whether there was one."""
        if self._leases.get(stream_id, {}).pop(sid, None) is None:
            return False
        self._announce_changes(stream_id)
        return True

    def _announce_changes(self, stream_id: str) -> bool:
        """Send everybody in the channel who is there, if that changed; returns whether it did."""
        people = {lease.person["id"]: lease.person for lease in self._leases[stream_id].values()}
        there = [people[person_id] for person_id in sorted(people)]
        changed = there != self._announced.get(stream_id, [])
        if changed:
            self._announced[stream_id] = there
            self._emit(stream_id, channel(stream_id))
        if not self._leases[stream_id]:
            del self._leases[stream_id]
            self._announced.pop(stream_id, None)
        return changed

    def _emit(self, stream_id: str, to: str) -> None:
        signal = {"stream": stream_id, "kind": "presence", "people": self._announced[stream_id]}
        self._server.emit("signal", signal, to=to, namespace=NAMESPACE)
