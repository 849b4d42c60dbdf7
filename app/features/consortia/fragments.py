"""What consortia add to the page of an initiative."""

from __future__ import annotations

from flask import g, render_template
from markupsafe import Markup

from app.core.actors import Actor
from app.core.permissions import can
from app.features.consortia.queries import proposals_for_seats
from app.features.initiatives.models import Initiative, InitiativeState, WantedRole
from app.features.introductions.queries import acquainted_with
from app.features.suggestions.presenters.rows import seat_rows
from app.features.suggestions.services.exposure import count_exposure


def proposed_for_seat(actor: Actor, initiative: Initiative, role: WantedRole) -> Markup | str:
    """On an initiative's page, for the lead's members: who could take a free seat.

    All roles are asked for with the first one, so that the number of queries does not grow with them.
    """
    takes_partners = initiative.state in (InitiativeState.DRAFT, InitiativeState.OPEN)
    if not takes_partners or not can(actor, "initiative.edit", initiative):
        return ""
    kept = g.setdefault("proposals_for_seats", {})
    if initiative.id not in kept:
        proposals = proposals_for_seats(actor, initiative, initiative.roles)
        count_exposure({item.organisation.id for found in proposals.values() for item in found.items})
        kept[initiative.id] = proposals, acquainted_with(initiative.lead_id)
    proposals, acquainted = kept[initiative.id]
    found = proposals.get(role.id)
    if not found:
        return ""
    return Markup(
        render_template(
            "consortia/_seat.html",
            rows=seat_rows(found),
            acquainted=acquainted,
            initiative=initiative,
            role=role,
        )
    )


def composing(actor: Actor, initiative: Initiative) -> Markup | str:
    """On an initiative's page, for the lead's members: the way to whole consortia, while there are free seats."""
    free = any(role.filled < role.seats for role in initiative.roles)
    if (
        initiative.state is not InitiativeState.OPEN
        or not free
        or not can(actor, "initiative.invite", initiative)
    ):
        return ""
    return Markup(render_template("consortia/_composing.html", initiative=initiative))
