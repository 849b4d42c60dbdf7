"""The rows that the network is made of: who is in the cluster, and what they did together."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import func, select

from app.core.database import db
from app.features.initiatives.models import Initiative, InitiativeState, InitiativeText, Partner
from app.features.organisations.models import (
    Collaboration,
    CollaborationPartner,
    Organisation,
    OrganisationConcept,
    OrganisationState,
    Relation,
)
from app.features.taxonomy.models import Concept

IN_CLUSTER = Organisation.state == OrganisationState.ADMITTED


@dataclass(frozen=True)
class Member:
    """An organisation of the cluster, as the picture and the table show it."""

    slug: str
    name: str
    country: str
    sectors: frozenset[str]


@dataclass(frozen=True)
class JointWork:
    """What some did together: an initiative has the address `slug` and titles by language, past work one title."""

    titles: Mapping[str, str]
    lang: str
    slug: str
    year: int | None
    partners: frozenset[int]


@dataclass(frozen=True)
class Reading:
    """Everything, by number; initiatives have negative numbers, to be told apart."""

    members: Mapping[int, Member]
    works: Mapping[int, JointWork]


@dataclass(frozen=True)
class Marks:
    """How the tables stand: two that differ mean that something was written in between.

    `organisations` is the newest one's number: there are at most so many.
    """

    organisations: int
    others: tuple[Any, ...]


def read_marks() -> Marks:
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
    return Marks(row[0] or 0, tuple(row[1:]))


def read_all() -> Reading:
    """Everything that the network is made of, in a constant number of queries."""
    sectors = defaultdict[int, set[str]](set)
    held = (
        select(OrganisationConcept.organisation_id, Concept.code)
        .join(Concept, Concept.id == OrganisationConcept.concept_id)
        .where(OrganisationConcept.relation == Relation.SECTOR)
    )
    for organisation_id, code in db.session.execute(held):
        sectors[organisation_id].add(code)
    rows = db.session.execute(
        select(Organisation.id, Organisation.slug, Organisation.name, Organisation.country).where(IN_CLUSTER)
    )
    members = {row.id: Member(row.slug, row.name, row.country, frozenset(sectors[row.id])) for row in rows}
    return Reading(members, {**_past(members), **_initiatives(members)})


def _past(members: Mapping[int, Member]) -> dict[int, JointWork]:
    """Joint work of the past, in which at least two took part who are in the cluster."""
    partners = _partners(
        select(CollaborationPartner.collaboration_id, CollaborationPartner.organisation_id), members
    )
    rows = db.session.execute(select(Collaboration.id, Collaboration.title, Collaboration.started))
    return {
        row.id: JointWork({"": row.title}, "", "", _year(row.started), partners[row.id])
        for row in rows
        if len(partners[row.id]) > 1
    }


def _initiatives(members: Mapping[int, Member]) -> dict[int, JointWork]:
    """Initiatives that left their draft and have not become past work."""
    past = select(Collaboration.initiative_id).where(Collaboration.initiative_id.is_not(None))
    chosen = (Initiative.state != InitiativeState.DRAFT, Initiative.id.not_in(past))
    partners = _partners(
        select(Partner.initiative_id, Partner.organisation_id).where(Partner.left_at.is_(None)), members
    )
    titles = defaultdict[int, dict[str, str]](dict)
    for row in db.session.execute(
        select(InitiativeText.initiative_id, InitiativeText.lang, InitiativeText.title)
    ):
        titles[row.initiative_id][row.lang] = row.title
    rows = db.session.execute(
        select(
            Initiative.id, Initiative.slug, Initiative.lang, Initiative.starts, Initiative.opened_at
        ).where(*chosen)
    )
    return {
        -row.id: JointWork(
            titles[row.id],
            row.lang,
            row.slug,
            _year(row.starts or (row.opened_at and row.opened_at.date())),
            partners[row.id],
        )
        for row in rows
        if len(partners[row.id]) > 1
    }


def _partners(query: Any, members: Mapping[int, Member]) -> defaultdict[int, frozenset[int]]:
    found = defaultdict[int, set[int]](set)
    for number, organisation_id in db.session.execute(query):
        if organisation_id in members:
            found[number].add(organisation_id)
    return defaultdict(frozenset, {number: frozenset(some) for number, some in found.items()})


def _year(day: date | None) -> int | None:
    return day.year if day else None
