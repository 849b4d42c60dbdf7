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
from app.features.design.models import LONGEST_CARD, MOST_CARDS, BoardColumn, Card, SealedAuthor
from app.features.design.phases import is_hiding
from app.features.design.presenters.mine import seat_of
from app.features.design.queries.board import (
    clusters_without_cards,
    count_cards,
    get_card,
    get_cluster,
    get_column,
    is_author,
)
from app.features.design.services.doing import ADDED, EDITED, MOVED, OPENED, REMOVED, take_part
from app.features.design.services.journal import Journal
from app.features.design.services.placing import rank_at_end, rank_behind
from app.features.design.services.telling import coarse_moment, scrub, tell
from app.features.design.sitting import Sitting, refusal, require

BOARD = ("columns", "clusters")
NAMING = ("votes", "proposals", "commitments")
"""The parts that name cards."""


def add_card(actor: Actor, design_id: int, cid: str, *, column: int, text: str, lang: str) -> dict[str, Any]:
    """Write a card. Raises NotFound, Conflict where the phase takes none, Invalid for the text or its language."""
    text = written(text, LONGEST_CARD)
    check_language(lang)

    def act(sitting: Sitting) -> None:
        require(sitting, "write")
        into = _writable(sitting, get_column(sitting.design, column))
        if count_cards(sitting.design) >= MOST_CARDS:
            raise Conflict(_l("There is no room for more cards on this board."))
        card = _make(sitting, into, text, lang)
        parts = ("columns",) if card.hidden else ()
        tell(
            sitting.design,
            "card_added",
            actor,
            sealed=sitting.is_sealed,
            phase=sitting.phase,
            parts=parts,
        )

    return take_part(actor, design_id, cid, ADDED, act)


def _make(sitting: Sitting, column: BoardColumn, text: str, lang: str) -> Card:
    """The row of a new card; an anonymous one's author goes under seal and nowhere else."""
    phase, me = sitting.phase, sitting.me
    assert phase is not None and me is not None
    anonymous, hidden = sitting.policy.anonymous, is_hiding(phase)
    card = Card(
        design_id=sitting.design.id,
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
        created_at=coarse_moment(sitting.design, phase) if sitting.is_sealed else now(),
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
    text = written(text, LONGEST_CARD)
    check_language(lang)

    def act(sitting: Sitting) -> None:
        require(sitting, "write")
        found = own_card(sitting, card)
        _require_unlocked(sitting, found.column_id)
        found.text, found.lang, found.edited = text, lang, True
        if not found.veiled:
            scrub(sitting.design, found, text)
        _tell_of(sitting, "card_edited", found, ())

    return take_part(actor, design_id, cid, EDITED, act)


def remove_card(actor: Actor, design_id: int, cid: str, *, card: str) -> dict[str, Any]:
    """Take one's own card back, and its text out of everything that was told; raises as `edit_card` does."""

    def act(sitting: Sitting) -> None:
        require(sitting, "write")
        found = own_card(sitting, card)
        _require_unlocked(sitting, found.column_id)
        sealed, key = _is_sealed(sitting, found), None if found.hidden else found.key
        grouped = found.cluster_id is not None
        scrub(sitting.design, found, None)
        db.session.delete(found)
        db.session.flush()
        if grouped:
            drop_empty_clusters(sitting)
        tell(
            sitting.design,
            "card_removed",
            actor,
            sealed=sealed,
            phase=sitting.phase,
            parts=(*BOARD, *NAMING),
            gone=key,
        )

    return take_part(actor, design_id, cid, REMOVED, act)


def move_card(actor: Actor, design_id: int, cid: str, *, card: str, change: dict[str, Any]) -> dict[str, Any]:
    """Move a card: `change` may hold the `column`, the card it stands right `after` (None for the top), its `cluster`.

    Without `after` it goes to the end. Whoever may write may move her own. Raises NotFound and Conflict.
    """

    def act(sitting: Sitting) -> None:
        found = get_card(sitting.design, card, actor.person_id)
        column = get_column(sitting.design, found.column_id)
        _require_movable(sitting, found, column, change)
        journal, grouped = Journal(sitting.design, "card_moved"), found.cluster_id is not None
        journal.card(found)
        _place(sitting, found, column, change)
        if grouped:
            drop_empty_clusters(sitting, journal)
        journal.keep()
        counted = ("columns",) if found.hidden else ()
        _tell_of(sitting, "card_moved", found, (*counted, "clusters") if grouped else counted)

    return take_part(actor, design_id, cid, MOVED, act)


def _require_movable(sitting: Sitting, card: Card, column: BoardColumn, change: dict[str, Any]) -> None:
    """Raise Conflict unless cards are moved now, or this is her own and cards are written now."""
    if "cluster" in change:
        require(sitting, "group")
    own = is_author(card, sitting.actor.person_id)
    if not own or refusal(sitting, "write") is not None:
        require(sitting, "move")
    _require_open(sitting, column)


def _place(sitting: Sitting, card: Card, column: BoardColumn, change: dict[str, Any]) -> None:
    """Give a card its new column, rank and cluster; it stands in `column`."""
    column = get_column(sitting.design, change.get("column", column.id))
    cluster_id = change.get("cluster", card.cluster_id if column.id == card.column_id else None)
    if cluster_id is not None:
        column = get_column(sitting.design, get_cluster(sitting.design, cluster_id).column_id)
    if column.id != card.column_id:
        _writable(sitting, column)
    if "after" in change:
        key = change["after"]
        after = get_card(sitting.design, key, sitting.actor.person_id) if key is not None else None
        card.rank = rank_behind(column, card, after)
    elif column.id != card.column_id:
        card.rank = rank_at_end(column, hidden=card.hidden)
    card.column_id, card.cluster_id = column.id, None if card.hidden else cluster_id
    db.session.flush()


def open_card(actor: Actor, design_id: int, cid: str, *, card: str) -> dict[str, Any]:
    """Note that a card was looked at closely, by whomever; of one's own it says nothing."""

    def act(sitting: Sitting) -> None:
        require(sitting, "open")
        found = get_card(sitting.design, card, actor.person_id)
        if not found.hidden and found.person_id != actor.person_id:
            found.opened = True

    return take_part(actor, design_id, cid, OPENED, act)


def own_card(sitting: Sitting, key: str) -> Card:
    """A card that she wrote herself; raises NotFound, and Forbidden for another's."""
    card = get_card(sitting.design, key, sitting.actor.person_id)
    if not is_author(card, sitting.actor.person_id):
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


def drop_empty_clusters(sitting: Sitting, journal: Journal | None = None) -> None:
    """Take away the clusters that the last card has left."""
    db.session.flush()
    for cluster in clusters_without_cards(sitting.design):
        if journal is not None:
            journal.cluster(cluster)
        db.session.delete(cluster)
    db.session.flush()


def _writable(sitting: Sitting, column: BoardColumn) -> BoardColumn:
    """The column, if cards may be put into it; raises Conflict for a locked one and for another group's."""
    _require_open(sitting, column)
    if column.group_id is not None and seat_of(sitting) != column.group_id and not sitting.runs_it:
        raise Conflict(_l("This is the board of another group."))
    return column


def _require_unlocked(sitting: Sitting, column_id: int) -> None:
    _require_open(sitting, get_column(sitting.design, column_id))


def _require_open(sitting: Sitting, column: BoardColumn) -> None:
    if column.locked and not sitting.runs_it:
        raise Conflict(_l("The facilitator has locked this column for now."))


def _is_sealed(sitting: Sitting, card: Card) -> bool:
    """Whether nobody may learn who did something to a card: now, or ever because its author could have been it."""
    return sitting.is_sealed or card.anonymous or card.hidden


def _tell_of(sitting: Sitting, kind: str, card: Card, parts: tuple[str, ...]) -> None:
    tell(
        sitting.design,
        kind,
        sitting.actor,
        sealed=_is_sealed(sitting, card),
        phase=sitting.phase,
        parts=parts,
    )
