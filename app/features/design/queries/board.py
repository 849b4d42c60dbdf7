"""The board of a design session: columns, cards, groups of cards, votes, and the steps that can be undone."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from typing import Any

from sqlalchemy import Row, Select, bindparam, func, or_, select

from app.core.database import db
from app.core.errors import NotFound
from app.features.design.models.board import (
    OWN_VALUES,
    BoardColumn,
    BreakoutGroup,
    Card,
    CardGroup,
    SealedAuthor,
    Vote,
)
from app.features.design.models.sessions import DesignSession, Phase, UndoStep

# Asked for every command: built once, because building them takes longer than the query.
_CARD = select(Card).where(
    Card.design_id == bindparam("design"),
    or_(Card.key == bindparam("named"), Card.own_key == bindparam("named")),
)
_RANKS = select(Card.rank, Card.id).where(
    Card.column_id == bindparam("column"), Card.unrevealed == bindparam("unrevealed")
)
_COUNT = select(func.count(Card.id)).where(Card.design_id == bindparam("design"))


_UNPUBLISHED = (
    select(Card)
    .where(Card.design_id == bindparam("design"), Card.unpublished, Card.unrevealed.is_(False))
    .order_by(Card.key)
)
_SEALED = select(SealedAuthor.card_id).where(SealedAuthor.person_id == bindparam("person"))
_OWN_CARDS = (
    select(
        Card.own_key,
        Card.column_id,
        Card.cluster_id,
        Card.unrevealed,
        *(getattr(Card, name) for name in OWN_VALUES),
    )
    .where(
        Card.design_id == bindparam("design"),
        or_(Card.person_id == bindparam("person"), Card.id.in_(_SEALED)),
    )
    .order_by(Card.own_key)
)
_OWN_VOTES = (
    select(Card.key, Vote.cluster_id, Vote.points)
    .select_from(Vote)
    .outerjoin(Card, Card.id == Vote.card_id)
    .where(
        Vote.phase_id == bindparam("phase"),
        Vote.run == bindparam("run"),
        Vote.person_id == bindparam("person"),
    )
    .order_by(Vote.id)
)
_VOTES_CAST = (Vote.phase_id == bindparam("phase"), Vote.run == bindparam("run"))
_VOTERS = select(func.count(Vote.person_id.distinct())).where(*_VOTES_CAST)
_CARD_TOTALS = (
    select(Card.key, func.sum(Vote.points))
    .join(Vote, Vote.card_id == Card.id)
    .where(*_VOTES_CAST, Card.unrevealed.is_(False))
    .group_by(Card.key)
    .order_by(Card.key)
)
_GROUP_TOTALS = (
    select(Vote.cluster_id, func.sum(Vote.points))
    .where(*_VOTES_CAST, Vote.cluster_id.is_not(None))
    .group_by(Vote.cluster_id)
    .order_by(Vote.cluster_id)
)


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

    Raises NotFound, also for a card of somebody else that is not revealed yet.
    """
    card = db.session.scalar(_CARD, {"design": design_session.id, "named": key})
    if card is None or ((card.unrevealed or card.key != key) and not is_author(card, person_id)):
        raise NotFound
    return card


def card_ids_of(design_session: DesignSession, keys: Sequence[str]) -> list[int]:
    """The numbers of cards by the keys that everybody knows, in this order; NotFound also for an unrevealed one."""
    query = select(Card.key, Card.id).where(
        Card.design_id == design_session.id, Card.key.in_(keys), Card.unrevealed.is_(False)
    )
    numbers = dict(db.session.execute(query).all()) if keys else {}
    if set(keys) - set(numbers):
        raise NotFound
    return [numbers[key] for key in dict.fromkeys(keys)]


def is_author(card: Card, person_id: int | None) -> bool:
    """Whether somebody wrote a card; of an anonymous one this is only asked about the actor herself."""
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


def shown_cards_in(column_id: int) -> Sequence[Card]:
    """The revealed cards of a column, from top to bottom."""
    query = select(Card).where(Card.column_id == column_id, Card.unrevealed.is_(False))
    return sorted(db.session.scalars(query), key=lambda card: card.rank)


def card_ranks_in(column_id: int, *, unrevealed: bool) -> list[tuple[str, int]]:
    """Rank and id of each card of a column, sorted by rank: of the unrevealed cards or of the revealed ones."""
    found = db.session.execute(_RANKS, {"column": column_id, "unrevealed": unrevealed})
    return sorted((rank, number) for rank, number in found)


def unrevealed_cards(design_session: DesignSession) -> Sequence[Card]:
    """The cards that are not revealed yet, in no order that means anything."""
    query = select(Card).where(Card.design_id == design_session.id, Card.unrevealed).order_by(Card.own_key)
    return db.session.scalars(query).all()


def empty_card_groups(design_session: DesignSession) -> Sequence[CardGroup]:
    """The clusters that nothing is left in."""
    full = select(Card.cluster_id).where(Card.design_id == design_session.id, Card.cluster_id.is_not(None))
    query = select(CardGroup).where(CardGroup.design_id == design_session.id, CardGroup.id.not_in(full))
    return db.session.scalars(query).all()


def cards_of_card_groups(cluster_ids: Iterable[int]) -> Sequence[Card]:
    """The cards of some clusters."""
    return db.session.scalars(select(Card).where(Card.cluster_id.in_(list(cluster_ids)))).all()


def last_card_group_rank(column_id: int) -> str | None:
    """The rank of a column's last cluster."""
    ranks = db.session.scalars(select(CardGroup.rank).where(CardGroup.column_id == column_id)).all()
    return max(ranks, default=None)


def count_cards(design_session: DesignSession) -> int:
    """How many cards there are, unrevealed ones too."""
    return db.session.scalar(_COUNT, {"design": design_session.id}) or 0


def last_step(design_session: DesignSession) -> UndoStep | None:
    """The step of the board that would be undone next."""
    query = select(UndoStep).where(UndoStep.design_id == design_session.id).order_by(UndoStep.number.desc())
    return db.session.scalar(query.limit(1))


def columns_of(design_session: DesignSession) -> Sequence[BoardColumn]:
    """The columns of all boards, the oldest first; not those of groups whose cards were brought back."""
    merged = select(BreakoutGroup.id).where(
        BreakoutGroup.design_id == design_session.id, BreakoutGroup.merged_at.is_not(None)
    )
    query = (
        select(BoardColumn)
        .where(
            BoardColumn.design_id == design_session.id,
            or_(BoardColumn.group_id.is_(None), BoardColumn.group_id.not_in(merged)),
        )
        .order_by(BoardColumn.id)
    )
    return db.session.scalars(query).all()


def count_cards_in(column: BoardColumn) -> int:
    """How many cards a column holds, unrevealed ones too."""
    return db.session.scalar(select(func.count(Card.id)).where(Card.column_id == column.id)) or 0


def count_unrevealed_cards(design_session: DesignSession) -> dict[int, int]:
    """How many unrevealed cards there are, by column id."""
    query = (
        select(Card.column_id, func.count())
        .where(Card.design_id == design_session.id, Card.unrevealed)
        .group_by(Card.column_id)
    )
    return dict(db.session.execute(query).all())


def all_cards_in(column: BoardColumn) -> list[Card]:
    """All cards of a column, unrevealed ones too, from top to bottom."""
    return sorted(
        db.session.scalars(select(Card).where(Card.column_id == column.id)), key=lambda card: card.rank
    )


def shown_cards(design_session: DesignSession) -> Sequence[Card]:
    """The revealed cards, in an order that reveals nothing."""
    query = (
        select(Card).where(Card.design_id == design_session.id, Card.unrevealed.is_(False)).order_by(Card.key)
    )
    return db.session.scalars(query).all()


def shown_card_ids(design_session: DesignSession) -> Select[int]:
    """The ids of the revealed cards, to be used inside another statement."""
    return select(Card.id).where(Card.design_id == design_session.id, Card.unrevealed.is_(False))


def unpublished_cards(design_session: DesignSession) -> Sequence[Card]:
    """The shown cards that may have changed since readers were told of them, in an order that reveals nothing."""
    return db.session.scalars(_UNPUBLISHED, {"design": design_session.id}).all()


def own_cards(design_session: DesignSession, person_id: int | None) -> Sequence[Row[Any]]:
    """A person's own cards, unrevealed and anonymous ones too, as rows of the columns that she is shown."""
    return db.session.execute(_OWN_CARDS, {"design": design_session.id, "person": person_id}).all()


def shown_card_keys(design_session: DesignSession, card_ids: Collection[int]) -> dict[int, str]:
    """The keys, by id, of the cards among these that everybody can see."""
    if not card_ids:
        return {}
    query = select(Card.id, Card.key).where(
        Card.design_id == design_session.id, Card.id.in_(card_ids), Card.unrevealed.is_(False)
    )
    return dict(db.session.execute(query).all())


def named_author_ids(design_session: DesignSession) -> set[int | None]:
    """The people under whose names shown cards stand."""
    query = select(Card.person_id).where(
        Card.design_id == design_session.id, Card.unrevealed.is_(False), Card.anonymous.is_(False)
    )
    return set(db.session.scalars(query))


def has_anonymous_cards(design_session: DesignSession) -> bool:
    """Whether a card was written of which nobody can know who wrote it, or that is not revealed yet."""
    query = select(Card.id).where(Card.design_id == design_session.id, or_(Card.anonymous, Card.unrevealed))
    return db.session.scalar(query.limit(1)) is not None


def has_cards_of_phase(phase: Phase) -> bool:
    """Whether a card was written in a phase."""
    return db.session.scalar(select(Card.id).where(Card.phase_id == phase.id).limit(1)) is not None


def card_groups(design_session: DesignSession) -> Sequence[CardGroup]:
    """The groups of cards, the oldest first."""
    query = select(CardGroup).where(CardGroup.design_id == design_session.id).order_by(CardGroup.id)
    return db.session.scalars(query).all()


def card_groups_in(column: BoardColumn) -> list[CardGroup]:
    """The groups of cards in a column, from top to bottom."""
    query = select(CardGroup).where(CardGroup.column_id == column.id)
    return sorted(db.session.scalars(query), key=lambda group: group.rank)


def count_voters(phase: Phase) -> int:
    """How many people have voted in the phase's present run; of a closed session only the number is kept."""
    if phase.voters is not None:
        return phase.voters
    return db.session.scalar(_VOTERS, {"phase": phase.id, "run": phase.run}) or 0


def vote_totals(phase: Phase) -> dict[str, int]:
    """The points that each card (by its key) and each group (as "c9") has in the phase's present run."""
    run = {"phase": phase.id, "run": phase.run}
    totals = {key: int(points) for key, points in db.session.execute(_CARD_TOTALS, run)}
    of_groups = db.session.execute(_GROUP_TOTALS, run)
    return totals | {f"c{number}": int(points) for number, points in of_groups}


def own_votes(phase: Phase, person_id: int | None) -> dict[str, int]:
    """The points that a person has given in the phase's present run, by target."""
    found = db.session.execute(_OWN_VOTES, {"phase": phase.id, "run": phase.run, "person": person_id})
    return {key or f"c{group_id}": points for key, group_id, points in found}


def points_elsewhere(phase: Phase, person_id: int | None, target: Mapping[str, int]) -> int:
    """The points that a person has given in the phase's present run to anything but the target, `{column: id}`."""
    ((column, number),) = target.items()
    query = select(func.sum(Vote.points)).where(
        Vote.phase_id == phase.id,
        Vote.run == phase.run,
        Vote.person_id == person_id,
        func.coalesce(getattr(Vote, column), 0) != number,
    )
    return db.session.scalar(query) or 0


def votes_without_people(design_session: DesignSession) -> list[dict[str, Any]]:
    """The votes of each phase's last run, summed over all people, as the columns of `Vote`."""
    target = (Vote.phase_id, Vote.run, Vote.card_id, Vote.cluster_id)
    query = (
        select(*target, func.sum(Vote.points).label("points"))
        .join(Phase, (Phase.id == Vote.phase_id) & (Phase.run == Vote.run))
        .where(Phase.design_id == design_session.id)
        .group_by(*target)
        .order_by(*target)
    )
    return [{**row, "points": int(row["points"])} for row in db.session.execute(query).mappings()]
