"""Rows out of a database and into one: the same lines from SQLite and from PostgreSQL.

The tables are read from the database and not from the models, since an archive is restored at the revision at which
it was made, which may be older than this code.
"""

from __future__ import annotations

import base64
import datetime
import json
from collections.abc import Callable, Iterable, Iterator
from itertools import islice
from typing import Any

from sqlalchemy import (
    Column,
    Connection,
    DateTime,
    LargeBinary,
    MetaData,
    String,
    Table,
    Text,
    cast,
    collate,
    func,
    null,
    select,
    text,
    types,
)

VERSIONS = "alembic_version"
BATCH_ROWS = 1000
WITHHELD = {"sealed_author": "1 = 0", "command": "CAST(answer AS TEXT) <> '{}'"}
"""Which rows of a table an archive may hold, as SQL: an archive outlives the moment at which a design session forgets who
wrote its anonymous cards. So it holds neither that nor the commands of participants, whose order would reveal it."""
NAMELESS = {("design_vote", "person_id"), ("design_stance", "person_id")}
"""Columns that are empty in an archive: who voted, and how, is forgotten as well."""

DERIVED = ("search_",)
"""How the names of tables begin that are made of others: an archive does without, and a server makes them again."""


class Verbatim(types.UserDefinedType[str]):
    """JSON as the text that it is: so `null` stays apart from nothing, and no key changes its place."""

    cache_ok = True

    def get_col_spec(self, **options: Any) -> str:
        """The column's type as the database calls it."""
        return "JSON"


def read_tables(connection: Connection) -> list[Table]:
    """The tables of a database, those that others refer to first."""
    metadata = MetaData()
    metadata.reflect(connection, only=lambda name, _metadata: not name.startswith(DERIVED))
    tables = [table for table in metadata.sorted_tables if table.name != VERSIONS]
    for table in tables:
        for column in table.columns:
            if isinstance(column.type, types.JSON):
                column.type = Verbatim()
    return tables


def lines(connection: Connection, table: Table) -> Iterator[bytes]:
    """The rows of a table in the order of their keys, each as a line; read from the database bit by bit.

    What WITHHELD and NAMELESS say of the table is left out.
    """
    postgres = connection.dialect.name == "postgresql"

    def wanted(column: Column[Any]) -> Any:
        if (table.name, column.name) in NAMELESS:
            return null().label(column.name)
        return cast(column, Text) if postgres and isinstance(column.type, Verbatim) else column

    def in_order(column: Column[Any]) -> Any:
        return collate(column, "C") if postgres and isinstance(column.type, String) else column

    query = select(*map(wanted, table.columns)).order_by(*map(in_order, table.primary_key))
    if table.name in WITHHELD:
        query = query.where(text(WITHHELD[table.name]))
    for row in connection.execution_options(yield_per=BATCH_ROWS).execute(query):
        values = [_plain(value) for value in row]
        yield json.dumps(values, ensure_ascii=False, separators=(",", ":")).encode() + b"\n"


def _plain(value: Any) -> Any:
    """A value as JSON has it; a moment without a time zone is in UTC."""
    if isinstance(value, datetime.datetime):
        aware = value if value.tzinfo else value.replace(tzinfo=datetime.UTC)
        return aware.astimezone(datetime.UTC).isoformat()
    if isinstance(value, bytes):
        return base64.b64encode(value).decode()
    if isinstance(value, datetime.date | datetime.time):
        return value.isoformat()
    return value


def load(
    connection: Connection,
    table: Table,
    rows: Iterable[list[Any]],
    renewed: dict[str, Callable[[], Any]],
) -> int:
    """Insert rows with their values in the order of the columns; returns how many.

    `renewed` makes new values for some columns.
    """
    readers = [renewed_or_read(column, renewed) for column in table.columns]
    names = [column.name for column in table.columns]
    statement, count, rest = table.insert(), 0, iter(rows)
    while some := list(islice(rest, BATCH_ROWS)):
        read = ([reader(value) for reader, value in zip(readers, row, strict=True)] for row in some)
        connection.execute(statement, [dict(zip(names, values, strict=True)) for values in read])
        count += len(some)
    return count


def renewed_or_read(column: Column[Any], renewed: dict[str, Callable[[], Any]]) -> Callable[[Any], Any]:
    """What turns a value of an archive into one for this column."""
    if column.name in renewed:
        make = renewed[column.name]
        return lambda value: make()
    read = _reader(column)
    return lambda value: None if value is None else read(value)


def _reader(column: Column[Any]) -> Callable[[Any], Any]:
    kind = column.type
    if isinstance(kind, DateTime):
        zone = datetime.UTC if kind.timezone else None
        return lambda value: datetime.datetime.fromisoformat(value).replace(tzinfo=zone)
    if isinstance(kind, LargeBinary):
        return base64.b64decode
    if isinstance(kind, types.Date):
        return datetime.date.fromisoformat
    if isinstance(kind, types.Time):
        return datetime.time.fromisoformat
    return lambda value: value


# --- What only a database that is being filled needs --------------------------------------------------------


def put_off_references(connection: Connection, tables: list[Table]) -> Callable[[], None]:
    """Let rows come before those that they refer to, within their table or in a circle of tables.

    Returns what has all references checked and everything as it was.
    """
    if connection.dialect.name == "sqlite":
        connection.execute(text("PRAGMA defer_foreign_keys=ON"))
        return lambda: None  # checked at the commit
    late = [
        (table.name, constraint.name)
        for at, table in enumerate(tables)
        for constraint in table.foreign_key_constraints
        if tables.index(constraint.referred_table) >= at
    ]

    def alter(how: str) -> None:
        quote = connection.dialect.identifier_preparer.quote
        for table, constraint in late:
            words = f"ALTER TABLE {quote(table)} ALTER CONSTRAINT {quote(str(constraint))} {how}"
            connection.execute(text(words))

    def check() -> None:
        connection.execute(text("SET CONSTRAINTS ALL IMMEDIATE"))
        alter("NOT DEFERRABLE")

    alter("DEFERRABLE INITIALLY DEFERRED")
    return check


def advance_counters(connection: Connection, tables: list[Table]) -> None:
    """Have PostgreSQL count on from the ids that are there; SQLite does so by itself."""
    if connection.dialect.name != "postgresql":
        return
    quote = connection.dialect.identifier_preparer.quote
    for table in tables:
        for column in table.primary_key:
            if not isinstance(column.type, types.Integer):
                continue
            counter = func.pg_get_serial_sequence(quote(table.name), column.name)
            last = connection.scalar(select(func.max(column)))
            if last is not None and connection.scalar(select(counter)) is not None:
                connection.execute(select(func.setval(counter, last)))
