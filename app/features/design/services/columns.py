"""The columns of the board: those that it begins with, those that a phase needs, and those added by hand."""

from __future__ import annotations

from typing import Any

from flask_babel import lazy_gettext as _l
from sqlalchemy import func, select

from app.core.actors import Actor
from app.core.database import db
from app.core.errors import Conflict
from app.features.design.models.board import MAX_COLUMN_LENGTH, MAX_COLUMNS, BoardColumn, Card
from app.features.design.models.sessions import DesignSession, Phase
from app.features.design.queries.board import get_column, main_columns
from app.features.design.ranks import between
from app.features.design.services.cards import written
from app.features.design.services.command_runner import run_command
from app.features.design.services.publishing import publish_changes
from app.features.design.session_context import SessionContext
from app.features.design.states import require_not_over


def add_column(design_session: DesignSession, title: str, group_id: int | None = None) -> BoardColumn:
    """A new column at the right end of the main board, or of a breakout's; raises Conflict where there are too many."""
    query = select(BoardColumn.rank).where(BoardColumn.design_id == design_session.id)
    ranks = db.session.scalars(query).all()
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
        there = {column.title for column in main_columns(design_session)}
        for title in phase.columns:
            if title not in there:
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

    Returns the column's id when it adds one; raises NotFound, Conflict, Invalid.
    """

    def change(context: SessionContext) -> dict[str, Any]:
        require_not_over(context.design.state)
        if act == "add":
            number = add_column(context.design, written(title, MAX_COLUMN_LENGTH, "title")).id
        else:
            found = get_column(context.design, column or 0)
            number = found.id
            if act == "rename":
                found.title = written(title, MAX_COLUMN_LENGTH, "title")
            else:
                _remove(context, found)
        publish_changes(context.design, f"column_{act}", actor, parts=("columns",))
        return {"column": number}

    content = {"act": act, "column": column, "title": title}
    return run_command(actor, design_id, cid, "design_column", content, change, live=False)


def _remove(context: SessionContext, column: BoardColumn) -> None:
    held = db.session.scalar(select(func.count(Card.id)).where(Card.column_id == column.id))
    if held:
        raise Conflict(_l("There are cards in this column, perhaps hidden ones. Move them first."))
    if column.group_id is None and len(main_columns(context.design)) == 1:
        raise Conflict(_l("A board needs at least one column."))
    db.session.delete(column)
