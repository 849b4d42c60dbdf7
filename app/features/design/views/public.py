"""Finding design sessions, reading about one, entering it."""

from __future__ import annotations

from flask import g, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from app.core.http.pages import page, run_action
from app.core.permissions import SIGNED_IN
from app.features.design import services
from app.features.design.models.sessions import DesignState
from app.features.design.presenters.pages import list_page, lobby_page
from app.features.design.queries import get_design_session
from app.features.design.states import OVER
from app.features.design.views.blueprint import ONE, blueprint


@page(blueprint, "", permission=SIGNED_IN)
def index() -> ResponseReturnValue:
    """The design sessions that one may know of, those that go on first."""
    return render_template("design/index.html", **list_page(g.actor, request.args.get("after")))


@page(blueprint, ONE, permission="design.join")
def show(design_id: int) -> ResponseReturnValue:
    """What a design session is about, when it is for everybody, who comes; over, it is its report."""
    design_session = get_design_session(g.actor, design_id)
    if design_session.state in OVER:
        return redirect(url_for(".report", design_id=design_id))
    return render_template("design/show.html", **lobby_page(g.actor, design_session))


@page(blueprint, f"{ONE}/enter", permission="design.join", methods=("POST",))
def enter(design_id: int) -> ResponseReturnValue:
    """Take one's place, and go on to the board."""
    state = get_design_session(g.actor, design_id).state
    at_work = state in (DesignState.LIVE, DesignState.OPEN)
    target = url_for(".board" if at_work else ".show", design_id=design_id)
    return run_action(lambda actor: services.join(actor, design_id), target)
