"""Putting cards together: groups, their names, and at the desk splitting and merging them."""

from __future__ import annotations

from typing import Any

from flask_babel import lazy_gettext as _l

from app.core.actors import Actor
from app.core.database import db
from app.core.errors import Conflict, Invalid
from app.core.text import tidy
from app.features.design.models import LONGEST_COLUMN, Card, Cluster
from app.features.design.queries.board import (
    cards_of_cluster,
    get_card,
    get_cluster,
    get_column,
    last_cluster_rank,
)
from app.features.design.ranks import between
from app.features.design.services.cards import BOARD, drop_empty_clusters
from app.features.design.services.doing import run, take_part
from app.features.design.services.journal import Journal
from app.features.design.services.telling import tell
from app.features.design.sitting import Sitting, require

GROUPED, NAMED = "design_group", "design_cluster_name"


def group(actor: Actor, design_id: int, cid: str, *, cards: list[str], name: str | None) -> dict[str, Any]:
    """Put cards together: into the cluster that the first of them is in, else into a new one.

    Raises NotFound, Conflict where cards are not grouped now, Invalid for fewer than two cards.
    """
    if len(set(cards)) < 2:
        raise Invalid(fields={"cards": [_l("Choose at least two cards.")]})

    def act(sitting: Sitting) -> None:
        require(sitting, "group")
        found = [get_card(sitting.design, key, None) for key in dict.fromkeys(cards)]
        _require_unlocked(sitting, found)
        journal = Journal(sitting.design, "grouped")
        for card in found:
            journal.card(card)
        cluster = _cluster_for(sitting, found, journal)
        if name is not None:
            cluster.name = _name(name)
        for card in found:
            card.cluster_id, card.column_id = cluster.id, cluster.column_id
        drop_empty_clusters(sitting, journal)
        journal.keep()
        tell(
            sitting.design, "grouped", actor, sealed=_sealed(sitting, found), phase=sitting.phase, parts=BOARD
        )

    return take_part(actor, design_id, cid, GROUPED, act)


def _sealed(sitting: Sitting, cards: list[Card]) -> bool:
    return sitting.is_sealed or any(card.anonymous for card in cards)


def _require_unlocked(sitting: Sitting, cards: list[Card]) -> None:
    for column_id in {card.column_id for card in cards}:
        if get_column(sitting.design, column_id).locked and not sitting.runs_it:
            raise Conflict(_l("The facilitator has locked this column for now."))


def _cluster_for(sitting: Sitting, cards: list[Card], journal: Journal) -> Cluster:
    """The cluster of the first card that is in one, else a new one where the first card stands."""
    number = next((card.cluster_id for card in cards if card.cluster_id is not None), None)
    if number is not None:
        cluster = get_cluster(sitting.design, number)
        journal.cluster(cluster)
        return cluster
    column_id = cards[0].column_id
    cluster = Cluster(
        design_id=sitting.design.id,
        column_id=column_id,
        rank=between(last_cluster_rank(column_id), None),
    )
    db.session.add(cluster)
    db.session.flush()
    journal.made(cluster)
    return cluster


def name_cluster(actor: Actor, design_id: int, cid: str, *, cluster: int, name: str) -> dict[str, Any]:
    """Give a cluster a name, or none. Raises NotFound, Conflict, Invalid."""
    name = _name(name)

    def act(sitting: Sitting) -> None:
        require(sitting, "group")
        found = get_cluster(sitting.design, cluster)
        journal = Journal(sitting.design, "cluster_named")
        journal.cluster(found)
        found.name = name
        journal.keep()
        tell(
            sitting.design,
            "cluster_named",
            actor,
            sealed=sitting.is_sealed,
            phase=sitting.phase,
            parts=("clusters",),
        )

    return take_part(actor, design_id, cid, NAMED, act)


def _name(name: str) -> str:
    name = tidy(name)
    if len(name) > LONGEST_COLUMN:
        raise Invalid(fields={"name": [_l("At most %(max)d characters.", max=LONGEST_COLUMN)]})
    return name


def split_cluster(actor: Actor, design_id: int, cluster: int, cid: str | None = None) -> dict[str, Any]:
    """Take a cluster apart: its cards stay in the column on their own."""

    def act(sitting: Sitting) -> None:
        found = get_cluster(sitting.design, cluster)
        journal = Journal(sitting.design, "cluster_split")
        journal.cluster(found)
        for card in cards_of_cluster([found.id]):
            journal.card(card)
            card.cluster_id = None
        db.session.flush()
        db.session.delete(found)
        journal.keep()
        tell(sitting.design, "cluster_split", actor, parts=(*BOARD, "votes"))

    return run(actor, design_id, cid, "design_cluster_split", {"cluster": cluster}, act)


def merge_clusters(
    actor: Actor, design_id: int, into: int, source: int, cid: str | None = None
) -> dict[str, Any]:
    """Put the cards of one cluster into another."""

    def act(sitting: Sitting) -> None:
        target, emptied = get_cluster(sitting.design, into), get_cluster(sitting.design, source)
        if target.id == emptied.id:
            raise Conflict(_l("Choose two clusters."))
        journal = Journal(sitting.design, "clusters_merged")
        journal.cluster(emptied)
        for card in cards_of_cluster([emptied.id]):
            journal.card(card)
            card.cluster_id, card.column_id = target.id, target.column_id
        db.session.flush()
        db.session.delete(emptied)
        journal.keep()
        tell(sitting.design, "clusters_merged", actor, parts=(*BOARD, "votes"))

    return run(actor, design_id, cid, "design_clusters_merge", {"into": into, "from": source}, act)
