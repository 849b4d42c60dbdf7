"""The directory: organisations by name and concept, with facets that count what choosing them would give."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import reduce

import numpy as np
from sqlalchemy import ColumnElement, Select, and_, false, literal, or_, select

from app.core.actors import Actor
from app.core.bulk_read import Ints, read_pairs
from app.core.database import db
from app.core.facets import FacetChoice, facet_choices, printable_values
from app.core.i18n import country_name
from app.core.pagination import Key, Page, paginate
from app.core.search import Word, spread, words_of
from app.core.text import tidy
from app.features.organisations.models import (
    IS_ADMITTED,
    Organisation,
    OrganisationConcept,
    Relation,
)
from app.features.organisations.queries import CARD, visible_to
from app.features.organisations.queries.facets import Seen, count, in_countries, look
from app.features.organisations.queries.names import Names
from app.features.taxonomy.models import Concept, ConceptKind, ConceptLabel
from app.features.taxonomy.queries import label_of, with_narrower

LONGEST_SEARCH = 100
MAX_MATCHES_BY_NUMBER = 2_000
"""Up to so many who match the words are asked for by number, so that the words are looked for once."""
ORDER = (Key(Organisation.folded_name), Key(Organisation.id))
ORDER_OF_MATCHES = (Key(Organisation.folded_name, few=True), Key(Organisation.id))


@dataclass(frozen=True)
class DirectoryFilters:
    """What the reader asked for; within a facet alternatives, between them all."""

    text: str = ""
    countries: tuple[str, ...] = ()
    sectors: tuple[str, ...] = ()
    concepts: tuple[str, ...] = ()

    def __bool__(self) -> bool:
        return bool(self.text or self.countries or self.sectors or self.concepts)


@dataclass(frozen=True)
class Directory:
    """One page of the directory with its facets; `total` counts all that match."""

    page: Page[Organisation]
    total: int
    countries: tuple[FacetChoice, ...]
    sectors: tuple[FacetChoice, ...]


def filters_from(
    text: str, countries: Iterable[str], sectors: Iterable[str], concepts: Iterable[str]
) -> DirectoryFilters:
    """The filters that an address asks for, without what could not be one."""
    return DirectoryFilters(
        tidy(text)[:LONGEST_SEARCH],
        printable_values(countries),
        printable_values(sectors),
        printable_values(concepts),
    )


def directory(actor: Actor, filters: DirectoryFilters, token: str | None = None) -> Directory:
    """The organisations in the cluster that match, by name, a page at a time."""
    here = IS_ADMITTED
    meaning = _meaning(filters.text) if filters.text else None
    held = [_holding(with_narrower([code])) for code in filters.concepts]
    base, seen = [*held, *([_matching(meaning)] if meaning else [])], look()
    matching = _numbers(seen, meaning, held) if base else None
    are_few = matching is not None and len(matching) <= MAX_MATCHES_BY_NUMBER
    if matching is not None and are_few:
        base = [Organisation.id.in_(matching.tolist())]
    narrowed = [visible_to(actor), here, *base]
    if filters.countries:
        narrowed.append(Organisation.country.in_(filters.countries))
    if filters.sectors:
        narrowed.append(_holding(with_narrower(filters.sectors), Relation.SECTOR))
    page = paginate(
        select(Organisation).where(*narrowed).options(*CARD), ORDER_OF_MATCHES if are_few else ORDER, token
    )
    counts = count(seen, matching, filters.countries, filters.sectors)
    countries = facet_choices(counts.countries, filters.countries, country_name)
    sectors = facet_choices(counts.sectors, filters.sectors, label_of)
    return Directory(page, counts.total, countries, sectors)


def _numbers(seen: Seen, meaning: _Meaning | None, held: Sequence[ColumnElement[bool]]) -> Ints:
    """The numbers of all who hold the concepts and match the words; organisations outside the cluster may be among them.

    In a large one names are looked for in memory, and the database is asked only for what its indexes find.
    """
    if meaning is None:
        return _numbers_of(*held)
    if seen.names is None:
        return _numbers_of(*held, _matching(meaning))
    found = _called(seen, seen.names, meaning)
    return np.intersect1d(found, _numbers_of(*held)) if held else found


@dataclass(frozen=True)
class _Place:
    """The regions (by number) and countries (by code) that one word searched for may mean."""

    regions: tuple[int, ...]
    countries: tuple[str, ...]


@dataclass(frozen=True)
class _Meaning:
    """What a search may mean: its words with the places of each and the concepts that each names."""

    words: tuple[tuple[Word, _Place], ...]
    named: tuple[frozenset[int], ...]

    @property
    def named_by_all(self) -> list[int]:
        """The concepts that each word names."""
        return sorted(frozenset.intersection(*self.named)) if self.named else []

    @property
    def named_by_some(self) -> list[int]:
        """The concepts that at least one word names; the others may say where ("orto torino")."""
        return sorted(frozenset().union(*self.named))


def _meaning(text: str) -> _Meaning:
    """What a text may mean by the names of concepts in any language; their table is read once."""
    words = words_of(text)
    rows = db.session.execute(
        select(ConceptLabel.folded, Concept.id, Concept.kind, Concept.country)
        .join(Concept)
        .where(or_(false(), *(word.begins_in(ConceptLabel.folded) for word in words)))
    ).all()
    labels = [(spread(folded), number, kind, country) for folded, number, kind, country in rows]
    places = [
        _Place(
            tuple({one for name, one, kind, _ in labels if kind is ConceptKind.REGION and word.is_in(name)}),
            tuple(
                {
                    code
                    for name, _, kind, code in labels
                    if kind is ConceptKind.COUNTRY and code and word.is_in(name)
                }
            ),
        )
        for word in words
    ]
    named = tuple(frozenset(number for name, number, _, _ in labels if word.is_in(name)) for word in words)
    return _Meaning(tuple(zip(words, places, strict=True)), named)


def _called(seen: Seen, names: Names, meaning: _Meaning) -> Ints:
    """The same as `_matching` finds, where names are kept: each way to match by itself."""
    if not meaning.words:
        return np.array([], dtype=np.int64)
    placed = [_placed_so(seen, names, word, place) for word, place in meaning.words]
    owners, concepts = read_pairs(_holders(meaning.named_by_some).add_columns(OrganisationConcept.concept_id))
    fits = [
        np.isin(owners, there) | np.isin(concepts, sorted(named))
        for there, named in zip(placed, meaning.named, strict=True)
    ]
    found = np.concatenate((reduce(np.intersect1d, placed), owners[np.logical_and.reduce(fits)]))
    if seen.written:
        written = _numbers_of(Organisation.id.in_(seen.written), _matching(meaning))
        found = np.concatenate((np.setdiff1d(found, seen.written), written))
    return found


def _placed_so(seen: Seen, names: Names, word: Word, place: _Place) -> Ints:
    """Those whose kept name or town a word fits, or who are in one of its places."""
    found = [names.holding(word), in_countries(seen, place.countries)]
    if place.regions:
        found.append(_numbers_of(Organisation.region_id.in_(place.regions)))
    return np.concatenate(found)


def _numbers_of(*conditions: ColumnElement[bool]) -> Ints:
    return read_pairs(select(Organisation.id, literal(0)).where(*conditions))[0]


def _holding(concept: ColumnElement[bool], *relations: Relation) -> ColumnElement[bool]:
    """That an organisation's profile holds such a concept (in one of these relations)."""
    query = select(OrganisationConcept.organisation_id).join(OrganisationConcept.concept).where(concept)
    if relations:
        query = query.where(OrganisationConcept.relation.in_(relations))
    return Organisation.id.in_(query)


def _matching(meaning: _Meaning) -> ColumnElement[bool]:
    """That each word begins one of the name, the city, the region or the country, or that the others name a concept held."""
    if not meaning.words:
        return false()
    placed = [
        or_(
            word.begins_in(Organisation.folded_name, Organisation.folded_city),
            Organisation.region_id.in_(place.regions),
            Organisation.country.in_(place.countries),
        )
        for word, place in meaning.words
    ]
    found = or_(and_(*placed), Organisation.id.in_(_holders(meaning.named_by_all)))
    if len(placed) == 1:
        return found
    fits = (
        or_(there, OrganisationConcept.concept_id.in_(named))
        for there, named in zip(placed, meaning.named, strict=True)
    )
    return or_(
        found,
        _holders(meaning.named_by_some)
        .where(OrganisationConcept.organisation_id == Organisation.id, *fits)
        .exists(),
    )


def _holders(concepts: Sequence[int]) -> Select[int]:
    """The organisations that hold one of some concepts."""
    return select(OrganisationConcept.organisation_id).where(OrganisationConcept.concept_id.in_(concepts))
