"""What the pages around a design session ask: which initiatives it can belong to, when it is for whom."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import select
from sqlalchemy.orm import selectinload

from app.core.actors import Actor
from app.core.database import db
from app.features.accounts.models import Person
from app.features.design.models.sessions import DesignSession, Participant
from app.features.initiatives.models import Initiative, InitiativeState, Partner
from app.features.initiatives.queries import text_in, visible_to

GOING_ON = (InitiativeState.OPEN, InitiativeState.RUNNING)
MOST = 200


def initiatives_for(actor: Actor) -> list[tuple[str, str]]:
    """The initiatives that a design session can belong to, those that go on: address and title."""
    query = (
        select(Initiative)
        .where(visible_to(actor), Initiative.state.in_(GOING_ON))
        .options(selectinload(Initiative.texts))
        .order_by(Initiative.id.desc())
        .limit(MOST)
    )
    return [(each.slug, text_in(each).title) for each in db.session.scalars(query)]


def initiative_of(design_session: DesignSession) -> Initiative | None:
    """The initiative that a design session belongs to, with its texts."""
    if design_session.initiative_id is None:
        return None
    query = select(Initiative).where(Initiative.id == design_session.initiative_id)
    return db.session.scalar(query.options(selectinload(Initiative.texts)))


def time_zones_of(design_session: DesignSession) -> Sequence[tuple[str, str]]:
    """The name and the time zone of everybody who may come: those invited, and the members of an initiative's partners."""
    invited = (
        select(Person.name, Person.timezone)
        .join(Participant, Participant.person_id == Person.id)
        .where(Participant.design_id == design_session.id, Participant.removed_at.is_(None))
        .order_by(Person.name)
        .limit(MOST)
    )
    return [(name, zone) for name, zone in db.session.execute(invited)]


def partner_ids(design_session: DesignSession) -> Sequence[int]:
    """The organisations whose members may come without an invitation."""
    if design_session.initiative_id is None:
        return []
    query = select(Partner.organisation_id).where(
        Partner.initiative_id == design_session.initiative_id, Partner.left_at.is_(None)
    )
    return db.session.scalars(query.order_by(Partner.id)).all()
