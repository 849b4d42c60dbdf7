"""What breakouts are composed from: who is there, which languages they speak, who has worked with whom."""

from __future__ import annotations

from collections import defaultdict
from itertools import combinations

from sqlalchemy import select

from app.core.database import db
from app.features.design.models.board import BreakoutGroup, BreakoutSeat
from app.features.design.models.sessions import DesignSession, Participant, Role
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


def people_to_seat(design_session: DesignSession) -> list[breakouts.Participant]:
    """Everybody who takes part, without those who run the session; each speaks her own language and her organisation's."""
    query = select(Participant).where(
        Participant.design_id == design_session.id,
        Participant.joined_at.is_not(None),
        Participant.removed_at.is_(None),
        Participant.role == Role.PARTICIPANT,
    )
    found = db.session.scalars(query.order_by(Participant.person_id)).all()
    spoken = _languages({one.organisation_id for one in found if one.organisation_id is not None})
    return [
        breakouts.Participant(
            one.person_id,
            one.organisation_id,
            one.country,
            frozenset({one.lang}) | spoken[one.organisation_id or 0],
        )
        for one in found
    ]


def _languages(organisation_ids: set[int]) -> dict[int, frozenset[str]]:
    """The working languages of some organisations."""
    query = (
        select(OrganisationConcept.organisation_id, Concept.code)
        .join(Concept, Concept.id == OrganisationConcept.concept_id)
        .where(
            OrganisationConcept.organisation_id.in_(organisation_ids),
            OrganisationConcept.relation == Relation.LANGUAGE,
        )
    )
    found: dict[int, frozenset[str]] = defaultdict(frozenset)
    for organisation_id, code in db.session.execute(query):
        found[organisation_id] |= {code.removeprefix(LANGUAGE)}
    return found


def network() -> Undirected:
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


def names_of(design_session: DesignSession) -> dict[int, str]:
    """What the organisations of those who take part are called there."""
    query = select(Participant.organisation_id, Participant.organisation_name).where(
        Participant.design_id == design_session.id, Participant.organisation_id.is_not(None)
    )
    return {number: name for number, name in db.session.execute(query) if number is not None}


def rounds_of(design_session: DesignSession) -> dict[int, Seats]:
    """For each round so far who sat in which group."""
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


def open_groups(design_session: DesignSession) -> list[BreakoutGroup]:
    """The groups that are at work."""
    query = select(BreakoutGroup).where(
        BreakoutGroup.design_id == design_session.id, BreakoutGroup.closed_at.is_(None)
    )
    return list(db.session.scalars(query.order_by(BreakoutGroup.id)))
