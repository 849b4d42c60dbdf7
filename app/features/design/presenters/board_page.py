"""What the page of a board begins with; everything after that comes as events."""

from __future__ import annotations

from typing import Any

from app.core.actors import Actor
from app.core.clock import now
from app.core.i18n import ALL_LANGUAGES, language_name
from app.features.design.models.sessions import DesignSession
from app.features.design.presenters.board_words import board_words
from app.features.design.presenters.own_state import own_state
from app.features.design.presenters.values import moment
from app.features.design.queries import snapshot_of
from app.features.design.session_context import load_context


def board_page(actor: Actor, design_session: DesignSession) -> dict[str, Any]:
    """The board as it stands for the actor."""
    snapshot = snapshot_of(design_session)
    state = {"now": {}, **snapshot["state"]}
    own = own_state(load_context(actor, design_session))
    phases = sorted(state.get("phases", {}).items(), key=lambda each: each[1]["position"])
    return {
        "design": {"id": design_session.id},
        "stream": {"id": snapshot["stream"], "epoch": snapshot["epoch"], "head": snapshot["seq"]},
        "state": state,
        "mine": own,
        "phases": phases,
        "now": state.get("phases", {}).get(state["now"].get("phase")),
        "columns": _columns(state),
        "words": board_words(),
        "runs": "run" in own["may"],
        "is_in": own["joined"],
        "moment": moment(now()),
        "writing_languages": [(code, language_name(code)) for code in ALL_LANGUAGES],
    }


def replay_page(actor: Actor, design_session: DesignSession) -> dict[str, Any]:
    """The page that plays a design session back from its first event; what is one's own has no place in it."""
    return {**board_page(actor, design_session), "mine": {"may": []}, "runs": False}


def _columns(state: dict[str, Any]) -> list[tuple[str, Any, list[Any]]]:
    """The columns of everybody's board with their cards, for a page without a script."""
    cards = sorted(state.get("cards", {}).values(), key=lambda card: card["rank"])
    columns = sorted(state.get("columns", {}).items(), key=lambda each: each[1]["rank"])
    return [
        (key, column, [card for card in cards if card["column"] == key])
        for key, column in columns
        if column["board"] == "main"
    ]
