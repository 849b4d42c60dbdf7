"""The last steps of the board, each with what its rows held before, so that the desk can undo them."""

from __future__ import annotations

from typing import Any

from sqlalchemy import bindparam, delete

from app.core.database import db
from app.features.design.models.board import BoardColumn, Card, CardGroup
from app.features.design.models.sessions import DesignSession, UndoStep

MAX_UNDO_STEPS = 20
CARD_FIELDS = ("column_id", "rank", "cluster_id", "pinned", "parked", "veiled")
GROUP_FIELDS = ("column_id", "name", "rank")

# A mass deletion: no row that is loaded is one of these.
_FORGET = (
    delete(UndoStep)
    .where(UndoStep.design_id == bindparam("design"), UndoStep.number <= bindparam("last"))
    .execution_options(synchronize_session=False)
)


class UndoLog:
    """What a step is about to change; `keep` it once it has changed."""

    def __init__(self, design_session: DesignSession, kind: str) -> None:
        self._design = design_session
        self._kind = kind
        self._cards: dict[str, dict[str, Any]] = {}
        self._clusters: dict[str, dict[str, Any] | None] = {}

    def card(self, card: Card) -> None:
        """Note a card as it is now; one that is still hidden never is."""
        if not card.hidden:
            self._cards.setdefault(str(card.id), {name: getattr(card, name) for name in CARD_FIELDS})

    def cluster(self, cluster: CardGroup) -> None:
        """Note a cluster as it is now."""
        self._clusters.setdefault(str(cluster.id), {name: getattr(cluster, name) for name in GROUP_FIELDS})

    def made(self, cluster: CardGroup) -> None:
        """Note a cluster that was not there before."""
        self._clusters.setdefault(str(cluster.id), None)

    def keep(self) -> None:
        """Keep the step as the newest, and forget those that are too old."""
        if not self._cards and not self._clusters:
            return
        self._design.steps += 1
        before = {"cards": self._cards, "clusters": self._clusters}
        number = self._design.steps
        db.session.add(UndoStep(design_id=self._design.id, number=number, kind=self._kind, before=before))
        db.session.flush()
        db.session.execute(_FORGET, {"design": self._design.id, "last": number - MAX_UNDO_STEPS})


def revert_step(design_session: DesignSession, step: UndoStep) -> list[Card]:
    """Give the rows of a step what they held before it; what was removed meanwhile stays away.

    Returns the cards whose text it veils again.
    """
    for number, held in step.before["clusters"].items():
        if held is not None:
            _restore_group(design_session, int(number), held)
    db.session.flush()
    veiled = [
        card
        for number, held in step.before["cards"].items()
        if (card := _restore_card(design_session, int(number), held)) is not None
    ]
    db.session.flush()
    for number, held in step.before["clusters"].items():
        if held is None:
            db.session.execute(
                delete(CardGroup).where(CardGroup.id == int(number), CardGroup.design_id == design_session.id)
            )
    db.session.delete(step)
    db.session.flush()
    return veiled


def _restore_group(design_session: DesignSession, number: int, held: dict[str, Any]) -> None:
    """Give a cluster back what it held; made anew where its last card had left it."""
    cluster = db.session.get(CardGroup, number)
    if db.session.get(BoardColumn, held["column_id"]) is None:
        return
    if cluster is None:
        cluster = CardGroup(id=number, design_id=design_session.id, **held)
        db.session.add(cluster)
    for name, value in held.items():
        setattr(cluster, name, value)


def _restore_card(design_session: DesignSession, number: int, held: dict[str, Any]) -> Card | None:
    """Give a card back what it held; returns it where that veils it again."""
    card = db.session.get(Card, number)
    if card is None or db.session.get(BoardColumn, held["column_id"]) is None:
        return None
    was_veiled = card.veiled
    cluster_id = held["cluster_id"]
    if cluster_id is not None and db.session.get(CardGroup, cluster_id) is None:
        held = {**held, "cluster_id": None}
    for name, value in held.items():
        setattr(card, name, value)
    return card if card.veiled and not was_veiled else None
