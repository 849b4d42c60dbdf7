"""Counting what each choice of the directory would give, over columns of everybody in the cluster.

A large cluster's columns are kept, and so are its names. What was written since lies over them, so that the counts are
always those of the rows as they stand.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

import numpy as np
import numpy.typing as npt
from flask import Flask, current_app
from sqlalchemy import ColumnElement, func, select
from sqlalchemy.orm import aliased

from app.core.bulk_read import Ints, read_pairs
from app.core.cache import CHANGE_LOOKBACK, Snapshot, VersionedCache
from app.core.database import db
from app.features.organisations.models import (
    IS_ADMITTED,
    Organisation,
    OrganisationConcept,
    Relation,
)
from app.features.organisations.queries.names import Names, read_names
from app.features.taxonomy.models import Concept, ConceptKind

Flags = npt.NDArray[np.bool_]
EXTENSION = "trama.facets"


@dataclass(frozen=True)
class Columns:
    """Who is in the cluster, by number in their order, the country of each, and who is in which sector.

    `owners` has the place of the organisation that is in each of the `sectors`; `topped` and `tops` the same of the
    sectors at the top, each once for an organisation.
    """

    ids: Ints
    countries: Ints
    country_codes: tuple[str, ...]
    owners: Ints
    sectors: Ints
    topped: Ints
    tops: Ints

    def without(self, numbers: Sequence[int]) -> Columns:
        """The same without some organisations."""
        stay = ~np.isin(self.ids, numbers)
        moved, held, above = np.cumsum(stay) - 1, stay[self.owners], stay[self.topped]
        return Columns(
            self.ids[stay],
            self.countries[stay],
            self.country_codes,
            moved[self.owners[held]],
            self.sectors[held],
            moved[self.topped[above]],
            self.tops[above],
        )


@dataclass(frozen=True)
class Sector:
    """A sector's code, and the number and code of the sector at its top."""

    code: str
    top: int
    top_code: str


Sectors = dict[int, Sector]


@dataclass(frozen=True)
class FacetCounts:
    """How many organisations each country and each top sector would give, and how many match everything."""

    countries: Counter[str]
    sectors: Counter[str]
    total: int


@dataclass(frozen=True)
class Seen:
    """The cluster as the rows stand: a large one's columns that are kept, without what was written since, and those of that.

    `names` are kept too, with the names of what was `written` since as they were before; None in a small cluster.
    """

    sectors: Sectors
    columns: tuple[Columns, ...]
    names: Names | None = None
    written: tuple[int, ...] = ()


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
        self._cache: VersionedCache[Sectors, Seen | None] = VersionedCache(_sectors, self._build)

    def look(self) -> Seen:
        """The cluster as the rows stand now."""
        snapshot = self._snapshot()
        sectors, kept = snapshot.version, snapshot.value
        written = self._written_since(snapshot) if kept else ()
        if len(written) > self._max_written:
            self._cache.invalidate(snapshot)
            kept, written = self._snapshot().value, ()
        if kept is None:
            columns = _read(sectors)
            if self._is_large(columns):
                self._cache.invalidate(snapshot)
            return Seen(sectors, (columns,))
        if not written:
            return kept
        (columns,), lying_over = kept.columns, _read(sectors, Organisation.id.in_(written))
        return Seen(sectors, (columns.without(written), lying_over), kept.names, tuple(written))

    def _snapshot(self) -> Snapshot[Sectors, Seen | None]:
        snapshot = self._cache.get()
        assert snapshot is not None, "the columns are read inline"
        return snapshot

    def _build(self, sectors: Sectors, _previous: Seen | None) -> Seen | None:
        """The columns and names of a large cluster; None for a small one."""
        columns = _read(sectors)
        return Seen(sectors, (columns,), read_names()) if self._is_large(columns) else None

    def _is_large(self, columns: Columns) -> bool:
        return len(columns.ids) >= self._min_kept_organisations

    def _written_since(self, snapshot: Snapshot[Sectors, Seen | None]) -> Sequence[int]:
        """The organisations that were written since a snapshot was read, or one more than so many as are laid over it."""
        since = Organisation.updated_at >= snapshot.read_at - self._change_lookback
        return db.session.scalars(select(Organisation.id).where(since).limit(self._max_written + 1)).all()


def prepare(app: Flask) -> None:
    """Give an application its cache."""
    app.extensions[EXTENSION] = FacetCache()


def look() -> Seen:
    """The cluster as the rows stand now."""
    cache: FacetCache = current_app.extensions[EXTENSION]
    return cache.look()


def count(seen: Seen, matching: Ints | None, countries: Sequence[str], sectors: Sequence[str]) -> FacetCounts:
    """The counts among those with the numbers `matching` (None for all), each facet without regard to its own choices."""
    known, found = seen.sectors, FacetCounts(Counter(), Counter(), 0)
    chosen = [number for number, one in known.items() if one.code in sectors or one.top_code in sectors]
    top_codes = {one.top: one.top_code for one in known.values()}
    for columns in seen.columns:
        there = np.ones(len(columns.ids), bool) if matching is None else np.isin(columns.ids, matching)
        in_sector = np.full(len(there), not sectors)
        if sectors:
            in_sector[columns.owners[np.isin(columns.sectors, chosen)]] = True
        in_country = _in(columns, countries) if countries else np.ones(len(there), bool)
        total = int(np.count_nonzero(there & in_sector & in_country))
        by_country = np.bincount(columns.countries[there & in_sector], minlength=len(columns.country_codes))
        # One is counted once in a top sector, however many narrower ones of it one is in.
        by_sector = np.bincount(columns.tops[(there & in_country)[columns.topped]]).tolist()
        found = FacetCounts(
            found.countries + Counter(dict(zip(columns.country_codes, by_country.tolist(), strict=True))),
            found.sectors + Counter({top_codes[top]: many for top, many in enumerate(by_sector) if many}),
            found.total + total,
        )
    return found


def in_countries(seen: Seen, countries: Sequence[str]) -> Ints:
    """The numbers of those who come from some countries."""
    return np.concatenate([columns.ids[_in(columns, countries)] for columns in seen.columns])


def _in(columns: Columns, countries: Sequence[str]) -> Flags:
    at = [place for place, code in enumerate(columns.country_codes) if code in countries]
    return np.isin(columns.countries, at)


def _sectors() -> Sectors:
    """The sectors by number."""
    top: Any = aliased(Concept)
    query = (
        select(
            Concept.id, Concept.code, func.coalesce(top.id, Concept.id), func.coalesce(top.code, Concept.code)
        )
        .outerjoin(top, Concept.broader_id == top.id)
        .where(Concept.kind == ConceptKind.SECTOR)
    )
    return {row[0]: Sector(*row[1:]) for row in db.session.execute(query)}


def _read(known: Sectors, *conditions: ColumnElement[bool]) -> Columns:
    """The columns of those who are in the cluster and fulfil some conditions."""
    here = (IS_ADMITTED, *conditions)
    query = select(Organisation.country).where(*here).distinct().order_by(Organisation.country)
    codes = tuple(db.session.scalars(query))
    rank = func.dense_rank().over(order_by=Organisation.country)
    ids, ranks = read_pairs(select(Organisation.id, rank).where(*here))
    order = np.argsort(ids)
    ids = ids[order]
    held = (
        select(OrganisationConcept.organisation_id, OrganisationConcept.concept_id)
        .join(Organisation, Organisation.id == OrganisationConcept.organisation_id)
        .where(*here, OrganisationConcept.relation == Relation.SECTOR)
    )
    numbers, sectors = read_pairs(held)
    owners = np.searchsorted(ids, numbers)
    above = np.zeros(max(known, default=0) + 1, dtype=np.int64)
    above[list(known)] = [one.top for one in known.values()]
    topped, tops = np.divmod(np.unique(owners * len(above) + above[sectors]), len(above))
    return Columns(ids, ranks[order] - 1, codes, owners, sectors, topped, tops)
