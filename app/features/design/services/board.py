"""What people do on the board: cards, the columns and groups that they are in, and votes."""

from __future__ import annotations

from typing import Any

from flask_babel import lazy_gettext as _l
from sqlalchemy import delete

from app.core.actors import Actor
from app.core.clock import now
from app.core.database import db
from app.core.errors import Conflict, Forbidden, Invalid, NotFound
from app.core.numbers import parse_integer
from app.core.validation import limit_text_field, require_language_field, require_text_field
from app.features.design.models.board import (
    MAX_CARD_LENGTH,
    MAX_CARDS,
    MAX_COLUMN_LENGTH,
    MAX_COLUMNS,
    BoardColumn,
    Card,
    CardGroup,
    SealedAuthor,
    Vote,
)
from app.features.design.models.sessions import DesignSession, Phase
from app.features.design.phases import writes_unrevealed
from app.features.design.queries.board import (
    card_ranks_in,
    cards_of_card_groups,
    columns_of,
    count_cards,
    count_cards_in,
    empty_card_groups,
    get_card,
    get_card_group,
    get_column,
    is_author,
    last_card_group_rank,
    main_columns,
    points_elsewhere,
    shown_cards_in,
)
from app.features.design.queries.breakouts import current_breakout_group_id
from app.features.design.ranks import MAX_RANK_LENGTH, between, ranks_after
from app.features.design.services.command_runner import run_command, run_participant_command
from app.features.design.services.publishing import (
    coarse_moment,
    publish_action,
    publish_changes,
    redact_card_text,
)
from app.features.design.services.undo_log import UndoLog
from app.features.design.session_context import SessionContext, refusal, require
from app.features.design.states import require_not_over

# --- Cards --------------------------------------------------------------------------------------------------


NAMING_CARDS = ("votes", "proposals", "commitments")
"""The parts of the public state that name cards by their keys."""


def add_card(actor: Actor, design_id: int, cid: str, *, column: int, **content: Any) -> dict[str, Any]:
    """Write a card; `content` are the columns of `CardContent` in `commands.py`.

    Raises NotFound, Conflict where the phase takes no cards, Invalid for the text or its language.
    """
    checked = _checked(content)

    def act(context: SessionContext) -> None:
        require(context, "write")
        target = get_column(context.design, column)
        _require_writable(context, target)
        if count_cards(context.design) >= MAX_CARDS:
            raise Conflict(_l("There is no room for more cards on this board."))
        card = _create_card(context, target, checked)
        publish_action(context, "card_added", ("columns",) if card.unrevealed else ())

    return run_participant_command(actor, design_id, cid, "design_card_add", act)


def _checked(content: dict[str, Any]) -> dict[str, Any]:
    """What somebody writes on a card; raises Invalid."""
    text = require_text_field(content["text"], MAX_CARD_LENGTH)
    require_language_field(content["lang"])
    return {**content, "text": text}


def _create_card(context: SessionContext, column: BoardColumn, content: dict[str, Any]) -> Card:
    """The row of a new card; an anonymous one's author is stored under seal and nowhere else."""
    phase, me = context.phase, context.me
    assert phase is not None and me is not None
    anonymous, unrevealed = context.policy.anonymous, writes_unrevealed(phase)
    card = Card(
        design_id=context.design.id,
        column_id=column.id,
        phase_id=phase.id,
        rank=_rank_at_end(column, unrevealed=unrevealed),
        person_id=None if anonymous else me.person_id,
        organisation_id=None if anonymous else me.organisation_id,
        country="" if anonymous else me.country,
        anonymous=anonymous,
        unrevealed=unrevealed,
        created_at=coarse_moment(context.design, phase) if context.is_sealed else now(),
        **content,
    )
    db.session.add(card)
    db.session.flush()
    if anonymous:
        db.session.add(SealedAuthor(card_id=card.id, person_id=me.person_id))
        db.session.flush()
    return card


def edit_card(actor: Actor, design_id: int, cid: str, *, card: str, **content: Any) -> dict[str, Any]:
    """Change one's own card; what it said before is taken out of all events.

    Raises NotFound, Forbidden for another's card, Conflict, Invalid.
    """
    checked = _checked(content)

    def act(context: SessionContext) -> None:
        found = _require_changeable(context, card)
        for name, value in checked.items():
            setattr(found, name, value)
        found.edited = True
        if not found.veiled:
            redact_card_text(context.design, found, found.text)
        publish_action(context, "card_edited", (), sealed=_is_sealed(context, found))

    return run_participant_command(actor, design_id, cid, "design_card_edit", act)


def remove_card(actor: Actor, design_id: int, cid: str, *, card: str) -> dict[str, Any]:
    """Take one's own card back, and its text out of all events; raises as `edit_card` does."""

    def act(context: SessionContext) -> None:
        found = _require_changeable(context, card)
        sealed, key = _is_sealed(context, found), None if found.unrevealed else found.key
        grouped = found.cluster_id is not None
        redact_card_text(context.design, found, None)
        db.session.delete(found)
        db.session.flush()
        if grouped:
            delete_empty_card_groups(context.design)
        publish_action(context, "card_removed", (*BOARD, *NAMING_CARDS), sealed=sealed, gone=key)

    return run_participant_command(actor, design_id, cid, "design_card_remove", act)


def _require_changeable(context: SessionContext, key: str) -> Card:
    """A card that the actor wrote and may change now; raises NotFound, Forbidden, Conflict."""
    require(context, "write")
    card = get_card(context.design, key, context.actor.person_id)
    if not is_author(card, context.actor.person_id):
        raise Forbidden(_l("Only the author of a card can change it."))
    require_unlocked(context, get_column(context.design, card.column_id))
    return card


def _is_sealed(context: SessionContext, card: Card) -> bool:
    """Whether nobody may learn who did something to a card: now, or ever because it could have been its author."""
    return context.is_sealed or card.anonymous or card.unrevealed


def move_card(actor: Actor, design_id: int, cid: str, *, card: str, change: dict[str, Any]) -> dict[str, Any]:
    """Move a card: `change` may hold the `column`, the card that it comes `after` (None for the top), its `cluster`.

    Without `after` it goes to the end. Who may write may move her own. Raises NotFound and Conflict.
    """

    def act(context: SessionContext) -> None:
        found = get_card(context.design, card, actor.person_id)
        column = get_column(context.design, found.column_id)
        # Cards are moved now, or this is her own and cards are written now.
        if "cluster" in change:
            require(context, "group")
        own = is_author(found, context.actor.person_id)
        if not own or refusal(context, "write") is not None:
            require(context, "move")
        require_unlocked(context, column)
        undo_log, grouped = UndoLog(context.design, "card_moved"), found.cluster_id is not None
        undo_log.note_card(found)
        _place_card(context, found, column, change)
        if grouped:
            delete_empty_card_groups(context.design, undo_log)
        undo_log.save()
        counted = ("columns",) if found.unrevealed else ()
        parts = (*counted, "clusters") if grouped else counted
        publish_action(context, "card_moved", parts, sealed=_is_sealed(context, found))

    return run_participant_command(actor, design_id, cid, "design_card_move", act)


def _place_card(context: SessionContext, card: Card, column: BoardColumn, change: dict[str, Any]) -> None:
    """Give a card its new column, rank and group; `column` is the one that it is in."""
    column = get_column(context.design, change.get("column", column.id))
    group_id = change.get("cluster", card.cluster_id if column.id == card.column_id else None)
    if group_id is not None:
        column = get_column(context.design, get_card_group(context.design, group_id).column_id)
    if column.id != card.column_id:
        _require_writable(context, column)
    if "after" in change:
        key = change["after"]
        after = get_card(context.design, key, context.actor.person_id) if key is not None else None
        card.rank = _rank_after(column, card, after)
    elif column.id != card.column_id:
        card.rank = _rank_at_end(column, unrevealed=card.unrevealed)
    card.column_id, card.cluster_id = column.id, None if card.unrevealed else group_id
    db.session.flush()


def _require_writable(context: SessionContext, column: BoardColumn) -> None:
    """Raise Conflict for a column that is locked or another group's."""
    require_unlocked(context, column)
    if column.group_id is None or context.runs_it:
        return
    if current_breakout_group_id(context.design, context.actor.person_id) != column.group_id:
        raise Conflict(_l("This is the board of another group."))


def open_card(actor: Actor, design_id: int, cid: str, *, card: str) -> dict[str, Any]:
    """Note that somebody looked at a card closely, but not who; its author does not count."""

    def act(context: SessionContext) -> None:
        require(context, "open")
        found = get_card(context.design, card, actor.person_id)
        if not found.unrevealed and found.person_id != actor.person_id:
            found.opened = True

    return run_participant_command(actor, design_id, cid, "design_card_open", act)


# --- The order of cards -------------------------------------------------------------------------------------


def _rank_at_end(column: BoardColumn, *, unrevealed: bool = False) -> str:
    """A rank behind all cards of a column."""
    ranks = card_ranks_in(column.id, unrevealed=unrevealed)
    rank = between(ranks[-1][0] if ranks else None, None)
    if len(rank) <= MAX_RANK_LENGTH or unrevealed:
        return rank
    rebalance_ranks(column)
    return _rank_at_end(column)


def append_to_column(card: Card, column: BoardColumn) -> None:
    """Move a card behind all cards of a column."""
    card.rank = _rank_at_end(column, unrevealed=card.unrevealed)
    card.column_id = column.id


def _rank_after(column: BoardColumn, card: Card, after: Card | None) -> str:
    """A rank in a column for `card`, right behind another card, or before all where there is none.

    Raises NotFound where the other card is not in that column.
    """
    others = [pair for pair in card_ranks_in(column.id, unrevealed=card.unrevealed) if pair[1] != card.id]
    place = 0
    if after is not None:
        numbers = [number for _, number in others]
        if after.id not in numbers:
            raise NotFound
        place = numbers.index(after.id) + 1
    low = others[place - 1][0] if place else None
    high = others[place][0] if place < len(others) else None
    rank = between(low, high)
    if len(rank) <= MAX_RANK_LENGTH:
        return rank
    rebalance_ranks(column)
    return _rank_after(column, card, after)


def rebalance_ranks(column: BoardColumn) -> None:
    """Give all revealed cards of a column new, short ranks in their present order."""
    for card, rank in zip(shown_cards_in(column.id), ranks_after(None), strict=False):
        card.rank = rank
    db.session.flush()


# --- Commands of facilitators ---------------------------------------------------------------------------------


def hide_card(actor: Actor, design_id: int, card: str, on: bool, cid: str | None = None) -> dict[str, Any]:
    """Hide a card's text from everybody, in earlier events too, or show it again; its author stays unknown."""

    def act(context: SessionContext) -> None:
        found = get_card(context.design, card, None)
        undo_log = UndoLog(context.design, "card_veiled" if on else "card_unveiled")
        undo_log.note_card(found)
        found.veiled = on
        if on:
            redact_card_text(context.design, found, None)
        undo_log.save()
        publish_changes(context.design, "card_veiled" if on else "card_unveiled", actor, parts=())

    return run_command(actor, design_id, cid, "design_card_veil", {"card": card, "on": on}, act)


def flag_card(
    actor: Actor, design_id: int, card: str, mark: str, on: bool, cid: str | None = None
) -> dict[str, Any]:
    """Set or clear a flag of a card, `mark`: "pinned", or "parked" where it is shelved for later."""

    def act(context: SessionContext) -> None:
        found = get_card(context.design, card, None)
        undo_log = UndoLog(context.design, f"card_{mark}")
        undo_log.note_card(found)
        setattr(found, mark, on)
        undo_log.save()
        publish_changes(context.design, f"card_{mark}", actor, parts=())

    return run_command(actor, design_id, cid, "design_card_mark", {"card": card, "mark": mark, "on": on}, act)


# --- Columns and groups -------------------------------------------------------------------------------------


BOARD = ("columns", "clusters")
"""The parts of the public state that the layout is in."""


def add_column(design_session: DesignSession, title: str, group_id: int | None = None) -> BoardColumn:
    """A new column at the right end of the main board, or of a breakout's; raises Conflict where there are too many."""
    ranks = [column.rank for column in columns_of(design_session)]
    if len(ranks) >= MAX_COLUMNS:
        raise Conflict(_l("There is no room for more columns on this board."))
    column = BoardColumn(
        design_id=design_session.id,
        group_id=group_id,
        title=title[:MAX_COLUMN_LENGTH],
        rank=between(max(ranks, default=None), None),
    )
    db.session.add(column)
    db.session.flush()
    return column


def add_missing_columns(design_session: DesignSession, phase: Phase) -> None:
    """Add the columns that a phase needs and the main board does not have."""
    if phase.columns:
        existing = {column.title for column in main_columns(design_session)}
        for title in phase.columns:
            if title not in existing:
                add_column(design_session, title)


def change_columns(
    actor: Actor,
    design_id: int,
    act: str,
    *,
    column: int | None = None,
    title: str = "",
    cid: str | None = None,
) -> dict[str, Any]:
    """Add a column to the main board, rename one, or remove one that is empty.

    Returns `{column}`, its id; raises NotFound, Conflict, Invalid.
    """

    def change(context: SessionContext) -> dict[str, Any]:
        require_not_over(context.design.state)
        if act == "add":
            number = add_column(context.design, require_text_field(title, MAX_COLUMN_LENGTH, "title")).id
        else:
            found = get_column(context.design, column or 0)
            number = found.id
            if act == "rename":
                found.title = require_text_field(title, MAX_COLUMN_LENGTH, "title")
            elif count_cards_in(found):
                raise Conflict(_l("There are cards in this column, perhaps hidden ones. Move them first."))
            elif found.group_id is None and len(main_columns(context.design)) == 1:
                raise Conflict(_l("A board needs at least one column."))
            else:
                db.session.delete(found)
        publish_changes(context.design, f"column_{act}", actor, parts=("columns",))
        return {"column": number}

    content = {"act": act, "column": column, "title": title}
    return run_command(actor, design_id, cid, "design_column", content, change, live=False)


def require_unlocked(context: SessionContext, column: BoardColumn) -> None:
    """Raise Conflict where the facilitator has locked a column and the actor does not run the session."""
    if column.locked and not context.runs_it:
        raise Conflict(_l("The facilitator has locked this column for now."))


# --- Groups of cards ----------------------------------------------------------------------------------------


def group_cards(
    actor: Actor, design_id: int, cid: str, *, cards: list[str], name: str | None
) -> dict[str, Any]:
    """Put cards together: into the group that the first of them is in, else into a new one.

    Raises NotFound, Conflict where cards are not grouped now, Invalid for fewer than two cards.
    """
    if len(set(cards)) < 2:
        raise Invalid(fields={"cards": [_l("Choose at least two cards.")]})

    def act(context: SessionContext) -> None:
        require(context, "group")
        found = [get_card(context.design, key, None) for key in dict.fromkeys(cards)]
        for column_id in {card.column_id for card in found}:
            require_unlocked(context, get_column(context.design, column_id))
        undo_log = UndoLog(context.design, "grouped")
        for card in found:
            undo_log.note_card(card)
        group = _group_of_first(context, found, undo_log)
        if name is not None:
            group.name = limit_text_field(name, MAX_COLUMN_LENGTH, "name")
        for card in found:
            card.cluster_id, card.column_id = group.id, group.column_id
        delete_empty_card_groups(context.design, undo_log)
        undo_log.save()
        sealed = context.is_sealed or any(card.anonymous for card in found)
        publish_action(context, "grouped", BOARD, sealed=sealed)

    return run_participant_command(actor, design_id, cid, "design_group", act)


def _group_of_first(context: SessionContext, cards: list[Card], undo_log: UndoLog) -> CardGroup:
    """The group of the first card that is in one, else a new one in the column of the first card."""
    number = next((card.cluster_id for card in cards if card.cluster_id is not None), None)
    if number is not None:
        group = get_card_group(context.design, number)
        undo_log.note_card_group(group)
        return group
    column_id = cards[0].column_id
    rank = between(last_card_group_rank(column_id), None)
    group = CardGroup(design_id=context.design.id, column_id=column_id, rank=rank)
    db.session.add(group)
    db.session.flush()
    undo_log.note_new_card_group(group)
    return group


def delete_empty_card_groups(design_session: DesignSession, undo_log: UndoLog | None = None) -> None:
    """Delete the groups that the last card has left."""
    db.session.flush()
    for group in empty_card_groups(design_session):
        if undo_log is not None:
            undo_log.note_card_group(group)
        db.session.delete(group)
    db.session.flush()


def name_card_group(actor: Actor, design_id: int, cid: str, *, cluster: int, name: str) -> dict[str, Any]:
    """Give a group of cards a name, or none. Raises NotFound, Conflict, Invalid."""
    name = limit_text_field(name, MAX_COLUMN_LENGTH, "name")

    def act(context: SessionContext) -> None:
        require(context, "group")
        group = get_card_group(context.design, cluster)
        undo_log = UndoLog(context.design, "cluster_named")
        undo_log.note_card_group(group)
        group.name = name
        undo_log.save()
        publish_action(context, "cluster_named", ("clusters",))

    return run_participant_command(actor, design_id, cid, "design_cluster_name", act)


def split_card_group(actor: Actor, design_id: int, cluster: int, cid: str | None = None) -> dict[str, Any]:
    """Take a group of cards apart: its cards stay in the column on their own."""

    def act(context: SessionContext) -> None:
        group = get_card_group(context.design, cluster)
        undo_log = UndoLog(context.design, "cluster_split")
        undo_log.note_card_group(group)
        for card in cards_of_card_groups([group.id]):
            undo_log.note_card(card)
            card.cluster_id = None
        db.session.flush()
        db.session.delete(group)
        undo_log.save()
        publish_changes(context.design, "cluster_split", actor, parts=(*BOARD, "votes"))

    return run_command(actor, design_id, cid, "design_cluster_split", {"cluster": cluster}, act)


def merge_card_groups(
    actor: Actor, design_id: int, into: int, source: int, cid: str | None = None
) -> dict[str, Any]:
    """Put the cards of one group, `source`, into another."""

    def act(context: SessionContext) -> None:
        target, emptied = get_card_group(context.design, into), get_card_group(context.design, source)
        if target.id == emptied.id:
            raise Conflict(_l("Choose two clusters."))
        undo_log = UndoLog(context.design, "clusters_merged")
        undo_log.note_card_group(emptied)
        for card in cards_of_card_groups([emptied.id]):
            undo_log.note_card(card)
            card.cluster_id, card.column_id = target.id, target.column_id
        db.session.flush()
        db.session.delete(emptied)
        undo_log.save()
        publish_changes(context.design, "clusters_merged", actor, parts=(*BOARD, "votes"))

    return run_command(actor, design_id, cid, "design_clusters_merge", {"into": into, "from": source}, act)


# --- Votes --------------------------------------------------------------------------------------------------


def vote(actor: Actor, design_id: int, cid: str, *, target: str, points: int) -> dict[str, Any]:
    """Set the points that the actor gives to a card (its key) or to a group of cards ("c9").

    Who gave what is told to nobody. Raises NotFound, and Conflict where there is no vote or her budget is spent.
    """

    def act(context: SessionContext) -> None:
        require(context, "vote")
        assert context.phase is not None
        phase, person_id, chosen = context.phase, actor.person_id, _target(context, target)
        ((column, number),) = chosen.items()
        budget = context.policy.vote
        if points < 0:
            raise Invalid(fields={"points": [_l("Give no points or more.")]})
        if points_elsewhere(phase, person_id, chosen) + points > budget:
            raise Conflict(_l("You have %(budget)s points in all. Take some back first.", budget=budget))
        earlier = (Vote.phase_id == phase.id, Vote.run == phase.run, Vote.person_id == person_id)
        db.session.execute(delete(Vote).where(*earlier, getattr(Vote, column) == number))
        if points:
            row = {"phase_id": phase.id, "run": phase.run, "person_id": person_id, "points": points}
            db.session.add(Vote(**row, **chosen))
        db.session.flush()
        publish_action(context, "voted", ("votes",), sealed=True)

    return run_participant_command(actor, design_id, cid, "design_vote", act)


def _target(context: SessionContext, target: str) -> dict[str, int]:
    """What a vote is for, as `{column: id}` of its row."""
    number = parse_integer(target[1:], low=1) if target.startswith("c") else None
    if number is not None:
        return {"cluster_id": get_card_group(context.design, number).id}
    card = get_card(context.design, target, None)
    if card.veiled or card.parked:
        raise Conflict(_l("This card is put aside and takes no votes."))
    return {"card_id": card.id}
