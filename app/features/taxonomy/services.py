"""Loading the vocabulary: what is new comes in, what changed is changed, what is gone is hidden."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from sqlalchemy import delete, insert, update

from app.core.database import db
from app.core.hints import hint
from app.core.text import fold
from app.core.weave import TONES
from app.features.taxonomy.models import Concept, ConceptCode, ConceptKind, ConceptLabel
from app.features.taxonomy.queries import (
    LABELS_CHANGED,
    code_rows,
    concept_ids,
    concept_rows,
    label_rows,
    shown_codes,
)
from app.features.taxonomy.vocabulary import Term, read_vocabulary

LOADED = (
    ConceptKind.SECTOR,
    ConceptKind.SKILL,
    ConceptKind.REGION,
    ConceptKind.GOAL,
    ConceptKind.COUNTRY,
    ConceptKind.LANGUAGE,
)


@dataclass(frozen=True)
class Loaded:
    """What a loading did: how many concepts there are now, and how many rows it wrote or took away."""

    concepts: int
    changes: int


def load_taxonomy() -> Loaded:
    """Bring the concepts in the database up to the vocabulary that ships, inside the caller's transaction.

    Concepts keep their ids for ever; one that the vocabulary no longer has is hidden, because profiles may
    hold it. Loading twice changes nothing the second time.
    """
    terms = read_vocabulary()
    tones = _tones(terms)
    changes = 0
    for group in ([term for term in terms if not term.broader], [term for term in terms if term.broader]):
        changes += _write_concepts(group, tones)
    codes = {term.code for term in terms}
    gone = [code for code in shown_codes(LOADED) if code not in codes]
    for code in gone:
        db.session.execute(update(Concept).where(Concept.code == code).values(hidden=True))
    changes += len(gone)
    ids = concept_ids()
    changes += _write_labels(terms, ids) + _write_codes(terms, ids)
    db.session.expire_all()
    hint(LABELS_CHANGED)
    return Loaded(len(terms), changes)


def _tones(terms: Sequence[Term]) -> dict[str, int]:
    """Of each concept, by its code, in which of the tones it has its dye."""
    siblings: dict[tuple[ConceptKind, str | None], list[str]] = {}
    for code, kind, broader in sorted((term.code, term.kind, term.broader) for term in terms):
        siblings.setdefault((kind, broader), []).append(code)
    return {code: index % len(TONES) for codes in siblings.values() for index, code in enumerate(codes)}


def _write_concepts(terms: Sequence[Term], tones: Mapping[str, int]) -> int:
    """Add and change concepts; returns how many rows that took."""
    ids = concept_ids()
    names = ("code", "kind", "broader_id", "hidden", "pickable", "dye", "tone", "country")
    known = {row.code: dict(zip(names, row, strict=True)) for row in concept_rows(names)}
    wanted = [
        {
            "code": term.code,
            "kind": term.kind,
            "broader_id": ids[term.broader] if term.broader else None,
            "hidden": False,
            "pickable": term.pickable,
            "dye": term.dye,
            "tone": tones[term.code],
            "country": term.country,
        }
        for term in terms
    ]
    new = [columns for columns in wanted if columns["code"] not in known]
    changed = [
        columns for columns in wanted if columns["code"] in known and columns != known[columns["code"]]
    ]
    if new:
        db.session.execute(insert(Concept), new)
    for columns in changed:
        db.session.execute(update(Concept).where(Concept.code == columns["code"]).values(columns))
    return len(new) + len(changed)


def _write_labels(terms: Sequence[Term], ids: dict[str, int]) -> int:
    wanted = {(ids[term.code], lang, text): True for term in terms for lang, text in term.synonyms}
    # Where a synonym is the label's very text, the label stands.
    wanted |= {(ids[term.code], lang, text): False for term in terms for lang, text in term.labels.items()}
    known = {(row.concept_id, row.lang, row.text): (row.id, row.synonym) for row in label_rows(LOADED)}
    kept = {ids[term.code] for term in terms}
    stale = [
        row_id
        for key, (row_id, synonym) in known.items()
        if key[0] in kept and wanted.get(key) is not synonym
    ]
    fresh = [each for each in wanted.items() if each[0] not in known or known[each[0]][1] is not each[1]]
    _delete(ConceptLabel, stale)
    if fresh:
        rows = [
            {"concept_id": concept_id, "lang": lang, "text": text, "folded": fold(text), "synonym": synonym}
            for (concept_id, lang, text), synonym in fresh
        ]
        db.session.execute(insert(ConceptLabel), rows)
    return len(stale) + len(fresh)


def _write_codes(terms: Sequence[Term], ids: dict[str, int]) -> int:
    wanted = {(ids[term.code], scheme, code) for term in terms for scheme, code in term.codes}
    known = {(row.concept_id, row.scheme, row.code): row.id for row in code_rows()}
    kept = {ids[term.code] for term in terms}
    stale = [row_id for key, row_id in known.items() if key[0] in kept and key not in wanted]
    fresh = [key for key in sorted(wanted) if key not in known]
    _delete(ConceptCode, stale)
    if fresh:
        names = ("concept_id", "scheme", "code")
        db.session.execute(insert(ConceptCode), [dict(zip(names, key, strict=True)) for key in fresh])
    return len(stale) + len(fresh)


def _delete(model: type[ConceptLabel] | type[ConceptCode], row_ids: Sequence[int]) -> None:
    """Delete rows by id, in portions that both databases take."""
    for start in range(0, len(row_ids), 500):
        db.session.execute(delete(model).where(model.id.in_(row_ids[start : start + 500])))
