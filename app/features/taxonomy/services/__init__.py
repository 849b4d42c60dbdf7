"""Loading the vocabulary: what is new comes in, what changed is changed, what is gone is hidden.

What managers decided stands (`Concept.managed`): labels that they wrote, what they hid, moved, added or merged.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import delete, insert, update

from app.core.database import db
from app.core.hints import hint
from app.core.i18n import ALL_LANGUAGES
from app.core.text import fold
from app.core.weave import TONES
from app.features.taxonomy.models import (
    ADDED,
    BROADER,
    HIDDEN,
    Concept,
    ConceptCode,
    ConceptKind,
    ConceptLabel,
)
from app.features.taxonomy.queries import (
    LABELS_CHANGED,
    code_rows,
    concept_ids,
    concept_rows,
    label_rows,
    merged_ids,
    shown_codes,
    standing_ids,
)
from app.features.taxonomy.vocabulary import Term, read_vocabulary

LOADED = (
    ConceptKind.SECTOR,
    ConceptKind.SKILL,
    ConceptKind.REGION,
    ConceptKind.GOAL,
    ConceptKind.COOPERATION,
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
    added = {code for code, decided in concept_rows(("code", "managed")) if ADDED in decided}
    gone = [code for code in shown_codes(LOADED) if code not in codes | added]
    for code in gone:
        db.session.execute(update(Concept).where(Concept.code == code).values(hidden=True))
    changes += len(gone)
    ids = standing_ids()
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
    ids = standing_ids()
    names = ("code", "kind", "broader_id", "hidden", "pickable", "dye", "tone", "country")
    known: dict[str, dict[str, Any]] = {}
    decided: dict[str, dict[str, Any]] = {}
    for *row, managed, merged_into_id in concept_rows((*names, "managed", "merged_into_id")):
        columns = known[row[0]] = dict(zip(names, row, strict=True))
        stand = {
            "hidden": HIDDEN in managed or merged_into_id is not None,
            "broader_id": BROADER in managed,
        }
        decided[row[0]] = {
            name: value for name, value in columns.items() if ADDED in managed or stand.get(name)
        }
    wanted: list[dict[str, Any]] = [
        {
            "code": term.code,
            "kind": term.kind,
            "broader_id": ids[term.broader] if term.broader else None,
            "hidden": False,
            "pickable": term.pickable,
            "dye": term.dye,
            "tone": tones[term.code],
            "country": term.country,
            **decided.get(term.code, {}),
        }
        for term in terms
    ]
    new = [{**columns, "managed": []} for columns in wanted if columns["code"] not in known]
    changed = [
        columns for columns in wanted if columns["code"] in known and columns != known[columns["code"]]
    ]
    if new:
        db.session.execute(insert(Concept), new)
    for columns in changed:
        db.session.execute(update(Concept).where(Concept.code == columns["code"]).values(columns))
    return len(new) + len(changed)


def _write_labels(terms: Sequence[Term], ids: Mapping[str, int]) -> int:
    """Add and delete labels and synonyms; `ids` are those of the concepts that stand. Returns how many rows that took.

    What managers wrote in a language stays, and so do the words of what they merged.
    """
    known = {(row.concept_id, row.lang, row.text): (row.id, row.synonym) for row in label_rows(LOADED)}
    own, merged = concept_ids(), merged_ids()
    loaded = {own[term.code]: term for term in terms if own[term.code] == ids[term.code]}
    written = {
        (concept_id, lang)
        for concept_id, decided in concept_rows(("id", "managed"))
        for lang in (ALL_LANGUAGES if ADDED in decided else decided)
    }
    lent = {(merged[key[0]], key[1], fold(key[2])) for key in known if key[0] in merged}
    wanted = {(one, lang, text): True for one, term in loaded.items() for lang, text in term.synonyms}
    # Where a synonym is the label's very text, the label stands.
    wanted |= {(one, lang, text): False for one, term in loaded.items() for lang, text in term.labels.items()}
    stale = [
        row_id
        for key, (row_id, synonym) in known.items()
        if key[0] in loaded
        and key[:2] not in written
        and wanted.get(key) is not synonym
        and (key in wanted or (*key[:2], fold(key[2])) not in lent)
    ]
    fresh = [
        each
        for each in wanted.items()
        if each[0][:2] not in written and (each[0] not in known or known[each[0]][1] is not each[1])
    ]
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
