"""What the home page counts and shows of the cluster."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import func, select

from app.core.actors import VISITOR
from app.core.database import db
from app.features.initiatives.models import Initiative, InitiativeState
from app.features.organisations.models import Membership, Organisation
from app.features.organisations.queries import CARD, visible_to


@dataclass(frozen=True)
class Figures:
    """How large the cluster is, as anybody can see it."""

    organisations: int
    countries: int
    initiatives: int


def figures() -> Figures:
    """Count the organisations, their countries and the initiatives that are open."""
    seen = visible_to(VISITOR)
    row = db.session.execute(
        select(
            select(func.count(Organisation.id)).where(seen).scalar_subquery(),
            select(func.count(func.distinct(Organisation.country))).where(seen).scalar_subquery(),
            select(func.count(Initiative.id))
            .where(Initiative.state == InitiativeState.OPEN)
            .scalar_subquery(),
        )
    ).one()
    return Figures(*row)


def newest_organisations(limit: int) -> Sequence[Organisation]:
    """The organisations that came last, as anybody can see them."""
    return db.session.scalars(
        select(Organisation)
        .where(visible_to(VISITOR))
        .options(*CARD)
        .order_by(Organisation.id.desc())
        .limit(limit)
    ).all()


def organisation_named(person_id: int) -> Organisation | None:
    """The organisation that a person joined first."""
    return db.session.scalar(
        select(Organisation)
        .join(Membership, Membership.organisation_id == Organisation.id)
        .where(Membership.person_id == person_id)
        .order_by(Membership.id)
        .limit(1)
    )
