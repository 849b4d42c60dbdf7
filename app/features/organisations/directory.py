"""The directory: organisations by name and concept, with facets that count what choosing them would give."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

from sqlalchemy import ColumnElement, literal, or_, select

from app.core.actors import Actor
from app.core.columns import read_pairs
from app.core.i18n import country_name
from app.core.pagination import Key, Page, paginate
from app.core.text import contains, fold, tidy
from app.features.organisations.facets import count
from app.features.organisations.models import (
    Organisation,
    OrganisationConcept,
    OrganisationState,
    Relation,
)
from app.features.organisations.queries import CARD, visible_to
from app.features.taxonomy.models import Concept, ConceptKind, ConceptLabel
from app.features.taxonomy.queries import label_of, with_narrower

LONGEST_SEARCH = 100
MOST_CHOSEN = 50
FEW = 1_000
"""Up to so many who match the words are asked for by number, so that the words are looked for once."""
ORDER = (Key(Organisation.folded_name), Key(Organisation.id))


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
    base = _base(filters)
    matching = read_pairs(select(Organisation.id, literal(0)).where(here, *base))[0] if base else None
    if matching is not None and len(matching) <= FEW:
        base = [Organisation.id.in_(matching.tolist())]
    narrowed = [visible_to(actor), here, *base]
    if filters.countries:
        narrowed.append(Organisation.country.in_(filters.countries))
    if filters.sectors:
        narrowed.append(_holding(with_narrower(filters.sectors), Relation.SECTOR))
    page = paginate(select(Organisation).where(*narrowed).options(*CARD), ORDER, token)
    counts = count(matching, filters.countries, filters.sectors)
    countries = _choices(counts.countries, filters.countries, country_name)
    sectors = _choices(counts.sectors, filters.sectors, label_of)
    return Directory(page, counts.total, countries, sectors)


def _base(filters: Filters) -> list[ColumnElement[bool]]:
    """The conditions of the words searched for and of single concepts."""
    conditions = [_holding(with_narrower([code])) for code in filters.concepts]
    if fold(filters.text):
        conditions.append(_matching(filters.text))
    return conditions


def _holding(concept: ColumnElement[bool], *relations: Relation) -> ColumnElement[bool]:
    """That an organisation's profile holds such a concept (in one of these relations)."""
    query = select(OrganisationConcept.organisation_id).join(OrganisationConcept.concept).where(concept)
    if relations:
        query = query.where(OrganisationConcept.relation.in_(relations))
    return Organisation.id.in_(query)


def _matching(text: str) -> ColumnElement[bool]:
    """By name or city, or by the name of a concept, a region or a country in any language."""
    pattern, begins = contains(text), contains(text)[1:]
    named = or_(
        ConceptLabel.folded.like(begins, escape="\\"), ConceptLabel.folded.like(f"% {begins}", escape="\\")
    )
    concepts = select(ConceptLabel.concept_id).where(named)
    countries = select(Concept.country).join(Concept.labels).where(named, Concept.kind == ConceptKind.COUNTRY)
    holders = select(OrganisationConcept.organisation_id).where(OrganisationConcept.concept_id.in_(concepts))
    return or_(
        Organisation.folded_name.like(pattern, escape="\\"),
        Organisation.folded_city.like(pattern, escape="\\"),
        Organisation.id.in_(holders),
        Organisation.region_id.in_(concepts),
        Organisation.country.in_(countries),
    )


def _choices(counts: Counter[str], chosen: Sequence[str], name: Callable[[str], str]) -> tuple[Choice, ...]:
    """The values of a facet by name: those that would give something, and those that are chosen."""
    given = {value for value, many in counts.items() if many}
    found = [Choice(value, name(value), counts[value], value in chosen) for value in {*given, *chosen}]
    return tuple(sorted(found, key=lambda choice: (fold(choice.label), choice.value)))
