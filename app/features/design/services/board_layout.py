"""The layout of the board: its columns, and cards that are put together in groups."""

from __future__ import annotations

from typing import Any

from flask_babel import lazy_gettext as _l

from app.core.actors import Actor
from app.core.database import db
from app.core.errors import Conflict, Invalid
from app.core.validation import limit_text_field, require_text_field
from app.features.design.models.board import (
    MAX_COLUMN_LENGTH,
    MAX_COLUMNS,
    BoardColumn,
    Card,
    CardGroup,
)
from app.features.design.models.sessions import DesignSession, Phase
from app.features.design.queries.board import (
    cards_of_groups,
    columns_of,
    count_cards_in,
    empty_card_groups,
    get_card,
    get_card_group,
    get_column,
    last_group_rank,
    main_columns,
)
from app.features.design.ranks import between
from app.features.design.services.command_runner import run_command, run_participant_command
from app.features.design.services.publishing import publish_action, publish_changes
from app.features.design.services.undo_log import UndoLog
from app.features.design.session_context import SessionContext, require
from app.features.design.states import require_not_over

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
        delete_empty_groups(context.design, undo_log)
        undo_log.save()
        sealed = context.is_sealed or any(card.anonymous for card in found)
        publish_action(context, "grouped", BOARD, sealed=sealed)

    return run_participant_command(actor, design_id, cid, "design_group", act)


def _group_of_first(context: SessionContext, cards: list[Card], undo_log: UndoLog) -> CardGroup:
    """The group of the first card that is in one, else a new one in the column of the first card."""
    number = next((card.cluster_id for card in cards if card.cluster_id is not None), None)
    if number is not None:
        group = get_card_group(context.design, number)
        undo_log.note_group(group)
        return group
    column_id = cards[0].column_id
    rank = between(last_group_rank(column_id), None)
    group = CardGroup(design_id=context.design.id, column_id=column_id, rank=rank)
    db.session.add(group)
    db.session.flush()
    undo_log.note_new_group(group)
    return group


def delete_empty_groups(design_session: DesignSession, undo_log: UndoLog | None = None) -> None:
    """Delete the groups that the last card has left."""
    db.session.flush()
    for group in empty_card_groups(design_session):
        if undo_log is not None:
            undo_log.note_group(group)
        db.session.delete(group)
    db.session.flush()


def name_group(actor: Actor, design_id: int, cid: str, *, cluster: int, name: str) -> dict[str, Any]:
    """Give a group of cards a name, or none. Raises NotFound, Conflict, Invalid."""
    name = limit_text_field(name, MAX_COLUMN_LENGTH, "name")

    def act(context: SessionContext) -> None:
        require(context, "group")
        group = get_card_group(context.design, cluster)
        undo_log = UndoLog(context.design, "cluster_named")
        undo_log.note_group(group)
        group.name = name
        undo_log.save()
        publish_action(context, "cluster_named", ("clusters",))

    return run_participant_command(actor, design_id, cid, "design_cluster_name", act)


def split_group(actor: Actor, design_id: int, cluster: int, cid: str | None = None) -> dict[str, Any]:
    """Take a group of cards apart: its cards stay in the column on their own."""

    def act(context: SessionContext) -> None:
        group = get_card_group(context.design, cluster)
        undo_log = UndoLog(context.design, "cluster_split")
        undo_log.note_group(group)
        for card in cards_of_groups([group.id]):
            undo_log.note_card(card)
            card.cluster_id = None
        db.session.flush()
        db.session.delete(group)
        undo_log.save()
        publish_changes(context.design, "cluster_split", actor, parts=(*BOARD, "votes"))

    return run_command(actor, design_id, cid, "design_cluster_split", {"cluster": cluster}, act)


def merge_groups(
    actor: Actor, design_id: int, into: int, source: int, cid: str | None = None
) -> dict[str, Any]:
    """Put the cards of one group, `source`, into another."""

    def act(context: SessionContext) -> None:
        target, emptied = get_card_group(context.design, into), get_card_group(context.design, source)
        if target.id == emptied.id:
            raise Conflict(_l("Choose two clusters."))
        undo_log = UndoLog(context.design, "clusters_merged")
        undo_log.note_group(emptied)
        for card in cards_of_groups([emptied.id]):
            undo_log.note_card(card)
            card.cluster_id, card.column_id = target.id, target.column_id
        db.session.flush()
        db.session.delete(emptied)
        undo_log.save()
        publish_changes(context.design, "clusters_merged", actor, parts=(*BOARD, "votes"))

    return run_command(actor, design_id, cid, "design_clusters_merge", {"into": into, "from": source}, act)
