"""The plan of a design session on its page of preparation: adding, changing, moving, repeating, removing phases."""

from __future__ import annotations

from flask import g, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from app.core.errors import NotFound
from app.core.http.pages import page, process_form, run_action
from app.core.numbers import number_sent
from app.core.permissions import authorize
from app.features.design import services
from app.features.design.forms import PhaseForm
from app.features.design.queries import get_design_session, phases_of
from app.features.design.views.blueprint import ONE, blueprint

PHASE = f"{ONE}/phases/<int:phase_id>"


@page(blueprint, f"{ONE}/phases/new", permission="design.prepare", methods=("GET", "POST"))
def add_phase(design_id: int) -> ResponseReturnValue:
    """Add a phase at the end of the plan, or at the place that is asked for."""
    design_session = get_design_session(g.actor, design_id)
    authorize(g.actor, "design.prepare", design_session)
    form = PhaseForm()
    return process_form(
        form,
        "design/phase.html",
        lambda actor: services.change_plan(actor, design_id, "add", wanted=form.values()),
        lambda made: url_for(".prepare", design_id=design_id, _anchor=f"phase-{made['phase']}"),
        say=_("The phase is at the end of the plan. Move it to where it belongs."),
        design=design_session,
        is_new=True,
    )


@page(blueprint, PHASE, permission="design.prepare", methods=("GET", "POST"))
def phase(design_id: int, phase_id: int) -> ResponseReturnValue:
    """Change a phase."""
    design_session = get_design_session(g.actor, design_id)
    authorize(g.actor, "design.prepare", design_session)
    found = next((each for each in phases_of(design_session) if each.id == phase_id), None)
    if found is None:
        raise NotFound
    form = PhaseForm.of(found)
    return process_form(
        form,
        "design/phase.html",
        lambda actor: services.change_plan(
            actor, design_id, "change", phase=phase_id, wanted=form.changes(found.kind)
        ),
        lambda made: url_for(".prepare", design_id=design_id, _anchor=f"phase-{phase_id}"),
        design=design_session,
        is_new=False,
    )


@page(blueprint, f"{PHASE}/move", permission="design.prepare", methods=("POST",))
def move_phase(design_id: int, phase_id: int) -> ResponseReturnValue:
    """Move a phase to the place that the button says."""
    return _change(design_id, phase_id, "move", number_sent("to"))


@page(blueprint, f"{PHASE}/repeat", permission="design.prepare", methods=("POST",))
def repeat_phase(design_id: int, phase_id: int) -> ResponseReturnValue:
    """Put the same phase once more right behind."""
    return _change(design_id, phase_id, "repeat")


@page(blueprint, f"{PHASE}/remove", permission="design.prepare", methods=("POST",))
def remove_phase(design_id: int, phase_id: int) -> ResponseReturnValue:
    """Take a phase out of the plan."""
    return _change(design_id, phase_id, "remove")


def _change(design_id: int, phase_id: int, act: str, to: int | None = None) -> ResponseReturnValue:
    return run_action(
        lambda actor: services.change_plan(actor, design_id, act, phase=phase_id, to=to),
        url_for(".prepare", design_id=design_id, _anchor="plan"),
    )
