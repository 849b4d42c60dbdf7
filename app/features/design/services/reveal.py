"""Turning hidden cards over: in an order, and under keys, that tell nothing of how they came."""

from __future__ import annotations

from collections import defaultdict
from random import SystemRandom

from app.core.actors import Actor
from app.core.database import db
from app.features.design.models.board import Card, fresh_key
from app.features.design.models.sessions import DesignSession, Phase
from app.features.design.queries.board import hidden_cards, ranks_in
from app.features.design.ranks import ranks_after
from app.features.design.services.publishing import publish_changes

AT_ONCE = 100
"""How many cards one event turns over: a message of a bounded size."""


def reveal_hidden_cards(design_session: DesignSession, phase: Phase | None, actor: Actor) -> None:
    """Show the cards that were hidden, shuffled, and the totals of a vote that hides them; part of a locked change."""
    chance = SystemRandom()
    cards = list(hidden_cards(design_session))
    chance.shuffle(cards)
    _give_ranks(cards)
    for begin in range(0, len(cards), AT_ONCE):
        for card in cards[begin : begin + AT_ONCE]:
            card.key, card.hidden = fresh_key(), False
        publish_changes(design_session, "revealed", actor, parts=("columns",))
    if phase is not None:
        phase.revealed = True


def _give_ranks(cards: list[Card]) -> None:
    """Put shuffled cards behind those that everybody sees already."""
    by_column: dict[int, list[Card]] = defaultdict(list)
    for card in cards:
        by_column[card.column_id].append(card)
    for column_id, some in by_column.items():
        seen = ranks_in(column_id, hidden=False)
        for card, rank in zip(some, ranks_after(seen[-1][0] if seen else None), strict=False):
            card.rank = rank
    db.session.flush()
