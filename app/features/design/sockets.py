"""The live door of design sessions: the same services, answered with an ack."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from app.core.actors import Actor
from app.core.live.commands import SocketCommand
from app.core.live.payloads import Done
from app.features.design.commands import facilitator as asked
from app.features.design.commands import participants as forms
from app.features.design.commands.base import DesignCommand
from app.features.design.presenters.private_payloads import (
    ColumnAnswer,
    DeskAnswer,
    OwnAnswer,
    PhaseAnswer,
    ProposalAnswer,
)
from app.features.design.services import (
    breakouts,
    card_flags,
    card_groups,
    cards,
    columns,
    commitments,
    consent,
    facilitator_controls,
    facilitator_transfer,
    participants,
    phase_navigation,
    phase_plan,
    timer,
    voting,
)

Handle = Callable[[Actor, Any], dict[str, Any]]
JOIN, RUN = "design.join", "design.run"


def _phase(actor: Actor, c: asked.PhaseCommand) -> dict[str, Any]:
    wanted = {name: value for name, value in c.wanted().items() if value is not None}
    return phase_plan.change_plan(actor, c.design, c.act, phase=c.phase, wanted=wanted, to=c.to, cid=c.cid)


def _breakouts(actor: Actor, c: asked.BreakoutsCommand) -> dict[str, Any]:
    groups = [group.model_dump(exclude_none=True) for group in c.groups]
    return breakouts.handle_breakouts(
        actor, c.design, c.act, groups=groups, group=c.group, person=c.person, cid=c.cid
    )


def _proposal(actor: Actor, c: asked.ProposalCommand) -> dict[str, Any]:
    wanted = {"proposal": c.proposal, "text": c.text, "lang": c.lang, "stage": c.stage, "cards": c.cards}
    return consent.handle_proposal(actor, c.design, c.act, **wanted, cid=c.cid)


PARTICIPANTS = (
    SocketCommand(
        "design_join", JOIN, DesignCommand, lambda actor, c: participants.join(actor, c.design), OwnAnswer
    ),
    SocketCommand(
        "design_card_add",
        JOIN,
        forms.CardAddCommand,
        lambda actor, c: cards.add_card(actor, c.design, c.cid, column=c.column, text=c.text, lang=c.lang),
        OwnAnswer,
        rate=40,
    ),
    SocketCommand(
        "design_card_edit",
        JOIN,
        forms.CardEditCommand,
        lambda actor, c: cards.edit_card(actor, c.design, c.cid, card=c.card, text=c.text, lang=c.lang),
        OwnAnswer,
        rate=40,
    ),
    SocketCommand(
        "design_card_remove",
        JOIN,
        forms.CardCommand,
        lambda actor, c: cards.remove_card(actor, c.design, c.cid, card=c.card),
        OwnAnswer,
    ),
    SocketCommand(
        "design_card_move",
        JOIN,
        forms.CardMoveCommand,
        lambda actor, c: cards.move_card(actor, c.design, c.cid, card=c.card, change=c.change()),
        OwnAnswer,
        rate=60,
    ),
    SocketCommand(
        "design_card_open",
        JOIN,
        forms.CardCommand,
        lambda actor, c: cards.open_card(actor, c.design, c.cid, card=c.card),
        OwnAnswer,
        rate=60,
    ),
    SocketCommand(
        "design_group",
        JOIN,
        forms.GroupCommand,
        lambda actor, c: card_groups.group(actor, c.design, c.cid, cards=c.cards, name=c.name),
        OwnAnswer,
    ),
    SocketCommand(
        "design_cluster_name",
        JOIN,
        forms.ClusterNameCommand,
        lambda actor, c: card_groups.name_card_group(actor, c.design, c.cid, cluster=c.cluster, name=c.name),
        OwnAnswer,
    ),
    SocketCommand(
        "design_vote",
        JOIN,
        forms.VoteCommand,
        lambda actor, c: voting.vote(actor, c.design, c.cid, target=c.target, points=c.points),
        OwnAnswer,
        rate=60,
    ),
    SocketCommand(
        "design_ready",
        JOIN,
        forms.ReadyCommand,
        lambda actor, c: voting.say_ready(actor, c.design, c.cid, ready=c.ready),
        OwnAnswer,
    ),
    SocketCommand(
        "design_hand",
        JOIN,
        forms.HandCommand,
        lambda actor, c: participants.raise_hand(actor, c.design, c.cid, up=c.up),
        OwnAnswer,
    ),
    SocketCommand(
        "design_call", JOIN, DesignCommand, lambda actor, c: breakouts.call(actor, c.design, c.cid), OwnAnswer
    ),
    SocketCommand(
        "design_stance",
        JOIN,
        forms.StanceCommand,
        lambda actor, c: consent.set_stance(actor, c.design, c.cid, proposal=c.proposal, stance=c.stance),
        OwnAnswer,
    ),
    SocketCommand(
        "design_object",
        JOIN,
        forms.ObjectCommand,
        lambda actor, c: consent.object_to(
            actor, c.design, c.cid, proposal=c.proposal, text=c.text, lang=c.lang
        ),
        OwnAnswer,
    ),
    SocketCommand(
        "design_objection",
        JOIN,
        forms.ObjectionCommand,
        lambda actor, c: consent.answer_objection(actor, c.design, c.cid, objection=c.objection, act=c.act),
        OwnAnswer,
    ),
    SocketCommand(
        "design_commit",
        JOIN,
        forms.CommitCommand,
        lambda actor, c: commitments.commit(actor, c.design, c.cid, wanted=c.wanted()),
        OwnAnswer,
    ),
    SocketCommand(
        "design_commit_change",
        JOIN,
        forms.CommitChangeCommand,
        lambda actor, c: commitments.change_commitment(actor, c.design, c.commitment, c.wanted(), c.cid),
        OwnAnswer,
    ),
)

DESK = (
    SocketCommand(
        "design_go",
        RUN,
        asked.GoCommand,
        lambda actor, c: phase_navigation.go(actor, c.design, c.to, c.cid),
        Done,
    ),
    SocketCommand(
        "design_start",
        RUN,
        DesignCommand,
        lambda actor, c: phase_navigation.start(actor, c.design, c.cid),
        Done,
    ),
    SocketCommand(
        "design_close",
        RUN,
        DesignCommand,
        lambda actor, c: phase_navigation.close(actor, c.design, c.cid),
        Done,
    ),
    SocketCommand(
        "design_reveal",
        RUN,
        DesignCommand,
        lambda actor, c: phase_navigation.reveal_cards(actor, c.design, c.cid),
        Done,
    ),
    SocketCommand(
        "design_timer",
        RUN,
        asked.TimerCommand,
        lambda actor, c: timer.set_timer(actor, c.design, c.act, c.seconds, c.cid),
        Done,
    ),
    SocketCommand(
        "design_freeze",
        RUN,
        asked.SwitchCommand,
        lambda actor, c: facilitator_controls.freeze(actor, c.design, c.on, c.cid),
        Done,
    ),
    SocketCommand(
        "design_lock",
        RUN,
        asked.LockCommand,
        lambda actor, c: facilitator_controls.lock(actor, c.design, c.what, c.id, c.on, c.cid),
        Done,
    ),
    SocketCommand(
        "design_cluster_split",
        RUN,
        asked.ClusterSplitCommand,
        lambda actor, c: card_groups.split_card_group(actor, c.design, c.cluster, c.cid),
        Done,
    ),
    SocketCommand(
        "design_clusters_merge",
        RUN,
        asked.ClustersMergeCommand,
        lambda actor, c: card_groups.merge_card_groups(actor, c.design, c.into, c.source, c.cid),
        Done,
    ),
    SocketCommand(
        "design_undo", RUN, DesignCommand, lambda actor, c: card_flags.undo(actor, c.design, c.cid), Done
    ),
    SocketCommand(
        "design_card_veil",
        RUN,
        asked.HideCardCommand,
        lambda actor, c: card_flags.hide_card(actor, c.design, c.card, c.on, c.cid),
        Done,
    ),
    SocketCommand(
        "design_card_mark",
        RUN,
        asked.FlagCardCommand,
        lambda actor, c: card_flags.flag_card(actor, c.design, c.card, c.mark, c.on, c.cid),
        Done,
    ),
    SocketCommand(
        "design_person",
        RUN,
        asked.PersonCommand,
        lambda actor, c: facilitator_controls.treat_person(actor, c.design, c.person, c.act, c.cid),
        Done,
    ),
    SocketCommand(
        "design_round",
        RUN,
        asked.SwitchCommand,
        lambda actor, c: facilitator_controls.ask_round(actor, c.design, c.on, c.cid),
        Done,
    ),
    SocketCommand(
        "design_broadcast",
        RUN,
        asked.BroadcastCommand,
        lambda actor, c: facilitator_controls.broadcast(actor, c.design, c.text, c.lang, c.cid),
        Done,
    ),
    SocketCommand(
        "design_desk",
        "design.take_desk",
        asked.DeskCommand,
        lambda actor, c: facilitator_transfer.transfer_facilitation(actor, c.design, c.act, c.person, c.cid),
        DeskAnswer,
    ),
    SocketCommand("design_breakouts", RUN, asked.BreakoutsCommand, _breakouts, Done),
    SocketCommand(
        "design_merge",
        RUN,
        asked.MergeCommand,
        lambda actor, c: breakouts.bring_back(actor, c.design, c.column, c.cid),
        Done,
    ),
    SocketCommand("design_proposal", RUN, asked.ProposalCommand, _proposal, ProposalAnswer),
    SocketCommand("design_phase", RUN, asked.PhaseCommand, _phase, PhaseAnswer),
    SocketCommand(
        "design_column",
        RUN,
        asked.ColumnCommand,
        lambda actor, c: columns.change_columns(
            actor, c.design, c.act, column=c.column, title=c.title, cid=c.cid
        ),
        ColumnAnswer,
    ),
)
COMMANDS = (*PARTICIPANTS, *DESK)
