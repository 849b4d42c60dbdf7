"""One cache of compiled SQL for all engines of a test process.

SQLAlchemy keeps compiled statements per engine and dialect object. Each test has an engine of its own, so that each would
compile every statement of every page again: a quarter of what a test of a page costs.
"""

from __future__ import annotations

from typing import Any

from sqlalchemy import Engine
from sqlalchemy.dialects.postgresql.psycopg import PGDialect_psycopg
from sqlalchemy.dialects.sqlite.pysqlite import SQLiteDialect_pysqlite
from sqlalchemy.engine.default import DefaultDialect
from sqlalchemy.util import LRUCache

_statements: LRUCache[Any, Any] = LRUCache(3000)


def _identity(dialect: DefaultDialect) -> tuple[Any, ...]:
    """What the compiled form of a statement depends on."""
    serializers = (getattr(dialect, f"_json_{name}", None) for name in ("serializer", "deserializer"))
    return (type(dialect), dialect.paramstyle, *serializers)


def _equal(self: DefaultDialect, other: object) -> bool:
    return isinstance(other, DefaultDialect) and _identity(self) == _identity(other)


def _hash(self: DefaultDialect) -> int:
    return hash(_identity(self))


# The dialect is a part of each key, also in the caches of the mappers.
for _kind in (SQLiteDialect_pysqlite, PGDialect_psycopg):
    _kind.__eq__ = _equal  # type: ignore[method-assign]
    _kind.__hash__ = _hash  # type: ignore[method-assign]


def share_compiled_statements(engine: Engine) -> None:
    """Let an engine use the cache of this process instead of its own."""
    engine.update_execution_options(compiled_cache=_statements)
