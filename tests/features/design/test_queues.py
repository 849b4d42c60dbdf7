"""A report on paper takes a second to set: who asks for many at once waits, and is refused, and the others do not wait."""

from __future__ import annotations

import threading
import urllib.error
import urllib.request
from collections import Counter
from collections.abc import Callable
from types import SimpleNamespace

import pytest
from flask import Flask

from app.core import threadpool
from tests.features.design.conftest import Table
from tests.live.conftest import cookie_of
from tests.support.app import LiveServer
from tests.support.door import Door


@pytest.fixture
def status_of(app: Flask, live_server: LiveServer) -> Callable[[str, str], int]:
    """Open a page with somebody's sign-in; the status of the answer."""

    def ask(path: str, token: str) -> int:
        request = urllib.request.Request(
            live_server.url + path,
            headers={"Cookie": f"trama={cookie_of(app, token)}", "Accept-Language": "en"},
        )
        try:
            with urllib.request.urlopen(request, timeout=60) as answer:
                answer.read()
                return int(answer.status)
        except urllib.error.HTTPError as refusal:
            text = refusal.read().decode()
            assert "several are being made already" in text
            return refusal.code

    return ask


def test_reports_asked_for_at_once_are_made_one_by_one_while_others_are_answered(
    table: Table, status_of: Callable[[str, str], int]
) -> None:
    table.start()
    path = f"/en/design-sessions/{table.id}/report.pdf"
    greedy, other = (table.tokens[person.id] for person in table.people[:2])
    found: Counter[int] = Counter()
    threads = [threading.Thread(target=lambda: found.update([status_of(path, greedy)])) for _ in range(24)]
    for thread in threads:
        thread.start()
    assert status_of(path, other) == 200
    for thread in threads:
        thread.join()
    assert found[200] >= 4
    assert found.total() == found[200] + found[429] == 24
    assert status_of(path, greedy) == 200


def test_somebody_whose_reports_already_wait_is_refused_another_and_others_are_not(
    table: Table, door: Callable[..., Door], monkeypatch: pytest.MonkeyPatch
) -> None:
    table.start()
    greedy, other = table.people[:2]
    queue = threadpool.WorkQueue(1)
    monkeypatch.setattr(threadpool, "monkey", SimpleNamespace(is_module_patched=lambda _name: True))
    monkeypatch.setattr(threadpool, "_long", lambda: queue)
    monkeypatch.setitem(queue._waiting, greedy.id, threadpool.MAX_JOBS_PER_PERSON)
    path = f"/en/design-sessions/{table.id}/report.pdf"
    refused = door(greedy).get(path)
    assert refused.status == 429
    assert "several are being made already" in refused.text
    assert door(other).get(path).status == 200
