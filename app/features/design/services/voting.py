"""Voting: everybody's points, within a budget, for cards and groups of cards."""

from __future__ import annotations

from typing import Any

from flask_babel import lazy_gettext as _l
from sqlalchemy import delete

from app.core.actors import Actor
from app.core.database import db
from app.core.errors import Conflict, Invalid
from app.core.numbers import parse_integer
from app.features.design.models.board import Vote
from app.features.design.queries.board import get_card, get_card_group, points_elsewhere
from app.features.design.services.command_runner import run_participant_command
from app.features.design.services.publishing import publish_action
from app.features.design.session_context import SessionContext, require


def vote(actor: Actor, design_id: int, cid: str, *, target: str, points: int) -> dict[str, Any]:
    """Give a card (by its key) or a group ("c9") so many points in place of those it had from her.

    Who gave what is told to nobody. Raises NotFound, and Conflict where there is no vote or her budget is spent.
    """

    def act(context: SessionContext) -> None:
        require(context, "vote")
        assert context.phase is not None
        phase, person_id, chosen = context.phase, actor.person_id, _target(context, target)
        ((column, number),) = chosen.items()
        budget = context.policy.vote
        if points < 0:
            raise Invalid(fields={"points": [_l("Give no points or more.")]})
        if points_elsewhere(phase, person_id, chosen) + points > budget:
            raise Conflict(_l("You have %(budget)s points in all. Take some back first.", budget=budget))
        earlier = (Vote.phase_id == phase.id, Vote.run == phase.run, Vote.person_id == person_id)
        db.session.execute(delete(Vote).where(*earlier, getattr(Vote, column) == number))
        if points:
            row = {"phase_id": phase.id, "run": phase.run, "person_id": person_id, "points": points}
            db.session.add(Vote(**row, **chosen))
        db.session.flush()
        publish_action(context, "voted", ("votes",), sealed=True)

    return run_participant_command(actor, design_id, cid, "design_vote", act)


def _target(context: SessionContext, target: str) -> dict[str, int]:
    """What a vote is for, as `{column: id}` of its row."""
    number = parse_integer(target[1:], low=1) if target.startswith("c") else None
    if number is not None:
        return {"cluster_id": get_card_group(context.design, number).id}
    card = get_card(context.design, target, None)
    if card.veiled or card.parked:
        raise Conflict(_l("This card is put aside and takes no votes."))
    return {"card_id": card.id}
