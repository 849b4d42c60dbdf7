"""The directory: organisations by name and concept, with facets that count what choosing them would give."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace

import numpy as np
from sqlalchemy import ColumnElement, Select, literal, or_, select

from app.core.actors import Actor
from app.core.columns import Ints, read_pairs
from app.core.database import db
from app.core.i18n import country_name
from app.core.pagination import Key, Page, paginate
from app.core.text import contains, fold, tidy
from app.features.organisations.facets import Seen, count, in_countries, look
from app.features.organisations.models import (
    Organisation,
    OrganisationConcept,
    OrganisationState,
    Relation,
)
from app.features.organisations.names import Names
from app.features.organisations.queries import CARD, visible_to
from app.features.taxonomy.models import Concept, ConceptKind, ConceptLabel
from app.features.taxonomy.queries import label_of, with_narrower

LONGEST_SEARCH = 100
MOST_CHOSEN = 50
FEW = 2_000
"""Up to so many who match the words are asked for by number, so that the words are looked for once."""
ORDER = (Key(Organisation.folded_name), Key(Organisation.id))
ORDER_OF_FEW = (Key(Organisation.folded_name, few=True), Key(Organisation.id))


@dataclass(frozen=True)
class Filters:
    """What the reader asked for; within a facet alternatives, between them all."""

    text: str = ""
    countries: tuple[str, ...] = ()
    sectors: tuple[str, ...] = ()
    concepts: tuple[str, ...] = ()

    def __bool__(self) -> bool:
        return bool(self.text or self.countries or self.sectors or self.concepts)


@dataclass(frozen=True)
class Choice:
    """One value of a facet: how many organisations choosing it gives, and whether it is chosen."""

    value: str
    label: str
    count: int
    chosen: bool


@dataclass(frozen=True)
class Directory:
    """One page of the directory with its facets; `total` counts all that match."""

    page: Page[Organisation]
    total: int
    countries: tuple[Choice, ...]
    sectors: tuple[Choice, ...]


def filters_from(
    text: str, countries: Iterable[str], sectors: Iterable[str], concepts: Iterable[str]
) -> Filters:
    """The filters that an address asks for, without what could not be one."""
    return Filters(tidy(text)[:LONGEST_SEARCH], _plain(countries), _plain(sectors), _plain(concepts))


def _plain(values: Iterable[str]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(value for value in values if value and value.isprintable()))[:MOST_CHOSEN]


def directory(actor: Actor, filters: Filters, token: str | None = None) -> Directory:
    """The organisations in the cluster that match, by name, a page at a time."""
    here = Organisation.state == OrganisationState.ADMITTED
    base, seen = _base(filters), look()
    matching = _numbers(seen, filters) if base else None
    are_few = matching is not None and len(matching) <= FEW
    if matching is not None and are_few:
        base = [Organisation.id.in_(matching.tolist())]
    narrowed = [visible_to(actor), here, *base]
    if filters.countries:
        narrowed.append(Organisation.country.in_(filters.countries))
    if filters.sectors:
        narrowed.append(_holding(with_narrower(filters.sectors), Relation.SECTOR))
    page = paginate(
        select(Organisation).where(*narrowed).options(*CARD), ORDER_OF_FEW if are_few else ORDER, token
    )
    counts = count(seen, matching, filters.countries, filters.sectors)
    countries = _choices(counts.countries, filters.countries, country_name)
    sectors = _choices(counts.sectors, filters.sectors, label_of)
    return Directory(page, counts.total, countries, sectors)


def _base(filters: Filters) -> list[ColumnElement[bool]]:
    """The conditions of the words searched for and of single concepts."""
    conditions = [_holding(with_narrower([code])) for code in filters.concepts]
    if fold(filters.text):
        conditions.append(_matching(filters.text))
    return conditions


def _numbers(seen: Seen, filters: Filters) -> Ints:
    """The numbers of all who hold the concepts and match the words; whoever is not in the cluster may be among them.

    In a large one names are looked for in memory, and the database is asked only for what its indexes find.
    """
    if seen.names is None or not fold(filters.text):
        return read_pairs(select(Organisation.id, literal(0)).where(*_base(filters)))[0]
    found = _called(seen, seen.names, filters.text)
    held = _base(replace(filters, text=""))
    if not held:
        return found
    return np.intersect1d(found, read_pairs(select(Organisation.id, literal(0)).where(*held))[0])


def _called(seen: Seen, names: Names, text: str) -> Ints:
    """The same as `_matching` finds, where names are kept: each way to match by itself."""
    known = db.session.execute(
        select(Concept.id, Concept.kind, Concept.country).where(Concept.id.in_(_concepts_named(text)))
    ).all()
    regions = [number for number, kind, _ in known if kind is ConceptKind.REGION]
    countries = [country for _, kind, country in known if kind is ConceptKind.COUNTRY]
    ways = [
        (seen.written, select(Organisation.id).where(Organisation.id.in_(seen.written), _written_so(text))),
        (known, _holders([number for number, _, _ in known])),
        (regions, select(Organisation.id).where(Organisation.region_id.in_(regions))),
    ]
    read = [read_pairs(query.add_columns(literal(0)))[0] for some, query in ways if some]
    kept = np.setdiff1d(names.holding(text), seen.written, assume_unique=True)
    return np.concatenate([kept, in_countries(seen, countries), *read])


def _holding(concept: ColumnElement[bool], *relations: Relation) -> ColumnElement[bool]:
    """That an organisation's profile holds such a concept (in one of these relations)."""
    query = select(OrganisationConcept.organisation_id).join(OrganisationConcept.concept).where(concept)
    if relations:
        query = query.where(OrganisationConcept.relation.in_(relations))
    return Organisation.id.in_(query)


def _matching(text: str) -> ColumnElement[bool]:
    """By name or city, or by the name of a concept, a region or a country in any language."""
    concepts = _concepts_named(text)
    countries = select(Concept.country).where(Concept.id.in_(concepts), Concept.kind == ConceptKind.COUNTRY)
    return or_(
        _written_so(text),
        Organisation.id.in_(_holders(concepts)),
        Organisation.region_id.in_(concepts),
        Organisation.country.in_(countries),
    )


def _written_so(text: str) -> ColumnElement[bool]:
    """That the name or the city holds a text."""
    pattern = contains(text)
    return or_(
        Organisation.folded_name.like(pattern, escape="\\"),
        Organisation.folded_city.like(pattern, escape="\\"),
    )


def _concepts_named(text: str) -> Select[int]:
    """The concepts of whose names a word begins so, in any language."""
    begins = contains(text)[1:]
    named = or_(
        ConceptLabel.folded.like(begins, escape="\\"), ConceptLabel.folded.like(f"% {begins}", escape="\\")
    )
    return select(ConceptLabel.concept_id).where(named)


def _holders(concepts: Select[int] | Sequence[int]) -> Select[int]:
    """The organisations that hold one of some concepts."""
    return select(OrganisationConcept.organisation_id).where(OrganisationConcept.concept_id.in_(concepts))


def _choices(counts: Counter[str], chosen: Sequence[str], name: Callable[[str], str]) -> tuple[Choice, ...]:
    """The values of a facet by name: those that would give something, and those that are chosen."""
    given = {value for value, many in counts.items() if many}
    found = [Choice(value, name(value), counts[value], value in chosen) for value in {*given, *chosen}]
    return tuple(sorted(found, key=lambda choice: (fold(choice.label), choice.value)))
