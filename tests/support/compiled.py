"""What all applications of a test process compile once: routes, statements and templates.

Each test has an application and an engine of its own, so that each would compile every route, and every statement and
template of every page again: half of what a test of a page costs. Processes forked for a test find all of it compiled.
"""

from __future__ import annotations

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

_compile = Rule.compile
_rules: dict[tuple[Any, ...], Rule] = {}


def _known_rule(self: Rule) -> None:
    """Compile a route once: for the first application, all others take what it came to."""
    defaults = tuple(sorted((self.defaults or {}).items()))
    converters = tuple(self.map.converters.items())
    key = (
        self.rule,
        self.subdomain,
        self.host,
        self.merge_slashes,
        self.map.host_matching,
        defaults,
        converters,
    )
    known = _rules.get(key)
    if known is None:
        _compile(self)
        _rules[key] = self
        return
    # None of them changes afterwards, and no converter looks at the map that it was made for.
    self._parts, self._trace, self._converters = known._parts, known._trace, known._converters
    self.arguments |= known.arguments
    self._build = known._build.__func__.__get__(self, None)  # type: ignore[attr-defined]
    self._build_unknown = known._build_unknown.__func__.__get__(self, None)  # type: ignore[attr-defined]


# Most of what making an application costs is Werkzeug's compiling of the same routes.
Rule.compile = _known_rule  # type: ignore[method-assign]


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
