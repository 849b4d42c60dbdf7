"""What the tests of live things share: the real process with the notes feature, a notebook, and people's sockets."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from flask.sessions import SecureCookieSessionInterface

from app.core.database import db
from app.core.streams.services import open_stream
from app.features.accounts.models import Person
from config import Settings
from tests.live.client import Client
from tests.live.notes import KIND
from tests.support.app import LiveServer, sign_in


class NotesServer(LiveServer):
    """The real process, with the notes feature."""

    program = ("-m", "tests.live.process")


@pytest.fixture
def server(settings: Settings, tmp_path: Path) -> Iterator[NotesServer]:
    """A server on this test's database, started."""
    server = NotesServer(settings, tmp_path)
    server.start()
    yield server
    server.stop()


@pytest.fixture
def notebook(app: Flask) -> str:
    """The id of an empty notebook's stream."""
    with app.app_context():
        stream = open_stream(KIND)
        db.session.commit()
        return stream.id


def cookie_of(app: Flask, token: str) -> str:
    """The value of the cookie that a browser holds after signing in."""
    serializer = SecureCookieSessionInterface().get_signing_serializer(app)
    assert serializer is not None
    return str(serializer.dumps({"_user_id": token, "_fresh": True}))


@pytest.fixture
def knock(app: Flask, server: NotesServer) -> Iterator[Callable[..., Client]]:
    """Open a person's socket without entering: `knock(person)`; without a person, a visitor's."""
    opened: list[Client] = []

    def open_socket(person: Person | None = None, **options: Any) -> Client:
        cookie = cookie_of(app, sign_in(app, person)) if person else ""
        client = Client(server.url, cookie, **options)
        opened.append(client)
        return client

    yield open_socket
    for client in opened:
        client.hang_up()


@pytest.fixture
def enter(knock: Callable[..., Client]) -> Callable[..., Client]:
    """Open a person's socket and enter: `enter(person, stream)` follows the stream, too."""

    def come_in(person: Person, stream: str | None = None, **auth: Any) -> Client:
        client = knock(person).join(**auth)
        if stream:
            assert client.ask("subscribe", stream=stream, after=0)["ok"]
        return client

    return come_in
