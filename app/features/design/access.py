"""How somebody stands to a design session: whether she may know of it, and whether she is named to run it."""

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
"""How long a desk may be left before a manager may take it."""
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


def unattended(actor: Actor) -> ColumnElement[bool]:
    """Design sessions that are going on while nobody is at the desk, whoever asks."""
    since = bindparam(
        "since", callable_=lambda: now() - UNATTENDED_AFTER, type_=DesignSession.desk_seen_at.type
    )
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
        return or_(invited(actor), named(actor), unattended(actor), of_own_initiatives(actor))
    if not acts_for_admitted(actor):
        return false()
    return or_(invited(actor), named(actor), of_own_initiatives(actor))


def holds(condition: Condition, actor: Actor, design_session: DesignSession) -> bool:
    """Whether a design session meets a condition on the actor at this moment."""
    query = _question(condition, actor.cluster_role, acts_for_admitted(actor))
    return db.session.scalar(query, {"asked": design_session.id, **_who(actor)}) is not None


def find(actor: Actor, design_id: int) -> DesignSession | None:
    """The design session, read anew, if the actor may know of it."""
    query = _search(actor.cluster_role, acts_for_admitted(actor))
    return db.session.scalar(query, {"asked": design_id, **_who(actor)})


def _who(actor: Actor) -> dict[str, int | None]:
    return {"person": actor.person_id, "organisation": actor.organisation_id}


# Asked for every command: made once for each kind of actor, since making them takes longer than asking.
@cache
def _question(condition: Condition, role: str, admitted: bool) -> Select[tuple[int]]:
    return select(DesignSession.id).where(
        DesignSession.id == bindparam("asked"), condition(_anybody(role, admitted))
    )


@cache
def _search(role: str, admitted: bool) -> Select[tuple[DesignSession]]:
    query = select(DesignSession).where(
        DesignSession.id == bindparam("asked"), visible_to(_anybody(role, admitted))
    )
    return query.execution_options(populate_existing=True)


def _anybody(role: str, admitted: bool) -> Actor:
    """An actor of this kind whose person and organisation are filled in when something is asked."""
    if role == "visitor":
        return Actor()
    person: Any = SimpleNamespace(id=bindparam("person"), cluster_role=SimpleNamespace(value=role))
    organisation: Any = SimpleNamespace(id=bindparam("organisation"), state=OrganisationState.ADMITTED)
    return Actor(person, organisation if admitted else None)
