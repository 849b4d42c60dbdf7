"""The board of a design session that runs, and the way back through what happened on it."""

from __future__ import annotations

from flask import g, redirect, render_template, url_for
from flask.typing import ResponseReturnValue

from app.core.http.pages import page
from app.features.design.models.sessions import DesignState
from app.features.design.presenters.board_page import board_page, replay_page
from app.features.design.queries import get_design_session
from app.features.design.states import OVER
from app.features.design.views.blueprint import ONE, blueprint


@page(blueprint, f"{ONE}/board", permission="design.join")
def board(design_id: int) -> ResponseReturnValue:
    """The board; before it begins one waits at its page, and when it is over one reads its report."""
    design_session = get_design_session(g.actor, design_id)
    if design_session.state in OVER:
        return redirect(url_for(".report", design_id=design_id))
    if design_session.state not in (DesignState.LIVE, DesignState.OPEN):
        return redirect(url_for(".show", design_id=design_id))
    return render_template("design/board.html", **board_page(g.actor, design_session))


@page(blueprint, f"{ONE}/replay", permission="design.join")
def replay(design_id: int) -> ResponseReturnValue:
    """The design session played back, event by event."""
    return render_template(
        "design/replay.html", **replay_page(g.actor, get_design_session(g.actor, design_id))
    )
