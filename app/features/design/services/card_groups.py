"""Putting cards together: groups, their names, and at the desk splitting and merging them."""

from __future__ import annotations

from typing import Any

from flask_babel import lazy_gettext as _l

from app.core.actors import Actor
from app.core.database import db
from app.core.errors import Conflict, Invalid
from app.core.text import tidy
from app.features.design.models.board import MAX_COLUMN_LENGTH, Card, CardGroup
from app.features.design.queries.board import (
    cards_of_groups,
    get_card,
    get_card_group,
    get_column,
    last_group_rank,
)
from app.features.design.ranks import between
from app.features.design.services.cards import BOARD, delete_empty_card_groups
from app.features.design.services.command_runner import run_command, run_participant_command
from app.features.design.services.publishing import publish_changes
from app.features.design.services.undo_log import UndoLog
from app.features.design.session_context import SessionContext, require

GROUPED, NAMED = "design_group", "design_cluster_name"


def group(actor: Actor, design_id: int, cid: str, *, cards: list[str], name: str | None) -> dict[str, Any]:
    """Put cards together: into the cluster that the first of them is in, else into a new one.

    Raises NotFound, Conflict where cards are not grouped now, Invalid for fewer than two cards.
    """
    if len(set(cards)) < 2:
        raise Invalid(fields={"cards": [_l("Choose at least two cards.")]})

    def act(context: SessionContext) -> None:
        require(context, "group")
        found = [get_card(context.design, key, None) for key in dict.fromkeys(cards)]
        _require_unlocked(context, found)
        undo_log = UndoLog(context.design, "grouped")
        for card in found:
            undo_log.card(card)
        cluster = _target_group(context, found, undo_log)
        if name is not None:
            cluster.name = _name(name)
        for card in found:
            card.cluster_id, card.column_id = cluster.id, cluster.column_id
        delete_empty_card_groups(context, undo_log)
        undo_log.keep()
        publish_changes(
            context.design, "grouped", actor, sealed=_sealed(context, found), phase=context.phase, parts=BOARD
        )

    return run_participant_command(actor, design_id, cid, GROUPED, act)


def _sealed(context: SessionContext, cards: list[Card]) -> bool:
    return context.is_sealed or any(card.anonymous for card in cards)


def _require_unlocked(context: SessionContext, cards: list[Card]) -> None:
    for column_id in {card.column_id for card in cards}:
        if get_column(context.design, column_id).locked and not context.runs_it:
            raise Conflict(_l("The facilitator has locked this column for now."))


def _target_group(context: SessionContext, cards: list[Card], undo_log: UndoLog) -> CardGroup:
    """The cluster of the first card that is in one, else a new one where the first card stands."""
    number = next((card.cluster_id for card in cards if card.cluster_id is not None), None)
    if number is not None:
        cluster = get_card_group(context.design, number)
        undo_log.cluster(cluster)
        return cluster
    column_id = cards[0].column_id
    cluster = CardGroup(
        design_id=context.design.id,
        column_id=column_id,
        rank=between(last_group_rank(column_id), None),
    )
    db.session.add(cluster)
    db.session.flush()
    undo_log.made(cluster)
    return cluster


def name_card_group(actor: Actor, design_id: int, cid: str, *, cluster: int, name: str) -> dict[str, Any]:
    """Give a cluster a name, or none. Raises NotFound, Conflict, Invalid."""
    name = _name(name)

    def act(context: SessionContext) -> None:
        require(context, "group")
        found = get_card_group(context.design, cluster)
        undo_log = UndoLog(context.design, "cluster_named")
        undo_log.cluster(found)
        found.name = name
        undo_log.keep()
        publish_changes(
            context.design,
            "cluster_named",
            actor,
            sealed=context.is_sealed,
            phase=context.phase,
            parts=("clusters",),
        )

    return run_participant_command(actor, design_id, cid, NAMED, act)


def _name(name: str) -> str:
    name = tidy(name)
    if len(name) > MAX_COLUMN_LENGTH:
        raise Invalid(fields={"name": [_l("At most %(max)d characters.", max=MAX_COLUMN_LENGTH)]})
    return name


def split_card_group(actor: Actor, design_id: int, cluster: int, cid: str | None = None) -> dict[str, Any]:
    """Take a cluster apart: its cards stay in the column on their own."""

    def act(context: SessionContext) -> None:
        found = get_card_group(context.design, cluster)
        undo_log = UndoLog(context.design, "cluster_split")
        undo_log.cluster(found)
        for card in cards_of_groups([found.id]):
            undo_log.card(card)
            card.cluster_id = None
        db.session.flush()
        db.session.delete(found)
        undo_log.keep()
        publish_changes(context.design, "cluster_split", actor, parts=(*BOARD, "votes"))

    return run_command(actor, design_id, cid, "design_cluster_split", {"cluster": cluster}, act)


def merge_card_groups(
    actor: Actor, design_id: int, into: int, source: int, cid: str | None = None
) -> dict[str, Any]:
    """Put the cards of one cluster into another."""

    def act(context: SessionContext) -> None:
        target, emptied = get_card_group(context.design, into), get_card_group(context.design, source)
        if target.id == emptied.id:
            raise Conflict(_l("Choose two clusters."))
        undo_log = UndoLog(context.design, "clusters_merged")
        undo_log.cluster(emptied)
        for card in cards_of_groups([emptied.id]):
            undo_log.card(card)
            card.cluster_id, card.column_id = target.id, target.column_id
        db.session.flush()
        db.session.delete(emptied)
        undo_log.keep()
        publish_changes(context.design, "clusters_merged", actor, parts=(*BOARD, "votes"))

    return run_command(actor, design_id, cid, "design_clusters_merge", {"into": into, "from": source}, act)
