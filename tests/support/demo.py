"""The demo in a database: seeded once for a run on each kind of database, and copied for whoever needs it."""

from __future__ import annotations

import shutil
import sqlite3
from pathlib import Path

from tests.support.app import postgres_copy, sqlite_copy
from tests.support.commands import operate
from tests.support.postgres import PostgresServer
from tests.support.shared import Shared

SEEDED = "trama_seeded"
SEED = ("demo", "seed")


def seeded_sqlite(shared: Shared, folder: Path) -> tuple[str, str]:
    """A copy of the seeded SQLite database in `folder`: its address, and what the command printed."""
    kept = shared.folder / "seeded"

    def make() -> str:
        kept.mkdir()
        printed = operate(sqlite_copy(shared, kept), kept, SEED)
        with sqlite3.connect(kept / "trama.db") as connection:
            connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        return printed

    printed = shared.once(SEEDED, make)
    shutil.copyfile(kept / "trama.db", folder / "trama.db")
    return f"sqlite:///{folder / 'trama.db'}", printed


def seeded_postgres(shared: Shared, server: PostgresServer, name: str) -> tuple[str, str]:
    """A copy of the seeded PostgreSQL database under this name, in place of an older one; and what the command printed."""

    def make() -> str:
        return operate(postgres_copy(shared, server, SEEDED), shared.folder, SEED)

    printed = shared.once(f"{SEEDED}_postgres", make)
    return server.create(name, SEEDED), printed
