"""Making a backup while people write, and restoring one into an empty place."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from alembic.util import CommandError
from flask import current_app
from flask_migrate import upgrade
from sqlalchemy import Connection, MetaData, inspect
from sqlalchemy.exc import IntegrityError

from app.core.backup import folder, tables
from app.core.backup.archive import BackupError, Reader, Writer
from app.core.clock import now
from app.core.database import db
from app.core.health import MIGRATIONS
from app.core.streams.models import opaque_id
from config import Settings

RENEWED_COLUMNS = {"stream": {"epoch": opaque_id}}
"""Every stream begins a new epoch: clients that saw events which are gone start again instead of waiting for the next."""


@dataclass(frozen=True)
class Summary:
    """What an archive holds."""

    made_at: str
    revision: str
    tables: int
    rows: int
    files: int
    bytes: int


def back_up(path: Path) -> Summary:
    """Write everything that this installation keeps into a new archive, as it is at one moment.

    Raises BackupError where there is nothing to keep, or the file exists.
    """
    made_at = now().isoformat()
    with Writer(path) as archive, _snapshot() as connection:
        revision = MigrationContext.configure(connection).get_current_revision()
        if revision is None:
            raise BackupError("There are no tables yet: nothing was written.")
        found = [_add_table(archive, connection, table) for table in tables.read_tables(connection)]
        # After the tables: a row that tells of a file is never without it.
        place = _instance()
        kept = [each.relative_to(place) for each in folder.kept_files(place, path, *_database_file())]
        files = list(_add_files(archive, place, kept))
        manifest = {"made_at": made_at, "revision": revision, "tables": found, "files": files}
        archive.finish(manifest)
    return _summary(manifest)


@contextmanager
def _snapshot() -> Iterator[Connection]:
    """A connection to which nothing changes any more, and which keeps nobody else waiting."""
    with db.engine.connect() as connection:
        if connection.dialect.name == "postgresql":
            connection.execution_options(isolation_level="REPEATABLE READ", postgresql_readonly=True)
        with connection.begin():
            yield connection


def _add_files(archive: Writer, place: Path, kept: list[Path]) -> Iterator[dict[str, Any]]:
    """Add the files that are still there: a message may be removed with its files meanwhile."""
    for name in kept:
        with suppress(FileNotFoundError), (place / name).open("rb") as file:
            yield {"name": str(name), **archive.add(f"files/{name}", folder.chunks(file))}


def _add_table(archive: Writer, connection: Connection, table: Any) -> dict[str, Any]:
    count = 0

    def counted() -> Iterator[bytes]:
        nonlocal count
        for line in tables.lines(connection, table):
            count += 1
            yield line

    part = archive.add(f"tables/{table.name}.jsonl", counted())
    columns = [column.name for column in table.columns]
    return {"name": table.name, "columns": columns, "rows": count, **part}


def restore(path: Path) -> Summary:
    """Put an archive into an empty database and folder, then bring it up to this code's revision.

    Raises BackupError, with everything as it was, for an archive that is not whole, one of a newer Trama, or a place
    that is not empty.
    """
    with Reader(path) as archive:
        archive.verify()
        revision = archive.manifest["revision"]
        try:
            ScriptDirectory(str(MIGRATIONS)).get_revision(revision)
        except CommandError as error:
            raise BackupError(
                f"The backup is of another version of Trama (its tables are at {revision}): restore it with that one."
            ) from error
        _require_empty(path)
        try:
            _upgrade(archive.manifest["revision"])
            with db.engine.connect() as connection:
                connection.execution_options(writer=True)
                with connection.begin():
                    _fill(connection, archive)
            for file in archive.files:
                folder.put(_instance(), file["name"], archive.chunks(file["part"]))
            _upgrade("head")
        except BaseException as error:
            _clear([file["name"] for file in archive.files])
            if isinstance(error, IntegrityError):
                raise BackupError(f"{path} holds rows that do not belong together.") from error
            raise
        return _summary(archive.manifest)


def _require_empty(archive: Path) -> None:
    """Never write over what is there."""
    if inspect(db.engine).get_table_names():
        raise BackupError(
            "The database is not empty: nothing was restored. Name an empty one in TRAMA_DATABASE_URL."
        )
    present = folder.kept_files(_instance(), archive, *_database_file())
    if present:
        raise BackupError(f"The folder {_instance()} is not empty ({present[0].name}): nothing was restored.")


def _fill(connection: Connection, archive: Reader) -> None:
    """Insert every row of the archive into the empty tables."""
    known = {table.name: table for table in tables.read_tables(connection)}
    manifest = {each["name"]: each for each in archive.tables}
    if {name: [column.name for column in table.columns] for name, table in known.items()} != {
        name: each["columns"] for name, each in manifest.items()
    }:
        raise BackupError("The backup's tables are not those of its revision.")
    order = list(known.values())
    check = tables.put_off_references(connection, order)
    for table in order:
        rows = archive.rows(manifest[table.name]["part"])
        tables.load(connection, table, rows, RENEWED_COLUMNS.get(table.name, {}))
    check()
    tables.advance_counters(connection, order)


def _upgrade(revision: str) -> None:
    try:
        upgrade(revision=revision)
    except SystemExit as error:
        raise BackupError("The tables could not be made; what was restored is taken away again.") from error


def _clear(names: list[str]) -> None:
    """Take everything away that was begun."""
    metadata = MetaData()
    with db.engine.connect() as connection:
        connection.execution_options(writer=True)
        with connection.begin():
            metadata.reflect(connection)
            metadata.drop_all(connection)
    folder.take_away(_instance(), names)


def _database_file() -> list[Path]:
    """The database's file with those beside it, where it is one."""
    url = db.engine.url
    if db.engine.dialect.name != "sqlite" or not url.database:
        return []
    return [Path(f"{url.database}{suffix}") for suffix in ("", "-wal", "-shm", "-journal")]


def _instance() -> Path:
    settings: Settings = current_app.extensions["trama.settings"]
    return settings.instance


def _summary(manifest: dict[str, Any]) -> Summary:
    parts = [*manifest["tables"], *manifest["files"]]
    return Summary(
        manifest["made_at"],
        manifest["revision"],
        len(manifest["tables"]),
        sum(table["rows"] for table in manifest["tables"]),
        len(manifest["files"]),
        sum(part["bytes"] for part in parts),
    )
