"""Merging a concept into another, and undoing that: every row of every table that holds the one holds the other."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime, timedelta
from typing import Any

from flask_babel import lazy_gettext as _l
from sqlalchemy import Date, DateTime, Table, TypeDecorator, delete, insert, update
from sqlalchemy.exc import IntegrityError

from app.core.actors import Actor
from app.core.announcements import announce
from app.core.clock import now
from app.core.database import db
from app.core.errors import Conflict, Invalid
from app.core.jobs import enqueue
from app.core.permissions import authorize
from app.core.text import fold
from app.features.taxonomy.announcements import ConceptMerged, ConceptMergeUndone
from app.features.taxonomy.models import ChangeKind, Concept, ConceptChange, ConceptLabel, ConceptMove
from app.features.taxonomy.queries import hold_off_choices, label_of
from app.features.taxonomy.queries.management import (
    has_narrower,
    lock_concepts,
    lock_merge,
    merges_to_forget,
    words_of_concept,
)
from app.features.taxonomy.queries.references import (
    Reference,
    added_labels,
    dropped_beside,
    dropped_rows,
    moved_ids,
    references,
    rows_to_drop,
    rows_to_move,
    taken_ids,
)
from app.features.taxonomy.services.editing import lock_standing, note_change

UNDO_DURATION = timedelta(days=30)
"""How long a merge can be undone."""
FORGET_JOB = "taxonomy.forget_moves"
BATCH_SIZE = 500


def check_merge(concept: Concept, into: Concept) -> None:
    """Raise Invalid at the field "into" with the reason for which a concept cannot become one with another."""
    reason = None
    if concept.id == into.id:
        reason = _l("Choose another one: this is the same.")
    elif concept.kind is not into.kind or concept.pickable is not into.pickable:
        reason = _l("Only what is of the same kind can become one.")
    elif into.hidden or into.merged_into_id is not None:
        reason = _l("“%(name)s” is hidden. Show it first.", name=label_of(into))
    elif into.broader_id == concept.id:
        reason = _l(
            "“%(name)s” stands under it. Merge the narrower one into the broader one.", name=label_of(into)
        )
    elif into.broader_id is not None and has_narrower(concept.id):
        reason = _l("Others stand under it: choose one at the top.")
    if reason:
        raise Invalid(fields={"into": [reason]})


def merge_concepts(actor: Actor, concept_id: int, into_id: int) -> ConceptChange:
    """Let all that holds a concept hold another one, and hide the first; its words become synonyms of the other.

    Raises NotFound, Invalid at the field "into", and Conflict where somebody merged it already.
    """
    authorize(actor, "taxonomy.manage")
    hold_off_choices()
    # Both are locked in the order of their ids, so that two who merge at once wait for each other.
    locked = lock_concepts([concept_id, into_id])
    concept = lock_standing(concept_id)
    into = locked.get(into_id)
    if into is None:
        raise Invalid(fields={"into": [_l("Choose one from the list.")]})
    check_merge(concept, into)
    change = note_change(actor, concept, ChangeKind.MERGE, into=into, before={"hidden": concept.hidden})
    for reference in references():
        _move(reference, change, concept, into)
    _lend_words(change, concept, into)
    concept.hidden, concept.merged_into_id = True, into.id
    db.session.flush()
    db.session.expire_all()
    announce(ConceptMerged(concept_id, into_id))
    enqueue(FORGET_JOB, after=now() + UNDO_DURATION + timedelta(hours=1))
    return change


def undo_merge(actor: Actor, change_id: int) -> Concept:
    """Give back what a merge moved, as far as it is still there, and show the concept again.

    Raises NotFound, and Conflict where it is too late, done already, or a later merge has to be undone first.
    """
    authorize(actor, "taxonomy.manage")
    hold_off_choices()
    change = lock_merge(change_id)
    assert change.into_id is not None
    locked = lock_concepts([change.concept_id, change.into_id])
    concept, into = locked[change.concept_id], locked[change.into_id]
    if change.undone_at is not None:
        raise Conflict(_l("Somebody has undone it already."))
    if change.created_at < now() - UNDO_DURATION:
        raise Conflict(_l("A merge can be undone for 30 days. This one is older."))
    if into.merged_into_id is not None:
        raise Conflict(_l("“%(name)s” was merged in its turn. Undo that first.", name=label_of(into)))
    beside = {reference: dropped_beside(change, reference, into) for reference in references()}
    for reference in reversed(references()):
        _move_back(reference, change, concept, into)
    db.session.execute(delete(ConceptLabel).where(ConceptLabel.id.in_(added_labels(change.id))))
    for reference, moves in beside.items():
        for move in moves:
            _restore(reference, move, into)
            move.dropped = None
    concept.hidden, concept.merged_into_id = change.before["hidden"], None
    change.undone_at = now()
    db.session.execute(delete(ConceptMove).where(ConceptMove.change_id == change.id))
    note_change(actor, concept, ChangeKind.UNDO, into=into)
    db.session.expire_all()
    announce(ConceptMergeUndone(concept.id, into.id))
    return concept


def forget_moves() -> None:
    """Forget what was moved by merges that can no longer be undone."""
    db.session.execute(delete(ConceptMove).where(merges_to_forget(now() - UNDO_DURATION)))


def _move(reference: Reference, change: ConceptChange, concept: Concept, into: Concept) -> None:
    """Move the rows of a column, and delete those that would say the same twice; both are kept for an undo."""
    dropped = [
        {
            "change_id": change.id,
            "table_name": reference.table.name,
            "column_name": reference.column.name,
            "row_id": row.id,
            "twin_id": row.twin_id,
            "dropped": _packed(row._mapping),
        }
        for row in rows_to_drop(reference, concept, into)
    ]
    columns = ("change_id", "table_name", "column_name", "row_id")
    db.session.execute(
        insert(ConceptMove).from_select(columns, rows_to_move(reference, concept, into, change.id))
    )
    for start in range(0, len(dropped), BATCH_SIZE):
        batch = dropped[start : start + BATCH_SIZE]
        db.session.execute(insert(ConceptMove), batch)
        ids = [each["row_id"] for each in batch]
        db.session.execute(delete(reference.table).where(reference.table.c.id.in_(ids)))
    db.session.execute(
        update(reference.table)
        .where(reference.table.c.id.in_(moved_ids(change.id, reference)))
        .values({reference.column.name: reference.value_of(into)})
    )


def _move_back(reference: Reference, change: ConceptChange, concept: Concept, into: Concept) -> None:
    table = reference.table
    still = [reference.column == reference.value_of(into), table.c.created_at <= change.created_at]
    db.session.execute(
        update(table)
        .where(table.c.id.in_(moved_ids(change.id, reference)), *still)
        .values({reference.column.name: reference.value_of(concept)})
    )
    for move in dropped_rows(change.id, reference):
        _restore(reference, move, concept)


def _restore(reference: Reference, move: ConceptMove, concept: Concept) -> None:
    """Insert a row that was deleted, for a concept, unless its owner is gone or says it in another row by now."""
    values = _unpacked(reference.table, move.dropped or {})
    values[reference.column.name] = reference.value_of(concept)
    if taken_ids(reference.table, [move.row_id]):
        del values["id"]
    try:
        with db.session.begin_nested():
            db.session.execute(insert(reference.table).values(values))
    except IntegrityError:
        return


def _lend_words(change: ConceptChange, concept: Concept, into: Concept) -> None:
    """Make what a concept is called synonyms of another, where that has no such word in the language."""
    known = {lang: {row.folded for row in rows} for lang, rows in words_of_concept(into.id).items()}
    for lang, rows in words_of_concept(concept.id).items():
        for row in rows:
            if row.folded in known.setdefault(lang, set()):
                continue
            known[lang].add(row.folded)
            added = ConceptLabel(
                concept_id=into.id, lang=lang, text=row.text, folded=fold(row.text), synonym=True
            )
            db.session.add(added)
            db.session.flush()
            db.session.add(
                ConceptMove(
                    change_id=change.id,
                    table_name=ConceptLabel.__tablename__,
                    column_name="concept_id",
                    row_id=added.id,
                )
            )


def _packed(row: Mapping[str, Any]) -> dict[str, Any]:
    """A row as JSON can hold it."""
    return {
        name: value.isoformat() if isinstance(value, date) else value
        for name, value in row.items()
        if name != "twin_id"
    }


def _unpacked(table: Table, values: Mapping[str, Any]) -> dict[str, Any]:
    """The row that `_packed` made plain."""
    found = dict(values)
    for name, value in values.items():
        kind = table.c[name].type
        plain = kind.impl if isinstance(kind, TypeDecorator) else kind
        if isinstance(value, str) and isinstance(plain, DateTime):
            found[name] = datetime.fromisoformat(value)
        elif isinstance(value, str) and isinstance(plain, Date):
            found[name] = date.fromisoformat(value)
    return found
