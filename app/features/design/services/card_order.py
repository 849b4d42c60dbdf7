"""Where a card comes to stand in its column, and columns whose ranks are written anew."""

from __future__ import annotations

from app.core.database import db
from app.core.errors import NotFound
from app.features.design.models.board import BoardColumn, Card
from app.features.design.queries.board import cards_in, ranks_in
from app.features.design.ranks import LONGEST, between, ranks_after


def rank_at_end(column: BoardColumn, *, hidden: bool = False) -> str:
    """A rank behind all cards of a column."""
    ranks = ranks_in(column.id, hidden=hidden)
    return _fitting(column, between(ranks[-1][0] if ranks else None, None), hidden)


def rank_after(column: BoardColumn, card: Card, after: Card | None) -> str:
    """A rank in a column right behind another card, or before all where there is none; for a card that moves there.

    Raises NotFound where the other card is not in that column.
    """
    others = [pair for pair in ranks_in(column.id, hidden=card.hidden) if pair[1] != card.id]
    place = 0
    if after is not None:
        numbers = [number for _, number in others]
        if after.id not in numbers:
            raise NotFound
        place = numbers.index(after.id) + 1
    low = others[place - 1][0] if place else None
    high = others[place][0] if place < len(others) else None
    rank = between(low, high)
    if len(rank) <= LONGEST:
        return rank
    rebalance_ranks(column)
    return rank_after(column, card, after)


def _fitting(column: BoardColumn, rank: str, hidden: bool) -> str:
    """The rank, or after all were written anew a shorter one."""
    if len(rank) <= LONGEST or hidden:
        return rank
    rebalance_ranks(column)
    return rank_at_end(column)


def rebalance_ranks(column: BoardColumn) -> None:
    """Give all cards of a column that are not hidden new, short ranks in the order in which they stand."""
    cards = cards_in(column.id)
    for card, rank in zip(cards, ranks_after(None), strict=False):
        card.rank = rank
    db.session.flush()
