"""The database: one base for all models, and how SQLite behaves under many greenlets.

SQLite has one writer. Under gevent a greenlet that waits for it inside BEGIN IMMEDIATE would stall the
whole process, so one process-wide lock precedes every writing transaction; other processes are waited
for with a retry that sleeps. A transaction that begins as a reader cannot become a writer while another
process writes, however long it waits (SQLITE_BUSY_SNAPSHOT), so its connection refuses every write
(`PRAGMA query_only`): what writes begins with `execution_options(writer=True)`. PostgreSQL needs none of
this and gets none.
"""

from __future__ import annotations

import enum
import sqlite3
import threading
import time
from collections.abc import Iterable
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any, cast

from flask import Flask
from flask_sqlalchemy import SQLAlchemy
from flask_sqlalchemy.session import Session as SignallingSession
from sqlalchemy import DateTime, Enum, MetaData, Table, TypeDecorator, event
from sqlalchemy.engine import Connection, Dialect
from sqlalchemy.engine.interfaces import DBAPIConnection
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.orm import (
    DeclarativeBase,
    InstrumentedAttribute,
    Mapped,
    SessionTransaction,
    mapped_column,
    registry,
)
from sqlalchemy.orm import Session as BaseSession
from sqlalchemy.orm.strategy_options import _AbstractLoad
from sqlalchemy.pool import ConnectionPoolEntry
from sqlalchemy.sql.compiler import SQLCompiler
from sqlalchemy.sql.functions import FunctionElement

from app.core.clock import now
from app.core.fair_scheduler import checkpoint
from app.core.threadpool import run_disk_io

NAMING = {
    "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "fk": "fk_%(table_name)s_%(column_0_N_name)s_%(referred_table_name)s",
    "pk": "pk_%(table_name)s",
}
WRITER_RETRY_SECONDS = 0.02
"""How long a writer sleeps before it asks again, while another process writes."""
WRITER_PATIENCE = 30.0
READER_BUSY_MS = 5000
"""How long SQLite itself waits where it cannot be asked again: a reader meets a lock only for the moments in which
another process recovers the journal or folds it into the database."""
PRAGMAS = ("journal_mode=WAL", "foreign_keys=ON", "cache_size=-32000", "secure_delete=ON")
READER_PRAGMAS = (f"busy_timeout={READER_BUSY_MS}", "query_only=ON")
WRITER_PRAGMAS = ("busy_timeout=0", "query_only=OFF")
LoadOption = _AbstractLoad
"""What `joinedload()` and the like return: how a statement loads a relationship or a column."""
_writer = threading.Lock()


class UtcDateTime(TypeDecorator[datetime]):
    """A moment, always in UTC and always aware, on databases that keep time zones and on those that do not."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """Refuse a naive moment and store the rest in UTC."""
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError("a moment without a time zone")
        return value.astimezone(UTC)

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """Give the moment back in UTC."""
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


class Base(DeclarativeBase):
    """The base of all models: names for constraints, UTC for moments."""

    registry = registry(
        metadata=MetaData(naming_convention=NAMING), type_annotation_map={datetime: UtcDateTime()}
    )


class Session(SignallingSession):
    """A session that holds its rows while it lets them go.

    Python 3.11 may collect garbage while it makes an object's dictionary. If it then takes a row that only a cycle
    still holds (a template's context), the clean-up of SQLAlchemy reaches for the very dictionary that is being made,
    and the process dies of it. A row that is held here is not taken in the middle of that.
    """

    def commit(self) -> None:
        """Commit."""
        held = self.identity_map.values()
        super().commit()
        del held

    def rollback(self) -> None:
        """Roll back."""
        held = self.identity_map.values()
        super().rollback()
        del held

    def close(self) -> None:
        """Give the connection back and forget the rows."""
        held = self.identity_map.values()
        super().close()
        del held


@event.listens_for(Session, "after_begin")
def _keep_connection(session: Session, transaction: SessionTransaction, connection: Connection) -> None:
    """Have the connection at hand for as long as the transaction lasts: looking it up takes as long as a query."""
    session.info["connection"] = connection


@event.listens_for(Session, "after_transaction_end")
def _forget_connection(session: Session, transaction: SessionTransaction) -> None:
    session.info.pop("connection", None)


db = SQLAlchemy(model_class=Base, session_options={"class_": Session})

if TYPE_CHECKING:
    Model = Base
else:
    Model = db.Model


def connection_of(session: BaseSession) -> Connection:
    """The connection of the session's transaction, which begins now if it has not."""
    kept: Connection | None = session.info.get("connection")
    return kept or session.connection()


def has_one_writer() -> bool:
    """Whether the database lets one transaction write at a time, so that nothing needs to be locked in it."""
    return connection_of(db.session()).dialect.name == "sqlite"


def table_of(model: type[Base]) -> Table:
    """A model's table, for statements that write rows without objects."""
    return cast(Table, model.__table__)


class Row:
    """What every table has: an id and the moment of its making."""

    id: Mapped[int] = mapped_column(primary_key=True, sort_order=-10)
    created_at: Mapped[datetime] = mapped_column(default=now, sort_order=-9)


class without_index(FunctionElement[Any]):
    """A column in a condition that nearly all rows fulfil, for which SQLite is not to read an index.

    Without statistics SQLite takes each comparison with an index to leave few rows, and prefers it to the primary key.
    PostgreSQL counts by itself and gets the column as it is.
    """

    inherit_cache = True

    def __init__(self, column: InstrumentedAttribute[Any]) -> None:
        super().__init__(column)
        self.type = column.type


@compiles(without_index)
def _plain(element: without_index, compiler: SQLCompiler, **words: Any) -> str:
    return compiler.process(element.clauses, **words)


@compiles(without_index, "sqlite")
def _with_sign(element: without_index, compiler: SQLCompiler, **words: Any) -> str:
    """With a sign before it a column is no index's column any more, as SQLite's manual says."""
    return f"+{compiler.process(element.clauses, **words)}"


def choice(kind: type[enum.StrEnum], name: str) -> Enum:
    """A column type for an enum, kept as its value and checked by the database.

    `name` is the constraint's name, unique in its table.
    """
    return Enum(
        kind,
        name=name,
        native_enum=False,
        create_constraint=True,
        length=40,
        values_callable=lambda members: [member.value for member in members],
    )


def init_database(app: Flask) -> None:
    """Bind the database to the application; set the pragmas and transactions of SQLite."""
    url = str(app.config["SQLALCHEMY_DATABASE_URI"])
    # People's words never reach a log by way of a failed statement.
    options: dict[str, Any] = {"pool_pre_ping": not url.startswith("sqlite"), "hide_parameters": True}
    if url.startswith("sqlite"):
        options |= {"max_overflow": -1, "connect_args": {"isolation_level": None, "check_same_thread": False}}
    else:
        options |= {"pool_size": 10, "max_overflow": 20}
    app.config["SQLALCHEMY_ENGINE_OPTIONS"] = options
    db.init_app(app)
    with app.app_context():
        if db.engine.dialect.name == "sqlite":
            # A test need not survive a power cut, everything else must.
            synchronous = f"synchronous={'OFF' if app.testing else 'FULL'}"
            pragmas = (f"busy_timeout={READER_BUSY_MS}", *PRAGMAS, synchronous, *READER_PRAGMAS)
            event.listen(db.engine, "connect", lambda connection, _record: _set(connection, pragmas))
            event.listen(db.engine, "begin", _on_begin)
            # Others run between the statements of a reader. PostgreSQL's driver lets them whenever it waits.
            event.listen(db.engine, "before_cursor_execute", lambda *_statement: checkpoint())
            event.listen(db.engine, "commit", _on_commit)
            event.listen(db.engine, "checkin", _on_checkin)


def _on_begin(connection: Connection) -> None:
    if not connection.get_execution_options().get("writer"):
        connection.exec_driver_sql("BEGIN")
        return
    if not connection.info.get("writer"):
        if not _writer.acquire(timeout=WRITER_PATIENCE):
            raise TimeoutError("the database's writer was busy for too long")
        connection.info["writer"] = True
        _set(connection.connection.dbapi_connection, WRITER_PRAGMAS)
    _begin_immediate(connection)


def _set(driver: DBAPIConnection | None, pragmas: Iterable[str]) -> None:
    """Set pragmas on a connection of the driver."""
    assert driver is not None
    cursor = driver.cursor()
    for pragma in pragmas:
        cursor.execute(f"PRAGMA {pragma}")
    cursor.close()


def _begin_immediate(connection: Connection) -> None:
    """Begin as the writer, sleeping (and so letting others run) while another process is."""
    deadline = time.monotonic() + WRITER_PATIENCE
    driver = connection.connection.dbapi_connection
    assert driver is not None
    while True:
        try:
            driver.cursor().execute("BEGIN IMMEDIATE")
            return
        except sqlite3.OperationalError as error:
            if "locked" not in str(error) or time.monotonic() > deadline:
                raise
            time.sleep(WRITER_RETRY_SECONDS)


def _on_commit(connection: Connection) -> None:
    """Let others run while the disk takes what was written; the driver then finds nothing left to commit."""
    driver = connection.connection.dbapi_connection
    if connection.info.get("writer") and driver is not None:
        run_disk_io(driver.commit)


def _on_checkin(connection: DBAPIConnection | None, record: ConnectionPoolEntry) -> None:
    if record.info.pop("writer", None):
        try:
            if connection is not None:
                _set(connection, READER_PRAGMAS)
        finally:
            _writer.release()
