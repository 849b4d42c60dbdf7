"""What design sessions show on the pages of earlier features."""

from __future__ import annotations

from flask import render_template
from markupsafe import Markup

from app.core.actors import Actor
from app.core.permissions import can
from app.features.design.queries import list_design_sessions
from app.features.initiatives.models import Initiative, InitiativeState

SHOWN = 3


def on_initiative_page(actor: Actor, *, initiative: Initiative) -> Markup | str:
    """The design sessions of an initiative, for those who may know of them, and the way to a new one."""
    if actor.person is None:
        return ""
    found = list_design_sessions(actor, initiative_id=initiative.id).items[:SHOWN]
    goes_on = initiative.state in (InitiativeState.OPEN, InitiativeState.RUNNING)
    may_prepare = goes_on and can(actor, "design.prepare")
    if not found and not may_prepare:
        return ""
    template = "design/_of_initiative.html"
    return Markup(
        render_template(template, design_sessions=found, may_prepare=may_prepare, initiative=initiative)
    )
