"""The board as everybody sees it: columns, the cards that are not hidden, clusters."""

from __future__ import annotations

from typing import Any

from sqlalchemy import func, select

from app.core.actors import VISITOR
from app.core.database import db
from app.core.permissions import can
from app.features.design.models.board import BoardColumn, Card, CardGroup
from app.features.design.models.sessions import DesignSession
from app.features.design.presenters.values import without_none


def board_of(column: BoardColumn) -> str:
    """Which board a column stands on: the main one, or a breakout's."""
    return f"b{column.group_id}" if column.group_id else "main"


def columns(design_session: DesignSession) -> dict[str, Any]:
    """The columns; of hidden cards only how many there are in each."""
    hidden = dict(
        db.session.execute(
            select(Card.column_id, func.count())
            .where(Card.design_id == design_session.id, Card.hidden)
            .group_by(Card.column_id)
        ).all()
    )
    found = db.session.scalars(
        select(BoardColumn).where(BoardColumn.design_id == design_session.id).order_by(BoardColumn.id)
    )
    return {
        str(column.id): without_none(
            title=column.title,
            rank=column.rank,
            board=board_of(column),
            locked=True if column.locked else None,
            written=hidden.get(column.id),
        )
        for column in found
    }


def cards(design_session: DesignSession) -> dict[str, Any]:
    """The cards that are not hidden, by keys that tell no order."""
    query = select(Card).where(Card.design_id == design_session.id, Card.hidden.is_(False)).order_by(Card.key)
    return {card.key: shown_card(card) for card in db.session.scalars(query)}


def shown_card(row: Card) -> dict[str, Any]:
    """A card that is not hidden: without its author where it is anonymous, without its text where it is veiled."""
    told: dict[str, Any] = {"column": str(row.column_id), "rank": row.rank, "lang": row.lang}
    if row.veiled:
        told["veiled"] = True
    else:
        told["text"] = row.text
    if row.phase_id is not None:
        told["phase"] = str(row.phase_id)
    if row.anonymous:
        told["anonymous"] = True
    if not row.anonymous or can(VISITOR, "design.learn_author", row):
        told |= without_none(author=row.person_id, country=row.country or None)
    if row.cluster_id is not None:
        told["cluster"] = str(row.cluster_id)
    if row.origin:
        told["origin"] = row.origin
    told |= {mark: True for mark in ("pinned", "parked", "edited") if getattr(row, mark)}
    return told


def clusters(design_session: DesignSession) -> dict[str, Any]:
    """The clusters, each in its column."""
    found = db.session.scalars(
        select(CardGroup).where(CardGroup.design_id == design_session.id).order_by(CardGroup.id)
    )
    return {
        str(cluster.id): {"name": cluster.name, "column": str(cluster.column_id), "rank": cluster.rank}
        for cluster in found
    }
