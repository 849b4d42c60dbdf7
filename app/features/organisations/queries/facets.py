"""Counting what each choice of the directory would give, over columns of everybody in the cluster.

A large cluster's columns are kept. What was written since lies over them, so that what is found and counted is always
that of the rows as they stand. Who fits is a flag for each organisation: sets of ids would have to be sorted.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import timedelta
from functools import cached_property, lru_cache
from itertools import chain, pairwise
from pathlib import Path
from typing import Any, Generic, NamedTuple, TypeVar

import numpy as np
from flask import Flask, current_app
from sqlalchemy import ColumnElement, case, func, select

from app.core.bulk_read import CHUNK_ROWS, Ints, read_pairs
from app.core.cache import CHANGE_LOOKBACK, Snapshot, VersionedCache
from app.core.clock import now
from app.core.database import db
from app.features.organisations.models import (
    IS_ADMITTED,
    Organisation,
    OrganisationConcept,
    Relation,
)
from app.features.organisations.queries.mercator import Floats, mercator
from app.features.organisations.queries.names import Flags, Names
from app.features.taxonomy.models import Concept, ConceptKind

EXTENSION = "trama.facets"
REGION_CENTRES = Path(__file__).resolve().parents[1] / "data" / "region_centres.csv"

HELD = {
    "sector": Relation.SECTOR,
    "offers": Relation.OFFERS,
    "seeks": Relation.SEEKS,
    "language": Relation.LANGUAGE,
}
"""The facets whose values are concepts of a profile, by the relation that holds them."""
FACETS = ("country", "region", "type", "sector", "offers", "seeks", "language", "open", "claimed")
"""The names of facets in an address: `open` are those that take partners now, `claimed` those that somebody acts for."""
CONCEPT_KINDS = (ConceptKind.SECTOR, ConceptKind.SKILL, ConceptKind.LANGUAGE, ConceptKind.REGION)
YES, NO = "yes", "no"


class KnownConcept(NamedTuple):
    """A concept as facets need it; `top` is the id of what it is narrower than, else its own."""

    code: str
    kind: ConceptKind
    hidden: bool
    top: int


Concepts = Mapping[int, KnownConcept]
Version = tuple[int, ...]
Value = TypeVar("Value", int, str)


@dataclass(frozen=True)
class Postings(Generic[Value]):
    """Who has which value: those with `values[n]` are at `owners[begins[n]:begins[n + 1]]`."""

    values: tuple[Value, ...]
    owners: Ints
    begins: Ints

    @classmethod
    def of(cls, owners: Ints, numbers: Ints, names: Mapping[int, Value]) -> Postings[Value]:
        """Out of pairs of owner and number of a value; pairs whose number has no name are left out."""
        order = np.argsort(numbers, kind="stable")
        owners, numbers = owners[order], numbers[order]
        firsts = np.flatnonzero(_is_first(numbers))
        ends = np.append(firsts[1:], len(numbers))
        kept = [at for at, number in enumerate(numbers[firsts].tolist()) if number in names]
        parts = [owners[firsts[at] : ends[at]] for at in kept]
        sizes = np.fromiter(chain((0,), map(len, parts)), dtype=np.int64)
        return cls(
            tuple(names[int(numbers[firsts[at]])] for at in kept),
            np.concatenate(parts) if parts else np.zeros(0, dtype=np.int64),
            np.cumsum(sizes),
        )

    def having(self, chosen: Collection[Value], size: int) -> Flags:
        """Which of `size` organisations have one of some values."""
        found = np.zeros(size, dtype=np.bool_)
        for at, value in enumerate(self.values):
            if value in chosen:
                found[self.owners[self.begins[at] : self.begins[at + 1]]] = True
        return found

    def owners_of(self, value: Value) -> Ints:
        """Who has a value."""
        at = self._places.get(value)
        return self.owners[:0] if at is None else self.owners[self.begins[at] : self.begins[at + 1]]

    @cached_property
    def _places(self) -> Mapping[Value, int]:
        return {value: at for at, value in enumerate(self.values)}

    def counts(self, among: Flags | None) -> Counter[Value]:
        """How many have each value, among those that fit (None: all)."""
        bounds = pairwise(self.begins.tolist())
        if among is None:
            sizes = [end - begin for begin, end in bounds]
        else:
            fits = among[self.owners]
            sizes = [int(np.count_nonzero(fits[begin:end])) for begin, end in bounds]
        return Counter(dict(zip(self.values, sizes, strict=True)))


def _is_first(ordered: Ints) -> Flags:
    """Where another number begins in numbers in order: np.unique takes seconds for as many numbers as a country has."""
    return np.concatenate((np.ones(min(1, len(ordered)), dtype=np.bool_), ordered[1:] != ordered[:-1]))


@dataclass(frozen=True)
class Columns:
    """Who is in the cluster, by id in their order, and what is known of each at the same place.

    `paused_until` is in seconds since 1970, 0 for none; `lat` and `lon` are degrees, of the town, else of the middle of the
    region, else NaN; `x` and `y` are the same in Web Mercator. `regions` has the id of the region, 0 for none, `countries`
    the two letters of the country as one number, in base 256. `holders` says whose profile has which concept, in any
    relation, by its id. `there` says who is left, None for all.
    """

    ids: Ints
    facets: Mapping[str, Postings[str]]
    holders: Postings[int]
    names: Names
    paused_until: Ints
    lat: Floats
    lon: Floats
    x: Floats
    y: Floats
    regions: Ints
    countries: Ints
    there: Flags | None = None

    def without(self, ids: Sequence[int]) -> Columns:
        """The same without some organisations."""
        there = np.ones(len(self.ids), dtype=np.bool_)
        places, known = self.at(ids)
        there[places[known]] = False
        return replace(self, there=there)

    def having(self, facet: str, chosen: Sequence[str]) -> Flags:
        """Who has one of some values of a facet."""
        if facet == "open":
            return self.paused_until <= now().timestamp() if YES in chosen else np.zeros(len(self.ids), bool)
        return self.facets[facet].having(chosen, len(self.ids))

    def at(self, ids: Sequence[int]) -> tuple[Ints, Flags]:
        """The places of some organisations, and which of them have one."""
        wanted = np.asarray(ids, dtype=np.int64)
        places = np.searchsorted(self.ids, wanted)
        places[places == len(self.ids)] = 0
        return places, self.ids[places] == wanted if len(self.ids) else np.zeros(len(wanted), dtype=np.bool_)

    def counts(self, facet: str, among: Flags | None) -> Counter[str]:
        """How many have each value of a facet, among those that fit (None: all)."""
        if facet != "open":
            return self.facets[facet].counts(among)
        free = self.having(facet, (YES,))
        return Counter({YES: int(np.count_nonzero(free if among is None else free & among))})


@dataclass(frozen=True)
class Matching:
    """Who matches everything that was chosen, and what each choice of each facet would give.

    `fits` are flags for each of `columns`, those of `Seen`.
    """

    counts: Mapping[str, Counter[str]]
    columns: tuple[Columns, ...]
    fits: tuple[Flags, ...]

    @cached_property
    def ids(self) -> Ints:
        """Who matches, in the order of the columns."""
        found = [columns.ids[fits] for columns, fits in zip(self.columns, self.fits, strict=True)]
        return np.concatenate(found) if found else np.zeros(0, dtype=np.int64)

    @cached_property
    def total(self) -> int:
        """How many match."""
        return sum(int(np.count_nonzero(fits)) for fits in self.fits)

    def has(self, ids: Sequence[int]) -> Flags:
        """Which of some organisations match."""
        found = np.zeros(len(ids), dtype=np.bool_)
        for columns, fits in zip(self.columns, self.fits, strict=True):
            if len(fits):
                places, known = columns.at(ids)
                found |= known & fits[places]
        return found


@dataclass(frozen=True)
class Seen:
    """The cluster as the rows stand: the columns of a large one that are kept, and those of what was written since."""

    concepts: Concepts
    columns: tuple[Columns, ...]


class FacetCache:
    """Keeps the columns of a large cluster.

    min_kept_organisations: with fewer organisations everything is read each time.
    max_written: with more organisations written since the columns were read, everything is read again.
    change_lookback: how long before that reading something written is looked for.
    """

    def __init__(
        self,
        *,
        min_kept_organisations: int = 5_000,
        max_written: int = 500,
        change_lookback: timedelta = CHANGE_LOOKBACK,
    ) -> None:
        self._min_kept_organisations, self._max_written = min_kept_organisations, max_written
        self._change_lookback = change_lookback
        self._cache: VersionedCache[Version, Seen] = VersionedCache(_concepts_version, self._build)

    def look(self) -> Seen:
        """The cluster as the rows stand now."""
        return self._look(self._snapshot())

    def keep(self) -> None:
        """Read the columns of a large cluster where they are not there, or too much was written since."""
        if self._snapshot().value.columns:
            self.look()

    def look_at_kept(self) -> Seen | None:
        """The same of a large cluster whose columns are there; None where they would have to be read first."""
        latest = self._cache.latest
        return self.look() if latest is not None and latest.value.columns else None

    def _look(self, snapshot: Snapshot[Version, Seen]) -> Seen:
        kept = snapshot.value
        if kept.columns and len(written := self._written_since(snapshot)) > self._max_written:
            self._cache.invalidate(snapshot)
            kept, written = self._snapshot().value, ()
        if not kept.columns:
            columns = read_columns(kept.concepts)
            if self._is_large(columns):
                self._cache.invalidate(snapshot)
            return Seen(kept.concepts, (columns,))
        if not written:
            return kept
        (columns,), lying_over = kept.columns, read_columns(kept.concepts, Organisation.id.in_(written))
        return replace(kept, columns=(columns.without(written), lying_over))

    def _snapshot(self) -> Snapshot[Version, Seen]:
        snapshot = self._cache.get()
        assert snapshot is not None, "the columns are read inline"
        return snapshot

    def _build(self, _version: Version, _previous: Seen | None) -> Seen:
        """The columns of a large cluster; of a small one the concepts alone."""
        concepts = read_concepts()
        columns = read_columns(concepts)
        return Seen(concepts, (columns,) if self._is_large(columns) else ())

    def _is_large(self, columns: Columns) -> bool:
        return len(columns.ids) >= self._min_kept_organisations

    def _written_since(self, snapshot: Snapshot[Version, Seen]) -> Sequence[int]:
        """The organisations that were written since a snapshot was read, or one more than so many as are laid over it."""
        since = Organisation.updated_at >= snapshot.read_at - self._change_lookback
        return db.session.scalars(select(Organisation.id).where(since).limit(self._max_written + 1)).all()


def prepare(app: Flask) -> None:
    """Give an application its cache."""
    app.extensions[EXTENSION] = FacetCache()


def keep_columns() -> None:
    """The chore that reads a large cluster's columns before a reader has to wait for them."""
    cache: FacetCache = current_app.extensions[EXTENSION]
    cache.keep()


def look() -> Seen:
    """The cluster as the rows stand now."""
    cache: FacetCache = current_app.extensions[EXTENSION]
    return cache.look()


def count_kept_by_country() -> Counter[str] | None:
    """How many are in a large cluster from each country; None where its columns are not there."""
    cache: FacetCache = current_app.extensions[EXTENSION]
    seen = cache.look_at_kept()
    if seen is None:
        return None
    counts: Counter[str] = Counter()
    for columns in seen.columns:
        counts.update(columns.counts("country", columns.there))
    return +counts


def match(seen: Seen, found: Sequence[Flags | None], chosen: Mapping[str, Sequence[str]]) -> Matching:
    """Who of `found` (flags for each of the columns, None for all) has a chosen value of each facet.

    Each facet is counted without its own choices.
    """
    counts: dict[str, Counter[str]] = {facet: Counter() for facet in FACETS}
    fitting = []
    for columns, flags in zip(seen.columns, found, strict=True):
        base = columns.there if flags is None else _both(columns.there, flags)
        having = {facet: columns.having(facet, values) for facet, values in chosen.items() if values}
        everything = _all_of(base, having, None)
        for facet in FACETS:
            among = _all_of(base, having, facet) if facet in having else everything
            counts[facet].update(columns.counts(facet, among))
        fitting.append(np.ones(len(columns.ids), bool) if everything is None else everything)
    return Matching(counts, seen.columns, tuple(fitting))


def _both(one: Flags | None, other: Flags) -> Flags:
    return other if one is None else one & other


def _all_of(base: Flags | None, having: Mapping[str, Flags], but: str | None) -> Flags | None:
    """Who fits the base and all facets but one; None for everybody."""
    for facet, flags in having.items():
        if facet != but:
            base = _both(base, flags)
    return base


def _concepts_version() -> Version:
    """What changes when a concept comes, goes, is hidden or moves to another broader one."""
    query = select(
        func.count(Concept.id),
        func.coalesce(func.max(Concept.id), 0),
        func.coalesce(func.sum(Concept.id * func.coalesce(Concept.broader_id, 0)), 0),
        func.coalesce(func.sum(case((Concept.hidden, Concept.id), else_=0)), 0),
    ).where(Concept.kind.in_(CONCEPT_KINDS))
    return tuple(map(int, db.session.execute(query).one()))


def read_concepts() -> Concepts:
    """The concepts that facets can have as values, by id."""
    columns = (Concept.id, Concept.code, Concept.kind, Concept.hidden, Concept.broader_id)
    rows = db.session.execute(select(*columns).where(Concept.kind.in_(CONCEPT_KINDS)))
    return {
        number: KnownConcept(code, kind, hidden, top or number) for number, code, kind, hidden, top in rows
    }


def read_columns(concepts: Concepts, *conditions: ColumnElement[bool]) -> Columns:
    """The columns of those who are in the cluster and fulfil some conditions."""
    here = (IS_ADMITTED, *conditions)
    names = (
        *("id", "folded_name", "folded_city", "country", "region_id"),
        *("type", "unclaimed", "paused_until", "lat", "lon"),
    )
    query = select(*(getattr(Organisation, name) for name in names)).where(*here).order_by(Organisation.id)
    read: dict[str, list[Any]] = {name: [] for name in names}
    for portion in db.session.execute(query.execution_options(yield_per=CHUNK_ROWS)).partitions():
        for name, values in zip(names, zip(*portion, strict=True), strict=True):
            read[name].extend(values)
    ids = np.array(read["id"], dtype=np.int64)
    codes = {number: concept.code for number, concept in concepts.items() if not concept.hidden}
    regions = np.array([number or 0 for number in read["region_id"]], dtype=np.int64)
    lat, lon = _positions(read["lat"], read["lon"], regions, codes)
    holders, held = _held(ids, concepts, codes, here)
    facets = {
        "country": _numbered(read["country"]),
        "region": Postings.of(np.arange(len(ids)), regions, codes),
        "type": _numbered([kind.value for kind in read["type"]]),
        "claimed": _numbered([NO if unclaimed else YES for unclaimed in read["unclaimed"]]),
        **held,
    }
    paused = [int(until.timestamp()) if until else 0 for until in read["paused_until"]]
    countries = np.array([256 * ord(code[0]) + ord(code[1]) for code in read["country"]], dtype=np.int64)
    x, y = mercator(lat, lon)
    return Columns(
        ids=ids,
        facets=facets,
        holders=holders,
        names=Names.of(zip(read["folded_name"], read["folded_city"], strict=True)),
        paused_until=np.array(paused, dtype=np.int64),
        lat=lat,
        lon=lon,
        x=x,
        y=y,
        regions=regions,
        countries=countries,
    )


def _numbered(values: Sequence[str]) -> Postings[str]:
    """Postings where each organisation has one value."""
    found = sorted(set(values))
    number_of = {value: number for number, value in enumerate(found)}
    numbers = np.fromiter((number_of[value] for value in values), dtype=np.int64, count=len(values))
    return Postings.of(np.arange(len(values)), numbers, dict(enumerate(found)))


def _held(
    ids: Ints, concepts: Concepts, codes: Mapping[int, str], here: Sequence[ColumnElement[bool]]
) -> tuple[Postings[int], dict[str, Postings[str]]]:
    """Who holds which concept, and the facets of concepts; who is in a sector is also in the one at its top, once."""
    relations = list(Relation)
    kind = case(*((OrganisationConcept.relation == each, number) for number, each in enumerate(relations)))
    held = (
        select(OrganisationConcept.organisation_id, OrganisationConcept.concept_id * len(relations) + kind)
        .join(Organisation, Organisation.id == OrganisationConcept.organisation_id)
        .where(*here)
    )
    owners, packed = read_pairs(held)
    owners = np.searchsorted(ids, owners)
    numbers, kinds = np.divmod(packed, len(relations))
    facets = {}
    for facet, relation in HELD.items():
        of = kinds == relations.index(relation)
        have, values = owners[of], numbers[of]
        if facet == "sector":
            tops = np.zeros(max(concepts, default=0) + 1, dtype=np.int64)
            tops[list(concepts)] = [concept.top for concept in concepts.values()]
            have, values = np.concatenate((have, have)), np.concatenate((values, tops[values]))
            pairs = np.sort(have * len(tops) + values)
            have, values = np.divmod(pairs[_is_first(pairs)], len(tops))
        facets[facet] = Postings.of(have, values, codes)
    everything = {number: number for number in numbers[_is_first(numbers)].tolist()}
    return Postings.of(owners, numbers, everything), facets


def _positions(
    lat: Sequence[float | None], lon: Sequence[float | None], regions: Ints, codes: Mapping[int, str]
) -> tuple[Floats, Floats]:
    """Degrees of each, of the middle of the region where the town's are not known."""
    north, east = (np.array(values, dtype=np.float64) for values in (lat, lon))
    unknown = np.isnan(north) | np.isnan(east)
    centres = region_centres()
    for region in np.unique(regions[unknown]).tolist():
        there = unknown & (regions == region)
        north[there], east[there] = centres.get(codes.get(region, ""), (np.nan, np.nan))
    return north, east


@lru_cache
def region_centres() -> dict[str, tuple[float, float]]:
    """Latitude and longitude in degrees of the middle of each region, by the region's code.

    Organisations whose town is not known stand there on the map.
    """
    rows = (line.split(",") for line in REGION_CENTRES.read_text(encoding="utf-8").splitlines()[1:])
    return {code: (float(lat), float(lon)) for code, lat, lon in rows}
