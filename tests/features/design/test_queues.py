"""A report on paper takes a second to set: who asks for many at once waits, and is refused, and the others do not wait."""

from __future__ import annotations

import threading
import urllib.error
import urllib.request
from collections import Counter
from collections.abc import Callable

import pytest
from flask import Flask

from tests.features.design.conftest import Table
from tests.live.conftest import cookie_of
from tests.support.app import LiveServer, sign_in


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


def test_reports_asked_for_at_once_are_made_one_by_one_and_too_many_are_refused(
    app: Flask, table: Table, status_of: Callable[[str, str], int]
) -> None:
    table.start()
    path = f"/en/design-sessions/{table.id}/report.pdf"
    greedy, other = table.people[:2]
    # The requests of one sign-in are answered one after the other; so she has many.
    tokens = [sign_in(app, greedy) for _ in range(24)]
    found: Counter[int] = Counter()
    threads = [
        threading.Thread(target=lambda token=token: found.update([status_of(path, token)]))
        for token in tokens
    ]
    for thread in threads:
        thread.start()
    assert status_of(path, table.tokens[other.id]) == 200
    for thread in threads:
        thread.join()
    assert found[200] >= 4
    assert found[429] >= 1
    assert found.total() == found[200] + found[429] == 24
    assert status_of(path, tokens[0]) == 200
