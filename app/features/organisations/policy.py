"""Who may do what to organisations, and the conditions that later features build their own tables with."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from flask_babel import lazy_gettext as _l

from app.core.actors import Actor
from app.core.permissions import ALWAYS, Condition, Policy, Rule
from app.core.source_names import PermissionName
from app.features.organisations.models import OrganisationState


def acts_for(actor: Actor, organisation_id: int | None) -> bool:
    """Whether the actor acts for this organisation at this moment."""
    return organisation_id is not None and actor.organisation_id == organisation_id


def acts_for_admitted(actor: Actor, subject: Any = None) -> bool:
    """Whether the actor acts for an organisation that is part of the cluster, and so may ask, apply and post."""
    return actor.organisation is not None and actor.organisation.state is OrganisationState.ADMITTED


OWN = Condition(
    lambda actor, organisation: organisation is None or acts_for(actor, organisation.id), _l("own")
)
"""For an organisation: the one acted for. Without a subject: whether there is one at all."""

ONES_OWN = Condition(
    lambda actor, organisation: (
        organisation is None or organisation.id in {mine.id for mine in actor.organisations}
    ),
    _l("own"),
)
"""Any organisation that the actor is a member of, whichever she acts for now."""

OWN_ADMITTED = Condition(acts_for_admitted, _l("own"))
"""Acting for any organisation that is part of the cluster."""

ADMITTED = Condition(
    lambda actor, organisation: organisation is None or organisation.state is OrganisationState.ADMITTED, "●"
)

READ_AS: Mapping[OrganisationState, PermissionName] = {
    OrganisationState.DRAFT: "organisation.read_pending",
    OrganisationState.PENDING: "organisation.read_pending",
    OrganisationState.ADMITTED: "organisation.read",
    OrganisationState.SUSPENDED: "organisation.read_pending",
}
"""Under which permission a profile is read."""

POLICY: Policy = {
    "organisation.read": Rule(
        _l("Read the profile of an organisation in the cluster"),
        visitor=ADMITTED,
        person=ADMITTED,
        representative=ADMITTED,
        editor=ADMITTED,
        partner=ADMITTED,
        facilitator=ADMITTED,
        manager=ALWAYS,
    ),
    "organisation.read_pending": Rule(
        _l("Read the profile of an organisation that is not in the cluster yet"),
        representative=ONES_OWN,
        editor=ONES_OWN,
        partner=ONES_OWN,
        manager=ALWAYS,
    ),
    "organisation.create": Rule(
        _l("Create an organisation"),
        person=ALWAYS,
        representative=ALWAYS,
        editor=ALWAYS,
        partner=ALWAYS,
        facilitator=ALWAYS,
        manager=ALWAYS,
    ),
    "organisation.edit": Rule(_l("Edit the profile of an organisation"), editor=OWN, manager=ALWAYS),
    "organisation.read_members": Rule(
        _l("See who acts for an organisation"), representative=OWN, editor=OWN, manager=ALWAYS
    ),
    "organisation.invite": Rule(
        _l("Invite people to act for an organisation, change their roles, remove them"),
        editor=OWN,
        manager=ALWAYS,
    ),
    "organisation.leave": Rule(_l("Leave an organisation"), representative=OWN, editor=OWN),
    "organisation.admit": Rule(_l("Admit organisations to the cluster"), manager=ALWAYS),
    "organisation.suspend": Rule(_l("Suspend and restore organisations"), manager=ALWAYS),
    "organisation.export": Rule(
        _l("Download all that is known of organisations, with where it came from"), manager=ALWAYS
    ),
}
