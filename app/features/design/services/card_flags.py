"""What the desk does to cards: veil one without learning whose it is, pin, park; and undo the last step of the board."""

from __future__ import annotations

from typing import Any

from flask_babel import lazy_gettext as _l

from app.core.actors import Actor
from app.core.database import db
from app.core.errors import Conflict
from app.features.design.models.board import Card
from app.features.design.queries.board import get_card, last_step
from app.features.design.services.cards import BOARD
from app.features.design.services.command_runner import run_command
from app.features.design.services.publishing import publish_changes, redact_card_text
from app.features.design.services.undo_log import UndoLog, revert_step
from app.features.design.session_context import SessionContext


def hide_card(actor: Actor, design_id: int, card: str, on: bool, cid: str | None = None) -> dict[str, Any]:
    """Hide a card's text from everybody, in what was told before too, or show it again; its author stays unknown."""

    def act(context: SessionContext) -> None:
        found = _shown(context, card)
        undo_log = UndoLog(context.design, "card_veiled" if on else "card_unveiled")
        undo_log.card(found)
        found.veiled = on
        if on:
            redact_card_text(context.design, found, None)
        undo_log.keep()
        publish_changes(context.design, "card_veiled" if on else "card_unveiled", actor, parts=())

    return run_command(actor, design_id, cid, "design_card_veil", {"card": card, "on": on}, act)


def flag_card(
    actor: Actor, design_id: int, card: str, mark: str, on: bool, cid: str | None = None
) -> dict[str, Any]:
    """Pin a card or park it, or take that off."""

    def act(context: SessionContext) -> None:
        found = _shown(context, card)
        undo_log = UndoLog(context.design, f"card_{mark}")
        undo_log.card(found)
        setattr(found, mark, on)
        undo_log.keep()
        publish_changes(context.design, f"card_{mark}", actor, parts=())

    return run_command(actor, design_id, cid, "design_card_mark", {"card": card, "mark": mark, "on": on}, act)


def undo(actor: Actor, design_id: int, cid: str | None = None) -> dict[str, Any]:
    """Take the last step of the board back. Raises Conflict where there is none."""

    def act(context: SessionContext) -> None:
        step = last_step(context.design)
        if step is None:
            raise Conflict(_l("There is nothing to undo."))
        for card in revert_step(context.design, step):
            redact_card_text(context.design, card, None)
        db.session.expire_all()
        publish_changes(context.design, "undone", actor, parts=(*BOARD, "votes"))

    return run_command(actor, design_id, cid, "design_undo", {}, act)


def _shown(context: SessionContext, key: str) -> Card:
    """A card by the key that everybody knows; raises NotFound."""
    return get_card(context.design, key, None)
