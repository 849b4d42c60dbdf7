"""The buttons that move an initiative from one state to another."""

from __future__ import annotations

from flask import request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from app.core.errors import BadRequest
from app.core.http.pages import page, run_action
from app.features.initiatives import services
from app.features.initiatives.states import InitiativeMove
from app.features.initiatives.views.blueprint import blueprint

ACTS = {
    InitiativeMove.OPEN: services.open_up,
    InitiativeMove.RUN: services.run,
    InitiativeMove.REOPEN: services.reopen,
}


@page(blueprint, "/<slug>/state", permission="initiative.change_state", methods=("POST",))
def state(slug: str) -> ResponseReturnValue:
    """Open, run or reopen an initiative, as the button `move` says."""
    said = {
        InitiativeMove.OPEN: _(
            "Your initiative is open: everybody can read it, and organisations can apply."
        ),
        InitiativeMove.RUN: _("Your initiative is running. Organisations can no longer apply."),
        InitiativeMove.REOPEN: _("Organisations can apply again."),
    }
    asked = request.form.get("move", "")
    if asked not in set(ACTS):
        raise BadRequest
    move = InitiativeMove(asked)
    return run_action(lambda actor: ACTS[move](actor, slug), url_for(".show", slug=slug), say=said[move])


@page(blueprint, "/<slug>/close", permission="initiative.close", methods=("POST",))
def close(slug: str) -> ResponseReturnValue:
    """End an initiative."""
    return run_action(
        lambda actor: services.close(actor, slug),
        url_for(".show", slug=slug),
        say=_("The initiative is closed. You can still read it."),
    )


@page(blueprint, "/<slug>/delete", permission="initiative.change_state", methods=("POST",))
def delete(slug: str) -> ResponseReturnValue:
    """Delete a draft; one that was opened stays."""
    return run_action(
        lambda actor: services.delete(actor, slug), url_for(".index"), say=_("The draft is deleted.")
    )
