"""Free seats of open initiatives that an organisation could take by what it offers."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import contains_eager, selectinload

from app.core.actors import Actor
from app.core.database import db
from app.features.initiatives.models import (
    Application,
    ApplicationState,
    Initiative,
    InitiativeState,
    OfferState,
    SeatOffer,
    WantedRole,
    WantKind,
)
from app.features.initiatives.queries import initiatives_joined_by
from app.features.organisations.models import IS_ADMITTED, Organisation, OrganisationConcept, Relation
from app.features.organisations.policy import acts_for_admitted
from app.features.taxonomy.models import Concept

MAX_ROLES_READ = 100
"""The roles of the initiatives that opened last."""
MIN_SHARE = 0.5
"""Of the skills that a role asks for, which a fitting organisation offers."""


@dataclass(frozen=True)
class FittingSeat:
    """A role with a free seat, its initiative loaded with its texts, and which of its skills the organisation offers."""

    role: WantedRole
    skills: tuple[str, ...]
    share: float


def fitting_seats(actor: Actor) -> list[FittingSeat]:
    """The seats that fit the organisation acted for, best first: country and type as asked, and half of the skills.

    Without initiatives that it leads or takes part in, and roles that it has applied to or was offered.
    """
    if not acts_for_admitted(actor):
        return []
    own = actor.organisation_id
    profile = db.session.execute(
        select(Organisation.country, Organisation.type, Concept.code)
        .join(OrganisationConcept, OrganisationConcept.organisation_id == Organisation.id)
        .join(Concept, Concept.id == OrganisationConcept.concept_id)
        .where(Organisation.id == own, OrganisationConcept.relation == Relation.OFFERS)
    ).all()
    if not profile:
        return []
    asked = select(Application.role_id).where(
        Application.organisation_id == own, Application.state == ApplicationState.SENT
    )
    offered = select(SeatOffer.role_id).where(
        SeatOffer.organisation_id == own, SeatOffer.state == OfferState.SENT
    )
    roles = db.session.scalars(
        select(WantedRole)
        .join(WantedRole.initiative)
        .join(Organisation, Organisation.id == Initiative.lead_id)
        .where(
            Initiative.state == InitiativeState.OPEN,
            IS_ADMITTED,
            Initiative.lead_id != own,
            Initiative.id.not_in(initiatives_joined_by(own)),
            WantedRole.id.not_in(asked.union(offered)),
        )
        .options(
            selectinload(WantedRole.wants),
            contains_eager(WantedRole.initiative).selectinload(Initiative.texts),
        )
        .order_by(Initiative.opened_at.desc(), WantedRole.id)
        .limit(MAX_ROLES_READ)
    ).all()
    country, kind, _ = profile[0]
    offers = frozenset(row[2] for row in profile)
    fits = [_fit(role, country, kind.value, offers) for role in roles if role.filled < role.seats]
    return sorted(
        (seat for seat in fits if seat.share >= MIN_SHARE), key=lambda seat: (-seat.share, seat.role.id)
    )


def _fit(role: WantedRole, country: str, kind: str, offers: frozenset[str]) -> FittingSeat:
    """How far an organisation meets what a role asks for; a share of 0 where it asks for others."""

    def wanted(of: WantKind) -> frozenset[str]:
        return frozenset(want.value for want in role.wants if want.kind is of)

    countries, types, skills = (wanted(of) for of in (WantKind.COUNTRY, WantKind.TYPE, WantKind.CONCEPT))
    met = tuple(sorted(skills & offers))
    is_asked = (not countries or country in countries) and (not types or kind in types)
    return FittingSeat(role, met, len(met) / len(skills) if skills and is_asked else 0.0)
