"""Which columns of all tables hold a concept, and which of their rows a merge moves or drops."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import (
    Column,
    PrimaryKeyConstraint,
    ScalarSelect,
    Select,
    Table,
    UniqueConstraint,
    and_,
    false,
    func,
    literal,
    or_,
    select,
    true,
)

from app.core.database import db, table_of
from app.features.taxonomy.models import (
    HOLDS_CODE,
    STAYS_AT_MERGE,
    ChangeKind,
    Concept,
    ConceptChange,
    ConceptMove,
)


@dataclass(frozen=True)
class Reference:
    """A column with concepts: their ids, or their codes where the column says so (HOLDS_CODE)."""

    column: Column[Any]
    holds_code: bool

    @property
    def table(self) -> Table:
        """The table of the column."""
        table = self.column.table
        assert isinstance(table, Table)
        return table

    def value_of(self, concept: Concept) -> int | str:
        """What stands in the column for a concept."""
        return concept.code if self.holds_code else concept.id

    @property
    def owner(self) -> Column[Any]:
        """The column that says whose the row is, so that an owner with several rows counts once: else the row's id."""
        for names in self._unique_groups():
            for name in names:
                if self.table.c[name].foreign_keys:
                    return self.table.c[name]
        return self.table.c.id

    @property
    def owner_table(self) -> str:
        """The name of the table of the owners."""
        for key in self.owner.foreign_keys:
            return key.column.table.name
        return self.table.name

    def twin(self, into: Concept) -> ScalarSelect[Any]:
        """The id of the row that says of `into` what a row of the table says of its concept; null where there is none."""
        twin = self.table.alias()
        same = (
            and_(true(), *(twin.c[name] == self.table.c[name] for name in names))
            for names in self._unique_groups()
        )
        query = select(func.min(twin.c.id)).where(
            twin.c[self.column.name] == self.value_of(into), or_(false(), *same)
        )
        return query.correlate(self.table).scalar_subquery()

    def _unique_groups(self) -> list[list[str]]:
        """Of each unique constraint and index with the column, the other columns."""
        constraints = [
            each
            for each in self.table.constraints
            if isinstance(each, UniqueConstraint | PrimaryKeyConstraint)
        ]
        indexes = [each for each in self.table.indexes if each.unique]
        groups = sorted([column.name for column in each.columns] for each in (*constraints, *indexes))
        name = self.column.name
        return [[other for other in group if other != name] for group in groups if name in group]


def references() -> list[Reference]:
    """All columns with concepts that a merge changes, found in the metadata: by foreign key, and those with codes."""
    key = table_of(Concept).c.id
    found = []
    for table in Concept.metadata.sorted_tables:
        for column in table.columns:
            is_moved = STAYS_AT_MERGE.keys().isdisjoint(column.info)
            if is_moved and any(each.column is key for each in column.foreign_keys):
                found.append(Reference(column, holds_code=False))
            elif HOLDS_CODE.keys() & column.info.keys():
                found.append(Reference(column, holds_code=True))
    return found


def count_owners(concept: Concept) -> dict[str, int]:
    """How many rows of each table hold a concept, by the table of their owners: {"organisation": 12, …}."""
    counts: dict[str, int] = {}
    for each in references():
        query = select(func.count(each.owner.distinct())).where(each.column == each.value_of(concept))
        if number := db.session.scalar(query):
            counts[each.owner_table] = counts.get(each.owner_table, 0) + number
    return counts


def rows_to_move(reference: Reference, concept: Concept, into: Concept, change_id: int) -> Select[Any]:
    """Rows for `concept_move` (change_id, table_name, column_name, row_id) of what can be moved as it is."""
    table, column = reference.table, reference.column
    return select(literal(change_id), literal(table.name), literal(column.name), table.c.id).where(
        column == reference.value_of(concept), reference.twin(into).is_(None)
    )


def rows_to_drop(reference: Reference, concept: Concept, into: Concept) -> Sequence[Any]:
    """The rows, with `twin_id`, that say of a concept what another row says of `into` already."""
    twin = reference.twin(into)
    query = select(reference.table, twin.label("twin_id")).where(
        reference.column == reference.value_of(concept), twin.is_not(None)
    )
    return db.session.execute(query).all()


def moved_ids(change_id: int, reference: Reference) -> Select[int]:
    """The ids of the rows of a column that a merge moved."""
    return select(ConceptMove.row_id).where(*_moves(change_id, reference), ConceptMove.dropped.is_(None))


def dropped_rows(change_id: int, reference: Reference) -> Sequence[ConceptMove]:
    """The rows of a column that a merge deleted."""
    query = select(ConceptMove).where(*_moves(change_id, reference), ConceptMove.dropped.is_not(None))
    return db.session.scalars(query.order_by(ConceptMove.id)).all()


def added_labels(change_id: int) -> Select[int]:
    """The ids of the synonyms that a merge added."""
    return select(ConceptMove.row_id).where(
        ConceptMove.change_id == change_id, ConceptMove.table_name == "concept_label"
    )


def dropped_beside(change: ConceptChange, reference: Reference, into: Concept) -> Sequence[ConceptMove]:
    """What other merges into the same concept dropped because of rows that this one had moved there, and that are there."""
    table = reference.table
    there = select(table.c.id).where(
        reference.column == reference.value_of(into), table.c.id.in_(moved_ids(change.id, reference))
    )
    query = (
        select(ConceptMove)
        .join(ConceptChange, ConceptChange.id == ConceptMove.change_id)
        .where(
            ConceptChange.kind == ChangeKind.MERGE,
            ConceptChange.id != change.id,
            ConceptChange.into_id == change.into_id,
            ConceptChange.undone_at.is_(None),
            ConceptMove.table_name == table.name,
            ConceptMove.column_name == reference.column.name,
            ConceptMove.dropped.is_not(None),
            ConceptMove.twin_id.in_(there),
        )
    )
    return db.session.scalars(query.order_by(ConceptMove.id)).all()


def taken_ids(table: Table, row_ids: Collection[int]) -> set[int]:
    """Those of some ids that rows of a table have."""
    return set(db.session.scalars(select(table.c.id).where(table.c.id.in_(row_ids))))


def _moves(change_id: int, reference: Reference) -> tuple[Any, ...]:
    return (
        ConceptMove.change_id == change_id,
        ConceptMove.table_name == reference.table.name,
        ConceptMove.column_name == reference.column.name,
    )
