"""Finding columns, cards and clusters on the board of a design session."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from sqlalchemy import func, or_, select

from app.core.database import db
from app.core.errors import NotFound
from app.features.design.models import BoardColumn, Card, Cluster, DesignSession, SealedAuthor, Step


def get_column(design_session: DesignSession, column_id: int) -> BoardColumn:
    """A column of the design session; raises NotFound."""
    query = select(BoardColumn).where(BoardColumn.id == column_id, BoardColumn.design_id == design_session.id)
    column = db.session.scalar(query)
    if column is None:
        raise NotFound
    return column


def main_columns(design_session: DesignSession) -> Sequence[BoardColumn]:
    """The columns of the main board from left to right."""
    query = select(BoardColumn).where(
        BoardColumn.design_id == design_session.id, BoardColumn.group_id.is_(None)
    )
    return sorted(db.session.scalars(query), key=lambda column: column.rank)


def get_card(design_session: DesignSession, key: str, person_id: int | None) -> Card:
    """A card by the key that everybody knows, or by the one that only its author does.

    Raises NotFound, also for a hidden card that is not hers.
    """
    query = select(Card).where(Card.design_id == design_session.id, or_(Card.key == key, Card.own_key == key))
    card = db.session.scalar(query)
    if card is None or ((card.hidden or card.key != key) and not is_author(card, person_id)):
        raise NotFound
    return card


def is_author(card: Card, person_id: int | None) -> bool:
    """Whether somebody wrote a card; of an anonymous one this is asked about nobody but whoever acts."""
    if person_id is None:
        return False
    if not card.anonymous:
        return card.person_id == person_id
    sealed = select(SealedAuthor.card_id).where(
        SealedAuthor.card_id == card.id, SealedAuthor.person_id == person_id
    )
    return db.session.scalar(sealed) is not None


def get_cluster(design_session: DesignSession, cluster_id: int) -> Cluster:
    """A cluster of the design session; raises NotFound."""
    query = select(Cluster).where(Cluster.id == cluster_id, Cluster.design_id == design_session.id)
    cluster = db.session.scalar(query)
    if cluster is None:
        raise NotFound
    return cluster


def cards_in(column_id: int) -> Sequence[Card]:
    """The cards of a column that are not hidden, from top to bottom."""
    query = select(Card).where(Card.column_id == column_id, Card.hidden.is_(False))
    return sorted(db.session.scalars(query), key=lambda card: card.rank)


def ranks_in(column_id: int, *, hidden: bool) -> list[tuple[str, int]]:
    """The ranks of a column's cards with the cards' ids, in order: of those that are hidden, or of the others."""
    query = select(Card.rank, Card.id).where(Card.column_id == column_id, Card.hidden.is_(hidden))
    return sorted((rank, number) for rank, number in db.session.execute(query))


def hidden_cards(design_session: DesignSession) -> Sequence[Card]:
    """The cards that are not revealed yet, in no order that means anything."""
    query = select(Card).where(Card.design_id == design_session.id, Card.hidden).order_by(Card.own_key)
    return db.session.scalars(query).all()


def clusters_without_cards(design_session: DesignSession) -> Sequence[Cluster]:
    """The clusters that nothing is left in."""
    full = select(Card.cluster_id).where(Card.cluster_id.is_not(None))
    query = select(Cluster).where(Cluster.design_id == design_session.id, Cluster.id.not_in(full))
    return db.session.scalars(query).all()


def cards_of_cluster(cluster_ids: Iterable[int]) -> Sequence[Card]:
    """The cards of some clusters."""
    return db.session.scalars(select(Card).where(Card.cluster_id.in_(list(cluster_ids)))).all()


def last_cluster_rank(column_id: int) -> str | None:
    """The rank of a column's last cluster."""
    ranks = db.session.scalars(select(Cluster.rank).where(Cluster.column_id == column_id)).all()
    return max(ranks, default=None)


def count_cards(design_session: DesignSession) -> int:
    """How many cards there are, hidden ones too."""
    query = select(func.count(Card.id)).where(Card.design_id == design_session.id)
    return db.session.scalar(query) or 0


def last_step(design_session: DesignSession) -> Step | None:
    """The step of the board that would be undone next."""
    query = select(Step).where(Step.design_id == design_session.id).order_by(Step.number.desc())
    return db.session.scalar(query.limit(1))
