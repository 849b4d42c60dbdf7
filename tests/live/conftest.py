"""What the tests of live things share: the real process with the notes feature, a notebook, and people's sockets."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from flask.sessions import SecureCookieSessionInterface
from itsdangerous import URLSafeTimedSerializer

from app.core.streams.kinds import register_kind
from app.core.streams.services import open_stream
from app.core.transactions import write_transaction
from app.features.accounts.models import Person
from config import Settings
from tests.live.client import Client
from tests.live.memory import MIB, memory
from tests.live.notes import FEATURE, KIND
from tests.support.app import SECRET, LiveServer, postgres_copy, sign_in, sqlite_copy
from tests.support.factories import Make
from tests.support.postgres import WORKER
from tests.support.shared import Shared


class NotesServer(LiveServer):
    """The real process, with the notes feature."""

    program = ("-m", "tests.live.process")


class Running:
    """The databases of this worker's live tests and the process on each: starting one for every test would take minutes.

    Tests keep apart by people and notebooks of their own.
    """

    def __init__(self) -> None:
        self.urls: dict[str, str] = {}
        self.servers: dict[str, NotesServer] = {}
        self.people = 0

    def server(self, settings: Settings) -> NotesServer:
        """The process on a database, started again if a test ended it."""
        server = self.servers.get(settings.database_url)
        if server is None:
            server = self.servers[settings.database_url] = NotesServer(settings, settings.instance)
        if server.process is None or server.process.poll() is not None:
            server.start()
        return server


@pytest.fixture(scope="session")
def running() -> Iterator[Running]:
    """What this worker's live tests share."""
    running = Running()
    yield running
    for server in running.servers.values():
        server.stop()


@pytest.fixture(scope="session")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The instance folder of this worker's live tests."""
    return tmp_path_factory.mktemp("live")


@pytest.fixture
def database(request: pytest.FixtureRequest, shared: Shared, running: Running, folder: Path) -> str:
    """The address of the live tests' database: SQLite unless the test says otherwise."""
    kind = getattr(request, "param", "sqlite")
    if kind not in running.urls and kind == "postgres":
        server = request.getfixturevalue("postgres_server")
        running.urls[kind] = postgres_copy(shared, server, f"trama_live_{WORKER}")
    elif kind not in running.urls:
        running.urls[kind] = sqlite_copy(shared, folder)
    return running.urls[kind]


@pytest.fixture
def settings(database: str, folder: Path) -> Settings:
    """The settings of the live tests' application."""
    return Settings(secret_key=SECRET, database_url=database, instance=folder, testing=True)


@pytest.fixture
def make(app: Flask, running: Running) -> Iterator[Make]:
    """The factories, whose people have other addresses than those of the tests before."""
    make = Make(app)
    make.count = running.people
    yield make
    running.people = make.count


@pytest.fixture
def server(settings: Settings, running: Running) -> NotesServer:
    """The server on the live tests' database, running."""
    return running.server(settings)


@pytest.fixture
def bounded(server: NotesServer, request: pytest.FixtureRequest) -> Iterator[None]:
    """Whatever a test sends: the server holds little more at its end than at its beginning."""
    before = memory(server)
    yield
    marker = request.node.get_closest_marker("may_hold")
    assert memory(server) - before < (marker.args[0] if marker else 16) * MIB


@pytest.fixture
def notebook(app: Flask) -> str:
    """The id of an empty notebook's stream."""
    for kind in FEATURE.streams:
        register_kind(app, kind)
    with app.app_context(), write_transaction():
        stream = open_stream(KIND)
        return stream.id


CSRF_SECRET = "what-this-session-signs-its-tokens-for"


def cookie_of(app: Flask, token: str) -> str:
    """The value of the cookie that a browser holds after signing in."""
    serializer = SecureCookieSessionInterface().get_signing_serializer(app)
    assert serializer is not None
    return str(serializer.dumps({"_user_id": token, "_fresh": True, "csrf_token": CSRF_SECRET}))


def csrf_token_of(app: Flask) -> str:
    """What a page of a browser with such a cookie proves by that it is one of ours (Flask-WTF)."""
    signer = URLSafeTimedSerializer(str(app.config["SECRET_KEY"]), salt="wtf-csrf-token")
    return str(signer.dumps(CSRF_SECRET))


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
