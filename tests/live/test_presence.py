"""Leases run out: whoever stops renewing is gone, without a goodbye."""

from __future__ import annotations

from typing import Any
from unittest.mock import Mock

import pytest

from app.core.live import presence as module
from app.core.live.connections import Connection
from app.core.live.presence import LEASE_SECONDS, Presence


class Recorder:
    """Takes the place of the socket server and keeps what was emitted."""

    def __init__(self) -> None:
        self.told: list[list[str]] = []

    def emit(self, event: str, told: dict[str, Any], **options: Any) -> None:
        """Keep the names that were told."""
        self.told.append([person["name"] for person in told["people"]])


def test_a_lease_that_is_not_renewed_runs_out(monkeypatch: pytest.MonkeyPatch) -> None:
    moment = 1000.0
    monkeypatch.setattr(module.time, "monotonic", lambda: moment)
    server = Recorder()
    presence = Presence(server, Mock())
    anna, bo = (
        Connection(name, "", Mock(), "en", 1, {"id": at, "name": name}, frozenset())
        for at, name in enumerate(("Anna", "Bo"))
    )
    presence.renew(anna, "s")
    presence.renew(bo, "s")
    moment += LEASE_SECONDS - 1
    presence.renew(anna, "s")
    moment += 2
    presence.expire()
    assert server.told == [["Anna"], ["Anna", "Bo"], ["Anna"]]
    presence.leave(anna, ["s"])
    assert server.told[-1] == []
    presence.expire()
    assert len(server.told) == 4


def test_leases_of_other_processes_are_merged_and_run_out_when_nobody_tells_of_them(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    moment = 1000.0
    monkeypatch.setattr(module.time, "monotonic", lambda: moment)
    server, relay = Recorder(), Mock()
    presence = Presence(server, relay)
    hear = presence.receivers()
    presence.renew(Connection("a", "", Mock(), "en", 1, {"id": 1, "name": "Anna"}, frozenset()), "s")
    hear["here"]({"leases": [["s", "b", 10**9, {"id": 2, "name": "Bo"}]]})
    hear["here"]({"leases": [["s", "b2", LEASE_SECONDS, {"id": 2, "name": "Bo"}]]})
    assert server.told == [["Anna"], ["Anna", "Bo"]]
    relay.publish.reset_mock()
    presence.exchange_leases()
    assert [call.args for call in relay.publish.call_args_list] == [
        ("who", {}),
        ("here", {"leases": [["s", "a", LEASE_SECONDS, {"id": 1, "name": "Anna"}]]}),
    ]
    moment += LEASE_SECONDS + 1
    presence.expire()
    assert server.told[-1] == []
