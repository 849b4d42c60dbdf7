"""What suggestions add to the pages of organisations and initiatives."""

from __future__ import annotations

from flask import g, render_template
from markupsafe import Markup

from app.core.actors import Actor
from app.core.permissions import can
from app.features.initiatives.models import Initiative, InitiativeState, WantedRole
from app.features.organisations.models import Organisation, OrganisationState
from app.features.organisations.policy import acts_for
from app.features.suggestions import presenters, queries


def why_you_two(actor: Actor, organisation: Organisation) -> Markup | str:
    """On an organisation's page: why the two fit, how they stand, and the next step."""
    if organisation.state != OrganisationState.ADMITTED or acts_for(actor, organisation.id):
        return ""
    row = presenters.why(queries.explanation(actor, organisation))
    between = presenters.standing(actor, organisation, queries.standing(actor, organisation))
    return Markup(
        render_template("suggestions/_why.html", organisation=organisation, row=row, between=between)
    )


def proposed_for_seat(actor: Actor, initiative: Initiative, role: WantedRole) -> Markup | str:
    """On an initiative's page, for the lead's members: who could take a free seat.

    All roles are asked for with the first one, so that the number of queries does not grow with them.
    """
    takes_partners = initiative.state in (InitiativeState.DRAFT, InitiativeState.OPEN)
    if not takes_partners or not can(actor, "initiative.edit", initiative):
        return ""
    kept = g.setdefault("proposals_for_seats", {})
    if initiative.id not in kept:
        kept[initiative.id] = queries.proposals_for_seats(actor, initiative, initiative.roles)
    found = kept[initiative.id].get(role.id)
    rows = presenters.seat_rows(found) if found else []
    return Markup(render_template("suggestions/_seat.html", rows=rows)) if found else ""


def composing(actor: Actor, initiative: Initiative) -> Markup | str:
    """On an initiative's page, for the lead's members: the way to whole consortia, while there are free seats."""
    free = any(role.filled < role.seats for role in initiative.roles)
    if (
        initiative.state is not InitiativeState.OPEN
        or not free
        or not can(actor, "initiative.invite", initiative)
    ):
        return ""
    return Markup(render_template("suggestions/_composing.html", initiative=initiative))
