"""The demo in a database: seeded once for a run on each kind of database, and copied for whoever needs it."""

from __future__ import annotations

import shutil
import sqlite3
from pathlib import Path

from app import create_app
from app.core.database import db
from config import Settings
from tests.support.app import SECRET, postgres_copy, sqlite_copy
from tests.support.postgres import PostgresServer
from tests.support.shared import Shared

SEEDED = "trama_seeded"


def seed(url: str, instance: Path) -> str:
    """Put the demo into a furnished database by the command that `./dev run` calls; returns what it printed."""
    app = create_app(Settings(secret_key=SECRET, database_url=url, instance=instance))
    answer = app.test_cli_runner().invoke(args=["demo", "seed"])
    with app.app_context():
        db.session.remove()
        db.engine.dispose()
    assert answer.exit_code == 0, answer.output
    return answer.output


def seeded_sqlite(shared: Shared, folder: Path) -> tuple[str, str]:
    """A copy of the seeded SQLite database in `folder`: its address, and what the command printed."""
    kept = shared.folder / "seeded"

    def make() -> str:
        kept.mkdir()
        printed = seed(sqlite_copy(shared, kept), kept)
        with sqlite3.connect(kept / "trama.db") as connection:
            connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        return printed

    printed = shared.once(SEEDED, make)
    shutil.copyfile(kept / "trama.db", folder / "trama.db")
    return f"sqlite:///{folder / 'trama.db'}", printed


def seeded_postgres(shared: Shared, server: PostgresServer, name: str) -> tuple[str, str]:
    """A copy of the seeded PostgreSQL database under this name, in place of an older one; and what the command printed."""
    printed = shared.once(
        f"{SEEDED}_postgres", lambda: seed(postgres_copy(shared, server, SEEDED), shared.folder)
    )
    return server.create(name, SEEDED), printed
