"""What a running process tells those who look after it: figures, and a log in which nobody's words are."""

from __future__ import annotations

import json
import re
import secrets
import time
import urllib.error
import urllib.parse
import urllib.request
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from flask import Flask

from app.features.accounts.models import Person
from config import Settings
from tests.live.client import Client
from tests.live.conftest import NotesServer, cookie_of
from tests.support.app import sign_in
from tests.support.factories import Make

pytestmark = pytest.mark.slow
CANARY = "canary"
ALLOWED = {
    *("at", "level", "logger", "message", "exception"),
    *("request", "person", "method", "endpoint", "status", "ms"),
}


@pytest.fixture
def logging_server(settings: Settings, tmp_path: Path) -> Iterator[NotesServer]:
    """A process that logs in JSON, and whose mail server is away."""
    server = NotesServer(settings, tmp_path, TRAMA_LOG="json", TRAMA_MAIL_URL="smtp://127.0.0.1:1")
    server.start()
    yield server
    server.stop()


@pytest.fixture
def singer(make: Make) -> Person:
    """Somebody whose name and address must not be in a log."""
    person = make.person(f"{CANARY} Bianchi", email=f"{CANARY}-{secrets.token_hex(4)}@{CANARY}.example")
    make.organisation(f"{CANARY} Verde", editor=person)
    return person


def ask(server: NotesServer, path: str, cookie: str = "", **headers: str) -> None:
    """Ask for an address, whatever the answer."""
    request = urllib.request.Request(
        server.url + path, headers={"Cookie": f"trama={cookie}", "User-Agent": CANARY, **headers}
    )
    try:
        with urllib.request.urlopen(request, timeout=30) as answer:
            answer.read()
    except urllib.error.HTTPError as error:
        error.read()


def reset(server: NotesServer, address: str) -> None:
    """Ask for a new password by the form, as somebody who forgot hers."""
    with urllib.request.urlopen(f"{server.url}/en/forgot", timeout=30) as page:
        token = re.search(r'name="csrf_token"[^>]*value="([^"]+)"', page.read().decode())
        cookie = page.headers["Set-Cookie"].split(";")[0]
    assert token
    data = urllib.parse.urlencode({"csrf_token": token[1], "email": address}).encode()
    request = urllib.request.Request(f"{server.url}/en/forgot", data, {"Cookie": cookie})
    with urllib.request.urlopen(request, timeout=30) as page:
        page.read()


def logged(server: NotesServer, holds: Callable[[dict[str, Any]], bool]) -> dict[str, Any]:
    """The first line of the log of which something holds, as soon as it is there."""
    end = time.monotonic() + 60
    while time.monotonic() < end:
        for line in server.log.read_text().splitlines():
            told: dict[str, Any] = json.loads(line)
            if holds(told):
                return told
        time.sleep(0.1)
    raise AssertionError(server.log.read_text())


def test_the_log_tells_what_happened_and_nobodys_words_or_secrets(
    app: Flask, logging_server: NotesServer, notebook: str, singer: Person
) -> None:
    server = logging_server
    token = sign_in(app, singer)
    cookie = cookie_of(app, token)
    client = Client(server.url, cookie).join()
    assert client.write(notebook, f"a {CANARY} sings")["ok"]
    assert client.write(notebook, f"another {CANARY}", command="note_stumble")["code"] == "broken"
    assert not client.ask(f"{CANARY}_event", v=2)["ok"]
    for path in (
        f"/en/reset/{CANARY}",
        f"/en/verify/{CANARY}",
        f"/en/organisations/?q={CANARY}",
        f"/{CANARY}",
    ):
        ask(server, path, cookie, Authorization=f"Bearer {CANARY}")
    reset(server, singer.email)
    logged(server, lambda told: told["message"].startswith("job ") and "exception" in told)
    broken = logged(server, lambda told: told["message"].endswith("note_stumble"))
    assert "RuntimeError" in broken["exception"] and "notes.py" in broken["exception"]
    answered = logged(server, lambda told: told.get("endpoint") == "accounts.reset")
    assert (answered["person"], answered["status"], answered["method"]) == (singer.id, 410, "GET")
    assert answered["ms"] >= 0 and answered["request"] and answered["at"].endswith("+00:00")
    words = server.log.read_text()
    assert not [secret for secret in (CANARY, token, cookie, "secret of the programmer") if secret in words]
    assert {name for line in words.splitlines() for name in json.loads(line)} <= ALLOWED
    client.hang_up()


def test_a_running_process_tells_its_figures(
    app: Flask, server: NotesServer, notebook: str, singer: Person
) -> None:
    before = figures(server)
    client = Client(server.url, cookie_of(app, sign_in(app, singer))).join()
    assert client.ask("subscribe", stream=notebook, after=0)["ok"]
    assert client.write(notebook, "ciao")["ok"]
    client.notes(1)
    after = figures(server)
    for name in (
        'trama_events_total{kind="notebook"}',
        'trama_command_seconds_count{event="note_write"}',
        "trama_delivery_seconds_count",
    ):
        assert after[name] == before.get(name, 0) + 1
    assert after["trama_connections"] >= 1 and after["trama_streams_followed"] >= 1
    assert after["trama_waiting_bytes"] == 0
    client.hang_up()


def figures(server: NotesServer) -> dict[str, float]:
    """The figures of a process, as they are written."""
    with urllib.request.urlopen(f"{server.url}/metrics", timeout=30) as answer:
        lines = answer.read().decode().splitlines()
    return {
        name: float(value) for name, _, value in (line.rpartition(" ") for line in lines if line[0] != "#")
    }
