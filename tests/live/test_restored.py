"""After a restore: whoever saw what is gone starts afresh, and the stream goes on for everybody."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from flask import Flask

from app import create_app
from app.core.actors import VISITOR
from app.core.backup.services import back_up, restore
from app.core.database import db
from app.core.streams.services import append
from app.core.transactions import write_transaction
from config import Settings
from tests.live.client import Client
from tests.live.conftest import NotesServer, cookie_of
from tests.support.app import SECRET, both_databases, sign_in
from tests.support.factories import Cast

pytestmark = pytest.mark.slow


def write(app: Flask, notebook: str, *bodies: str) -> None:
    """Write into a notebook."""
    with app.app_context():
        for body in bodies:
            with write_transaction():
                append(notebook, "note", {"body": body}, VISITOR)


@pytest.fixture
def place(request: pytest.FixtureRequest, settings: Settings, tmp_path: Path) -> Settings:
    """The settings of an empty installation on the same kind of database."""
    url = f"sqlite:///{tmp_path / 'restored.db'}"
    if settings.database_url.startswith("postgresql"):
        url = request.getfixturevalue("blank_postgres_url")
    return Settings(secret_key=SECRET, database_url=url, instance=tmp_path / "restored", testing=True)


@pytest.fixture
def restored(place: Settings, tmp_path: Path) -> Iterator[Callable[[Path], NotesServer]]:
    """Restore an archive there and start the process on it."""
    server = NotesServer(place, tmp_path)

    def bring_back(archive: Path) -> NotesServer:
        app = create_app(place)
        with app.app_context():
            restore(archive)
            db.engine.dispose()
        server.start()
        return server

    yield bring_back
    server.stop()


@both_databases
def test_a_client_ahead_of_the_restored_head_starts_afresh(
    app: Flask, notebook: str, cast: Cast, tmp_path: Path, restored: Callable[[Path], NotesServer]
) -> None:
    cookie = cookie_of(app, sign_in(app, cast.member))
    write(app, notebook, "one", "two")
    with app.app_context():
        before = db.session.scalar(db.text("SELECT epoch FROM stream WHERE id = :id").bindparams(id=notebook))
        back_up(tmp_path / "kept.zip")
    write(app, notebook, "three, which is lost", "four, which is lost")
    client = Client(restored(tmp_path / "kept.zip").url, cookie).join()
    ahead = client.ask("subscribe", stream=notebook, after=4)
    assert (ahead["head"], ahead["events"]) == (2, [])
    assert ahead["epoch"] != before
    afresh = client.ask("subscribe", stream=notebook, after=0)
    assert [event["body"] for event in afresh["events"]] == ["one", "two"]
    assert afresh["epoch"] == ahead["epoch"]
    assert client.write(notebook, "three, anew")["seq"] == 3
    assert [(note["seq"], note["body"]) for note in client.notes(1)] == [(3, "three, anew")]
    client.hang_up()
