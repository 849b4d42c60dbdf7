"""Voting: everybody's points, within her budget, for cards and clusters; and saying that one is ready."""

from __future__ import annotations

from typing import Any

from flask_babel import lazy_gettext as _l
from sqlalchemy import delete, func, select

from app.core.actors import Actor
from app.core.database import db
from app.core.errors import Conflict, Invalid
from app.core.numbers import parse_integer
from app.features.design.models.board import Vote
from app.features.design.queries.board import get_card, get_card_group
from app.features.design.services.command_runner import READY, VOTED, run_participant_command
from app.features.design.services.publishing import publish_changes
from app.features.design.session_context import SessionContext, require


def vote(actor: Actor, design_id: int, cid: str, *, target: str, points: int) -> dict[str, Any]:
    """Give a card (by its key) or a cluster ("c9") so many points in place of those it had from her.

    Who gave what is told to nobody. Raises NotFound, and Conflict where there is no vote or her budget is spent.
    """

    def act(context: SessionContext) -> None:
        require(context, "vote")
        chosen = _target(context, target)
        _require_budget(context, chosen, points)
        _set(context, chosen, points)
        publish_changes(context.design, "voted", actor, sealed=True, phase=context.phase, parts=("votes",))

    return run_participant_command(actor, design_id, cid, VOTED, act)


def _target(context: SessionContext, target: str) -> dict[str, int]:
    """What a vote is for, as the column of its row and the number in it."""
    number = parse_integer(target[1:], low=1) if target.startswith("c") else None
    if number is not None:
        return {"cluster_id": get_card_group(context.design, number).id}
    card = get_card(context.design, target, None)
    if card.veiled or card.parked:
        raise Conflict(_l("This card is put aside and takes no votes."))
    return {"card_id": card.id}


def _require_budget(context: SessionContext, chosen: dict[str, int], points: int) -> None:
    """Raise Conflict where the points given elsewhere and these are more than everybody has."""
    budget = context.policy.vote
    if points < 0:
        raise Invalid(fields={"points": [_l("Give no points or more.")]})
    ((name, number),) = chosen.items()
    elsewhere = select(func.sum(Vote.points)).where(
        *_mine(context), func.coalesce(getattr(Vote, name), 0) != number
    )
    if (db.session.scalar(elsewhere) or 0) + points > budget:
        raise Conflict(_l("You have %(budget)s points in all. Take some back first.", budget=budget))


def _set(context: SessionContext, chosen: dict[str, int], points: int) -> None:
    ((name, number),) = chosen.items()
    assert context.phase is not None
    db.session.execute(delete(Vote).where(*_mine(context), getattr(Vote, name) == number))
    if points:
        db.session.add(
            Vote(
                phase_id=context.phase.id,
                run=context.phase.run,
                person_id=context.actor.person_id,
                points=points,
                **chosen,
            )
        )
    db.session.flush()


def _mine(context: SessionContext) -> tuple[Any, ...]:
    phase = context.phase
    assert phase is not None
    return (Vote.phase_id == phase.id, Vote.run == phase.run, Vote.person_id == context.actor.person_id)


def say_ready(actor: Actor, design_id: int, cid: str, *, ready: bool) -> dict[str, Any]:
    """Say that one is ready to go on, or not yet; others see how many are."""

    def act(context: SessionContext) -> None:
        require(context, "ready")
        assert context.me is not None
        context.me.ready = ready
        publish_changes(
            context.design, "ready", actor, sealed=context.is_sealed, phase=context.phase, parts=("ready",)
        )

    return run_participant_command(actor, design_id, cid, READY, act)
