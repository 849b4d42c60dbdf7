"""Reading the taxonomy: search by what people call things, and names in the reader's language."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from difflib import get_close_matches
from functools import lru_cache
from typing import Any, TypeVar

from flask import current_app
from sqlalchemy import ColumnElement, case, func, select
from sqlalchemy.orm import aliased, joinedload

from app.core.database import db, has_one_writer
from app.core.hints import Hint
from app.core.i18n import ALL_LANGUAGES, SOURCE, current_language
from app.core.lemmas import lemmas
from app.core.search import MAX_WORDS, Word, all_begin_in, words_of
from app.core.text import fold
from app.features.taxonomy.models import Concept, ConceptChange, ConceptCode, ConceptKind, ConceptLabel
from app.features.taxonomy.queries.label_index import LABEL_INDEX
from app.features.taxonomy.vocabulary import country_codes, kin_skills, read_entries, related_codes

CACHE, MERGED_CACHE, FAMILIES_CACHE = "taxonomy.labels", "taxonomy.merged", "taxonomy.families"
VERSION = "taxonomy.version"
LABELS_CHANGED = "taxonomy"
MERGE_LOCK = 0x7472616D61
"""The number of the advisory lock of PostgreSQL that a merge has for itself."""
MOST_FOUND = 12
MOST_UNASKED = 300
ROWS_EACH = 12
MAX_MISTYPED_WORDS = 3
"""So many of the longest words of a name are compared with all words of a kind."""
MIN_MISTYPED_CHARS, MAX_MISTYPED_CHARS, MIN_SIMILARITY = 4, 30, 0.8
MOST_TRIES = 12
"""Searches for what an unknown name might mean."""

Step = TypeVar("Step", int, str)
Labels = dict[str, dict[str, str]]
"""Code → language → label."""
_at_hand: ContextVar[Mapping[str, Concept] | None] = ContextVar("concepts_at_hand", default=None)


@dataclass(frozen=True)
class ConceptMatch:
    """A concept that a search found: its label for the reader, the synonym that matched, its group's label."""

    concept: Concept
    label: str
    match: str | None
    broader: str | None


def search_concepts(
    kind: ConceptKind | Sequence[ConceptKind], text: str, lang: str | None = None, limit: int = MOST_FOUND
) -> list[ConceptMatch]:
    """The concepts that somebody may mean by `text`, best first.

    Labels and synonyms of every language are searched for words that begin so, in any order: what is called exactly
    so comes first, then what begins with the text. An empty text gives all, by name.
    """
    lang = lang or current_language()
    kinds = [kind] if isinstance(kind, ConceptKind) else list(kind)
    if not text.strip():
        # All that can be chosen, by name; of languages those with addresses here come first.
        concepts = db.session.scalars(
            select(Concept).where(*_offered(kinds)).options(joinedload(Concept.broader))
        ).all()
        all_found = [_found(concept, lang, None) for concept in concepts]
        near = {f"language:{code}" for code in ALL_LANGUAGES}
        all_found.sort(key=lambda each: (each.concept.code not in near, fold(each.label), each.concept.code))
        return all_found[:MOST_UNASKED]
    return _search(kinds, text, words_of(text), lang, limit) or _search(
        kinds, text, _inflected_words(text), lang, limit
    )


def _search(
    kinds: Sequence[ConceptKind], text: str, words: Sequence[Word], lang: str, limit: int
) -> list[ConceptMatch]:
    column, folded = ConceptLabel.folded, fold(text)
    rank = case((column == folded, 0), (column.like(f"{folded}%"), 1), else_=2)
    rows = db.session.execute(
        select(ConceptLabel.text, Concept)
        .join(Concept)
        .where(all_begin_in(words, column), *_offered(kinds))
        .order_by(rank, ConceptLabel.lang != lang, ConceptLabel.synonym, column, Concept.code)
        .options(joinedload(Concept.broader))
        .limit(limit * ROWS_EACH)
    )
    found: dict[int, ConceptMatch] = {}
    for matched, concept in rows:
        if concept.id not in found and len(found) < limit:
            found[concept.id] = _found(concept, lang, matched)
    return list(found.values())


def _inflected_words(text: str) -> list[Word]:
    """The words of a text, each as it is or as its lemma in one of the nine languages: "ogrodami" as "ogród"."""
    words = []
    for typed in text.lower().split()[:MAX_WORDS]:
        forms = [typed, *(lemmas().lemma(typed, lang) for lang in ALL_LANGUAGES)]
        if ways := tuple((form,) for form in dict.fromkeys(map(fold, forms)) if form):
            words.append(Word(ways))
    return words


def nearest_concepts(kind: ConceptKind, name: str, limit: int) -> list[Concept]:
    """What a name that is no concept's might mean, best first.

    What has all its words, else one of them, else one that is written nearly so, else the beginning of one.
    """
    tries = [name, *sorted(name.split(), key=len, reverse=True)]
    for attempt in (
        *tries[:MOST_TRIES],
        *_similar_words(kind, tries[1 : MAX_MISTYPED_WORDS + 1]),
        *map(_beginning, tries[:MOST_TRIES]),
    ):
        if len(fold(attempt)) >= 3 and (found := search_concepts(kind, attempt, limit=limit)):
            return [each.concept for each in found]
    return []


def _beginning(word: str) -> str:
    """The first two thirds of a long word; nothing of a short one."""
    return word[: max(4, len(word) * 2 // 3)] if len(fold(word)) > 4 else ""


def _similar_words(kind: ConceptKind, words: Iterable[str]) -> Iterator[str]:
    """Words of the labels and synonyms of a kind that are written nearly like one of these: "gardning" as "gardening".

    Similarity is Ratcliff and Obershelp's ratio of difflib, 2M / T: M characters in matching blocks, T in both words.
    """
    query = select(ConceptLabel.folded).join(Concept).where(*_offered([kind]))
    known = {word for label in db.session.scalars(query) for word in label.split()}
    for word in map(fold, words):
        if MIN_MISTYPED_CHARS <= len(word) <= MAX_MISTYPED_CHARS:
            near = [each for each in known if abs(len(each) - len(word)) <= 2]
            yield from get_close_matches(word, near, n=1, cutoff=MIN_SIMILARITY)


def _offered(kinds: Sequence[ConceptKind]) -> list[ColumnElement[bool]]:
    """Only what people may choose."""
    return [Concept.kind.in_(kinds), Concept.hidden.is_(False), Concept.pickable.is_(True)]


def _found(concept: Concept, lang: str, matched: str | None) -> ConceptMatch:
    label = label_of(concept, lang)
    match = matched if matched and fold(matched) != fold(label) else None
    return ConceptMatch(concept, label, match, label_of(concept.broader, lang) if concept.broader else None)


def concepts_named(kind: ConceptKind, names: Iterable[str]) -> dict[str, list[Concept]]:
    """For each name the concepts of a kind whose label or synonym, in any language, it is exactly."""
    folded = {name: fold(name) for name in names}
    rows = db.session.execute(
        select(ConceptLabel.folded, Concept)
        .join(Concept)
        .where(ConceptLabel.folded.in_(set(folded.values())), *_offered([kind]))
        .order_by(Concept.code)
    )
    by_word: dict[str, dict[int, Concept]] = {}
    for word, concept in rows:
        by_word.setdefault(word, {})[concept.id] = concept
    return {name: list(by_word.get(word, {}).values()) for name, word in folded.items()}


def known_languages(codes: Iterable[str]) -> set[str]:
    """Those of the codes (ISO 639) that are languages of the taxonomy."""
    found = concepts_by_code(f"language:{code}" for code in codes)
    return {code.removeprefix("language:") for code in found}


@contextmanager
def concepts_at_hand() -> Iterator[None]:
    """Read all concepts that people may choose once for the block, which lies within one transaction.

    `concepts_by_code` asks the database for none of them then: what checks many profiles asks for the same ones.
    """
    query = select(Concept).where(Concept.hidden.is_(False), Concept.pickable.is_(True))
    found = db.session.scalars(query.options(joinedload(Concept.broader)))
    reset = _at_hand.set({concept.code: concept for concept in found})
    try:
        yield
    finally:
        _at_hand.reset(reset)


def concepts_by_code(codes: Iterable[str], kind: ConceptKind | None = None) -> dict[str, Concept]:
    """The concepts with these codes that people may choose, by code; those that are not there are left out.

    The code of one that was merged gives the one that it was merged into.
    """
    asked = set(codes)
    if not asked:
        return {}
    merged = merged_codes()
    wanted = {merged.get(code, code) for code in asked}
    if (at_hand := _at_hand.get()) is not None:
        names = {code: merged.get(code, code) for code in asked}
        return {
            code: at_hand[name]
            for code, name in names.items()
            if name in at_hand and kind in (None, at_hand[name].kind)
        }
    conditions: list[ColumnElement[bool]] = [
        Concept.code.in_(wanted),
        Concept.hidden.is_(False),
        Concept.pickable.is_(True),
    ]
    if kind is not None:
        conditions.append(Concept.kind == kind)
    query = select(Concept).options(joinedload(Concept.broader)).order_by(Concept.code)
    by_code = {concept.code: concept for concept in db.session.scalars(query.where(*conditions))}
    if wanted - by_code.keys() and (fresh := _read_merged_codes()) != merged:
        # Another process merged one since this one read what is merged.
        merged, wanted = fresh, {fresh.get(code, code) for code in asked}
        conditions[0] = Concept.code.in_(wanted)
        by_code = {concept.code: concept for concept in db.session.scalars(query.where(*conditions))}
    return {code: by_code[merged.get(code, code)] for code in asked if merged.get(code, code) in by_code}


def kindred_ids(codes: Collection[str]) -> frozenset[int]:
    """The ids of concepts and of those that are related to them, with all that are narrower."""
    merged, related, families = merged_codes(), related_codes(), _families()
    wanted = {*codes, *(other for code in codes for other in related.get(code, ()))}
    return frozenset().union(*(families.get(merged.get(code, code), ()) for code in wanted))


def skill_links() -> list[tuple[str, str, float]]:
    """The reviewed links between skills with their strengths; of a skill that was merged those of what stands for it now."""
    merged = merged_codes()
    links = (
        (merged.get(one, one), merged.get(other, other), strength) for one, other, strength in kin_skills()
    )
    return [(one, other, strength) for one, other, strength in links if one != other]


def _families() -> dict[str, frozenset[int]]:
    """By code the ids of a concept and of those that are narrower."""
    families: dict[str, frozenset[int]] | None = current_app.extensions.get(FAMILIES_CACHE)
    if families is None:
        above = aliased(Concept)
        query = select(Concept.id, Concept.code, above.code).outerjoin(above, Concept.broader_id == above.id)
        members: dict[str, set[int]] = {}
        for number, code, broader in db.session.execute(query):
            for name in (code, broader) if broader else (code,):
                members.setdefault(name, set()).add(number)
        families = {code: frozenset(numbers) for code, numbers in members.items()}
        current_app.extensions[FAMILIES_CACHE] = families
    return families


def label_of(concept: Concept | str, lang: str | None = None) -> str:
    """What a concept (or the one with a code) is called in the reader's language, else in English, else at all."""
    code = concept if isinstance(concept, str) else concept.code
    labels = _all_labels()
    if code not in labels:
        # What is no concept's code comes from an address and is not kept: there is no end of such.
        labels.update(_read_labels(code))
    names = labels.get(code, {})
    return names.get(lang or current_language()) or names.get(SOURCE) or next(iter(names.values()), code)


def term_of(concept: Concept | str, lang: str | None = None) -> str:
    """The same in the middle of a sentence: what is no name begins with a small letter there, but in German."""
    code, label = concept if isinstance(concept, str) else concept.code, label_of(concept, lang)
    begins_small = (
        code.startswith(("sector:", "skill:", "cooperation:")) and (lang or current_language()) != "de"
    )
    is_acronym = label[1:2].isupper()
    return label[:1].lower() + label[1:] if begins_small and not is_acronym else label


@lru_cache
def known_countries() -> frozenset[str]:
    """The codes of the countries that an organisation can be in."""
    return frozenset(country_codes())


def country_choices(lang: str | None = None) -> list[tuple[str, str]]:
    """Countries as (code, name in the reader's language): those of the cluster first, then the others, each by name."""
    named = _by_name((code, label_of(f"country:{code}", lang)) for code in country_codes())
    first = current_app.extensions["trama.settings"].countries
    return sorted(named, key=lambda choice: choice[0] not in first)


def cooperation_choices() -> list[tuple[str, str]]:
    """The kinds of cooperation as (code, label in the reader's language), in the order of the vocabulary."""
    return [(entry["code"], label_of(entry["code"])) for entry in read_entries("cooperations")]


def countries_of_regions() -> dict[str, str]:
    """The code of each region that is offered → the country that it lies in."""
    query = select(Concept.code, Concept.country).where(
        Concept.kind == ConceptKind.REGION, Concept.hidden.is_(False), Concept.country.is_not(None)
    )
    return {code: country for code, country in db.session.execute(query) if country}


def language_choices(lang: str | None = None) -> list[tuple[str, str]]:
    """Languages as (code, name in the reader's language): those with addresses here first, then by name."""
    codes = [code.removeprefix("language:") for code in _all_labels() if code.startswith("language:")]
    named = _by_name((code, label_of(f"language:{code}", lang)) for code in codes)
    return sorted(named, key=lambda choice: choice[0] not in ALL_LANGUAGES)


def _by_name(choices: Iterable[tuple[str, str]]) -> list[tuple[str, str]]:
    return sorted(choices, key=lambda choice: (fold(choice[1]), choice[0]))


def _all_labels() -> Labels:
    """Every label, read once and kept until the vocabulary is loaded again."""
    labels: Labels | None = current_app.extensions.get(CACHE)
    if labels is None:
        labels = current_app.extensions[CACHE] = _read_labels()
        # What else is kept of the taxonomy is read with it, so that later pages take no query for it.
        merged_codes(), _families()
    return labels


def _read_labels(code: str | None = None) -> Labels:
    query = select(Concept.code, ConceptLabel.lang, ConceptLabel.text).join(ConceptLabel)
    query = query.where(ConceptLabel.synonym.is_(False))
    labels: Labels = {}
    for found, lang, text in db.session.execute(query.where(Concept.code == code) if code else query):
        labels.setdefault(found, {})[lang] = text
    return labels


def forget_labels(kept: Hint) -> None:
    """Read the labels again after they changed; listens to hints."""
    if kept.kind == LABELS_CHANGED:
        _forget()


def _forget() -> None:
    for name in (CACHE, MERGED_CACHE, FAMILIES_CACHE, LABEL_INDEX):
        current_app.extensions.pop(name, None)


def forget_stale_labels() -> None:
    """Read the labels again where another process changed them; a chore of each minute."""
    version = db.session.execute(
        select(
            select(func.max(ConceptChange.id)).scalar_subquery(),
            select(func.max(ConceptLabel.id)).scalar_subquery(),
            select(func.count(ConceptLabel.id)).scalar_subquery(),
        )
    ).one()
    if current_app.extensions.get(VERSION) != version:
        current_app.extensions[VERSION] = version
        _forget()


def merged_codes() -> dict[str, str]:
    """Of each concept that was merged the code of the one that stands for it now, which may be several merges away."""
    merged: dict[str, str] | None = current_app.extensions.get(MERGED_CACHE)
    if merged is None:
        merged = current_app.extensions[MERGED_CACHE] = _read_merged_codes()
    return merged


def _read_merged_codes() -> dict[str, str]:
    into = aliased(Concept)
    query = select(Concept.code, into.code).join(into, Concept.merged_into_id == into.id)
    return _ends(dict(db.session.execute(query).all()))


def hold_off_merges() -> None:
    """Have merges of concepts wait until this transaction ends, so that what it chooses is not merged meanwhile.

    It comes before any row is locked: a merge locks rows of those who hold a concept.
    """
    if not has_one_writer():
        db.session.execute(select(func.pg_advisory_xact_lock_shared(MERGE_LOCK)))


def hold_off_choices() -> None:
    """Wait for all transactions that choose concepts, and have later ones wait until this one, a merge, ends."""
    if not has_one_writer():
        db.session.execute(select(func.pg_advisory_xact_lock(MERGE_LOCK)))


def merged_ids() -> dict[int, int]:
    """The same by ids, as the rows stand."""
    query = select(Concept.id, Concept.merged_into_id).where(Concept.merged_into_id.is_not(None))
    return _ends({one: into for one, into in db.session.execute(query) if into is not None})


def _ends(steps: dict[Step, Step]) -> dict[Step, Step]:
    """Where each chain of steps ends; there are no circles, for what was merged is merged no more."""
    ends = {}
    for start, end in steps.items():
        while end in steps:
            end = steps[end]
        ends[start] = end
    return ends


def standing_ids() -> dict[str, int]:
    """By code the id of each concept, of one that was merged the id of the one that stands for it."""
    merged = merged_ids()
    return {code: merged.get(number, number) for code, number in concept_ids().items()}


def concept_ids() -> dict[str, int]:
    """The ids of all concepts by their codes, hidden ones too."""
    return dict(db.session.execute(select(Concept.code, Concept.id)).all())


def concept_rows(names: Sequence[str]) -> Sequence[Any]:
    """The columns `names` of all concepts."""
    return db.session.execute(select(*(getattr(Concept, name) for name in names))).all()


def shown_codes(kinds: Collection[ConceptKind]) -> Sequence[str]:
    """The codes of the concepts of some kinds that are not hidden."""
    query = select(Concept.code).where(Concept.kind.in_(kinds), Concept.hidden.is_(False))
    return db.session.scalars(query).all()


def label_rows(kinds: Collection[ConceptKind]) -> Sequence[Any]:
    """Rows `(id, concept_id, lang, text, synonym)` of all labels and synonyms of the concepts of some kinds."""
    columns = (
        ConceptLabel.id,
        ConceptLabel.concept_id,
        ConceptLabel.lang,
        ConceptLabel.text,
        ConceptLabel.synonym,
    )
    of_kinds = ConceptLabel.concept_id.in_(select(Concept.id).where(Concept.kind.in_(kinds)))
    return db.session.execute(select(*columns).where(of_kinds)).all()


def code_rows() -> Sequence[Any]:
    """Rows `(id, concept_id, scheme, code)` of the codes that other vocabularies have for our concepts."""
    return db.session.execute(
        select(ConceptCode.id, ConceptCode.concept_id, ConceptCode.scheme, ConceptCode.code)
    ).all()
