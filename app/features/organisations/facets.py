"""Counting what each choice of the directory would give, over columns of everybody in the cluster.

A large cluster's columns are kept. What was written since lies over them, so that the counts are always those of the
rows as they stand.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cached_property
from threading import Lock
from typing import Any

import numpy as np
import numpy.typing as npt
from flask import Flask, current_app
from sqlalchemy import ColumnElement, func, select
from sqlalchemy.orm import aliased

from app.core.clock import now
from app.core.columns import read_pairs
from app.core.database import db
from app.features.organisations.models import (
    Organisation,
    OrganisationConcept,
    OrganisationState,
    Relation,
)
from app.features.taxonomy.models import Concept, ConceptKind

Ints = npt.NDArray[np.int64]
Flags = npt.NDArray[np.bool_]
EXTENSION = "trama.facets"
IN_CLUSTER = Organisation.state == OrganisationState.ADMITTED
KEPT_FROM = 5_000
"""Of fewer organisations everything is read each time."""
MOST_WRITTEN = 500
"""With more written since than this, everything is read again."""
GRACE = timedelta(minutes=2)
"""How long before the reading something written is looked for: longer than any transaction that edits a profile."""


@dataclass(frozen=True)
class Columns:
    """Who is in the cluster, by number in their order, the country of each, and who is in which sector."""

    ids: Ints
    countries: Ints
    country_codes: tuple[str, ...]
    owners: Ints
    sectors: Ints

    @cached_property
    def places(self) -> Ints:
        """Where the owner of each sector stands."""
        return np.searchsorted(self.ids, self.owners)

    def without(self, numbers: Sequence[int]) -> Columns:
        """The same without some organisations."""
        stay, held = ~np.isin(self.ids, numbers), ~np.isin(self.owners, numbers)
        ids, countries = self.ids[stay], self.countries[stay]
        return Columns(ids, countries, self.country_codes, self.owners[held], self.sectors[held])


@dataclass(frozen=True)
class Counts:
    """How many organisations each country and each top sector would give, and how many match everything."""

    countries: Counter[str]
    sectors: Counter[str]
    total: int


class FacetKeeper:
    """Holds the columns of a large cluster, and when they were read."""

    def __init__(self) -> None:
        self._lock = Lock()
        self._kept: tuple[Columns, datetime] | None = None

    def columns(self) -> list[Columns]:
        """The columns as the rows stand now: those that are kept, and those of what was written since."""
        if self._kept is not None:
            columns, looked = self._kept
            since = Organisation.updated_at >= looked - GRACE
            written = db.session.scalars(select(Organisation.id).where(since).limit(MOST_WRITTEN + 1)).all()
            if len(written) <= MOST_WRITTEN:
                fresh = _read(Organisation.id.in_(written))
                return [columns.without(written), fresh] if written else [columns]
        looked, columns = now(), _read()
        with self._lock:
            self._kept = (columns, looked) if len(columns.ids) >= KEPT_FROM else None
        return [columns]


def prepare(app: Flask) -> None:
    """Give an application its keeper."""
    app.extensions[EXTENSION] = FacetKeeper()


def count(matching: Ints | None, countries: Sequence[str], sectors: Sequence[str]) -> Counts:
    """The counts among those with the numbers `matching` (None for all), each facet without regard to its own choices."""
    keeper: FacetKeeper = current_app.extensions[EXTENSION]
    tops, found = _tops(), Counts(Counter(), Counter(), 0)
    chosen = {number for number, (code, top) in tops.items() if code in sectors or top in sectors}
    for columns in keeper.columns():
        there = np.ones(len(columns.ids), bool) if matching is None else np.isin(columns.ids, matching)
        in_sector = _holding(columns, chosen) if sectors else np.ones(len(there), bool)
        in_country = _in(columns, countries) if countries else np.ones(len(there), bool)
        total = int(np.count_nonzero(there & in_sector & in_country))
        found = Counts(
            found.countries + _by_country(columns, there & in_sector),
            found.sectors + _by_sector(columns, there & in_country, tops),
            found.total + total,
        )
    return found


def _holding(columns: Columns, sectors: Iterable[int]) -> Flags:
    found = np.zeros(len(columns.ids), dtype=np.bool_)
    found[columns.places[np.isin(columns.sectors, list(sectors))]] = True
    return found


def _in(columns: Columns, countries: Sequence[str]) -> Flags:
    at = [place for place, code in enumerate(columns.country_codes) if code in countries]
    return np.isin(columns.countries, at)


def _by_country(columns: Columns, some: Flags) -> Counter[str]:
    counts = np.bincount(columns.countries[some], minlength=len(columns.country_codes))
    return Counter(dict(zip(columns.country_codes, counts.tolist(), strict=True)))


def _by_sector(columns: Columns, some: Flags, tops: dict[int, tuple[str, str]]) -> Counter[str]:
    """How many of some are in each top sector, each once however many narrower ones it is in."""
    codes = sorted({top for _, top in tops.values()})
    place = {code: at for at, code in enumerate(codes)}
    turned = np.zeros(max(tops, default=0) + 1, dtype=np.int64)
    turned[list(tops)] = [place[top] for _, top in tops.values()]
    chosen = some[columns.places]
    pairs = np.unique(columns.places[chosen] * len(codes) + turned[columns.sectors[chosen]])
    counts = np.bincount(pairs % max(len(codes), 1), minlength=len(codes))
    return Counter(dict(zip(codes, counts.tolist(), strict=True)))


def _tops() -> dict[int, tuple[str, str]]:
    """The number of each sector → its code and that of the sector at its top."""
    top: Any = aliased(Concept)
    query = (
        select(Concept.id, Concept.code, func.coalesce(top.code, Concept.code))
        .outerjoin(top, Concept.broader_id == top.id)
        .where(Concept.kind == ConceptKind.SECTOR)
    )
    return {number: (code, above) for number, code, above in db.session.execute(query)}


def _read(*conditions: ColumnElement[bool]) -> Columns:
    """The columns of those who are in the cluster and fulfil some conditions."""
    here = (IN_CLUSTER, *conditions)
    query = select(Organisation.country).where(*here).distinct().order_by(Organisation.country)
    codes = tuple(db.session.scalars(query))
    rank = func.dense_rank().over(order_by=Organisation.country)
    ids, ranks = read_pairs(select(Organisation.id, rank).where(*here))
    order = np.argsort(ids)
    held = (
        select(OrganisationConcept.organisation_id, OrganisationConcept.concept_id)
        .join(Organisation, Organisation.id == OrganisationConcept.organisation_id)
        .where(*here, OrganisationConcept.relation == Relation.SECTOR)
    )
    return Columns(ids[order], ranks[order] - 1, codes, *read_pairs(held))
