"""The directory: organisations by name, concept and facet, sorted as the reader likes."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial, reduce
from typing import Any

import numpy as np
from flask_babel import gettext as _
from sqlalchemy import or_, select
from sqlalchemy.orm import aliased

from app.core.actors import Actor
from app.core.bulk_read import Ints
from app.core.database import db
from app.core.errors import BadRequest
from app.core.facets import FacetChoice, facet_choices, most_first
from app.core.i18n import country_name, country_order, current_language
from app.core.numbers import parse_integer
from app.core.pagination import PAGE_SIZE, Key, Page, paginate, paginate_among
from app.core.search import Word, words_of
from app.core.text import fold
from app.features.organisations.labels import TYPE_NAMES
from app.features.organisations.models import IS_ADMITTED, Organisation, OrganisationType
from app.features.organisations.queries import CARD
from app.features.organisations.queries.best_matches import best_matches, can_sort_by_fit
from app.features.organisations.queries.facets import YES, Columns, Matching, Seen, look, match
from app.features.organisations.queries.filters import DirectoryFilters, Order
from app.features.organisations.queries.map_cells import Section
from app.features.organisations.queries.mercator import Floats
from app.features.organisations.queries.names import Flags
from app.features.taxonomy.models import Concept, ConceptKind
from app.features.taxonomy.queries import kindred_ids, label_of
from app.features.taxonomy.queries.label_index import label_index

DONE = (ConceptKind.SECTOR, ConceptKind.SKILL, ConceptKind.GOAL)
"""What people do, not where and in which language."""
MAX_RANKED = 1_000
"""So many are sorted by distance; what lies farther away is found by another filter."""
MAX_MATCHES_BY_NUMBER = 2_000
"""Up to so many who match are asked for by number; of more, those are taken that come next in the order."""
MIN_WALK_ROWS = 200
ORDER_BY_NAME = (Key(Organisation.folded_name), Key(Organisation.id))
ORDER_OF_FEW = (Key(Organisation.folded_name, few=True), Key(Organisation.id))
ORDER_BY_AGE = (Key(Organisation.id, descending=True),)


@dataclass(frozen=True)
class Directory:
    """One page of the directory with its facets; `total` counts all that match, `matching` holds them."""

    page: Page[Organisation]
    total: int
    facets: Mapping[str, tuple[FacetChoice, ...]]
    seen: Seen
    matching: Matching


def directory(actor: Actor, filters: DirectoryFilters, token: str | None = None) -> Directory:
    """The organisations in the cluster that match, a page at a time."""
    seen, matching = find(filters)
    page = _page(actor, seen, matching, filters.order, token)
    return Directory(page, matching.total, _facets(seen, matching, filters), seen, matching)


def find(filters: DirectoryFilters) -> tuple[Seen, Matching]:
    """The cluster as it stands, and who of it matches."""
    seen = look()
    meaning = _meaning(filters.text) if filters.text else None
    named = _ids_with_narrower(filters.concepts) if filters.concepts else ()
    found = [_found_in(columns, meaning, named, filters.section) for columns in seen.columns]
    return seen, match(seen, found, filters.chosen)


def _ids_with_narrower(codes: Sequence[str]) -> list[list[int]]:
    """For each code the ids of its concept and of those that are narrower."""
    above = aliased(Concept)
    rows = db.session.execute(
        select(Concept.id, Concept.code, above.code)
        .outerjoin(above, Concept.broader_id == above.id)
        .where(or_(Concept.code.in_(codes), above.code.in_(codes)))
    ).all()
    return [[number for number, own, broader in rows if code in (own, broader)] for code in codes]


def _found_in(
    columns: Columns, meaning: _Meaning | None, named: Sequence[Sequence[int]], section: Section | None
) -> Flags | None:
    """Who has one of each of the `named` concepts, matches the words and is in the section; None where nothing is asked."""
    found = [columns.holders.having(ids, len(columns.ids)) for ids in named]
    if meaning is not None:
        found.append(_matching(columns, meaning))
    if section is not None:
        found.append(section.cells(columns)[0])
    return reduce(np.logical_and, found) if found else None


def _facets(
    seen: Seen, matching: Matching, filters: DirectoryFilters
) -> Mapping[str, tuple[FacetChoice, ...]]:
    """The choices of each facet: of sectors those at the top and those chosen, of regions those of chosen countries."""
    countries = filters.chosen.get("country", ())
    lang = current_language()
    narrow = {concept.code for number, concept in seen.concepts.items() if concept.top != number}
    return {
        facet: facet_choices(
            {value: count for value, count in counts.items() if facet != "sector" or value not in narrow},
            filters.chosen.get(facet, ()),
            FACET_LABELS.get(facet, partial(label_of, lang=lang)),
            order=FACET_ORDERS.get(facet),
        )
        for facet, counts in matching.counts.items()
        if facet != "region" or countries
    }


def _claimed_label(value: str) -> str:
    return _("Somebody here acts for it") if value == YES else _("Nobody acts for it yet")


FACET_LABELS: Mapping[str, Callable[[str], str]] = {
    "country": country_name,
    "type": lambda value: str(TYPE_NAMES[OrganisationType(value)]),
    "open": lambda value: _("Takes partners now"),
    "claimed": _claimed_label,
}
"""What the values of facets are called that are no concepts."""
FACET_ORDERS: Mapping[str, Callable[[FacetChoice], Any]] = {
    "country": lambda choice: country_order(choice.value),
    "offers": most_first,
    "seeks": most_first,
    "language": most_first,
}


def offered_orders(actor: Actor, found: Directory) -> Sequence[Order]:
    """The orders that a reader can choose: by distance and by fit where she acts for an organisation."""
    orders = [Order.NAME, Order.NEWEST]
    if can_sort_by_fit(actor):
        orders.append(Order.BEST)
    if town_of(actor, found.seen):
        orders.append(Order.NEAREST)
    return orders


def _page(
    actor: Actor, seen: Seen, matching: Matching, order: Order, token: str | None
) -> Page[Organisation]:
    """One page of those who match, in an order; by name where that needs a town or an organisation that is not there."""
    if order is Order.NEAREST and (town := town_of(actor, seen)):
        return _page_of_ids(_nearest(seen, matching, *town), token)
    if order is Order.BEST and actor.organisation_id is not None:
        return _page_of_ids(_best_first(actor, matching), token)
    keys = ORDER_BY_AGE if order is Order.NEWEST else ORDER_BY_NAME
    query = select(Organisation).where(IS_ADMITTED).options(*CARD)
    if matching.total <= MAX_MATCHES_BY_NUMBER:
        few = ORDER_OF_FEW if keys is ORDER_BY_NAME else keys
        return paginate(query.where(Organisation.id.in_(matching.ids.tolist())), few, token)
    everybody = sum(len(columns.ids) for columns in seen.columns)
    stride = MIN_WALK_ROWS + 2 * PAGE_SIZE * everybody // matching.total
    return paginate_among(query, keys, token, lambda ids: matching.has(ids).tolist(), stride)


def _page_of_ids(ids: Ints, token: str | None) -> Page[Organisation]:
    """One page of organisations whose order is known, after the one that the token names."""
    begin = 0
    if token:
        found = np.flatnonzero(ids == (parse_integer(token) or 0))
        if not len(found):
            raise BadRequest
        begin = int(found[0]) + 1
    wanted = ids[begin : begin + PAGE_SIZE].tolist()
    query = select(Organisation).where(Organisation.id.in_(wanted), IS_ADMITTED).options(*CARD)
    rows = {each.id: each for each in db.session.scalars(query)}
    more = begin + PAGE_SIZE < len(ids)
    return Page([rows[each] for each in wanted if each in rows], str(wanted[-1]) if more else None)


def _by_name(ids: Ints) -> Ints:
    """Some organisations by name, MAX_MATCHES_BY_NUMBER at most."""
    query = select(Organisation.id).where(Organisation.id.in_(ids[:MAX_MATCHES_BY_NUMBER].tolist()))
    ordered = db.session.scalars(query.order_by(*(key.order for key in ORDER_OF_FEW))).all()
    return np.array(ordered, dtype=np.int64)


def _best_first(actor: Actor, matching: Matching) -> Ints:
    """Those who match, as the engine sorts them for the actor's organisation, then some that it does not know by name."""
    best = np.array(best_matches(actor, matching.ids), dtype=np.int64)
    rest = matching.ids[~np.isin(matching.ids, best)]
    return np.concatenate((best, _by_name(rest)))


def town_of(actor: Actor, seen: Seen) -> tuple[float, float] | None:
    """Latitude and longitude of the actor's organisation; None where they are not known or it is not in the cluster."""
    for columns in seen.columns:
        for at in np.flatnonzero(columns.ids == (actor.organisation_id or 0)).tolist():
            if (columns.there is None or columns.there[at]) and not np.isnan(columns.lat[at]):
                return float(columns.lat[at]), float(columns.lon[at])
    return None


def _nearest(seen: Seen, matching: Matching, lat: float, lon: float) -> Ints:
    """Those who match by their distance from a place, those without a place last, MAX_RANKED at most.

    The square of the chord between two places on the unit sphere grows with their distance:
    d² = (Δ sin φ)² + (Δ cos φ cos λ)² + (Δ cos φ sin λ)².
    """
    own = _on_sphere(np.array([lat]), np.array([lon]))
    distances = [
        sum(
            (theirs - ours) ** 2
            for theirs, ours in zip(_on_sphere(columns.lat[fits], columns.lon[fits]), own, strict=True)
        )
        for columns, fits in zip(seen.columns, matching.fits, strict=True)
    ]
    far = np.nan_to_num(np.concatenate(distances), nan=np.inf)
    if len(far) > MAX_RANKED:
        near = np.argpartition(far, MAX_RANKED)[:MAX_RANKED]
        return matching.ids[near[np.lexsort((matching.ids[near], far[near]))]]
    return matching.ids[np.lexsort((matching.ids, far))]


def _on_sphere(lat: Floats, lon: Floats) -> tuple[Floats, Floats, Floats]:
    """Places on the unit sphere of degrees."""
    north, east = np.radians(lat), np.radians(lon)
    return np.sin(north), np.cos(north) * np.cos(east), np.cos(north) * np.sin(east)


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
    def named_by_some(self) -> list[int]:
        """The concepts that at least one word names; the others may say where ("orto torino")."""
        return sorted(frozenset().union(*self.named))


def _meaning(text: str) -> _Meaning:
    """What a text may mean by the names of concepts in any language.

    A text that is exactly a name of what people do means that concept, what is narrower and what is related, so that a word
    finds the same in every language. Any other names whatever it begins.
    """
    words = words_of(text)
    labels = label_index().beginning(words)
    places = [
        _Place(
            tuple(
                {
                    label.concept_id
                    for label in labels
                    if label.kind is ConceptKind.REGION and word.is_in(label.spread)
                }
            ),
            tuple(
                {
                    label.country
                    for label in labels
                    if label.kind is ConceptKind.COUNTRY and label.country and word.is_in(label.spread)
                }
            ),
        )
        for word in words
    ]
    named = tuple(
        frozenset(label.concept_id for label in labels if word.is_in(label.spread)) for word in words
    )
    folded_text = fold(text)
    if called := {label.code for label in labels if label.folded == folded_text and label.kind in DONE}:
        named = (kindred_ids(called),) * len(words)
    return _Meaning(tuple(zip(words, places, strict=True)), named)


def _matching(columns: Columns, meaning: _Meaning) -> Flags:
    """Of whom each word begins a word of the name, the town, the region or the country, or names a concept that they hold.

    The words that do not name the concept may say where.
    """
    if not meaning.words:
        return np.zeros(len(columns.ids), dtype=np.bool_)
    placed = [_placed_so(columns, word, place) for word, place in meaning.words]
    found = reduce(np.logical_and, placed)
    for concept in meaning.named_by_some:
        owners = columns.holders.owners_of(concept)
        others = (there for there, named in zip(placed, meaning.named, strict=True) if concept not in named)
        for there in others:
            owners = owners[there[owners]]
        found[owners] = True
    return found


def _placed_so(columns: Columns, word: Word, place: _Place) -> Flags:
    """Whose name or town a word fits, or who is in one of its places."""
    found = columns.names.holding(word)
    if place.countries:
        found |= columns.having("country", place.countries)
    if place.regions:
        found |= np.isin(columns.regions, place.regions)
    return found
