"""Which columns of which tables name an organisation, read from the metadata of all features."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from sqlalchemy import CheckConstraint, Column, Table, UniqueConstraint

from app.core.database import db
from app.features.organisations.models import Organisation


@dataclass(frozen=True)
class ReferencingTable:
    """A table with columns that name an organisation.

    pair: two of them that name the two sides of one thing, which cannot be the same; empty where there are none.
    is_ordered: whether the lower id stands in the first of the pair.
    is_unique: whether there can be one row only for an organisation and something else.
    """

    table: Table
    columns: tuple[Column[int], ...]
    pair: tuple[Column[int], ...]
    is_ordered: bool
    is_unique: bool


def referencing_tables() -> Iterator[ReferencingTable]:
    """All tables that name organisations, in the order of their dependencies."""
    target = Organisation.__table__.c.id
    for table in db.metadata.sorted_tables:
        columns = tuple(
            column for column in table.columns if any(key.column is target for key in column.foreign_keys)
        )
        if columns:
            pair, is_ordered = _pair(table, columns)
            yield ReferencingTable(table, columns, pair, is_ordered, _is_unique(table, columns))


def _pair(table: Table, columns: tuple[Column[int], ...]) -> tuple[tuple[Column[int], ...], bool]:
    """The two columns that a check compares or that are unique together."""
    for constraint in table.constraints:
        if isinstance(constraint, CheckConstraint):
            compared = tuple(each for each in columns if each.name in str(constraint.sqltext).split())
            if len(compared) == 2:
                return compared, "<" in str(constraint.sqltext).split()
    for constraint in table.constraints:
        if isinstance(constraint, UniqueConstraint):
            together = tuple(each for each in columns if each in set(constraint.columns))
            if len(together) == 2:
                return together, False
    return (), False


def _is_unique(table: Table, columns: tuple[Column[int], ...]) -> bool:
    unique = [list(each.columns) for each in table.constraints if isinstance(each, UniqueConstraint)]
    unique += [list(index.columns) for index in table.indexes if index.unique]
    unique.append(list(table.primary_key.columns))
    return any(column in together for together in unique for column in columns)
