"""What managers do to single concepts: add, name, move, hide and show them."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from typing import Any

from flask_babel import lazy_gettext as _l
from sqlalchemy import delete, insert

from app.core.actors import Actor
from app.core.audit import record
from app.core.database import db
from app.core.errors import Conflict, Invalid, NotFound
from app.core.hints import hint
from app.core.i18n import ALL_LANGUAGES, SOURCE
from app.core.permissions import authorize
from app.core.text import fold, one_line, slugify, tidy
from app.core.validation import FieldErrors, InvalidValue, limited_line, required_line, unused_slug
from app.core.weave import TONES
from app.features.taxonomy.checks import is_in_alphabet
from app.features.taxonomy.models import (
    ADDED,
    BROADER,
    HIDDEN,
    MAX_LABEL_CHARS,
    MAX_SYNONYM_CHARS,
    MAX_SYNONYMS_CHARS,
    ChangeKind,
    Concept,
    ConceptChange,
    ConceptKind,
    ConceptLabel,
)
from app.features.taxonomy.queries import LABELS_CHANGED, label_of
from app.features.taxonomy.queries.management import (
    codes_like,
    count_siblings,
    dyes_of,
    find_by_code,
    has_narrower,
    lock_concepts,
    owners_of_words,
    words_of_concept,
)
from app.features.taxonomy.vocabulary import country_codes

ADDABLE_KINDS = (ConceptKind.SECTOR, ConceptKind.SKILL, ConceptKind.REGION)
"""Goals are those of the United Nations, topics come with joint work that is imported."""
MAX_SYNONYMS = 40
"""Of a concept in one language."""
Words = dict[str, list[str]]
"""Language → the label, then the synonyms."""


def add_concept(
    actor: Actor,
    kind: ConceptKind,
    *,
    broader: str,
    country: str,
    labels: Mapping[str, str],
    synonyms: Mapping[str, str],
) -> Concept:
    """Add a concept that people can choose.

    `broader` is the code of the one above it, "" for none; `country` that of a region at the top. `labels` and
    `synonyms`, separated by commas, are by language. Raises Invalid at the fields.
    """
    authorize(actor, "taxonomy.manage")
    if kind not in ADDABLE_KINDS:
        raise Invalid(_l("Nothing can be added here."))
    errors = FieldErrors()
    words = _checked_words(errors, kind, labels, synonyms, None)
    above = _checked_broader(errors, kind, broader, None)
    if kind is ConceptKind.REGION and above is None and country not in country_codes():
        errors.add("country", _l("Choose the country of the region."))
    errors.raise_any()
    above_id = above.id if above else None
    concept = Concept(
        code=_unused_code(kind, words[SOURCE][0]),
        kind=kind,
        broader_id=above_id,
        dye=None if above or kind is ConceptKind.REGION else _rarest_dye(kind),
        tone=count_siblings(kind, above_id) % len(TONES),
        country=(above.country if above else country) if kind is ConceptKind.REGION else None,
        managed=[ADDED],
    )
    db.session.add(concept)
    db.session.flush()
    _write_words(concept.id, words)
    note_change(actor, concept, ChangeKind.ADD, after={"words": words, "broader": broader})
    return concept


def edit_concept(
    actor: Actor, concept_id: int, *, broader: str, labels: Mapping[str, str], synonyms: Mapping[str, str]
) -> Concept:
    """Name a concept anew and put it elsewhere; what the loading would say instead no longer counts. Raises Invalid."""
    authorize(actor, "taxonomy.manage")
    concept = lock_standing(concept_id)
    errors = FieldErrors()
    words = _checked_words(errors, concept.kind, labels, synonyms, concept.id)
    above = _checked_broader(errors, concept.kind, broader, concept)
    errors.raise_any()
    before = {lang: [row.text for row in rows] for lang, rows in words_of_concept(concept.id).items()}
    changed = [lang for lang in ALL_LANGUAGES if words.get(lang, []) != before.get(lang, [])]
    is_moved = (above.id if above else None) != concept.broader_id
    if not changed and not is_moved:
        return concept
    _write_words(concept.id, {lang: words.get(lang, []) for lang in changed})
    was_under = concept.broader_id
    if is_moved:
        concept.broader_id = above.id if above else None
        if above is None and concept.dye is None and concept.kind is ConceptKind.SECTOR:
            concept.dye = _rarest_dye(concept.kind)
    concept.managed = sorted({*concept.managed, *changed, *([BROADER] if is_moved else [])})
    note_change(
        actor,
        concept,
        ChangeKind.EDIT,
        before={"words": {lang: before.get(lang, []) for lang in changed}, "broader_id": was_under},
        after={"words": {lang: words.get(lang, []) for lang in changed}, "broader_id": concept.broader_id},
    )
    return concept


def set_hidden(actor: Actor, concept_id: int, *, is_hidden: bool) -> Concept:
    """Offer a concept no longer, or again; profiles keep it. Twice is as once."""
    authorize(actor, "taxonomy.manage")
    concept = lock_standing(concept_id)
    if concept.hidden is not is_hidden:
        concept.hidden = is_hidden
        concept.managed = sorted({*concept.managed, HIDDEN})
        note_change(actor, concept, ChangeKind.HIDE if is_hidden else ChangeKind.SHOW)
    return concept


def add_synonym(actor: Actor, concept: Concept, lang: str, text: str) -> None:
    """Let a word of a language lead to a concept, too. Raises Invalid at the field "concept"."""
    authorize(actor, "taxonomy.manage")
    folded = fold(text)
    owner = owners_of_words(concept.kind, lang, [folded]).get(folded)
    if owner is not None and owner.id != concept.id:
        raise Invalid(fields={"concept": [_leads_elsewhere(text, owner)]})
    words = [row.text for row in words_of_concept(concept.id).get(lang, [])]
    if owner is None and words:
        _write_words(concept.id, {lang: [*words, text]})
        concept.managed = sorted({*concept.managed, lang})
        note_change(actor, concept, ChangeKind.EDIT, after={"words": {lang: [text]}})


def lock_standing(concept_id: int) -> Concept:
    """A concept that managers edit, locked. Raises NotFound, and Conflict for one that was merged into another."""
    concept = lock_concepts([concept_id]).get(concept_id)
    if concept is None:
        raise NotFound
    if concept.merged_into_id is not None:
        raise Conflict(_l("Somebody merged it into another one in the meantime."))
    return concept


def note_change(
    actor: Actor,
    concept: Concept,
    kind: ChangeKind,
    *,
    into: Concept | None = None,
    before: dict[str, Any] | None = None,
    after: dict[str, Any] | None = None,
) -> ConceptChange:
    """Keep what a manager did, in the list of changes and in the audit, and have the labels read again."""
    change = ConceptChange(
        concept_id=concept.id,
        kind=kind,
        person_id=actor.person_id,
        into_id=into.id if into else None,
        before=before or {},
        after=after or {},
    )
    db.session.add(change)
    db.session.flush()
    after = {"code": concept.code, "into": into.code} if into else {"code": concept.code}
    record(actor, f"taxonomy.{kind}", f"concept:{concept.id}", after=after)
    hint(LABELS_CHANGED)
    return change


def _checked_words(
    errors: FieldErrors,
    kind: ConceptKind,
    labels: Mapping[str, str],
    synonyms: Mapping[str, str],
    concept_id: int | None,
) -> Words:
    """The words of each language as they are kept; what cannot be is noted at its field."""
    words: Words = {}
    for lang in ALL_LANGUAGES:
        label = ""
        with errors.collect(f"label_{lang}"):
            label = _checked_label(kind, lang, labels.get(lang, ""))
        others: list[str] = []
        with errors.collect(f"synonyms_{lang}"):
            others = _checked_synonyms(label, synonyms.get(lang, ""))
        if not label:
            continue
        words[lang] = [label, *others]
        owners = owners_of_words(kind, lang, [fold(word) for word in words[lang]], concept_id)
        for word in words[lang]:
            if owner := owners.get(fold(word)):
                name = f"label_{lang}" if word == label else f"synonyms_{lang}"
                errors.add(name, _leads_elsewhere(word, owner))
    return words


def _checked_label(kind: ConceptKind, lang: str, text: str) -> str:
    """A label as it is kept; raises InvalidValue. Only topics may have none in other languages than English."""
    if kind is ConceptKind.TOPIC and lang != SOURCE and not tidy(text):
        return ""
    label = required_line(text, MAX_LABEL_CHARS, _l("It needs a name in this language."))
    if not fold(label):
        raise InvalidValue(_l("A name has letters."))
    if not is_in_alphabet(label, lang):
        raise InvalidValue(_l("These are not the letters of this language."))
    return label


def _checked_synonyms(label: str, text: str) -> list[str]:
    """The synonyms of a line, each word once; raises InvalidValue."""
    line = limited_line(text, MAX_SYNONYMS_CHARS)
    found: dict[str, str] = {}
    for part in line.replace(";", ",").split(","):
        word = one_line(part)
        if folded := fold(word):
            found.setdefault(folded, word)
    found.pop(fold(label), None)
    if any(len(word) > MAX_SYNONYM_CHARS for word in found.values()):
        raise InvalidValue(_l("A synonym has at most %(most)s characters.", most=MAX_SYNONYM_CHARS))
    if len(found) > MAX_SYNONYMS:
        raise InvalidValue(_l("Write at most %(most)s synonyms.", most=MAX_SYNONYMS))
    return list(found.values())


def _leads_elsewhere(word: str, owner: Concept) -> Any:
    return _l("“%(word)s” leads to “%(concept)s” already.", word=word, concept=label_of(owner))


def _checked_broader(
    errors: FieldErrors, kind: ConceptKind, code: str, concept: Concept | None
) -> Concept | None:
    """What stands above a concept: there are two levels. What cannot is noted at the field."""
    is_group = concept is not None and not concept.pickable
    if not code:
        if kind is ConceptKind.SKILL and not is_group:
            errors.add("broader", _l("Choose the group that it belongs to."))
        return None
    above = find_by_code(code, kind)
    if above is None or above.broader_id is not None or above.merged_into_id is not None:
        errors.add("broader", _l("Choose one from the list."))
    elif concept is not None and (above.id == concept.id or has_narrower(concept.id)):
        errors.add("broader", _l("Others stand under it: it stays at the top."))
    return above


def _unused_code(kind: ConceptKind, name: str) -> str:
    start = f"{kind}:{slugify(name, 'word')}"
    taken = {code.removeprefix(f"{kind}:") for code in codes_like(start)}
    return f"{kind}:{unused_slug(name, 'word', taken)}"


def _rarest_dye(kind: ConceptKind) -> str:
    """The dye that the fewest at the top of a kind have."""
    dyes = [dye for dye in dyes_of(kind) if dye]
    return min(sorted(set(dyes)), key=dyes.count)


def _write_words(concept_id: int, words: Mapping[str, Sequence[str]]) -> None:
    """Make the words of some languages those of a concept; rows of words that stay keep their ids."""
    for lang, texts in words.items():
        rows = {row.text: row for row in words_of_concept(concept_id).get(lang, [])}
        _delete_labels([row.id for text, row in rows.items() if text not in texts])
        fresh = []
        for at, text in enumerate(texts):
            if text in rows:
                rows[text].synonym = at > 0
            else:
                fresh.append(
                    {
                        "concept_id": concept_id,
                        "lang": lang,
                        "text": text,
                        "folded": fold(text),
                        "synonym": at > 0,
                    }
                )
        if fresh:
            db.session.execute(insert(ConceptLabel), fresh)


def _delete_labels(ids: Collection[int]) -> None:
    if ids:
        db.session.execute(delete(ConceptLabel).where(ConceptLabel.id.in_(ids)))
