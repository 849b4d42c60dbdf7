"""What participants do with cards: write, change, take back, move, open."""

from __future__ import annotations

from typing import Any

from flask_babel import lazy_gettext as _l

from app.core.actors import Actor
from app.core.clock import now
from app.core.database import db
from app.core.errors import Conflict, Forbidden, Invalid
from app.core.i18n import ALL_LANGUAGES
from app.core.text import tidy
from app.features.design.models.board import MAX_CARD_LENGTH, MAX_CARDS, BoardColumn, Card, SealedAuthor
from app.features.design.phases import is_hiding
from app.features.design.presenters.own_state import current_group_id
from app.features.design.queries.board import (
    count_cards,
    empty_card_groups,
    get_card,
    get_card_group,
    get_column,
    is_author,
)
from app.features.design.services.card_order import rank_after, rank_at_end
from app.features.design.services.command_runner import (
    ADDED,
    EDITED,
    MOVED,
    OPENED,
    REMOVED,
    run_participant_command,
)
from app.features.design.services.publishing import coarse_moment, publish_changes, redact_card_text
from app.features.design.services.undo_log import UndoLog
from app.features.design.session_context import SessionContext, refusal, require

BOARD = ("columns", "clusters")
NAMING = ("votes", "proposals", "commitments")
"""The parts that name cards."""


def add_card(actor: Actor, design_id: int, cid: str, *, column: int, text: str, lang: str) -> dict[str, Any]:
    """Write a card. Raises NotFound, Conflict where the phase takes none, Invalid for the text or its language."""
    text = written(text, MAX_CARD_LENGTH)
    check_language(lang)

    def act(context: SessionContext) -> None:
        require(context, "write")
        into = _writable(context, get_column(context.design, column))
        if count_cards(context.design) >= MAX_CARDS:
            raise Conflict(_l("There is no room for more cards on this board."))
        card = _make(context, into, text, lang)
        parts = ("columns",) if card.hidden else ()
        publish_changes(
            context.design,
            "card_added",
            actor,
            sealed=context.is_sealed,
            phase=context.phase,
            parts=parts,
        )

    return run_participant_command(actor, design_id, cid, ADDED, act)


def _make(context: SessionContext, column: BoardColumn, text: str, lang: str) -> Card:
    """The row of a new card; an anonymous one's author goes under seal and nowhere else."""
    phase, me = context.phase, context.me
    assert phase is not None and me is not None
    anonymous, hidden = context.policy.anonymous, is_hiding(phase)
    card = Card(
        design_id=context.design.id,
        column_id=column.id,
        phase_id=phase.id,
        rank=rank_at_end(column, hidden=hidden),
        text=text,
        lang=lang,
        person_id=None if anonymous else me.person_id,
        organisation_id=None if anonymous else me.organisation_id,
        country="" if anonymous else me.country,
        anonymous=anonymous,
        hidden=hidden,
        created_at=coarse_moment(context.design, phase) if context.is_sealed else now(),
    )
    db.session.add(card)
    db.session.flush()
    if anonymous:
        db.session.add(SealedAuthor(card_id=card.id, person_id=me.person_id))
        db.session.flush()
    return card


def edit_card(actor: Actor, design_id: int, cid: str, *, card: str, text: str, lang: str) -> dict[str, Any]:
    """Write one's own card anew; what it said before is taken out of everything that was told.

    Raises NotFound, Forbidden for another's card, Conflict, Invalid.
    """
    text = written(text, MAX_CARD_LENGTH)
    check_language(lang)

    def act(context: SessionContext) -> None:
        require(context, "write")
        found = own_card(context, card)
        _require_unlocked(context, found.column_id)
        found.text, found.lang, found.edited = text, lang, True
        if not found.veiled:
            redact_card_text(context.design, found, text)
        _publish_card_change(context, "card_edited", found, ())

    return run_participant_command(actor, design_id, cid, EDITED, act)


def remove_card(actor: Actor, design_id: int, cid: str, *, card: str) -> dict[str, Any]:
    """Take one's own card back, and its text out of everything that was told; raises as `edit_card` does."""

    def act(context: SessionContext) -> None:
        require(context, "write")
        found = own_card(context, card)
        _require_unlocked(context, found.column_id)
        sealed, key = _is_sealed(context, found), None if found.hidden else found.key
        grouped = found.cluster_id is not None
        redact_card_text(context.design, found, None)
        db.session.delete(found)
        db.session.flush()
        if grouped:
            delete_empty_card_groups(context)
        publish_changes(
            context.design,
            "card_removed",
            actor,
            sealed=sealed,
            phase=context.phase,
            parts=(*BOARD, *NAMING),
            gone=key,
        )

    return run_participant_command(actor, design_id, cid, REMOVED, act)


def move_card(actor: Actor, design_id: int, cid: str, *, card: str, change: dict[str, Any]) -> dict[str, Any]:
    """Move a card: `change` may hold the `column`, the card it stands right `after` (None for the top), its `cluster`.

    Without `after` it goes to the end. Whoever may write may move her own. Raises NotFound and Conflict.
    """

    def act(context: SessionContext) -> None:
        found = get_card(context.design, card, actor.person_id)
        column = get_column(context.design, found.column_id)
        _require_movable(context, found, column, change)
        undo_log, grouped = UndoLog(context.design, "card_moved"), found.cluster_id is not None
        undo_log.card(found)
        _place(context, found, column, change)
        if grouped:
            delete_empty_card_groups(context, undo_log)
        undo_log.keep()
        counted = ("columns",) if found.hidden else ()
        _publish_card_change(context, "card_moved", found, (*counted, "clusters") if grouped else counted)

    return run_participant_command(actor, design_id, cid, MOVED, act)


def _require_movable(
    context: SessionContext, card: Card, column: BoardColumn, change: dict[str, Any]
) -> None:
    """Raise Conflict unless cards are moved now, or this is her own and cards are written now."""
    if "cluster" in change:
        require(context, "group")
    own = is_author(card, context.actor.person_id)
    if not own or refusal(context, "write") is not None:
        require(context, "move")
    _require_open(context, column)


def _place(context: SessionContext, card: Card, column: BoardColumn, change: dict[str, Any]) -> None:
    """Give a card its new column, rank and cluster; it stands in `column`."""
    column = get_column(context.design, change.get("column", column.id))
    cluster_id = change.get("cluster", card.cluster_id if column.id == card.column_id else None)
    if cluster_id is not None:
        column = get_column(context.design, get_card_group(context.design, cluster_id).column_id)
    if column.id != card.column_id:
        _writable(context, column)
    if "after" in change:
        key = change["after"]
        after = get_card(context.design, key, context.actor.person_id) if key is not None else None
        card.rank = rank_after(column, card, after)
    elif column.id != card.column_id:
        card.rank = rank_at_end(column, hidden=card.hidden)
    card.column_id, card.cluster_id = column.id, None if card.hidden else cluster_id
    db.session.flush()


def open_card(actor: Actor, design_id: int, cid: str, *, card: str) -> dict[str, Any]:
    """Note that a card was looked at closely, by whomever; of one's own it says nothing."""

    def act(context: SessionContext) -> None:
        require(context, "open")
        found = get_card(context.design, card, actor.person_id)
        if not found.hidden and found.person_id != actor.person_id:
            found.opened = True

    return run_participant_command(actor, design_id, cid, OPENED, act)


def own_card(context: SessionContext, key: str) -> Card:
    """A card that she wrote herself; raises NotFound, and Forbidden for another's."""
    card = get_card(context.design, key, context.actor.person_id)
    if not is_author(card, context.actor.person_id):
        raise Forbidden(_l("Only the author of a card can change it."))
    return card


def written(text: str, longest: int, field: str = "text") -> str:
    """The text as it is kept; raises Invalid where nothing is left of it or too much."""
    text = tidy(text)
    if not text:
        raise Invalid(fields={field: [_l("Write something first.")]})
    if len(text) > longest:
        over = len(text) - longest
        raise Invalid(fields={field: [_l("Too long by %(over)s characters. Shorten it.", over=over)]})
    return text


def check_language(lang: str) -> None:
    """Raise Invalid for a language that we do not know."""
    if lang not in ALL_LANGUAGES:
        raise Invalid(fields={"lang": [_l("Choose the language that you write in.")]})


def delete_empty_card_groups(context: SessionContext, undo_log: UndoLog | None = None) -> None:
    """Take away the clusters that the last card has left."""
    db.session.flush()
    for cluster in empty_card_groups(context.design):
        if undo_log is not None:
            undo_log.cluster(cluster)
        db.session.delete(cluster)
    db.session.flush()


def _writable(context: SessionContext, column: BoardColumn) -> BoardColumn:
    """The column, if cards may be put into it; raises Conflict for a locked one and for another group's."""
    _require_open(context, column)
    if column.group_id is not None and current_group_id(context) != column.group_id and not context.runs_it:
        raise Conflict(_l("This is the board of another group."))
    return column


def _require_unlocked(context: SessionContext, column_id: int) -> None:
    _require_open(context, get_column(context.design, column_id))


def _require_open(context: SessionContext, column: BoardColumn) -> None:
    if column.locked and not context.runs_it:
        raise Conflict(_l("The facilitator has locked this column for now."))


def _is_sealed(context: SessionContext, card: Card) -> bool:
    """Whether nobody may learn who did something to a card: now, or ever because its author could have been it."""
    return context.is_sealed or card.anonymous or card.hidden


def _publish_card_change(context: SessionContext, kind: str, card: Card, parts: tuple[str, ...]) -> None:
    publish_changes(
        context.design,
        kind,
        context.actor,
        sealed=_is_sealed(context, card),
        phase=context.phase,
        parts=parts,
    )
