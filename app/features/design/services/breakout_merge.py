"""Bringing the cards of breakouts back to the main board."""

from __future__ import annotations

from flask_babel import lazy_gettext as _l
from sqlalchemy import select

from app.core.clock import now
from app.core.database import db
from app.core.errors import Conflict, NotFound
from app.features.design.models.board import BoardColumn, BreakoutGroup, Card, CardGroup
from app.features.design.models.sessions import DesignSession
from app.features.design.queries.board import get_column, last_group_rank, main_columns
from app.features.design.ranks import between
from app.features.design.services.card_order import rank_at_end


def merge_back(design_session: DesignSession, column_id: int | None) -> None:
    """Move every card and cluster of the breakouts' boards into a column of the main one, and take those boards away.

    Raises Conflict where no board is left to be brought back, NotFound for a column that is not of the main board.
    """
    query = select(BoardColumn).where(
        BoardColumn.design_id == design_session.id, BoardColumn.group_id.is_not(None)
    )
    boards = sorted(db.session.scalars(query), key=lambda column: column.rank)
    if not boards:
        raise Conflict(_l("There are no breakout boards to bring back."))
    target = get_column(design_session, column_id) if column_id else main_columns(design_session)[0]
    if target.group_id is not None:
        raise NotFound
    for board in boards:
        _empty(board, target)
        db.session.delete(board)
    groups = select(BreakoutGroup).where(
        BreakoutGroup.design_id == design_session.id, BreakoutGroup.merged_at.is_(None)
    )
    for group in db.session.scalars(groups):
        group.merged_at = now()
    db.session.flush()


def _empty(board: BoardColumn, target: BoardColumn) -> None:
    """Move what stands in one column into another, in its order; each card remembers where it comes from."""
    clusters = db.session.scalars(select(CardGroup).where(CardGroup.column_id == board.id)).all()
    for cluster in sorted(clusters, key=lambda each: each.rank):
        cluster.rank = between(last_group_rank(target.id), None)
        cluster.column_id = target.id
        db.session.flush()
    cards = db.session.scalars(select(Card).where(Card.column_id == board.id)).all()
    for card in sorted(cards, key=lambda each: each.rank):
        card.rank = rank_at_end(target, hidden=card.hidden)
        card.column_id, card.origin = target.id, f"b{board.group_id}"
        db.session.flush()
