"""The application under test, on a database of its own for every test, and the doors that lead into it."""

from __future__ import annotations

import hashlib
import os
import secrets
import shutil
import sqlite3
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import event

from app import create_app
from app.core.clock import now
from app.core.database import db
from app.core.i18n import ALL_LANGUAGES
from app.core.lemmas import lacks_dictionaries, save_dictionary
from app.core.transactions import write_transaction
from app.features.accounts.models import Login, Person
from config import ROOT, Settings
from deploy.local_deployment import free_port, is_healthy
from tests.support.commands import SECRET, operate
from tests.support.compiled import share_compiled
from tests.support.contracts import check_contracts
from tests.support.door import Door
from tests.support.postgres import WORKER, PostgresServer
from tests.support.shared import Shared

FURNISHED = "trama_furnished"
both_databases = pytest.mark.parametrize(
    "database", ["sqlite", pytest.param("postgres", marks=pytest.mark.postgres)], indirect=True
)


def furnish(url: str, instance: Path) -> None:
    """Bring an empty database to the newest schema with the taxonomy in it, as an operator would."""
    operate(url, instance, ("db", "upgrade"), ("taxonomy", "load"))


def sqlite_copy(shared: Shared, folder: Path) -> str:
    """A copy of the furnished SQLite database in `folder`."""
    template = shared.folder / "furnished.db"

    def make() -> None:
        furnish(f"sqlite:///{template}", shared.folder)
        with sqlite3.connect(template) as connection:
            connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")

    shared.once("furnished", make)
    shutil.copyfile(template, folder / "trama.db")
    return f"sqlite:///{folder / 'trama.db'}"


def postgres_copy(shared: Shared, server: PostgresServer, name: str) -> str:
    """A copy of the furnished PostgreSQL database under this name, in place of an older one."""
    shared.once(FURNISHED, lambda: furnish(server.create(FURNISHED), shared.folder))
    return server.create(name, FURNISHED)


@pytest.fixture
def database(request: pytest.FixtureRequest, shared: Shared, tmp_path: Path) -> str:
    """The address of this test's own database: migrated, with the taxonomy; SQLite unless the test says otherwise."""
    if getattr(request, "param", "sqlite") == "postgres":
        return postgres_copy(shared, request.getfixturevalue("postgres_server"), f"trama_app_{WORKER}")
    return sqlite_copy(shared, tmp_path)


@pytest.fixture
def settings(database: str, tmp_path: Path) -> Settings:
    """The settings of the application under test; parametrise or replace them for another installation."""
    return Settings(secret_key=SECRET, database_url=database, instance=tmp_path, testing=True)


@pytest.fixture
def app(settings: Settings, shared: Shared) -> Iterator[Flask]:
    """The application on this test's database; no context is pushed, so that people do not mix."""
    app = create_app(settings)
    check_contracts(app)
    share_compiled(app, shared.folder)
    yield app
    with app.app_context():
        db.session.remove()
        db.engine.dispose()


def sign_in(app: Flask, person: Person) -> str:
    """A sign-in of a person, made without her password; returns its secret."""
    token = secrets.token_urlsafe(32)
    digest = hashlib.sha256(token.encode()).hexdigest()
    with app.app_context(), write_transaction():
        db.session.add(Login(person_id=person.id, token_hash=digest, expires_at=now() + timedelta(days=1)))
    return token


@pytest.fixture
def door(app: Flask) -> Callable[..., Door]:
    """A way in for a person, or for a visitor: `door(person).get("/en/")`."""

    def enter(person: Person | None = None) -> Door:
        door = Door(app)
        if person is not None:
            door.carry(sign_in(app, person))
        return door

    return enter


@pytest.fixture
def count_queries(app: Flask) -> Callable[[], Any]:
    """A context that collects the statements sent to the database: `with count_queries() as statements:`."""

    @contextmanager
    def recorder() -> Iterator[list[str]]:
        statements: list[str] = []

        def note(connection: Any, cursor: Any, statement: str, *rest: Any) -> None:
            statements.append(statement)

        with app.app_context():
            engine = db.engine
        event.listen(engine, "before_cursor_execute", note)
        try:
            yield statements
        finally:
            event.remove(engine, "before_cursor_execute", note)

    return recorder


def write_empty_dictionaries(instance: Path) -> None:
    """Write empty dictionaries of inflected forms, so that a server does not spend a minute of a core on real ones."""
    folder = instance / "lemmas"
    if lacks_dictionaries(folder, ALL_LANGUAGES):
        folder.mkdir(parents=True, exist_ok=True)
        for lang in ALL_LANGUAGES:
            save_dictionary(folder, lang, {})


class LiveServer:
    """The real process, serving on a free port of this machine."""

    program: tuple[str, ...] = ("wsgi.py",)

    def __init__(self, settings: Settings, folder: Path, **extra: str) -> None:
        self.port = free_port()
        self.url = f"http://127.0.0.1:{self.port}"
        self.settings = settings
        self.log = folder / f"server-{self.port}.log"
        self.env = {
            **{name: value for name, value in os.environ.items() if not name.startswith("TRAMA_")},
            "TRAMA_SECRET_KEY": settings.secret_key,
            "TRAMA_DATABASE_URL": settings.database_url,
            "TRAMA_INSTANCE": str(settings.instance),
            "TRAMA_PUBLIC_URL": self.url,
            "TRAMA_PORT": str(self.port),
            **extra,
        }
        self.process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        """Start the process and wait until it is healthy."""
        write_empty_dictionaries(self.settings.instance)
        with self.log.open("ab") as log:
            self.process = subprocess.Popen(
                [sys.executable, *self.program], cwd=ROOT, env=self.env, stdout=log, stderr=log
            )
        self.wait(lambda: self.process is not None and self.process.poll() is None)

    def wait(self, lives: Callable[[], bool]) -> None:
        """Wait until it is healthy, for as long as it lives; raises RuntimeError with its words where it never is."""
        deadline = time.monotonic() + 60
        while time.monotonic() < deadline and lives():
            if is_healthy(self.url):
                return
            time.sleep(0.05)
        self.kill()
        raise RuntimeError(f"the server did not start:\n{self.log.read_text()}")

    def kill(self) -> None:
        """End the process as a power cut would."""
        if self.process:
            self.process.kill()
            self.process.wait()

    def stop(self) -> None:
        """End the process as an operator would."""
        if self.process:
            self.process.terminate()
            try:
                self.process.wait(10)
            except subprocess.TimeoutExpired:
                self.kill()
