"""How migrations run: on the application's own engine, in batches that SQLite survives."""

from __future__ import annotations

from typing import Any, Literal

from alembic import context
from flask import current_app
from sqlalchemy import Connection

from app.core.database import UtcDateTime

db = current_app.extensions["migrate"].db
INDEX_OF_SEARCH = ("search_words", "ix_search_text_words")


def render_item(kind: str, item: Any, autogen_context: Any) -> str | Literal[False]:
    """Write our own types as SQLAlchemy's, so that no migration imports the application."""
    if kind == "type" and isinstance(item, UtcDateTime):
        return "sa.DateTime(timezone=True)"
    return False


def compare_type(
    ctx: Any, inspected_column: Any, metadata_column: Any, inspected_type: Any, metadata_type: Any
) -> bool | None:
    """Our moments are kept as what the database calls a moment; the rest Alembic compares."""
    return False if isinstance(metadata_type, UtcDateTime) else None


def include_name(name: str | None, kind: str, parents: Any) -> bool:
    """Leave out what a migration alone describes: the tables of FTS5, and the index over the words of search."""
    return not (name or "").startswith(INDEX_OF_SEARCH)


def configure(connection: Connection) -> None:
    """Run all migrations in one transaction."""
    context.configure(
        connection=connection,
        target_metadata=db.metadata,
        render_as_batch=True,
        render_item=render_item,
        compare_type=compare_type,
        include_name=include_name,
        transaction_per_migration=False,
    )
    with context.begin_transaction():
        context.run_migrations()
        if connection.dialect.name == "sqlite":
            refuse_orphans(connection)


def refuse_orphans(connection: Connection) -> None:
    """Undo everything where a migration would leave rows without what they refer to."""
    orphans = connection.exec_driver_sql("PRAGMA foreign_key_check").fetchall()
    if orphans:
        raise RuntimeError(f"A migration would leave rows without what they refer to: {orphans[:5]}")


def run() -> None:
    """Migrate; on SQLite with foreign keys off, or rebuilding a table would cascade into its children."""
    if context.is_offline_mode():
        raise RuntimeError("Migrations need a database to run on.")
    with db.engine.connect().execution_options(writer=True) as connection:
        if connection.dialect.name != "sqlite":
            configure(connection)
            return
        driver = connection.connection.dbapi_connection
        driver.execute("PRAGMA foreign_keys=OFF")
        try:
            configure(connection)
        finally:
            driver.execute("PRAGMA foreign_keys=ON")


run()
