"""The engine's records as the database holds them now: plain data, read in a constant number of queries."""

from __future__ import annotations

import sys
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from math import inf
from typing import Any

import numpy as np
from sqlalchemy import ColumnElement, ScalarSelect, Select, bindparam, case, func, or_, select
from sqlalchemy.orm import InstrumentedAttribute, aliased

from app.core.bulk_read import CHUNK_ROWS, read_pairs
from app.core.clock import now
from app.core.compiled_sql import CompiledStatement
from app.core.database import db
from app.features.initiatives.models import Initiative, InitiativeState, Partner
from app.features.organisations.models import (
    IS_ADMITTED,
    Collaboration,
    CollaborationConcept,
    CollaborationPartner,
    Organisation,
    OrganisationConcept,
    Relation,
)
from app.features.suggestions.queries.joint_work import read_collaborations, read_initiatives
from app.features.taxonomy.models import Concept, ConceptChange, ConceptKind
from app.matching.index.arrays import Flags, Floats, Ints, Numbers
from app.matching.index.columns import ClusterColumns, to_years
from app.matching.index.history import ProjectColumns
from app.matching.records import TECHNOLOGY, TECHNOLOGY_PROVIDER, Profile

FIELDS: Mapping[Relation, str] = {
    Relation.SECTOR: "sectors",
    Relation.OFFERS: "offers",
    Relation.SEEKS: "seeks",
    Relation.LANGUAGE: "languages",
    Relation.TOPIC: "topics",
    Relation.GOAL: "goals",
    Relation.COOPERATION: "cooperation",
}

SIZES: Mapping[str, float] = {"size:1-9": 9, "size:10-49": 49, "size:50-249": 249, "size:250": inf}
"""Sizes by people employed → the most of them: micro, small, medium and large (Recommendation 2003/361/EC)."""
_MARKED = (
    Organisation.id,
    Organisation.country,
    Organisation.type,
    Organisation.region_id,
    Organisation.employed,
)


@dataclass(frozen=True)
class TableVersions:
    """How the tables stand: two readings that differ mean that something was written in between.

    `organisations` and `links` are the newest organisation and the newest concept of one, `concepts` counts the taxonomy
    and what managers did to it, `work` is of joint work.
    """

    organisations: int
    links: int
    concepts: int
    work: tuple[Any, ...]

    def as_json(self) -> list[Any]:
        """The versions as JSON can hold them, to be kept beside what was read."""
        work = [one.isoformat() if isinstance(one, datetime) else one for one in self.work]
        return [self.organisations, self.links, self.concepts, work]

    @classmethod
    def of_json(cls, values: list[Any]) -> TableVersions:
        """The versions that `as_json` gave."""
        work = (datetime.fromisoformat(one) if isinstance(one, str) else one for one in values[3])
        organisations, links, concepts = values[:3]
        return cls(organisations, links, concepts, tuple(work))


@dataclass(frozen=True)
class Records:
    """Everything that the engine is built from.

    `absent` are those who took part in joint work but are not in the cluster.
    """

    table: ClusterColumns
    broader: Mapping[str, str]
    absent: frozenset[int]


_JOINED = case((Organisation.unclaimed.is_(False), Organisation.created_at)).label("joined")
"""When an organisation came; unknown for one that was imported and that nobody speaks for yet."""


def _newest(column: InstrumentedAttribute[int]) -> ScalarSelect[Any]:
    return select(func.max(column)).scalar_subquery()


def _count(query: Select[*tuple[Any, ...]]) -> ScalarSelect[Any]:
    return select(func.count()).select_from(query.subquery()).scalar_subquery()


_TABLE_VERSIONS = CompiledStatement(
    select(
        _newest(Organisation.id),
        _newest(OrganisationConcept.id),
        _count(select(Concept.id)) + func.coalesce(_newest(ConceptChange.id), 0),
        _newest(Collaboration.id),
        _newest(CollaborationPartner.id),
        _newest(CollaborationConcept.id),
        _count(select(Initiative.id).where(Initiative.state != InitiativeState.DRAFT)),
        _count(select(Partner.id)),
        _count(select(Partner.id).where(Partner.left_at.is_not(None))),
        select(func.max(Partner.joined_at)).scalar_subquery(),
        select(func.max(Partner.left_at)).scalar_subquery(),
        _count(select(Organisation.id).where(Organisation.merged_into_id.is_not(None))),
    )
)


def read_table_versions() -> TableVersions:
    """How the tables stand now, in one query whose cost does not grow with the cluster."""
    row = _TABLE_VERSIONS.one()
    return TableVersions(row[0] or 0, row[1] or 0, row[2], tuple(row[3:]))


def read_records() -> Records:
    """All organisations in the cluster, their joint work and the taxonomy, in columns."""
    above = aliased(Concept)
    query = select(Concept.code, above.code).join(above, Concept.broader_id == above.id)
    broader = dict(db.session.execute(query).all())
    concepts = dict(db.session.execute(select(Concept.id, Concept.code)).all())
    codes = tuple(sorted({*concepts.values(), *SIZES, TECHNOLOGY}))
    place = {code: at for at, code in enumerate(codes)}
    by_id = {number: place[code] for number, code in concepts.items()}
    ids, countries, types, joined, marks = _organisations(read_regions())
    held = _held(ids, by_id)
    held["marks"] = _marked(marks, place, held["cooperation"])
    projects, work, absent = _worked(ids, place, held["topics"])
    country_codes, type_codes = sorted(set(countries)), sorted(set(types))
    table = ClusterColumns(
        ids=ids,
        country_codes=country_codes,
        countries=_places(countries, country_codes),
        type_codes=type_codes,
        types=_places(types, type_codes),
        paused=np.zeros(len(ids), dtype=np.bool_),
        open_introductions=np.zeros(len(ids), dtype=np.int64),
        codes=codes,
        held=held,
        projects=projects,
        work=work,
        joined=joined,
    )
    return Records(table, broader, absent)


def _organisations(
    regions: Mapping[int, frozenset[str]],
) -> tuple[Ints, list[str], list[str], Floats, list[frozenset[str]]]:
    """Number, country, type, day of joining (years) and marks, without the kinds of cooperation, by number."""
    query = select(*_MARKED, _JOINED).where(IS_ADMITTED)
    ids, countries, types, joined, marks = [], [], [], [], []
    known: dict[tuple[int | None, str, str], frozenset[str]] = {}
    for number, country, kind, region_id, employed, moment in db.session.execute(
        query.order_by(Organisation.id).execution_options(yield_per=CHUNK_ROWS)
    ):
        ids.append(number)
        countries.append(sys.intern(country))
        types.append(kind.value)
        joined.append(to_years(moment and moment.date()))
        size = size_of(employed)
        key = region_id, size, kind.value
        if key not in known:
            known[key] = marks_of(regions.get(region_id or 0, frozenset()), size, kind.value)
        marks.append(known[key])
    return np.array(ids, dtype=np.int64), countries, types, np.array(joined, dtype=np.float64), marks


def size_of(employed: int | None) -> str:
    """The code of a size in SIZES; "" where the number of people employed is not known."""
    return "" if employed is None else next(code for code, most in SIZES.items() if employed <= most)


def marks_of(regions: frozenset[str], size: str, kind: str) -> frozenset[str]:
    """What lists can be narrowed to: region and its wider one, size, and what technology providers stand for."""
    marks = {*regions, *([size] if size else ()), *([TECHNOLOGY] if kind == TECHNOLOGY_PROVIDER else ())}
    return frozenset(marks)


def read_regions() -> dict[int, frozenset[str]]:
    """The id of each region → its code and that of the one that it belongs to."""
    above = aliased(Concept)
    query = select(Concept.id, Concept.code, above.code).outerjoin(above, Concept.broader_id == above.id)
    rows = db.session.execute(query.where(Concept.kind == ConceptKind.REGION))
    return {number: frozenset(filter(None, (code, wider))) for number, code, wider in rows}


def seeks_cooperation() -> ColumnElement[bool]:
    """The condition on Organisation that the kinds of cooperation which it seeks count today."""
    until = Organisation.cooperation_until
    return or_(until.is_(None), until >= now().date())


def _held(ids: Ints, concepts: Mapping[int, int]) -> dict[str, tuple[Numbers, Numbers]]:
    """Who holds what, by relation: places of organisations and of concepts."""
    turned = np.zeros(max(concepts, default=0) + 1, dtype=np.int32)
    turned[list(concepts)] = list(concepts.values())
    found = {}
    for relation, name in FIELDS.items():
        query = select(OrganisationConcept.organisation_id, OrganisationConcept.concept_id)
        query = query.where(OrganisationConcept.relation == relation)
        if relation is Relation.COOPERATION:
            query = query.join(Organisation).where(seeks_cooperation())
        owners, codes = read_pairs(query)
        known, place = _found(ids, owners)
        found[name] = place[known].astype(np.int32), turned[codes[known]]
    return found


def _marked(
    marks: Sequence[frozenset[str]], place: Mapping[str, int], cooperation: tuple[Numbers, Numbers]
) -> tuple[Numbers, Numbers]:
    """Who has which mark, each once: the given ones and the kinds of cooperation."""
    numbers = {codes: [place[code] for code in sorted(codes) if code in place] for codes in set(marks)}
    owners = np.repeat(np.arange(len(marks), dtype=np.int64), [len(numbers[codes]) for codes in marks])
    codes = np.array([at for codes in marks for at in numbers[codes]], dtype=np.int64)
    pairs = np.concatenate((owners, cooperation[0])) * len(place) + np.concatenate((codes, cooperation[1]))
    found_owners, found_codes = np.divmod(np.unique(pairs), max(len(place), 1))
    return found_owners.astype(np.int32), found_codes.astype(np.int32)


def _worked(
    ids: Ints, concepts: Mapping[str, int], declared: tuple[Numbers, Numbers]
) -> tuple[Ints, ProjectColumns, frozenset[int]]:
    """Joint work of at least two in the cluster, as columns; initiatives have negative numbers, to be told apart."""
    pairs, marks, began, absent = [], [], {}, set[int]()
    for sign, some in ((1, read_collaborations()), (-1, read_initiatives())):
        numbers, owners = some.partners
        known, place = _found(ids, owners)
        absent |= set(owners[~known].tolist())
        pairs.append((sign * numbers[known], place[known]))
        marks.append((sign * some.concepts[0], some.concepts[1]))
        began.update({sign * number: to_years(started) for number, started in some.started})
    numbers, owners = (np.concatenate(one) for one in zip(*pairs, strict=True))
    several, counts = np.unique(numbers, return_counts=True)
    projects = several[counts > 1]
    there, at = _found(projects, numbers)
    about, codes = (np.concatenate(one) for one in zip(*marks, strict=True))
    meant, of = _found(projects, about)
    turned = np.array([concepts[code] for code in codes[meant].tolist()], dtype=np.int64)
    work = ProjectColumns(
        participations=(owners[there], at[there]),
        concept_pairs=(of[meant], turned),
        start_years=np.array([began.get(one, np.nan) for one in projects.tolist()], dtype=np.float64),
        declared=declared,
    )
    return projects, work, frozenset(absent)


def _found(ids: Ints, wanted: Ints) -> tuple[Flags, Ints]:
    """Which of the numbers wanted are among some in their order, and where."""
    if not len(ids):
        return np.zeros(len(wanted), dtype=np.bool_), np.zeros(len(wanted), dtype=np.int64)
    at = np.minimum(np.searchsorted(ids, wanted), len(ids) - 1)
    return ids[at] == wanted, at


def _places(values: Sequence[str], codes: Sequence[str]) -> Ints:
    place = {code: at for at, code in enumerate(codes)}
    return np.array([place[value] for value in values], dtype=np.int64)


_CHANGED = CompiledStatement(
    select(Organisation.id, Organisation.updated_at).where(
        Organisation.updated_at >= bindparam("moment", type_=Organisation.updated_at.type)
    )
)


def changed_since(moment: datetime) -> dict[int, datetime]:
    """The organisations written since a moment, whatever their state, and when each was."""
    return dict(map(tuple, _CHANGED(moment=moment)))


def read_profiles(*conditions: ColumnElement[bool]) -> tuple[dict[int, Profile], dict[int, datetime]]:
    """The profiles of the organisations that fulfil some conditions, and when each was last written."""
    held: dict[int, dict[str, set[str]]] = defaultdict(lambda: defaultdict(set))
    links = (
        select(OrganisationConcept.organisation_id, OrganisationConcept.relation, Concept.code)
        .join(Concept, Concept.id == OrganisationConcept.concept_id)
        .join(Organisation, Organisation.id == OrganisationConcept.organisation_id)
        .where(*conditions, or_(OrganisationConcept.relation != Relation.COOPERATION, seeks_cooperation()))
    )
    for organisation_id, relation, code in db.session.execute(links):
        held[organisation_id][FIELDS[relation]].add(code)
    rows = db.session.execute(select(*_MARKED, Organisation.updated_at, _JOINED).where(*conditions)).all()
    profiles, regions = {}, read_regions() if rows else {}
    for row in rows:
        sets: dict[str, Any] = {name: frozenset(codes) for name, codes in held[row.id].items()}
        marks = marks_of(regions.get(row.region_id, frozenset()), size_of(row.employed), row.type.value)
        sets["marks"] = marks | sets.get("cooperation", frozenset())
        joined = row.joined and row.joined.date()
        profiles[row.id] = Profile(row.id, row.country, row.type.value, joined=joined, **sets)
    return profiles, {row.id: row.updated_at for row in rows}
