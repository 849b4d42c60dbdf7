"""Breakout groups and their seats, and what groups are composed from: people, languages, past joint work."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from itertools import combinations

from sqlalchemy import select

from app.core.database import db
from app.features.design.models.board import BoardColumn, BreakoutGroup, BreakoutSeat
from app.features.design.models.sessions import DesignSession, Role
from app.features.design.queries.board import main_columns
from app.features.design.queries.participants import joined_participants
from app.features.design.queries.sessions import phases_of
from app.features.initiatives.models import Initiative, InitiativeState, Partner
from app.features.organisations.models import (
    CollaborationPartner,
    Organisation,
    OrganisationConcept,
    OrganisationState,
    Relation,
)
from app.features.taxonomy.models import Concept
from app.matching import breakouts
from app.matching.graph import Undirected

LANGUAGE = "language:"
Seats = dict[int, list[int]]


def people_to_seat(design_session: DesignSession) -> list[breakouts.BreakoutParticipant]:
    """Everybody who takes part but does not run the session; each speaks her own language and her organisation's."""
    people = joined_participants(design_session, Role.PARTICIPANT)
    organisation_ids = {person.organisation_id for person in people if person.organisation_id is not None}
    working_languages = (
        select(OrganisationConcept.organisation_id, Concept.code)
        .join(Concept, Concept.id == OrganisationConcept.concept_id)
        .where(
            OrganisationConcept.organisation_id.in_(organisation_ids),
            OrganisationConcept.relation == Relation.LANGUAGE,
        )
    )
    spoken: dict[int, frozenset[str]] = defaultdict(frozenset)
    for organisation_id, code in db.session.execute(working_languages):
        spoken[organisation_id] |= {code.removeprefix(LANGUAGE)}
    return [
        breakouts.BreakoutParticipant(
            person.person_id,
            person.organisation_id,
            person.country,
            frozenset({person.lang}) | spoken[person.organisation_id or 0],
        )
        for person in people
    ]


def collaboration_graph() -> Undirected:
    """The organisations of the cluster with their countries, joined where they work or have worked together."""
    graph = Undirected()
    countries = select(Organisation.id, Organisation.country).where(
        Organisation.state == OrganisationState.ADMITTED
    )
    for organisation_id, country in db.session.execute(countries):
        graph.add_node(organisation_id, country=country)
    past = select(CollaborationPartner.collaboration_id, CollaborationPartner.organisation_id)
    present = (
        select(Partner.initiative_id, Partner.organisation_id)
        .join(Initiative, Initiative.id == Partner.initiative_id)
        .where(Initiative.state != InitiativeState.DRAFT, Partner.left_at.is_(None))
    )
    for query in (past, present):
        together: dict[int, set[int]] = defaultdict(set)
        for work, organisation_id in db.session.execute(query):
            together[work].add(organisation_id)
        for partners in together.values():
            graph.add_edges_from(combinations(sorted(partners), 2))
    return graph


def rounds_of(design_session: DesignSession) -> dict[int, Seats]:
    """Person ids by group id, by round, of all rounds so far."""
    query = (
        select(BreakoutSeat.round, BreakoutSeat.group_id, BreakoutSeat.person_id)
        .join(BreakoutGroup, BreakoutGroup.id == BreakoutSeat.group_id)
        .where(BreakoutGroup.design_id == design_session.id)
        .order_by(BreakoutSeat.round, BreakoutSeat.group_id, BreakoutSeat.person_id)
    )
    found: dict[int, Seats] = defaultdict(lambda: defaultdict(list))
    for number, group_id, person_id in db.session.execute(query):
        found[number][group_id].append(person_id)
    return found


def open_breakout_groups(design_session: DesignSession) -> list[BreakoutGroup]:
    """The groups that are at work."""
    query = select(BreakoutGroup).where(
        BreakoutGroup.design_id == design_session.id, BreakoutGroup.closed_at.is_(None)
    )
    return list(db.session.scalars(query.order_by(BreakoutGroup.id)))


def breakout_groups(design_session: DesignSession) -> Sequence[BreakoutGroup]:
    """All groups that there were, in the order in which they were opened."""
    query = select(BreakoutGroup).where(BreakoutGroup.design_id == design_session.id)
    return db.session.scalars(query.order_by(BreakoutGroup.id)).all()


def unmerged_breakout_groups(design_session: DesignSession) -> Sequence[BreakoutGroup]:
    """The groups whose cards were not brought back to the main board yet."""
    query = select(BreakoutGroup).where(
        BreakoutGroup.design_id == design_session.id, BreakoutGroup.merged_at.is_(None)
    )
    return db.session.scalars(query).all()


def calling_breakout_group_ids(design_session: DesignSession) -> Sequence[int]:
    """The open groups that call the facilitator."""
    query = select(BreakoutGroup.id).where(
        BreakoutGroup.design_id == design_session.id,
        BreakoutGroup.closed_at.is_(None),
        BreakoutGroup.called,
    )
    return db.session.scalars(query.order_by(BreakoutGroup.id)).all()


def seated_people(design_session: DesignSession) -> dict[int, list[int]]:
    """Person ids by open group's id, in the present round."""
    query = (
        select(BreakoutSeat.group_id, BreakoutSeat.person_id)
        .join(BreakoutGroup, BreakoutGroup.id == BreakoutSeat.group_id)
        .where(
            BreakoutGroup.design_id == design_session.id,
            BreakoutGroup.closed_at.is_(None),
            BreakoutSeat.round == design_session.breakout_round,
        )
        .order_by(BreakoutSeat.person_id)
    )
    found: dict[int, list[int]] = defaultdict(list)
    for group_id, person_id in db.session.execute(query):
        found[group_id].append(person_id)
    return found


def current_breakout_group_id(design_session: DesignSession, person_id: int | None) -> int | None:
    """The id of the open group that a person is in, in the present round."""
    if design_session.breakout_round == 0:
        return None
    query = (
        select(BreakoutSeat.group_id)
        .join(BreakoutGroup, BreakoutGroup.id == BreakoutSeat.group_id)
        .where(
            BreakoutGroup.design_id == design_session.id,
            BreakoutGroup.closed_at.is_(None),
            BreakoutSeat.round == design_session.breakout_round,
            BreakoutSeat.person_id == person_id,
        )
    )
    return db.session.scalar(query)


def breakout_columns(design_session: DesignSession) -> list[BoardColumn]:
    """The columns of all breakout boards that are left, from left to right."""
    query = (
        select(BoardColumn)
        .join(BreakoutGroup, BreakoutGroup.id == BoardColumn.group_id)
        .where(BoardColumn.design_id == design_session.id, BreakoutGroup.merged_at.is_(None))
    )
    return sorted(db.session.scalars(query), key=lambda column: column.rank)


def merge_column_id(design_session: DesignSession) -> int | None:
    """The column of the main board that the phase laid out in which the groups began; None where it laid out none."""
    groups = unmerged_breakout_groups(design_session)
    if not groups:
        return None
    began = max(group.created_at for group in groups)
    phases = [
        phase
        for phase in phases_of(design_session)
        if phase.started_at is not None and phase.started_at <= began
    ]
    if not phases:
        return None
    titles = max(phases, key=lambda phase: phase.started_at or began).columns
    columns = {column.title: column.id for column in main_columns(design_session)}
    return next((columns[title] for title in titles if title in columns), None)
