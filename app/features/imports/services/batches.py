"""An import from its file to the moment at which its work begins: upload, columns, decisions, start, undo."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from datetime import timedelta
from itertools import islice

from flask_babel import format_date
from flask_babel import gettext as _
from sqlalchemy import delete, insert

from app.core.actors import Actor
from app.core.audit import record
from app.core.clock import now
from app.core.database import db, table_of
from app.core.errors import Conflict, Invalid
from app.core.jobs import enqueue
from app.core.permissions import authorize
from app.core.text import one_line, tidy
from app.core.transactions import write_transaction
from app.core.validation import checked_field, limited_line
from app.features.imports.cell_values import FieldDifference
from app.features.imports.columns import guess_mapping
from app.features.imports.models import (
    DEFAULT_SOURCE,
    MAX_FILE_NAME_LENGTH,
    MAX_SOURCE_LENGTH,
    BatchState,
    ImportBatch,
    ImportRow,
    RowFate,
)
from app.features.imports.queries import (
    count_fates,
    done_batch_with,
    get_batch,
    get_row,
    rows_of_fates,
    running_batch,
)
from app.features.imports.services.rows import NEW, SAME, SKIP, RowImporter
from app.features.imports.table_files import SENTENCES, TableFile, TableReader, refused
from app.features.imports.table_worker import MAX_CELL_CHARS
from app.features.organisations.labels import FIELD_LABELS
from app.features.organisations.services.fields import country as known_country

RUN_JOB = "imports.run"
PORTION_ROWS = 500
"""Rows of one transaction; a file of so many is imported in one."""
MAX_REMEMBERED_ROWS = 5000
KEEP_UNFINISHED_DAYS = 30


def open_table(
    file: TableFile, encoding: str = ""
) -> tuple[TableReader, list[str], Iterator[tuple[int, list[str]]]]:
    """The reader of a file, its header and its rows; raises Invalid for a file that cannot be taken, or is empty."""
    reader = TableReader(file.path, encoding)
    rows = iter(reader)
    _line, header = next(rows, (0, []))
    first = next(rows, None)
    if first is None:
        raise refused(SENTENCES["empty"])

    def all_rows() -> Iterator[tuple[int, list[str]]]:
        yield first
        yield from rows

    return reader, [one_line(tidy(cell)) for cell in header], all_rows()


def new_batch(
    actor: Actor, file: TableFile, name: str, lang: str, reader: TableReader, header: list[str]
) -> ImportBatch:
    """Note a file that was read. Raises Invalid where the same file was imported and not taken back."""
    authorize(actor, "organisation.import")
    if same := done_batch_with(file.digest):
        raise refused(already_imported(same))
    batch = ImportBatch(
        person_id=actor.person_id,
        file_name=(one_line(tidy(name)) or "file")[-MAX_FILE_NAME_LENGTH:],
        file_digest=file.digest,
        lang=lang,
        encoding=reader.encoding,
        header=header,
        mapping=guess_mapping(header),
    )
    db.session.add(batch)
    db.session.flush()
    return batch


def already_imported(batch: ImportBatch) -> str:
    """The sentence that a file was imported before."""
    return _(
        "This very file was imported on %(day)s as import %(number)s. Take that one back first, or change the file.",
        day=format_date(batch.done_at),
        number=batch.id,
    )


def add_rows(batch_id: int, rows: list[tuple[int, list[str]]]) -> None:
    """Keep rows of a file as they are."""
    db.session.execute(
        insert(table_of(ImportRow)),
        [{"batch_id": batch_id, "line": line, "cells": cells} for line, cells in rows],
    )


def upload(actor: Actor, file: TableFile, name: str, lang: str, encoding: str) -> int:
    """Keep a file's rows, in transactions of PORTION_ROWS; returns the number of the batch.

    Raises Invalid with a sentence at `file`; nothing of it stays then.
    """
    authorize(actor, "organisation.import")
    reader, header, rows = open_table(file, encoding)
    with write_transaction():
        batch_id = new_batch(actor, file, name, lang, reader, header).id
    count = 0
    try:
        while portion := list(islice(rows, PORTION_ROWS)):
            with write_transaction():
                add_rows(batch_id, portion)
                count += len(portion)
                get_batch(batch_id).row_count = count
    except BaseException:
        with write_transaction():
            db.session.execute(delete(ImportBatch).where(ImportBatch.id == batch_id))
        raise
    return batch_id


def set_columns(
    actor: Actor, batch_id: int, mapping: Mapping[str, str], *, source: str, country: str
) -> ImportBatch:
    """Say which column is which field, and have the rows checked. Raises Invalid, also where no column is the name."""
    authorize(actor, "organisation.import")
    batch = _open_batch(batch_id, BatchState.UPLOADED, BatchState.CHECKED)
    taken = {at: name for at, name in mapping.items() if name in FIELD_LABELS}
    twice = [name for name in FIELD_LABELS if list(taken.values()).count(name) > 1]
    if twice:
        raise Invalid(_("Two columns are “%(field)s”. Choose one.", field=FIELD_LABELS[twice[0]]))
    if "name" not in taken.values():
        raise Invalid(_("Choose which column holds the names."))
    if "country" not in taken.values() and not country:
        raise Invalid(fields={"country": [_("No column holds the country: choose it here.")]})
    with checked_field("source"):
        batch.source = limited_line(source, MAX_SOURCE_LENGTH) or DEFAULT_SOURCE
    with checked_field("country"):
        batch.country = known_country(country) if country else ""
    batch.mapping = taken
    batch.state = BatchState.CHECKING
    enqueue(RUN_JOB, batch_id=batch.id)
    return batch


def compare_fields(actor: Actor, batch_id: int, line: int, organisation_id: int) -> list[FieldDifference]:
    """What a row says of an organisation that it may be, beside what stands there; nothing where it cannot be read."""
    authorize(actor, "organisation.import")
    return RowImporter(get_batch(batch_id)).compare(get_row(batch_id, line), organisation_id)


def decide(
    actor: Actor, batch_id: int, line: int, decision: str, kept_fields: Collection[str] = ()
) -> ImportRow:
    """Say what a row is: "new", "skip" or "same:ID" of one of its candidates, of which `kept_fields` stay as they are."""
    authorize(actor, "organisation.import")
    batch, row = _open_batch(batch_id, BatchState.CHECKED), get_row(batch_id, line)
    known = {f"{SAME}{each['organisation_id']}" for each in row.candidates if "organisation_id" in each}
    if decision not in {NEW, SKIP, *known}:
        raise Invalid(fields={"decision": [_("Choose what this row is.")]})
    row.decision = decision
    row.kept_fields = [name for name in FIELD_LABELS if name in kept_fields and decision.startswith(SAME)]
    return _check_again(batch, row)


def correct_row(actor: Actor, batch_id: int, line: int, texts: Mapping[str, str]) -> ImportRow:
    """Replace the texts of some cells of a row, by field, and check it again."""
    authorize(actor, "organisation.import")
    batch, row = _open_batch(batch_id, BatchState.CHECKED), get_row(batch_id, line)
    cells = [*row.cells, *[""] * (len(batch.header) - len(row.cells))]
    for at, name in batch.mapping.items():
        if name in texts:
            with checked_field(name):
                cells[int(at)] = limited_line(texts[name], MAX_CELL_CHARS)
    row.cells, row.decision, row.kept_fields = cells[: len(batch.header)], "", []
    return _check_again(batch, row)


def _check_again(batch: ImportBatch, row: ImportRow) -> ImportRow:
    importer = RowImporter(batch)
    if batch.row_count <= MAX_REMEMBERED_ROWS:
        earlier = [each for each in rows_of_fates(batch.id, [RowFate.CREATE]) if each.line < row.line]
        importer.remember(earlier)
    candidates = row.candidates
    savepoint = db.session.begin_nested()
    outcome = importer.take([row])[row.id].forecast()
    savepoint.rollback()
    outcome.candidates = outcome.candidates or (candidates if row.decision else [])
    outcome.write(row)
    db.session.flush()
    batch.counts = count_fates(batch.id)
    return row


def start(actor: Actor, batch_id: int) -> ImportBatch:
    """Have a checked batch imported. Raises Conflict while another one runs, Invalid while rows wait for a decision."""
    authorize(actor, "organisation.import")
    batch = _open_batch(batch_id, BatchState.CHECKED)
    if batch.counts.get(RowFate.DECIDE):
        raise Invalid(_("Some rows wait for your decision."))
    if not batch.counts.get(RowFate.CREATE) and not batch.counts.get(RowFate.UPDATE):
        raise Invalid(_("There is nothing to import in this file."))
    if same := done_batch_with(batch.file_digest):
        raise Conflict(already_imported(same))
    _begin(actor, batch, BatchState.IMPORTING)
    return batch


def undo(actor: Actor, batch_id: int) -> ImportBatch:
    """Have an import taken back."""
    authorize(actor, "organisation.import")
    batch = _open_batch(batch_id, BatchState.DONE)
    batch.undone_by = actor.person_id
    _begin(actor, batch, BatchState.UNDOING)
    return batch


def _begin(actor: Actor, batch: ImportBatch, state: BatchState) -> None:
    if running := running_batch():
        name = running.person.name if running.person else ""
        raise Conflict(
            _("%(name)s is importing at this moment. Wait until that is done, then try again.", name=name)
            if name
            else _("Another import is under way. Wait until that is done, then try again.")
        )
    batch.state, batch.is_running = state, True
    record(actor, f"import.{state.value}", f"import:{batch.id}", after={"counts": batch.counts})
    enqueue(RUN_JOB, batch_id=batch.id)


def _open_batch(batch_id: int, *states: BatchState) -> ImportBatch:
    batch = get_batch(batch_id, lock=True)
    if batch.state not in states:
        raise Conflict(_("This import is further than your page. Look at it again."))
    return batch


def forget_unfinished() -> None:
    """Delete the rows of files that nobody imported; a chore."""
    with write_transaction():
        db.session.execute(
            delete(ImportBatch).where(
                ImportBatch.state.in_([BatchState.UPLOADED, BatchState.CHECKING, BatchState.CHECKED]),
                ImportBatch.created_at < now() - timedelta(days=KEEP_UNFINISHED_DAYS),
            )
        )
