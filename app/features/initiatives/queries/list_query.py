"""The list of initiatives: found by words and narrowed by state, country and sector, with facets that count."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass

from sqlalchemy import ColumnElement, func, or_, select
from sqlalchemy.orm import aliased

from app.core.actors import Actor
from app.core.database import db
from app.core.facets import FacetChoice, facet_choices, printable_values
from app.core.i18n import country_name, country_order
from app.core.pagination import Key, Page, paginate
from app.core.search import all_begin_in, words_of
from app.core.text import tidy
from app.features.initiatives.models import (
    Initiative,
    InitiativeConcept,
    InitiativeState,
    InitiativeText,
    Partner,
    WantedRole,
    WantedRoleWant,
    WantKind,
)
from app.features.initiatives.presenters import STATE_NAMES
from app.features.initiatives.queries import LISTED, visible_to
from app.features.organisations.models import IS_ADMITTED, Organisation
from app.features.taxonomy.models import Concept, ConceptLabel
from app.features.taxonomy.queries import label_of

LONGEST_SEARCH = 100
ORDER = (Key(Initiative.rank), Key(Initiative.id, descending=True))
FACETS = ("state", "country", "sector")

Values = Mapping[int, Collection[str]]
"""Which values of a facet each initiative has, by its id."""


@dataclass(frozen=True)
class InitiativeFilters:
    """What the reader asked for; within a facet alternatives, between them all."""

    text: str = ""
    state: tuple[str, ...] = ()
    country: tuple[str, ...] = ()
    sector: tuple[str, ...] = ()

    def __bool__(self) -> bool:
        return bool(self.text or self.state or self.country or self.sector)

    def chosen(self, facet: str) -> tuple[str, ...]:
        """What is chosen in a facet."""
        found: tuple[str, ...] = getattr(self, facet)
        return found


@dataclass(frozen=True)
class Listing:
    """One page of the list with its facets; `total` counts all that match."""

    page: Page[Initiative]
    total: int
    facets: Mapping[str, tuple[FacetChoice, ...]]


def filters_from(text: str, **facets: Iterable[str]) -> InitiativeFilters:
    """The filters that an address asks for, without what could not be one."""
    return InitiativeFilters(
        tidy(text)[:LONGEST_SEARCH], **{name: printable_values(values) for name, values in facets.items()}
    )


def listing(actor: Actor, filters: InitiativeFilters, token: str | None = None) -> Listing:
    """The initiatives that match: what is open before what runs and what is over, the newest first, a page at a time.

    The number of queries is constant: what matches the words is read once with its values, and the facets are counted
    in memory, each without regard to its own choices.
    """
    base = [visible_to(actor)]
    if filters.text:
        base.append(_matching(filters.text))
    values = _values(base)
    everything = set(values["state"])
    fitting = {
        facet: {number for number, held in values[facet].items() if set(chosen) & set(held)}
        if (chosen := filters.chosen(facet))
        else everything
        for facet in FACETS
    }
    found = everything.intersection(*fitting.values())
    narrowed = [*base, Initiative.id.in_(found)] if found != everything else base
    page = paginate(select(Initiative).where(*narrowed).options(*LISTED), ORDER, token)
    facets = {
        facet: facet_choices(
            Counter(
                value
                for number in everything.intersection(*(fitting[each] for each in FACETS if each != facet))
                for value in values[facet].get(number, ())
            ),
            filters.chosen(facet),
            NAMES[facet],
            order=(lambda choice: country_order(choice.value)) if facet == "country" else None,
        )
        for facet in FACETS
    }
    return Listing(page, len(found), facets)


def _matching(text: str) -> ColumnElement[bool]:
    """By title, by the lead's name, or by what it is about or wants, in any language."""
    words = words_of(text)
    titled = select(InitiativeText.initiative_id).where(all_begin_in(words, InitiativeText.folded_title))
    leads = select(Organisation.id).where(all_begin_in(words, Organisation.folded_name), IS_ADMITTED)
    named = all_begin_in(words, ConceptLabel.folded)
    about = (
        select(InitiativeConcept.initiative_id)
        .join(ConceptLabel, ConceptLabel.concept_id == InitiativeConcept.concept_id)
        .where(named)
    )
    codes = select(Concept.code).join(Concept.labels).where(named)
    wanting = (
        select(WantedRole.initiative_id)
        .join(WantedRole.wants)
        .where(WantedRoleWant.kind == WantKind.CONCEPT, WantedRoleWant.value.in_(codes))
    )
    return or_(
        Initiative.lead_id.in_(leads),
        *(Initiative.id.in_(ids) for ids in (titled, about, wanting)),
    )


def _values(base: Collection[ColumnElement[bool]]) -> dict[str, Values]:
    """The state of each matching initiative, the countries that take part, and its sectors at the top level."""
    matching = select(Initiative.id).where(*base)
    states = db.session.execute(select(Initiative.id, Initiative.state).where(*base))
    countries = db.session.execute(
        select(Partner.initiative_id, Organisation.country)
        .join(Organisation, Organisation.id == Partner.organisation_id)
        .where(Partner.left_at.is_(None), Partner.initiative_id.in_(matching))
    )
    top = aliased(Concept)
    sectors = db.session.execute(
        select(InitiativeConcept.initiative_id, func.coalesce(top.code, Concept.code))
        .join(InitiativeConcept.concept)
        .outerjoin(top, Concept.broader_id == top.id)
        .where(Concept.kind == "sector", InitiativeConcept.initiative_id.in_(matching))
    )
    return {
        "state": {initiative_id: {state.value} for initiative_id, state in states},
        "country": _gathered(countries),
        "sector": _gathered(sectors),
    }


def _gathered(pairs: Iterable[tuple[int, str]]) -> Values:
    found: dict[int, set[str]] = {}
    for initiative_id, value in pairs:
        found.setdefault(initiative_id, set()).add(value)
    return found


NAMES: Mapping[str, Callable[[str], str]] = {
    "state": lambda value: (
        str(STATE_NAMES[InitiativeState(value)]) if value in set(InitiativeState) else value
    ),
    "country": country_name,
    "sector": label_of,
}
