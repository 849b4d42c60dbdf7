"""Which service handles which command that comes through a socket; each is answered with an acknowledgement."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Any

from app.core.actors import Actor
from app.core.live.commands import SocketCommand
from app.core.live.payloads import Done
from app.features.design import commands as c
from app.features.design.presenters.payloads import (
    ColumnAnswer,
    DeskAnswer,
    OwnAnswer,
    PhaseAnswer,
    ProposalAnswer,
)
from app.features.design.services import (
    board,
    breakouts,
    commitments,
    consent,
    drafts,
    facilitator_controls,
    lifecycle,
    participants,
    phase_navigation,
    undo_log,
)

Service = Callable[..., dict[str, Any]]


def _handle(service: Service, actor: Actor, command: c.DesignCommand) -> dict[str, Any]:
    return service(actor, command.design, **command.arguments())


def _command(
    name: str, permission: str, form: type[c.DesignCommand], service: Service, answer: Any, rate: int = 20
) -> SocketCommand:
    """A command whose service takes its fields as keyword arguments."""
    return SocketCommand(f"design_{name}", permission, form, partial(_handle, service), answer, rate)


def _join(name: str, form: type[c.DesignCommand], service: Service, rate: int = 20) -> SocketCommand:
    """A command of those who take part; it is answered with what is their own."""
    return _command(name, "design.join", form, service, OwnAnswer, rate)


def _run(name: str, form: type[c.DesignCommand], service: Service, answer: Any = Done) -> SocketCommand:
    """A command of the session's facilitators."""
    return _command(name, "design.run", form, service, answer)


COMMANDS = (
    _join("join", c.JoinCommand, participants.join),
    _join("card_add", c.CardAddCommand, board.add_card, rate=40),
    _join("card_edit", c.CardEditCommand, board.edit_card, rate=40),
    _join("card_remove", c.CardCommand, board.remove_card),
    _join("card_move", c.CardMoveCommand, board.move_card, rate=60),
    _join("card_open", c.CardCommand, board.open_card, rate=60),
    _join("group", c.GroupCommand, board.group_cards),
    _join("cluster_name", c.ClusterNameCommand, board.name_card_group),
    _join("vote", c.VoteCommand, board.vote, rate=60),
    _join("ready", c.ReadyCommand, participants.set_ready),
    _join("hand", c.HandCommand, participants.raise_hand),
    _join("call", c.DesignCommand, breakouts.call),
    _join("stance", c.StanceCommand, consent.set_stance),
    _join("object", c.ObjectCommand, consent.object_to),
    _join("objection", c.ObjectionCommand, consent.answer_objection),
    _join("commit", c.CommitCommand, commitments.commit),
    _join("commit_change", c.CommitChangeCommand, commitments.change_commitment),
    _run("go", c.GoCommand, phase_navigation.go),
    _run("start", c.DesignCommand, lifecycle.start),
    _run("close", c.DesignCommand, lifecycle.close),
    _run("reveal", c.DesignCommand, phase_navigation.reveal),
    _run("timer", c.TimerCommand, phase_navigation.set_timer),
    _run("freeze", c.SwitchCommand, facilitator_controls.freeze),
    _run("lock", c.LockCommand, facilitator_controls.lock),
    _run("cluster_split", c.ClusterSplitCommand, board.split_card_group),
    _run("clusters_merge", c.ClustersMergeCommand, board.merge_card_groups),
    _run("undo", c.UndoCommand, undo_log.undo),
    _run("card_veil", c.HideCardCommand, board.hide_card),
    _run("card_mark", c.FlagCardCommand, board.flag_card),
    _run("person", c.PersonCommand, facilitator_controls.treat_person),
    _run("round", c.SwitchCommand, facilitator_controls.ask_round),
    _run("broadcast", c.BroadcastCommand, facilitator_controls.broadcast),
    _command("desk", "design.take_desk", c.DeskCommand, facilitator_controls.transfer_desk, DeskAnswer),
    _run("breakouts", c.BreakoutsCommand, breakouts.change_breakouts),
    _run("merge", c.MergeCommand, breakouts.merge_back),
    _run("proposal", c.ProposalCommand, consent.change_proposal, ProposalAnswer),
    _run("phase", c.PhaseCommand, drafts.change_plan, PhaseAnswer),
    _run("column", c.ColumnCommand, board.change_columns, ColumnAnswer),
)
