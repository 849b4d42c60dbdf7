"""The rows that the network is made of, as columns: who is in the cluster, and who took part in what joint work.

What organisations and joint work are called is read when a page shows it.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
from sqlalchemy import extract, func, select

from app.core.bulk_read import read_pairs
from app.core.database import db
from app.features.initiatives.models import Initiative, Partner
from app.features.initiatives.queries import initiatives_at_work
from app.features.organisations.models import (
    IS_ADMITTED,
    Collaboration,
    CollaborationPartner,
    Organisation,
    OrganisationConcept,
    Relation,
)
from app.features.taxonomy.models import Concept
from app.matching.index.arrays import CsrRows, Flags, Ints, csr_from_pairs, distinct_sorted
from app.matching.network.edges import Participations


@dataclass(frozen=True, eq=False)
class NetworkRecords:
    """Everything by place, organisations in the order of their numbers.

    `by_name` has the places in the order of the names. Initiatives have negative numbers, to be told apart from past
    work; `years` has the year of each seat's joint work, 0 where it is not known.
    """

    ids: Ints
    country_codes: tuple[str, ...]
    countries: Ints
    by_name: Ints
    sector_codes: tuple[str, ...]
    sectors: CsrRows
    seats: Participations
    years: Ints

    @cached_property
    def sectors_held(self) -> tuple[str, ...]:
        """The sectors that anybody here is in."""
        return tuple(
            self.sector_codes[at] for at in distinct_sorted(self.sectors.values, len(self.sector_codes))
        )

    @cached_property
    def years_worked(self) -> tuple[int, ...]:
        """The years in which joint work of at least two began, the latest first."""
        _, at, counts = np.unique(self.seats.projects, return_index=True, return_counts=True)
        years = np.unique(self.years[at[counts > 1]])
        return tuple(years[years > 0][::-1].tolist())

    def within(self, country: str, sector: str) -> Flags:
        """Which organisations are in a country and in a sector; an empty one narrows nothing."""
        found = np.ones(len(self.ids), dtype=np.bool_)
        if country:
            found &= self.countries == _at(self.country_codes, country)
        if sector:
            inside = np.zeros(len(self.ids), dtype=np.bool_)
            owners = np.repeat(np.arange(len(self.ids)), np.diff(self.sectors.indptr))
            inside[owners[self.sectors.values == _at(self.sector_codes, sector)]] = True
            found &= inside
        return found


@dataclass(frozen=True)
class NetworkTableVersions:
    """How the tables stand: two that differ mean that something was written in between.

    `organisations` is the newest one's number: there are at most so many.
    """

    organisations: int
    others: tuple[Any, ...]


def read_table_versions() -> NetworkTableVersions:
    """How the tables stand now, in one query whose cost does not grow with the organisations."""
    row = db.session.execute(
        select(
            select(func.max(Organisation.id)).scalar_subquery(),
            select(func.max(Organisation.updated_at)).scalar_subquery(),
            select(func.max(CollaborationPartner.id)).scalar_subquery(),
            select(func.count(Partner.id)).scalar_subquery(),
            select(func.max(Partner.left_at)).scalar_subquery(),
            select(func.max(Initiative.updated_at)).scalar_subquery(),
        )
    ).one()
    return NetworkTableVersions(row[0] or 0, tuple(row[1:]))


def read_all() -> NetworkRecords:
    """Everything that the network is made of, in a constant number of queries."""
    concepts = dict(db.session.execute(select(Concept.id, Concept.code).order_by(Concept.id)).all())
    rank = func.row_number().over(order_by=(Organisation.folded_name, Organisation.id))
    numbers, ranks = read_pairs(select(Organisation.id, rank).where(IS_ADMITTED))
    order = np.argsort(numbers)
    ids, by_name = numbers[order], np.argsort(ranks[order]).astype(np.int32)
    country_codes, countries = _countries(ids)
    held = select(OrganisationConcept.organisation_id, OrganisationConcept.concept_id)
    owners, sectors = read_pairs(held.where(OrganisationConcept.relation == Relation.SECTOR))
    at, known = _places(ids, owners)
    of = np.searchsorted(np.array(list(concepts), dtype=np.int64), sectors[known])
    seats, years = _seats(ids)
    return NetworkRecords(
        ids=ids,
        country_codes=country_codes,
        countries=countries,
        by_name=by_name,
        sector_codes=tuple(concepts.values()),
        sectors=csr_from_pairs(at[known], of, len(ids), len(concepts)),
        seats=seats,
        years=years,
    )


def _countries(ids: Ints) -> tuple[tuple[str, ...], Ints]:
    """The codes of the countries, and which of them each organisation is in."""
    codes = tuple(
        db.session.scalars(
            select(Organisation.country).where(IS_ADMITTED).distinct().order_by(Organisation.country)
        )
    )
    ranked = func.dense_rank().over(order_by=Organisation.country)
    numbers, ranks = read_pairs(select(Organisation.id, ranked).where(IS_ADMITTED))
    found = np.zeros(len(ids), dtype=np.int16)
    at, known = _places(ids, numbers)
    found[at[known]] = ranks[known] - 1
    return codes, found


def _seats(ids: Ints) -> tuple[Participations, Ints]:
    """Who of the cluster took part in what, and when that began."""
    works, owners, years = [], [], []
    for sign, (partners, began) in ((1, _past()), (-1, _initiatives())):
        numbers, members = partners
        known = _places(ids, members)[1]
        works.append(sign * numbers[known])
        owners.append(members[known])
        years.append(_year_of(numbers[known], *began))
    return Participations(np.concatenate(works), np.concatenate(owners)), np.concatenate(years)


Pairs = tuple[Ints, Ints]


def _past() -> tuple[Pairs, Pairs]:
    """Joint work of the past: who took part, and the years that are known."""
    partners = select(CollaborationPartner.collaboration_id, CollaborationPartner.organisation_id)
    year = extract("year", Collaboration.started)
    began = select(Collaboration.id, year).where(Collaboration.started.is_not(None))
    return read_pairs(partners), read_pairs(began)


def _initiatives() -> tuple[Pairs, Pairs]:
    """Initiatives that count as joint work: who takes part, and the years that are known."""
    chosen = initiatives_at_work()
    partners = select(Partner.initiative_id, Partner.organisation_id).where(
        Partner.initiative_id.in_(chosen), Partner.left_at.is_(None)
    )
    rows = db.session.execute(
        select(Initiative.id, Initiative.starts, Initiative.opened_at).where(Initiative.id.in_(chosen))
    )
    years = [(row.id, began.year) for row in rows if (began := row.starts or row.opened_at)]
    began = np.array(years, dtype=np.int64).reshape(-1, 2)
    return read_pairs(partners), (began[:, 0], began[:, 1])


def _year_of(wanted: Ints, numbers: Ints, years: Ints) -> Ints:
    """The year of each joint work that is wanted, 0 where it has none."""
    order = np.argsort(numbers)
    numbers, years = numbers[order], years[order]
    at, known = _places(numbers, wanted)
    return np.where(known, years[at], 0) if len(numbers) else np.zeros(len(wanted), dtype=np.int64)


def _places(ids: Ints, wanted: Ints) -> tuple[Ints, Flags]:
    """Where the wanted numbers stand among some in their order, and which of them are there at all."""
    if not len(ids):
        return np.zeros(len(wanted), dtype=np.int64), np.zeros(len(wanted), dtype=np.bool_)
    at = np.minimum(np.searchsorted(ids, wanted), len(ids) - 1)
    return at, ids[at] == wanted


def _at(codes: tuple[str, ...], code: str) -> int:
    """Where a code stands, -1 where there is none such."""
    return codes.index(code) if code in codes else -1
