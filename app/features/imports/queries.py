"""Every SELECT of imports."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import Any

from sqlalchemy import ColumnElement, func, select
from sqlalchemy.orm import joinedload

from app.core.database import db, table_of
from app.core.errors import NotFound
from app.core.pagination import Key, Page, paginate
from app.features.imports.cell_values import SEVERAL, TermIndex
from app.features.imports.models import BatchState, ImportBatch, ImportRow, RowFate
from app.features.organisations.models import Membership, Organisation
from app.features.organisations.queries import CARD
from app.features.taxonomy.models import Concept, ConceptKind, ConceptLabel

MAX_BATCHES_SHOWN = 20
ROWS_PER_PAGE = 50
ROWS_AT_ONCE = 500
OWN_TABLES = frozenset(
    {
        "organisation",
        "organisation_text",
        "organisation_concept",
        "search_text",
        "import_row",
        "audit",
        "exposure",
        "profile_view_count",
    }
)
"""Tables whose rows about an organisation are not a reason to keep it when its import is taken back."""


def get_batch(batch_id: int, *, lock: bool = False) -> ImportBatch:
    """An import by its number; with `lock` its row is held until the end of this transaction. Raises NotFound."""
    query = select(ImportBatch).where(ImportBatch.id == batch_id).options(joinedload(ImportBatch.person))
    if lock:
        query = query.with_for_update(of=ImportBatch).execution_options(populate_existing=True)
    batch = db.session.scalars(query).one_or_none()
    if batch is None:
        raise NotFound
    return batch


def recent_batches() -> Sequence[ImportBatch]:
    """The newest imports."""
    query = select(ImportBatch).options(joinedload(ImportBatch.person)).order_by(ImportBatch.id.desc())
    return db.session.scalars(query.limit(MAX_BATCHES_SHOWN)).all()


def running_batch() -> ImportBatch | None:
    """The import that writes at this moment."""
    query = select(ImportBatch).where(ImportBatch.is_running).options(joinedload(ImportBatch.person))
    return db.session.scalars(query).first()


def done_batch_with(digest: str) -> ImportBatch | None:
    """The import of the same file that was not taken back."""
    query = select(ImportBatch).where(ImportBatch.file_digest == digest, ImportBatch.state == BatchState.DONE)
    return db.session.scalars(query.options(joinedload(ImportBatch.person))).first()


def get_row(batch_id: int, line: int) -> ImportRow:
    """A row by its line; raises NotFound."""
    query = select(ImportRow).where(ImportRow.batch_id == batch_id, ImportRow.line == line)
    row = db.session.scalars(query).one_or_none()
    if row is None:
        raise NotFound
    return row


def rows_after(batch_id: int, line: int, limit: int, *, undone_only: bool = False) -> Sequence[ImportRow]:
    """The rows that follow a line; with `undone_only` those that were not imported yet."""
    query = select(ImportRow).where(ImportRow.batch_id == batch_id, ImportRow.line > line)
    if undone_only:
        query = query.where(ImportRow.is_done.is_(False))
    return db.session.scalars(query.order_by(ImportRow.line).limit(limit)).all()


def rows_to_undo(batch_id: int, limit: int) -> Sequence[ImportRow]:
    """The rows that made or changed an organisation and were not taken back yet, from the last one up."""
    query = select(ImportRow).where(
        ImportRow.batch_id == batch_id,
        ImportRow.is_done.is_(True),
        ImportRow.undo.is_(None),
        ImportRow.fate.in_([RowFate.CREATE, RowFate.UPDATE]),
    )
    return db.session.scalars(query.order_by(ImportRow.line.desc()).limit(limit)).all()


def rows_by_id(ids: Iterable[int]) -> Sequence[ImportRow]:
    """Rows by their ids."""
    return db.session.scalars(select(ImportRow).where(ImportRow.id.in_(list(ids)))).all()


def rows_page(batch_id: int, fate: RowFate | None, token: str | None) -> Page[ImportRow]:
    """The rows of a fate, or all of them, by line."""
    query = select(ImportRow).where(ImportRow.batch_id == batch_id)
    query = query.options(joinedload(ImportRow.organisation))
    if fate is not None:
        query = query.where(ImportRow.fate == fate)
    return paginate(query, (Key(ImportRow.line),), token, ROWS_PER_PAGE)


def rows_of_fates(batch_id: int, fates: Iterable[RowFate]) -> Iterator[ImportRow]:
    """The rows of some fates, read a few at a time while they are used."""
    query = select(ImportRow).where(ImportRow.batch_id == batch_id, ImportRow.fate.in_(list(fates)))
    query, line = query.order_by(ImportRow.line).limit(ROWS_AT_ONCE), 0
    while rows := db.session.scalars(query.where(ImportRow.line > line)).all():
        line = rows[-1].line
        yield from rows


def kept_rows(batch_id: int) -> Sequence[ImportRow]:
    """The rows that taking the import back could not undo."""
    query = select(ImportRow).where(ImportRow.batch_id == batch_id, ImportRow.undo.is_not(None))
    query = query.where(ImportRow.undo != "undone").options(joinedload(ImportRow.organisation))
    return db.session.scalars(query.order_by(ImportRow.line).limit(ROWS_PER_PAGE)).all()


def count_fates(batch_id: int) -> dict[str, int]:
    """The number of rows by fate."""
    query = (
        select(ImportRow.fate, func.count()).where(ImportRow.batch_id == batch_id).group_by(ImportRow.fate)
    )
    return {fate.value: count for fate, count in db.session.execute(query) if fate is not None}


def first_cells(batch_id: int, limit: int) -> Sequence[list[str]]:
    """The cells of the first rows."""
    query = select(ImportRow.cells).where(ImportRow.batch_id == batch_id).order_by(ImportRow.line)
    return db.session.scalars(query.limit(limit)).all()


def created_lines(batch_id: int) -> dict[int, int]:
    """Organisation → line, of what an import made so far."""
    query = select(ImportRow.organisation_id, ImportRow.line).where(
        ImportRow.batch_id == batch_id, ImportRow.is_done.is_(True), ImportRow.fate == RowFate.CREATE
    )
    return {number: line for number, line in db.session.execute(query) if number is not None}


def read_terms() -> TermIndex:
    """All concepts that a cell can name."""
    kinds = {*SEVERAL.values(), ConceptKind.COUNTRY}
    offered = (Concept.kind.in_(kinds), Concept.hidden.is_(False), Concept.pickable.is_(True))
    concepts = db.session.execute(select(Concept.code, Concept.kind, Concept.country).where(*offered)).all()
    names: dict[tuple[ConceptKind, str], set[str]] = {}
    labels = select(ConceptLabel.folded, Concept.kind, Concept.code).join(Concept).where(*offered)
    for folded, kind, code in db.session.execute(labels):
        names.setdefault((kind, folded), set()).add(code)
    return TermIndex(
        {code: kind for code, kind, _country in concepts},
        {key: frozenset(codes) for key, codes in names.items()},
        {code: country for code, _kind, country in concepts},
    )


def organisations_from(source: str, ids: Iterable[str]) -> dict[str, int]:
    """The organisations that came from a source, by their id there."""
    query = select(Organisation.source_id, Organisation.id).where(
        Organisation.source == source, Organisation.source_id.in_(set(ids))
    )
    return {str(source_id): number for source_id, number in db.session.execute(query)}


def organisation_to_change(organisation_id: int) -> Organisation | None:
    """An organisation with its concepts and texts, held until the end of this transaction."""
    query = select(Organisation).where(Organisation.id == organisation_id).options(*CARD)
    query = query.with_for_update(of=Organisation).execution_options(populate_existing=True)
    return db.session.scalars(query).one_or_none()


def organisation_to_compare(organisation_id: int) -> Organisation | None:
    """An organisation with its concepts and texts, to be read."""
    query = select(Organisation).where(Organisation.id == organisation_id).options(*CARD)
    return db.session.scalars(query).one_or_none()


def concept_codes(ids: Iterable[int]) -> dict[int, str]:
    """The codes of concepts by their ids."""
    return dict(db.session.execute(select(Concept.id, Concept.code).where(Concept.id.in_(set(ids)))).all())


def organisation_names(ids: Iterable[int]) -> dict[int, str]:
    """What organisations are called."""
    query = select(Organisation.id, Organisation.name).where(Organisation.id.in_(set(ids)))
    return dict(db.session.execute(query).all())


def imported_values(organisation_id: int) -> dict[tuple[int, str], Any]:
    """What imports that were not taken back wrote into an organisation: (batch, field) → value."""
    query = select(ImportRow.batch_id, ImportRow.after).where(
        ImportRow.organisation_id == organisation_id, ImportRow.is_done.is_(True), ImportRow.undo.is_(None)
    )
    return {
        (batch_id, name): value
        for batch_id, after in db.session.execute(query)
        for name, value in after.items()
    }


def has_members(organisation_id: int) -> bool:
    """Whether somebody acts for an organisation."""
    query = select(Membership.id).where(Membership.organisation_id == organisation_id).limit(1)
    return db.session.scalar(query) is not None


def used_among(ids: Sequence[int]) -> set[int]:
    """Those of some organisations to which more refers than their own profile: members, introductions, partners, claims.

    Which tables these are is read from the foreign keys of the schema.
    """
    used: set[int] = set()
    for column in _referring_columns():
        used.update(db.session.scalars(select(column).where(column.in_(ids)).distinct()))
    return used


def _referring_columns() -> list[ColumnElement[int]]:
    target = table_of(Organisation)
    return [
        column
        for table in db.metadata.sorted_tables
        if table.name not in OWN_TABLES
        for column in table.columns
        if any(key.column.table is target for key in column.foreign_keys)
    ]
