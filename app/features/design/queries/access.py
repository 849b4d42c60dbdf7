"""Access to design sessions: the conditions under which somebody may know of one, and may run it."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from functools import cache
from types import SimpleNamespace
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, bindparam, false, or_, select, true

from app.core.actors import Actor
from app.core.clock import now
from app.core.database import db
from app.features.design.models.sessions import DesignSession, DesignState, Participant, Role
from app.features.initiatives.models import Partner
from app.features.organisations.models import OrganisationState
from app.features.organisations.policy import acts_for_admitted

UNATTENDED_AFTER = timedelta(seconds=60)
"""After so long without the facilitator a manager may take over."""
RUNNERS = (Role.FACILITATOR, Role.CO_FACILITATOR)
Condition = Callable[[Actor], ColumnElement[bool]]


def invited(actor: Actor) -> ColumnElement[bool]:
    """Design sessions to which the actor was invited, or which she runs; to take part alone is no invitation."""
    mine = select(Participant.design_id).where(
        Participant.person_id == actor.person_id,
        or_(Participant.invited, Participant.role.in_(RUNNERS)),
        Participant.removed_at.is_(None),
    )
    return and_(DesignSession.id.in_(mine), DesignSession.state != DesignState.DRAFT)


def named_to_run(actor: Actor) -> ColumnElement[bool]:
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
    removed_from = select(Participant.design_id).where(
        Participant.person_id == actor.person_id, Participant.removed_at.is_not(None)
    )
    return and_(
        DesignSession.initiative_id.in_(taking_part),
        DesignSession.state != DesignState.DRAFT,
        DesignSession.id.not_in(removed_from),
    )


def unattended(actor: Actor) -> ColumnElement[bool]:
    """Design sessions that are going on while nobody is at the desk, for every actor."""
    since = bindparam(
        "since", callable_=lambda: now() - UNATTENDED_AFTER, type_=DesignSession.desk_seen_at.type
    )
    gone = or_(DesignSession.desk_id.is_(None), DesignSession.desk_seen_at < since)
    return and_(DesignSession.state == DesignState.LIVE, gone)


def visible_to(actor: Actor) -> ColumnElement[bool]:
    """The condition on DesignSession under which the actor may know of it and read it."""
    if actor.person is None:
        return false()
    if actor.cluster_role == "facilitator":
        return true()
    if actor.cluster_role == "manager":
        return or_(invited(actor), named_to_run(actor), unattended(actor), of_own_initiatives(actor))
    if not acts_for_admitted(actor):
        return false()
    return or_(invited(actor), named_to_run(actor), of_own_initiatives(actor))


def meets_condition(condition: Condition, actor: Actor, design_session: DesignSession) -> bool:
    """Whether a design session meets a condition on the actor at this moment."""
    query = _condition_query(condition, actor.cluster_role, acts_for_admitted(actor))
    return db.session.scalar(query, {"asked": design_session.id, **_parameters(actor)}) is not None


def find_visible(actor: Actor, design_id: int) -> DesignSession | None:
    """The design session, read again, if the actor may know of it."""
    query = _session_query(actor.cluster_role, acts_for_admitted(actor))
    return db.session.scalar(query, {"asked": design_id, **_parameters(actor)})


def _parameters(actor: Actor) -> dict[str, int | None]:
    return {"person": actor.person_id, "organisation": actor.organisation_id}


# Asked for every command: built once for each kind of actor, because building them takes longer than the query.
@cache
def _condition_query(condition: Condition, role: str, admitted: bool) -> Select[int]:
    return select(DesignSession.id).where(
        DesignSession.id == bindparam("asked"), condition(_unbound_actor(role, admitted))
    )


@cache
def _session_query(role: str, admitted: bool) -> Select[DesignSession]:
    query = select(DesignSession).where(
        DesignSession.id == bindparam("asked"), visible_to(_unbound_actor(role, admitted))
    )
    return query.execution_options(populate_existing=True)


def _unbound_actor(role: str, admitted: bool) -> Actor:
    """An actor of this kind whose person and organisation are parameters of the query."""
    if role == "visitor":
        return Actor()
    person: Any = SimpleNamespace(id=bindparam("person"), cluster_role=SimpleNamespace(value=role))
    organisation: Any = SimpleNamespace(id=bindparam("organisation"), state=OrganisationState.ADMITTED)
    return Actor(person, organisation if admitted else None)
