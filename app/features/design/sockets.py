"""The live door of design sessions: the same services, answered with an ack."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from app.core.actors import Actor
from app.core.live.commands import SocketCommand
from app.features.design import commands as forms
from app.features.design.services import (
    cards,
    clusters,
    columns,
    desk,
    going,
    handing,
    joining,
    marking,
    planning,
    timer,
    votes,
)

Handle = Callable[[Actor, Any], dict[str, Any]]
JOIN, RUN = "design.join", "design.run"


def _phase(actor: Actor, c: forms.PhaseCommand) -> dict[str, Any]:
    wanted = {name: value for name, value in c.wanted().items() if value is not None}
    return planning.change_plan(actor, c.design, c.act, phase=c.phase, wanted=wanted, to=c.to, cid=c.cid)


PARTICIPANTS = (
    SocketCommand("design_join", JOIN, forms.DesignCommand, lambda actor, c: joining.join(actor, c.design)),
    SocketCommand(
        "design_card_add",
        JOIN,
        forms.CardAddCommand,
        lambda actor, c: cards.add_card(actor, c.design, c.cid, column=c.column, text=c.text, lang=c.lang),
        rate=40,
    ),
    SocketCommand(
        "design_card_edit",
        JOIN,
        forms.CardEditCommand,
        lambda actor, c: cards.edit_card(actor, c.design, c.cid, card=c.card, text=c.text, lang=c.lang),
        rate=40,
    ),
    SocketCommand(
        "design_card_remove",
        JOIN,
        forms.CardCommand,
        lambda actor, c: cards.remove_card(actor, c.design, c.cid, card=c.card),
    ),
    SocketCommand(
        "design_card_move",
        JOIN,
        forms.CardMoveCommand,
        lambda actor, c: cards.move_card(actor, c.design, c.cid, card=c.card, change=c.change()),
        rate=60,
    ),
    SocketCommand(
        "design_card_open",
        JOIN,
        forms.CardCommand,
        lambda actor, c: cards.open_card(actor, c.design, c.cid, card=c.card),
        rate=60,
    ),
    SocketCommand(
        "design_group",
        JOIN,
        forms.GroupCommand,
        lambda actor, c: clusters.group(actor, c.design, c.cid, cards=c.cards, name=c.name),
    ),
    SocketCommand(
        "design_cluster_name",
        JOIN,
        forms.ClusterNameCommand,
        lambda actor, c: clusters.name_cluster(actor, c.design, c.cid, cluster=c.cluster, name=c.name),
    ),
    SocketCommand(
        "design_vote",
        JOIN,
        forms.VoteCommand,
        lambda actor, c: votes.vote(actor, c.design, c.cid, target=c.target, points=c.points),
        rate=60,
    ),
    SocketCommand(
        "design_ready",
        JOIN,
        forms.ReadyCommand,
        lambda actor, c: votes.say_ready(actor, c.design, c.cid, ready=c.ready),
    ),
    SocketCommand(
        "design_hand",
        JOIN,
        forms.HandCommand,
        lambda actor, c: joining.raise_hand(actor, c.design, c.cid, up=c.up),
    ),
)

DESK = (
    SocketCommand("design_go", RUN, forms.GoCommand, lambda actor, c: going.go(actor, c.design, c.to, c.cid)),
    SocketCommand(
        "design_start", RUN, forms.DesignCommand, lambda actor, c: going.start(actor, c.design, c.cid)
    ),
    SocketCommand(
        "design_close", RUN, forms.DesignCommand, lambda actor, c: going.close(actor, c.design, c.cid)
    ),
    SocketCommand(
        "design_reveal", RUN, forms.DesignCommand, lambda actor, c: going.turn_over(actor, c.design, c.cid)
    ),
    SocketCommand(
        "design_timer",
        RUN,
        forms.TimerCommand,
        lambda actor, c: timer.set_timer(actor, c.design, c.act, c.seconds, c.cid),
    ),
    SocketCommand(
        "design_freeze", RUN, forms.SwitchCommand, lambda actor, c: desk.freeze(actor, c.design, c.on, c.cid)
    ),
    SocketCommand(
        "design_lock",
        RUN,
        forms.LockCommand,
        lambda actor, c: desk.lock(actor, c.design, c.what, c.id, c.on, c.cid),
    ),
    SocketCommand(
        "design_cluster_split",
        RUN,
        forms.ClusterSplitCommand,
        lambda actor, c: clusters.split_cluster(actor, c.design, c.cluster, c.cid),
    ),
    SocketCommand(
        "design_clusters_merge",
        RUN,
        forms.ClustersMergeCommand,
        lambda actor, c: clusters.merge_clusters(actor, c.design, c.into, c.source, c.cid),
    ),
    SocketCommand(
        "design_undo", RUN, forms.DesignCommand, lambda actor, c: marking.undo(actor, c.design, c.cid)
    ),
    SocketCommand(
        "design_card_veil",
        RUN,
        forms.VeilCommand,
        lambda actor, c: marking.veil(actor, c.design, c.card, c.on, c.cid),
    ),
    SocketCommand(
        "design_card_mark",
        RUN,
        forms.MarkCommand,
        lambda actor, c: marking.mark(actor, c.design, c.card, c.mark, c.on, c.cid),
    ),
    SocketCommand(
        "design_person",
        RUN,
        forms.PersonCommand,
        lambda actor, c: desk.treat_person(actor, c.design, c.person, c.act, c.cid),
    ),
    SocketCommand(
        "design_round",
        RUN,
        forms.SwitchCommand,
        lambda actor, c: desk.ask_round(actor, c.design, c.on, c.cid),
    ),
    SocketCommand(
        "design_broadcast",
        RUN,
        forms.BroadcastCommand,
        lambda actor, c: desk.broadcast(actor, c.design, c.text, c.lang, c.cid),
    ),
    SocketCommand(
        "design_desk",
        "design.take_desk",
        forms.DeskCommand,
        lambda actor, c: handing.handle_desk(actor, c.design, c.act, c.person, c.cid),
    ),
    SocketCommand("design_phase", RUN, forms.PhaseCommand, _phase),
    SocketCommand(
        "design_column",
        RUN,
        forms.ColumnCommand,
        lambda actor, c: columns.change_columns(
            actor, c.design, c.act, column=c.column, title=c.title, cid=c.cid
        ),
    ),
)
COMMANDS = (*PARTICIPANTS, *DESK)
