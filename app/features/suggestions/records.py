"""The engine's records as the database holds them now: plain data, read in a constant number of queries."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import ColumnElement, ScalarSelect, Select, func, select
from sqlalchemy.orm import aliased

from app.core.database import db
from app.features.initiatives.models import Initiative, InitiativeConcept, InitiativeState, Partner
from app.features.organisations.models import (
    Collaboration,
    CollaborationConcept,
    CollaborationPartner,
    Organisation,
    OrganisationConcept,
    OrganisationState,
    Relation,
)
from app.features.taxonomy.models import Concept
from app.matching.records import Profile, Project

FIELDS: Mapping[Relation, str] = {
    Relation.SECTOR: "sectors",
    Relation.OFFERS: "offers",
    Relation.SEEKS: "seeks",
    Relation.LANGUAGE: "languages",
    Relation.TOPIC: "topics",
    Relation.GOAL: "goals",
}
IN_CLUSTER = Organisation.state == OrganisationState.ADMITTED


@dataclass(frozen=True)
class Marks:
    """How the tables stand: two readings that differ mean that something was written in between.

    `organisations` counts those in the cluster, `links` the concepts they hold, `concepts` the taxonomy, `work`
    tells everything about joint work.
    """

    organisations: int
    links: int
    concepts: int
    work: tuple[Any, ...]


@dataclass(frozen=True)
class Records:
    """Everything that the engine is built from.

    `changed` says when each profile was last written, `absent` who took part in joint work but is not in the cluster.
    """

    profiles: Mapping[int, Profile]
    projects: tuple[Project, ...]
    broader: Mapping[str, str]
    changed: Mapping[int, datetime]
    absent: frozenset[int]


def read_marks() -> Marks:
    """How the tables stand now, in one query."""
    admitted = select(Organisation.id).where(IN_CLUSTER)
    row = db.session.execute(
        select(
            _count(admitted),
            _count(select(OrganisationConcept.id).where(OrganisationConcept.organisation_id.in_(admitted))),
            _count(select(Concept.id)),
            _count(select(Collaboration.id)),
            _count(select(CollaborationPartner.id)),
            _count(select(CollaborationConcept.id)),
            _count(select(Initiative.id).where(Initiative.state != InitiativeState.DRAFT)),
            _count(select(Partner.id)),
            _count(select(Partner.id).where(Partner.left_at.is_not(None))),
            select(func.max(Partner.joined_at)).scalar_subquery(),
            select(func.max(Partner.left_at)).scalar_subquery(),
        )
    ).one()
    return Marks(row[0], row[1], row[2], tuple(row[3:]))


def _count(query: Select[*tuple[Any, ...]]) -> ScalarSelect[Any]:
    return select(func.count()).select_from(query.subquery()).scalar_subquery()


def read_records() -> Records:
    """All organisations in the cluster, their joint work and the taxonomy."""
    profiles, changed = read_profiles(IN_CLUSTER)
    past, present = _collaborations(), _initiatives()
    everybody = {organisation_id for work in (past, present) for _, organisation_id in work.partners}
    known = frozenset(profiles)
    projects = (*_projects(known, past, 1), *_projects(known, present, -1))
    return Records(profiles, projects, _broader(), changed, frozenset(everybody - known))


def changed_since(moment: datetime) -> dict[int, datetime]:
    """The organisations written since a moment, whatever their state, and when each was."""
    query = select(Organisation.id, Organisation.updated_at).where(Organisation.updated_at >= moment)
    return dict(db.session.execute(query).all())


def read_profiles(*conditions: ColumnElement[bool]) -> tuple[dict[int, Profile], dict[int, datetime]]:
    """The profiles of the organisations that fulfil some conditions, and when each was last written."""
    held: dict[int, dict[str, set[str]]] = defaultdict(lambda: defaultdict(set))
    links = (
        select(OrganisationConcept.organisation_id, OrganisationConcept.relation, Concept.code)
        .join(Concept, Concept.id == OrganisationConcept.concept_id)
        .join(Organisation, Organisation.id == OrganisationConcept.organisation_id)
        .where(*conditions)
    )
    for organisation_id, relation, code in db.session.execute(links):
        held[organisation_id][FIELDS[relation]].add(code)
    rows = db.session.execute(
        select(Organisation.id, Organisation.country, Organisation.type, Organisation.updated_at).where(
            *conditions
        )
    ).all()
    profiles = {
        row.id: Profile(
            row.id,
            row.country,
            row.type.value,
            **{name: frozenset(codes) for name, codes in held[row.id].items()},
        )
        for row in rows
    }
    return profiles, {row.id: row.updated_at for row in rows}


def _broader() -> dict[str, str]:
    """Each concept's code → the code of the one above it."""
    above = aliased(Concept)
    query = select(Concept.code, above.code).join(above, Concept.broader_id == above.id)
    return dict(db.session.execute(query).all())


@dataclass(frozen=True)
class _Work:
    """Joint work as rows: when each began, who takes part, what it is about."""

    started: Sequence[tuple[int, date | None]]
    partners: Sequence[tuple[int, int]]
    concepts: Sequence[tuple[int, str]]


def _collaborations() -> _Work:
    """Joint work of the past."""
    partners = select(CollaborationPartner.collaboration_id, CollaborationPartner.organisation_id)
    concepts = select(CollaborationConcept.collaboration_id, Concept.code).join(
        Concept, Concept.id == CollaborationConcept.concept_id
    )
    return _Work(_all(select(Collaboration.id, Collaboration.started)), _all(partners), _all(concepts))


def _initiatives() -> _Work:
    """Initiatives that left their draft and have not become a collaboration."""
    past = select(Collaboration.initiative_id).where(Collaboration.initiative_id.is_not(None))
    chosen = (Initiative.state != InitiativeState.DRAFT, Initiative.id.not_in(past))
    opened = _all(select(Initiative.id, Initiative.starts, Initiative.opened_at).where(*chosen))
    partners = (
        select(Partner.initiative_id, Partner.organisation_id)
        .join(Initiative, Initiative.id == Partner.initiative_id)
        .where(*chosen, Partner.left_at.is_(None))
    )
    concepts = (
        select(InitiativeConcept.initiative_id, Concept.code)
        .join(Concept, Concept.id == InitiativeConcept.concept_id)
        .join(Initiative, Initiative.id == InitiativeConcept.initiative_id)
        .where(*chosen)
    )
    started = [(number, starts or (at and at.date())) for number, starts, at in opened]
    return _Work(started, _all(partners), _all(concepts))


def _all(query: Select[*tuple[Any, ...]]) -> Sequence[Any]:
    return db.session.execute(query).all()


def _projects(known: frozenset[int], work: _Work, sign: int) -> Iterator[Project]:
    """Joint work of at least two organisations that are known; initiatives have negative numbers, to be told apart."""
    partners: dict[int, set[int]] = defaultdict(set)
    concepts: dict[int, set[str]] = defaultdict(set)
    for number, organisation_id in work.partners:
        if organisation_id in known:
            partners[number].add(organisation_id)
    for number, code in work.concepts:
        concepts[number].add(code)
    for number, started in work.started:
        if len(partners[number]) > 1:
            yield Project(sign * number, frozenset(partners[number]), started, frozenset(concepts[number]))
