"""The work of an import: the check that is rolled back, the import and the undo, each of them in one transaction."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from contextlib import suppress

from flask_babel import force_locale
from flask_babel import gettext as _

from app.core.actors import Actor
from app.core.announcements import announce
from app.core.audit import record
from app.core.clock import now
from app.core.database import db, has_one_writer
from app.core.text import fold
from app.core.transactions import write_transaction
from app.features.imports.models import BatchState, ImportBatch, ImportRow, RowFate, UndoFate
from app.features.imports.queries import (
    count_fates,
    get_batch,
    organisation_to_change,
    rows_after,
    rows_by_id,
    rows_to_undo,
    used_among,
)
from app.features.imports.services.batches import PORTION_ROWS
from app.features.imports.services.field_values import current_value, put_back
from app.features.imports.services.rows import RowImporter, RowOutcome
from app.features.imports.table_worker import MAX_ROWS
from app.features.organisations.announcements import OrganisationChanged
from app.features.organisations.models import LONGEST_FOLDED, Organisation
from app.features.taxonomy.queries import hold_off_merges

CHECKED_AT_ONCE = 100
"""Rows of a check between which others can write."""
MAX_ROWS_WITH_ONE_WRITER = 500
"""Rows of one transaction in SQLite, which keeps everybody else waiting until its end; a longer file has several."""


class _RollBack(Exception):
    """Ends the transaction of a check."""


def run_batch(batch_id: int) -> None:
    """The job: do what a batch's state says. It can be repeated after a crash at any point."""
    batch = get_batch(batch_id)
    works: Mapping[BatchState, Callable[[int], None]] = {
        BatchState.CHECKING: check_batch,
        BatchState.IMPORTING: import_batch,
        BatchState.UNDOING: undo_batch,
    }
    work, lang = works.get(batch.state), batch.lang
    db.session.rollback()
    if work:
        with force_locale(lang):
            work(batch_id)


def check_batch(batch_id: int) -> None:
    """Import all rows, keep what became of each, and roll everything else back; CHECKED_AT_ONCE rows at a time."""
    importer: RowImporter | None = None
    line = 0
    while True:
        outcomes: dict[int, RowOutcome] = {}
        with suppress(_RollBack), write_transaction():
            batch = get_batch(batch_id, lock=True)
            if batch.state is not BatchState.CHECKING:
                return
            importer = importer or RowImporter(batch)
            rows = rows_after(batch_id, line, CHECKED_AT_ONCE)
            line = rows[-1].line if rows else line
            outcomes = importer.take(rows)
            raise _RollBack
        with write_transaction():
            for row in rows_by_id(outcomes):
                outcomes[row.id].forecast().write(row)
            batch = get_batch(batch_id, lock=True)
            db.session.flush()
            batch.counts = count_fates(batch_id)
            if len(outcomes) < CHECKED_AT_ONCE:
                batch.state = BatchState.CHECKED
                return
        time.sleep(0)


def import_batch(batch_id: int) -> None:
    """Import the rows that are not done yet. What became of one differs from its check only where others wrote since."""
    while True:
        with write_transaction():
            hold_off_merges()
            batch = get_batch(batch_id, lock=True)
            if batch.state is not BatchState.IMPORTING:
                return
            importer = RowImporter(batch)
            for _portion in range(_portions_at_once()):
                rows = rows_after(batch_id, 0, PORTION_ROWS, undone_only=True)
                outcomes = importer.take(rows)
                for row in rows:
                    outcomes[row.id].write(row)
                    row.is_done = True
                    if row.fate is RowFate.UPDATE:
                        _note_update(batch, row)
                db.session.flush()
                if len(rows) < PORTION_ROWS:
                    batch.state, batch.is_running, batch.done_at = BatchState.DONE, False, now()
                    break
            batch.counts = count_fates(batch_id)
        time.sleep(0)  # let others go on before the next transaction


def _portions_at_once() -> int:
    """How many portions one transaction has: all of them, but where nobody else can write meanwhile."""
    most = MAX_ROWS_WITH_ONE_WRITER if has_one_writer() else MAX_ROWS
    return -(-most // PORTION_ROWS)


def _note_update(batch: ImportBatch, row: ImportRow) -> None:
    before = {name: value for name, value in row.before.items() if name}
    record(
        Actor(person=batch.person),
        "organisation.import",
        f"organisation:{row.organisation_id}",
        before=before,
        after=row.after,
    )


def undo_batch(batch_id: int) -> None:
    """Delete what the import made and put back what it changed; what was changed or used since stays, and is named."""
    while True:
        with write_transaction():
            batch = get_batch(batch_id, lock=True)
            if batch.state is not BatchState.UNDOING:
                return
            for _portion in range(_portions_at_once()):
                rows = rows_to_undo(batch_id, PORTION_ROWS)
                used = used_among([row.organisation_id for row in rows if row.organisation_id])
                for row in rows:
                    row.undo = _undo_row(batch, row, used)
                db.session.flush()
                if len(rows) < PORTION_ROWS:
                    batch.state, batch.is_running, batch.undone_at = BatchState.UNDONE, False, now()
                    break
        time.sleep(0)


def _undo_row(batch: ImportBatch, row: ImportRow, used: set[int]) -> UndoFate:
    organisation = organisation_to_change(row.organisation_id) if row.organisation_id else None
    if organisation is None:
        return UndoFate.GONE
    if row.fate is RowFate.UPDATE:
        return _put_back(batch, row, organisation)
    if organisation.batch_id != batch.id or organisation.version != row.version_after:
        return UndoFate.KEPT_EDITED
    if organisation.id in used or not organisation.unclaimed:
        return UndoFate.KEPT_USED
    db.session.delete(organisation)
    db.session.flush()
    return UndoFate.UNDONE


def _put_back(batch: ImportBatch, row: ImportRow, organisation: Organisation) -> UndoFate:
    """Put fields back that still say what was imported."""
    kept = []
    before = dict(row.before)
    was = before.pop("")
    provenance = dict(organisation.provenance or {})
    for name, value in before.items():
        if current_value(organisation, name, batch.lang) != row.after[name]:
            kept.append(name)
            continue
        put_back(organisation, name, value, batch.lang)
        provenance.pop(name, None)
        if name in (was["provenance"] or {}):
            provenance[name] = was["provenance"][name]
    organisation.provenance = provenance
    organisation.folded_name = fold(organisation.name)[:LONGEST_FOLDED]
    organisation.source, organisation.source_id = was["source"], was["source_id"]
    unchanged = organisation.version == row.version_after and not kept
    organisation.version = was["version"] if unchanged else organisation.version + 1
    db.session.flush()
    announce(OrganisationChanged(organisation.id))
    row.reasons = [{"field": name, "text": _("Was changed since, and stays.")} for name in kept]
    return UndoFate.PARTLY if kept else UndoFate.UNDONE
