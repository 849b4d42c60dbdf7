"""Lists a page at a time, by key: no page shifts when somebody writes, and page 400 costs what page 1 does."""

from __future__ import annotations

import base64
import binascii
import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, Generic, TypeVar

from sqlalchemy import ColumnElement, Select, and_, func, or_, select
from sqlalchemy.orm import InstrumentedAttribute

from app.core.database import UtcDateTime, db
from app.core.errors import BadRequest
from app.core.numbers import MAX_INTEGER
from app.core.text import tidy

T = TypeVar("T")
PAGE_SIZE = 24


@dataclass(frozen=True)
class Page(Generic[T]):
    """One page of a list: its rows, and the token that asks for the next page (None on the last)."""

    items: Sequence[T]
    next: str | None


@dataclass(frozen=True)
class Key:
    """One column of a list's order; the last key of a list must be unique, so that no row falls between pages.

    Where the rows are `few` and named by number they are put in order, and no index is run through for them.
    """

    column: InstrumentedAttribute[Any]
    descending: bool = False
    few: bool = False

    @property
    def order(self) -> ColumnElement[Any]:
        """What the rows are ordered by."""
        ordered = func.coalesce(self.column, self.column) if self.few else self.column
        return ordered.desc() if self.descending else ordered.asc()


def paginate(query: Select[T], keys: Sequence[Key], token: str | None, size: int = PAGE_SIZE) -> Page[T]:
    """One page of `query` in the order of `keys`, after the row that `token` names.

    Returns a Page of at most `size` rows; raises BadRequest for a token that is not one of ours.
    """
    if token:
        query = query.where(_after(keys, _read(token, keys)))
    ordered = query.order_by(*(key.order for key in keys)).limit(size + 1)
    rows: Sequence[Any] = db.session.scalars(ordered).unique().all()
    more = len(rows) > size
    return Page(rows[:size], _token(rows[size - 1], keys) if more else None)


def paginate_among(
    query: Select[T],
    keys: Sequence[Key],
    token: str | None,
    fits: Callable[[Sequence[int]], Sequence[bool]],
    stride: int,
    size: int = PAGE_SIZE,
) -> Page[T]:
    """One page of the rows of `query` that a filter outside of the database keeps.

    `fits` takes the values of the last key of some rows, integers, and returns for each whether its row is kept.

    The keys alone are read in their order, `stride` rows at a time, until the page is full.
    """
    columns, after = [key.column for key in keys], _read(token, keys) if token else None
    found: list[Sequence[Any]] = []
    while len(found) <= size:
        walk = select(*columns)  # with a condition, SQLite would sort all rows instead of walking the index
        if after is not None:
            walk = walk.where(_after(keys, after))
        rows = db.session.execute(walk.order_by(*(key.order for key in keys)).limit(stride)).all()
        kept = fits([row[-1] for row in rows])
        found += [row for row, is_kept in zip(rows, kept, strict=True) if is_kept]
        if len(rows) < stride:
            break
        after = list(rows[-1])
    ids = [row[-1] for row in found[:size]]
    # Put in order here: told to order so few, SQLite would walk the whole index.
    rows_by_id = {
        getattr(row, keys[-1].column.key): row
        for row in db.session.scalars(query.where(keys[-1].column.in_(ids))).unique()
    }
    items: list[Any] = [rows_by_id[each] for each in ids if each in rows_by_id]
    return Page(items, _token_of(found[size - 1]) if len(found) > size else None)


def _after(keys: Sequence[Key], values: Sequence[Any]) -> Any:
    """The rows that follow `values`: greater in the first key, or equal there and greater in the next, …"""
    alternatives = []
    for position, key in enumerate(keys):
        equal = [earlier.column == value for earlier, value in zip(keys[:position], values, strict=False)]
        value = values[position]
        beyond = key.column < value if key.descending else key.column > value
        alternatives.append(and_(*equal, beyond))
    return or_(*alternatives)


def _token(row: Any, keys: Sequence[Key]) -> str:
    return _token_of([getattr(row, key.column.key) for key in keys])


def _token_of(values: Sequence[Any]) -> str:
    plain = [value.isoformat() if isinstance(value, datetime) else value for value in values]
    return base64.urlsafe_b64encode(json.dumps(plain).encode()).decode().rstrip("=")


def _read(token: str, keys: Sequence[Key]) -> list[Any]:
    try:
        values = json.loads(base64.urlsafe_b64decode(token + "=" * (-len(token) % 4)))
        if not isinstance(values, list) or len(values) != len(keys):
            raise BadRequest
        return [_typed(value, key) for value, key in zip(values, keys, strict=True)]
    except (ValueError, OverflowError, RecursionError, binascii.Error) as error:
        raise BadRequest from error


def _typed(value: Any, key: Key) -> Any:
    """The value in its column's own type, so that a forged token cannot upset a database."""
    if isinstance(key.column.type, UtcDateTime):
        moment = datetime.fromisoformat(str(value))
        if moment.tzinfo is None:
            raise BadRequest
        return moment.astimezone(UTC)
    if type(value) is not key.column.type.python_type:
        raise BadRequest
    if isinstance(value, int) and abs(value) > MAX_INTEGER:
        raise BadRequest
    if isinstance(value, str) and value != tidy(value):
        raise BadRequest
    return value
