"""What the desk does to cards: veil one without learning whose it is, pin, park; and undo the last step of the board."""

from __future__ import annotations

from typing import Any

from flask_babel import lazy_gettext as _l

from app.core.actors import Actor
from app.core.database import db
from app.core.errors import Conflict
from app.features.design.models import Card
from app.features.design.queries.board import get_card, last_step
from app.features.design.services.cards import BOARD
from app.features.design.services.doing import run
from app.features.design.services.journal import Journal, take_back
from app.features.design.services.telling import scrub, tell
from app.features.design.sitting import Sitting


def veil(actor: Actor, design_id: int, card: str, on: bool, cid: str | None = None) -> dict[str, Any]:
    """Hide a card's text from everybody, in what was told before too, or show it again; its author stays unknown."""

    def act(sitting: Sitting) -> None:
        found = _shown(sitting, card)
        journal = Journal(sitting.design, "card_veiled" if on else "card_unveiled")
        journal.card(found)
        found.veiled = on
        if on:
            scrub(sitting.design, found, None)
        journal.keep()
        tell(sitting.design, "card_veiled" if on else "card_unveiled", actor, parts=())

    return run(actor, design_id, cid, "design_card_veil", {"card": card, "on": on}, act)


def mark(
    actor: Actor, design_id: int, card: str, mark: str, on: bool, cid: str | None = None
) -> dict[str, Any]:
    """Pin a card or park it, or take that off."""

    def act(sitting: Sitting) -> None:
        found = _shown(sitting, card)
        journal = Journal(sitting.design, f"card_{mark}")
        journal.card(found)
        setattr(found, mark, on)
        journal.keep()
        tell(sitting.design, f"card_{mark}", actor, parts=())

    return run(actor, design_id, cid, "design_card_mark", {"card": card, "mark": mark, "on": on}, act)


def undo(actor: Actor, design_id: int, cid: str | None = None) -> dict[str, Any]:
    """Take the last step of the board back. Raises Conflict where there is none."""

    def act(sitting: Sitting) -> None:
        step = last_step(sitting.design)
        if step is None:
            raise Conflict(_l("There is nothing to undo."))
        for card in take_back(sitting.design, step):
            scrub(sitting.design, card, None)
        db.session.expire_all()
        tell(sitting.design, "undone", actor, parts=(*BOARD, "votes"))

    return run(actor, design_id, cid, "design_undo", {}, act)


def _shown(sitting: Sitting, key: str) -> Card:
    """A card by the key that everybody knows; raises NotFound."""
    return get_card(sitting.design, key, None)
