"""Whether an organisation can apply to a seat, and if not, why not: the page says it, the service holds it."""

from __future__ import annotations

import enum
from collections.abc import Collection, Mapping

from flask_babel import lazy_gettext as _l
from flask_babel.speaklater import LazyString

from app.core.actors import Actor
from app.features.initiatives.models import Initiative, InitiativeState, WantedRole
from app.features.organisations.models import OrganisationState


class Obstacle(enum.StrEnum):
    """What stands between an actor and a seat."""

    DRAFT = "draft"
    RUNNING = "running"
    CLOSED = "closed"
    LEAD_AWAY = "lead_away"
    LEADS = "leads"
    TAKES_PART = "takes_part"
    APPLIED = "applied"
    FULL = "full"
    SIGN_IN = "sign_in"
    NO_ORGANISATION = "no_organisation"
    NOT_ADMITTED = "not_admitted"


SENTENCES: Mapping[Obstacle, LazyString] = {
    Obstacle.DRAFT: _l("This is a draft. Organisations can apply once it is open."),
    Obstacle.RUNNING: _l("This initiative is running and takes no applications now."),
    Obstacle.CLOSED: _l("This initiative is closed. It takes no applications any more."),
    Obstacle.LEAD_AWAY: _l(
        "The organisation that leads this initiative is not in the cluster at the moment, so nobody would answer."
    ),
    Obstacle.LEADS: _l("Your organisation leads this initiative: it has its place already."),
    Obstacle.TAKES_PART: _l("Your organisation takes part in this initiative already."),
    Obstacle.APPLIED: _l("Your organisation has applied to this role. The answer comes by email."),
    Obstacle.FULL: _l("Every seat of this role is taken."),
    Obstacle.SIGN_IN: _l("Sign in to apply with your organisation."),
    Obstacle.NO_ORGANISATION: _l("Organisations apply. Create yours, it takes a few minutes."),
    Obstacle.NOT_ADMITTED: _l("Your organisation can apply as soon as it is admitted to the cluster."),
}
OF_THE_STATE: Mapping[InitiativeState, Obstacle] = {
    InitiativeState.DRAFT: Obstacle.DRAFT,
    InitiativeState.RUNNING: Obstacle.RUNNING,
    InitiativeState.CLOSED: Obstacle.CLOSED,
}


def obstacle(
    actor: Actor, initiative: Initiative, role: WantedRole, applied: Collection[int]
) -> Obstacle | None:
    """What keeps the actor from applying to a role, the most telling first; None where nothing does.

    The initiative must be loaded with its lead and its partners; `applied` are the ids of the roles to which the
    organisation's applications wait for an answer.
    """
    if initiative.state in OF_THE_STATE:
        return OF_THE_STATE[initiative.state]
    if initiative.lead.state is not OrganisationState.ADMITTED:
        return Obstacle.LEAD_AWAY
    own = _of_the_organisation(actor, initiative, role, applied)
    if own is not None:
        return own
    if role.filled >= role.seats:
        return Obstacle.FULL
    if actor.person is None:
        return Obstacle.SIGN_IN
    if actor.organisation is None:
        return Obstacle.NO_ORGANISATION
    return None if actor.organisation.state is OrganisationState.ADMITTED else Obstacle.NOT_ADMITTED


def _of_the_organisation(
    actor: Actor, initiative: Initiative, role: WantedRole, applied: Collection[int]
) -> Obstacle | None:
    if actor.organisation_id is None:
        return None
    if actor.organisation_id == initiative.lead_id:
        return Obstacle.LEADS
    if any(
        partner.organisation_id == actor.organisation_id and partner.left_at is None
        for partner in initiative.partners
    ):
        return Obstacle.TAKES_PART
    return Obstacle.APPLIED if role.id in applied else None
