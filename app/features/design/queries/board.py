"""Finding columns, cards and clusters on the board of a design session."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from sqlalchemy import bindparam, func, or_, select

from app.core.database import db
from app.core.errors import NotFound
from app.features.design.models.board import BoardColumn, Card, CardGroup, SealedAuthor
from app.features.design.models.sessions import DesignSession, UndoStep

# Asked for every command: made once, since making them takes longer than asking.
_CARD = select(Card).where(
    Card.design_id == bindparam("design"),
    or_(Card.key == bindparam("named"), Card.own_key == bindparam("named")),
)
_RANKS = select(Card.rank, Card.id).where(
    Card.column_id == bindparam("column"), Card.hidden == bindparam("hidden")
)
_COUNT = select(func.count(Card.id)).where(Card.design_id == bindparam("design"))


def get_column(design_session: DesignSession, column_id: int) -> BoardColumn:
    """A column of the design session; raises NotFound."""
    column = db.session.get(BoardColumn, column_id)
    if column is None or column.design_id != design_session.id:
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
    card = db.session.scalar(_CARD, {"design": design_session.id, "named": key})
    if card is None or ((card.hidden or card.key != key) and not is_author(card, person_id)):
        raise NotFound
    return card


def numbers_of(design_session: DesignSession, keys: Sequence[str]) -> list[int]:
    """The numbers of cards by the keys that everybody knows, in this order; raises NotFound, also for a hidden one."""
    query = select(Card.key, Card.id).where(
        Card.design_id == design_session.id, Card.key.in_(keys), Card.hidden.is_(False)
    )
    numbers = dict(db.session.execute(query).all()) if keys else {}
    if set(keys) - set(numbers):
        raise NotFound
    return [numbers[key] for key in dict.fromkeys(keys)]


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


def get_card_group(design_session: DesignSession, cluster_id: int) -> CardGroup:
    """A cluster of the design session; raises NotFound."""
    cluster = db.session.get(CardGroup, cluster_id)
    if cluster is None or cluster.design_id != design_session.id:
        raise NotFound
    return cluster


def cards_in(column_id: int) -> Sequence[Card]:
    """The cards of a column that are not hidden, from top to bottom."""
    query = select(Card).where(Card.column_id == column_id, Card.hidden.is_(False))
    return sorted(db.session.scalars(query), key=lambda card: card.rank)


def ranks_in(column_id: int, *, hidden: bool) -> list[tuple[str, int]]:
    """The ranks of a column's cards with the cards' ids, in order: of those that are hidden, or of the others."""
    found = db.session.execute(_RANKS, {"column": column_id, "hidden": hidden})
    return sorted((rank, number) for rank, number in found)


def hidden_cards(design_session: DesignSession) -> Sequence[Card]:
    """The cards that are not revealed yet, in no order that means anything."""
    query = select(Card).where(Card.design_id == design_session.id, Card.hidden).order_by(Card.own_key)
    return db.session.scalars(query).all()


def empty_card_groups(design_session: DesignSession) -> Sequence[CardGroup]:
    """The clusters that nothing is left in."""
    full = select(Card.cluster_id).where(Card.design_id == design_session.id, Card.cluster_id.is_not(None))
    query = select(CardGroup).where(CardGroup.design_id == design_session.id, CardGroup.id.not_in(full))
    return db.session.scalars(query).all()


def cards_of_groups(cluster_ids: Iterable[int]) -> Sequence[Card]:
    """The cards of some clusters."""
    return db.session.scalars(select(Card).where(Card.cluster_id.in_(list(cluster_ids)))).all()


def last_group_rank(column_id: int) -> str | None:
    """The rank of a column's last cluster."""
    ranks = db.session.scalars(select(CardGroup.rank).where(CardGroup.column_id == column_id)).all()
    return max(ranks, default=None)


def count_cards(design_session: DesignSession) -> int:
    """How many cards there are, hidden ones too."""
    return db.session.scalar(_COUNT, {"design": design_session.id}) or 0


def last_step(design_session: DesignSession) -> UndoStep | None:
    """The step of the board that would be undone next."""
    query = select(UndoStep).where(UndoStep.design_id == design_session.id).order_by(UndoStep.number.desc())
    return db.session.scalar(query.limit(1))
