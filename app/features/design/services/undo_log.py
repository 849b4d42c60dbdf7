"""The last steps on the board, each with what its rows held before, and the command that undoes the newest."""

from __future__ import annotations

from typing import Any

from flask_babel import lazy_gettext as _l
from sqlalchemy import bindparam, delete

from app.core.actors import Actor
from app.core.database import db
from app.core.errors import Conflict
from app.features.design.models.board import BoardColumn, BreakoutGroup, Card, CardGroup
from app.features.design.models.sessions import DesignSession, UndoStep
from app.features.design.queries.board import last_step
from app.features.design.queries.breakouts import open_breakout_groups
from app.features.design.services.command_runner import run_command
from app.features.design.services.publishing import publish_changes, redact_card_text
from app.features.design.session_context import SessionContext

MAX_UNDO_STEPS = 20
CARD_FIELDS = ("column_id", "rank", "cluster_id", "pinned", "parked", "veiled", "origin")
GROUP_FIELDS = ("column_id", "name", "rank")

# A mass deletion: no row that is loaded is one of these.
_DELETE_OLD_STEPS = (
    delete(UndoStep)
    .where(UndoStep.design_id == bindparam("design"), UndoStep.number <= bindparam("last"))
    .execution_options(synchronize_session=False)
)


class UndoLog:
    """What a step is about to change: note the rows before they change, `save` once they have."""

    def __init__(self, design_session: DesignSession, kind: str) -> None:
        self._design = design_session
        self._kind = kind
        self._cards: dict[str, dict[str, Any]] = {}
        self._groups: dict[str, dict[str, Any] | None] = {}
        self._breakouts: dict[str, bool] = {}

    def note_card(self, card: Card) -> None:
        """Note a card as it is now; one that is not revealed yet is never noted."""
        if not card.unrevealed:
            self._cards.setdefault(str(card.id), {name: getattr(card, name) for name in CARD_FIELDS})

    def note_card_group(self, group: CardGroup) -> None:
        """Note a group as it is now."""
        self._groups.setdefault(str(group.id), {name: getattr(group, name) for name in GROUP_FIELDS})

    def note_new_card_group(self, group: CardGroup) -> None:
        """Note a group that did not exist before."""
        self._groups.setdefault(str(group.id), None)

    def note_breakout_group(self, group: BreakoutGroup) -> None:
        """Note a breakout group whose board goes away, and whether it was at work."""
        self._breakouts[str(group.id)] = group.closed_at is None

    def save(self) -> None:
        """Store the step as the newest, and delete those that are too old."""
        if not self._cards and not self._groups and not self._breakouts:
            return
        self._design.steps += 1
        before = {"cards": self._cards, "clusters": self._groups, "breakouts": self._breakouts}
        number = self._design.steps
        db.session.add(UndoStep(design_id=self._design.id, number=number, kind=self._kind, before=before))
        db.session.flush()
        db.session.execute(_DELETE_OLD_STEPS, {"design": self._design.id, "last": number - MAX_UNDO_STEPS})


def undo(actor: Actor, design_id: int, step: int, cid: str | None = None) -> dict[str, Any]:
    """Undo the last step on the board, by its number. Raises Conflict where there is none, or another was the last."""

    def act(context: SessionContext) -> None:
        last = last_step(context.design)
        if last is None:
            raise Conflict(_l("There is nothing to undo."))
        if last.number != step:
            raise Conflict(_l("Something else was the last step already. Nothing was undone."))
        for card in _revert_step(context.design, last):
            redact_card_text(context.design, card, None)
        db.session.expire_all()
        publish_changes(context.design, "undone", actor, parts=("columns", "clusters", "votes", "breakouts"))

    return run_command(actor, design_id, cid, "design_undo", {"step": step}, act)


def _revert_step(design_session: DesignSession, step: UndoStep) -> list[Card]:
    """Give the rows of a step what they held before it; what was removed meanwhile stays away.

    Returns the cards whose text is hidden again.
    """
    _restore_breakout_groups(design_session, step.before.get("breakouts", {}))
    for number, before in step.before["clusters"].items():
        if before is not None:
            _restore_card_group(design_session, int(number), before)
    db.session.flush()
    veiled = [
        card
        for number, before in step.before["cards"].items()
        if (card := _restore_card(int(number), before)) is not None
    ]
    db.session.flush()
    for number, before in step.before["clusters"].items():
        if before is None:
            db.session.execute(
                delete(CardGroup).where(CardGroup.id == int(number), CardGroup.design_id == design_session.id)
            )
    db.session.delete(step)
    db.session.flush()
    return veiled


def _restore_breakout_groups(design_session: DesignSession, before: dict[str, bool]) -> None:
    """Give groups their boards back; they go on where they were at work, unless others are by now."""
    goes_on = not open_breakout_groups(design_session)
    for number, was_open in before.items():
        group = db.session.get(BreakoutGroup, int(number))
        if group is None:
            continue
        group.merged_at = None
        if was_open and goes_on:
            group.closed_at = None


def _restore_card_group(design_session: DesignSession, number: int, before: dict[str, Any]) -> None:
    """Give a group back what it held; it is made again where its last card had left it."""
    group = db.session.get(CardGroup, number)
    if db.session.get(BoardColumn, before["column_id"]) is None:
        return
    if group is None:
        group = CardGroup(id=number, design_id=design_session.id, **before)
        db.session.add(group)
    for name, value in before.items():
        setattr(group, name, value)


def _restore_card(number: int, before: dict[str, Any]) -> Card | None:
    """Give a card back what it held; returns it where that hides its text again."""
    card = db.session.get(Card, number)
    if card is None or db.session.get(BoardColumn, before["column_id"]) is None:
        return None
    was_veiled = card.veiled
    group_id = before["cluster_id"]
    if group_id is not None and db.session.get(CardGroup, group_id) is None:
        before = {**before, "cluster_id": None}
    for name, value in before.items():
        setattr(card, name, value)
    return card if card.veiled and not was_veiled else None
