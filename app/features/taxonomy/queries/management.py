"""What the managers' pages of the taxonomy show, hidden concepts too."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from sqlalchemy import ColumnElement, func, select
from sqlalchemy.orm import joinedload

from app.core.database import db
from app.core.errors import NotFound
from app.core.pagination import Key, Page, paginate
from app.core.search import all_begin_in, words_of
from app.core.text import fold
from app.features.taxonomy.models import (
    MANAGED_KINDS,
    ChangeKind,
    Concept,
    ConceptChange,
    ConceptKind,
    ConceptLabel,
    ConceptMove,
)
from app.features.taxonomy.queries import label_of

MAX_LISTED = 300
"""Concepts of a kind on one page; more are found by searching."""
IS_MANAGED = Concept.kind.in_(MANAGED_KINDS)


@dataclass
class Branch:
    """A concept with its name for the reader, and those that are narrower."""

    concept: Concept
    label: str
    narrower: list[Branch] = field(default_factory=list)


def list_tree(kind: ConceptKind, text: str) -> list[Branch]:
    """The concepts of a kind by name, narrower ones under their broader; with a text those that are called so.

    What was merged is left out. At most MAX_LISTED concepts.
    """
    query = select(Concept).where(Concept.kind == kind, Concept.merged_into_id.is_(None))
    if text:
        called = select(ConceptLabel.concept_id).where(all_begin_in(words_of(text), ConceptLabel.folded))
        query = query.where(Concept.id.in_(called))
    query = query.options(joinedload(Concept.broader)).order_by(Concept.broader_id.is_not(None), Concept.code)
    branches: dict[int, Branch] = {}
    for concept in db.session.scalars(query.limit(MAX_LISTED)):
        branch = Branch(concept, label_of(concept))
        if concept.broader is None:
            branches[concept.id] = branch
        else:
            above = branches.setdefault(
                concept.broader.id, Branch(concept.broader, label_of(concept.broader))
            )
            above.narrower.append(branch)
    return _by_name(Branch(each.concept, each.label, _by_name(each.narrower)) for each in branches.values())


def _by_name(branches: Iterable[Branch]) -> list[Branch]:
    return sorted(branches, key=lambda each: (fold(each.label), each.concept.code))


def get_managed(concept_id: int) -> Concept:
    """A concept that managers edit; raises NotFound."""
    query = select(Concept).where(Concept.id == concept_id, IS_MANAGED)
    concept = db.session.scalar(query.options(joinedload(Concept.broader)))
    if concept is None:
        raise NotFound
    return concept


def lock_concepts(ids: Collection[int]) -> Mapping[int, Concept]:
    """Concepts that managers edit, by id, as they are now and locked until the transaction ends."""
    query = select(Concept).where(Concept.id.in_(ids), IS_MANAGED).order_by(Concept.id)
    found = db.session.scalars(query.with_for_update().execution_options(populate_existing=True))
    return {concept.id: concept for concept in found}


def words_of_concept(concept_id: int) -> dict[str, list[ConceptLabel]]:
    """The label and then the synonyms of a concept, by language."""
    query = select(ConceptLabel).where(ConceptLabel.concept_id == concept_id)
    words: dict[str, list[ConceptLabel]] = {}
    for row in db.session.scalars(query.order_by(ConceptLabel.synonym, ConceptLabel.id)):
        words.setdefault(row.lang, []).append(row)
    return words


def owners_of_words(
    kind: ConceptKind, lang: str, folded: Collection[str], but: int | None = None
) -> dict[str, Concept]:
    """By folded word the concept of a kind (not `but`) that is called so in a language already."""
    query = (
        select(ConceptLabel.folded, Concept)
        .join(Concept)
        .where(
            Concept.kind == kind,
            Concept.merged_into_id.is_(None),
            ConceptLabel.lang == lang,
            ConceptLabel.folded.in_(folded),
        )
    )
    return {word: concept for word, concept in db.session.execute(query) if concept.id != but}


def top_concepts(kind: ConceptKind) -> list[tuple[str, str]]:
    """Codes and names of what can stand above others of a kind."""
    query = select(Concept).where(
        Concept.kind == kind, Concept.broader_id.is_(None), Concept.merged_into_id.is_(None)
    )
    found = [(concept.code, label_of(concept)) for concept in db.session.scalars(query)]
    return sorted(found, key=lambda each: (fold(each[1]), each[0]))


def has_narrower(concept_id: int) -> bool:
    """Whether a concept stands above others."""
    query = select(Concept.id).where(Concept.broader_id == concept_id, Concept.merged_into_id.is_(None))
    return db.session.scalar(query.limit(1)) is not None


def find_by_code(code: str, kind: ConceptKind) -> Concept | None:
    """The concept of a kind with a code."""
    query = select(Concept).where(Concept.code == code, Concept.kind == kind)
    return db.session.scalar(query.options(joinedload(Concept.broader)))


def codes_like(start: str) -> set[str]:
    """The codes that begin so."""
    return set(
        db.session.scalars(select(Concept.code).where(Concept.code.startswith(start, autoescape=True)))
    )


def dyes_of(kind: ConceptKind) -> Sequence[str | None]:
    """The dyes of the concepts at the top of a kind, one for each."""
    return db.session.scalars(
        select(Concept.dye).where(Concept.kind == kind, Concept.broader_id.is_(None))
    ).all()


def count_siblings(kind: ConceptKind, broader_id: int | None) -> int:
    """How many concepts of a kind stand directly under another, or at the top."""
    query = select(func.count(Concept.id)).where(Concept.kind == kind, Concept.broader_id == broader_id)
    return db.session.scalar(query) or 0


def list_changes(token: str | None) -> Page[ConceptChange]:
    """What managers did to concepts, the latest first."""
    query = select(ConceptChange).options(joinedload(ConceptChange.concept), joinedload(ConceptChange.into))
    return paginate(query, [Key(ConceptChange.id, descending=True)], token)


def lock_merge(change_id: int) -> ConceptChange:
    """A merge with its concepts, locked until the transaction ends; raises NotFound."""
    query = select(ConceptChange).where(ConceptChange.id == change_id, ConceptChange.kind == ChangeKind.MERGE)
    found = db.session.scalar(query.with_for_update().execution_options(populate_existing=True))
    if found is None:
        raise NotFound
    return found


def merges_to_forget(before: datetime) -> ColumnElement[bool]:
    """The condition on ConceptMove that its merge is from before a moment, so that it can no longer be undone."""
    return ConceptMove.change_id.in_(select(ConceptChange.id).where(ConceptChange.created_at < before))


def undoable(change: ConceptChange, since: datetime) -> bool:
    """Whether a change is a merge from after a moment that still stands and that no later merge stands on."""
    return (
        change.kind is ChangeKind.MERGE
        and change.undone_at is None
        and change.created_at >= since
        and change.into is not None
        and change.into.merged_into_id is None
    )
