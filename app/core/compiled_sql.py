"""Statements that come with every message, carried out in a fifth of the time.

For each statement SQLAlchemy looks up what it compiled, makes a context and a result, and calls listeners: on
SQLite that takes ten times as long as the database does. A CompiledStatement is compiled when it is first asked;
from then on it goes to the driver as it is, in the session's own transaction and after what waits in it to be
written. Values and rows are converted as the columns' types say. On PostgreSQL, where the way to the database takes
longest, SQLAlchemy carries it out. What is asked of many at once is a CompiledBatch.
"""

from __future__ import annotations

import sqlite3
from collections import namedtuple
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from functools import cache
from typing import Any

from sqlalchemy import ColumnElement, Connection, Dialect, Executable, bindparam

from app.core.database import connection_of, db


class CompiledStatement:
    """A statement of columns with parameters; it may hold no list that is of another length each time.

    What is inserted must be named with its values, since no default of a column is looked up.
    """

    def __init__(self, statement: Executable) -> None:
        self._statement = statement
        self._made: _SqliteStatement | None = None

    def __call__(self, **values: Any) -> Sequence[Any]:
        """Carry it out with these values; returns the rows, whose columns are their attributes."""
        session = db.session()
        session.flush()
        connection = connection_of(session)
        if connection.dialect.name != "sqlite" or connection.dispatch.before_cursor_execute:
            return self._carry_out(connection, values)
        if self._made is None:
            self._made = _SqliteStatement(self._statement, connection.dialect, values)
        driver: Any = connection.connection.dbapi_connection
        try:
            return self._made.ask(driver, values)
        except sqlite3.Error:
            # A statement that failed changed nothing: asked again, SQLAlchemy says why in its own terms.
            return self._carry_out(connection, values)

    def one(self, **values: Any) -> Any:
        """The first of the rows, or None where there is none."""
        return next(iter(self(**values)), None)

    def _carry_out(self, connection: Connection, values: Mapping[str, Any]) -> Sequence[Any]:
        result = connection.execute(self._statement, values)
        return result.all() if result.returns_rows else ()


BATCH_SIZES = (1, 8, 50)
"""For how many at once a statement is prepared; of more it is asked several times."""


class CompiledBatch:
    """A statement about many at once: prepared for a few numbers of them, the last one repeated up to the next number.

    `make(size)` gives the statement for so many, with parameters named after `names` and a place: `id0`, `id1`, …
    It must give the same rows when one is named twice.
    """

    def __init__(self, make: Callable[[int], Executable], *names: str) -> None:
        self._prepared = cache(lambda size: CompiledStatement(make(size)))
        self._names = names

    def __call__(self, wanted: Sequence[Sequence[Any]]) -> Iterator[Any]:
        """Carry it out for these, each a value for every name; gives the rows."""
        for start in range(0, len(wanted), BATCH_SIZES[-1]):
            some = wanted[start : start + BATCH_SIZES[-1]]
            size = next(size for size in BATCH_SIZES if size >= len(some))
            filled = [*some, *[some[-1]] * (size - len(some))]
            values = {
                f"{name}{at}": value
                for at, each in enumerate(filled)
                for name, value in zip(self._names, each, strict=True)
            }
            yield from self._prepared(size)(**values)


def in_params(column: Any, name: str, size: int) -> ColumnElement[bool]:
    """Whether a column has one of so many values, for a statement about many."""
    return column.in_([bindparam(f"{name}{at}", type_=column.type) for at in range(size)])  # type: ignore[no-any-return]


class _SqliteStatement:
    """A statement in the driver's own terms."""

    def __init__(self, statement: Any, dialect: Dialect, values: Mapping[str, Any]) -> None:
        keys = list(values) if statement.is_insert else None
        compiled = statement.compile(dialect=dialect, column_keys=keys)
        self._text = str(compiled)
        constants = {name: bind.value for name, bind in compiled.binds.items()}
        self._given = [
            (name, constants[name], compiled.binds[name].type.dialect_impl(dialect).bind_processor(dialect))
            for name in compiled.positiontup or ()
        ]
        columns = list(statement.exported_columns) if hasattr(statement, "exported_columns") else []
        row: Any = namedtuple("Row", [column.key for column in columns], rename=True)  # type: ignore[misc]
        self._row: Callable[[Iterable[Any]], Any] = row._make
        converts = enumerate(
            column.type.dialect_impl(dialect).result_processor(dialect, None) for column in columns
        )
        self._converts = [(at, convert) for at, convert in converts if convert]

    def ask(self, driver: Any, values: Mapping[str, Any]) -> Sequence[Any]:
        """Carry it out on the driver's connection."""
        given = [
            convert(values.get(name, constant)) if convert else values.get(name, constant)
            for name, constant, convert in self._given
        ]
        rows = driver.execute(self._text, given).fetchall()
        return [self._row(self._converted(row) if self._converts else row) for row in rows]

    def _converted(self, row: Iterable[Any]) -> Iterable[Any]:
        values = list(row)
        for at, convert in self._converts:
            values[at] = convert(values[at])
        return values
