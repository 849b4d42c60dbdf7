"""What all applications of a test process compile once: routes, statements and templates.

Each test has an application and an engine of its own, so that each would compile every route, and every statement and
template of every page again: half of what a test of a page costs. Processes forked for a test find all of it compiled.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from types import CodeType
from typing import Any

from flask import Flask
from jinja2 import FileSystemBytecodeCache
from jinja2.bccache import Bucket
from sqlalchemy import Engine
from sqlalchemy.dialects.postgresql.psycopg import PGDialect_psycopg
from sqlalchemy.dialects.sqlite.pysqlite import SQLiteDialect_pysqlite
from sqlalchemy.engine.default import DefaultDialect
from sqlalchemy.util import LRUCache
from werkzeug.routing import Rule

from app.core.database import db

# --- Routes -------------------------------------------------------------------------------------------------

_compile_builder = Rule._compile_builder
_builders: dict[tuple[Any, ...], Callable[..., Any]] = {}


def _known_builder(self: Rule, append_unknown: bool = True) -> Callable[..., Any]:
    """The function that builds this rule's addresses: compiled for the first application, the same for all others."""
    defaults = tuple(sorted((self.defaults or {}).items()))
    key = (self.rule, tuple(self._trace), defaults, append_unknown)
    if key not in _builders:
        _builders[key] = _compile_builder(self, append_unknown)
    return _builders[key]


# Most of what making an application costs is Werkzeug's compiling of the same functions.
Rule._compile_builder = _known_builder  # type: ignore[method-assign]


# --- Statements ---------------------------------------------------------------------------------------------

_statements: LRUCache[Any, Any] = LRUCache(3000)


def _identity(dialect: DefaultDialect) -> tuple[Any, ...]:
    """What the compiled form of a statement depends on."""
    serializers = (getattr(dialect, f"_json_{name}", None) for name in ("serializer", "deserializer"))
    return (type(dialect), dialect.paramstyle, *serializers)


def _equal(self: DefaultDialect, other: object) -> bool:
    return isinstance(other, DefaultDialect) and _identity(self) == _identity(other)


def _hash(self: DefaultDialect) -> int:
    return hash(_identity(self))


# SQLAlchemy keeps compiled statements per dialect object, which is a part of each key, also in the caches of the mappers.
for _kind in (SQLiteDialect_pysqlite, PGDialect_psycopg):
    _kind.__eq__ = _equal  # type: ignore[method-assign]
    _kind.__hash__ = _hash  # type: ignore[method-assign]


def share_compiled_statements(engine: Engine) -> None:
    """Let an engine use the cache of this process instead of its own."""
    engine.update_execution_options(compiled_cache=_statements)


# --- Templates ----------------------------------------------------------------------------------------------


class CompiledTemplates(FileSystemBytecodeCache):
    """Compiled templates in a folder of the run, each read into this process once."""

    _read: dict[tuple[str, str], CodeType] = {}

    def __init__(self, folder: Path) -> None:
        super().__init__(str(folder), "%s.template")

    def load_bytecode(self, bucket: Bucket) -> None:
        """Take a template's code from this process, else from the folder."""
        key = (bucket.key, bucket.checksum)
        if key in self._read:
            bucket.code = self._read[key]
            return
        super().load_bytecode(bucket)
        if bucket.code is not None:
            self._read[key] = bucket.code


def share_compiled(app: Flask, folder: Path) -> None:
    """Let an application use what others of this process, and of this run, have compiled; `folder` is the run's."""
    app.jinja_env.bytecode_cache = CompiledTemplates(folder)
    with app.app_context():
        share_compiled_statements(db.engine)
