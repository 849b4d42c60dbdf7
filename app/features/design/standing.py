"""How somebody stands to a design session: whether she may know of it, and whether she is named to run it."""

from __future__ import annotations

from datetime import timedelta

from sqlalchemy import ColumnElement, Select, and_, false, or_, select, true

from app.core.actors import Actor
from app.core.clock import now
from app.core.database import db
from app.features.design.models import DesignSession, DesignState, Participant, Role
from app.features.initiatives.models import Partner
from app.features.organisations.policy import acts_for_admitted

DESK_PATIENCE = timedelta(seconds=60)
"""How long a desk may be left before a manager may take it."""
RUNNERS = (Role.FACILITATOR, Role.CO_FACILITATOR)


def invited(actor: Actor) -> ColumnElement[bool]:
    """Design sessions to which the actor was invited, or which she runs; to take part alone is no invitation."""
    mine = select(Participant.design_id).where(
        Participant.person_id == actor.person_id,
        or_(Participant.invited, Participant.role.in_(RUNNERS)),
        Participant.removed_at.is_(None),
    )
    return and_(DesignSession.id.in_(mine), DesignSession.state != DesignState.DRAFT)


def named(actor: Actor) -> ColumnElement[bool]:
    """Design sessions that the actor is named to run."""
    mine = select(Participant.design_id).where(
        Participant.person_id == actor.person_id,
        Participant.removed_at.is_(None),
        Participant.role.in_(RUNNERS),
    )
    return DesignSession.id.in_(mine)


def of_own_initiatives(actor: Actor) -> ColumnElement[bool]:
    """Design sessions of initiatives in which the actor's organisation takes part, unless she was sent away."""
    if not acts_for_admitted(actor):
        return false()
    taking_part = select(Partner.initiative_id).where(
        Partner.organisation_id == actor.organisation_id, Partner.left_at.is_(None)
    )
    return and_(
        DesignSession.initiative_id.in_(taking_part),
        DesignSession.state != DesignState.DRAFT,
        DesignSession.id.not_in(_sent_away(actor)),
    )


def left_alone() -> ColumnElement[bool]:
    """Design sessions that are going on while nobody is at the desk."""
    since = now() - DESK_PATIENCE
    gone = or_(DesignSession.desk_id.is_(None), DesignSession.desk_seen_at < since)
    return and_(DesignSession.state == DesignState.LIVE, gone)


def _sent_away(actor: Actor) -> Select[tuple[int]]:
    return select(Participant.design_id).where(
        Participant.person_id == actor.person_id, Participant.removed_at.is_not(None)
    )


def visible_to(actor: Actor) -> ColumnElement[bool]:
    """The condition on DesignSession under which the actor may know of it and read it."""
    if actor.person is None:
        return false()
    if actor.cluster_role == "facilitator":
        return true()
    if actor.cluster_role == "manager":
        return or_(invited(actor), named(actor), left_alone(), of_own_initiatives(actor))
    if not acts_for_admitted(actor):
        return false()
    return or_(invited(actor), named(actor), of_own_initiatives(actor))


def holds(condition: ColumnElement[bool], design_session: DesignSession) -> bool:
    """Whether a design session meets a condition at this moment."""
    query = select(DesignSession.id).where(DesignSession.id == design_session.id, condition)
    return db.session.scalar(query) is not None
