"""Voting: everybody's points, within her budget, for cards and clusters; and saying that one is ready."""

from __future__ import annotations

from typing import Any

from flask_babel import lazy_gettext as _l
from sqlalchemy import delete, func, select

from app.core.actors import Actor
from app.core.database import db
from app.core.errors import Conflict, Invalid
from app.core.numbers import parse_integer
from app.features.design.models import Vote
from app.features.design.queries.board import get_card, get_cluster
from app.features.design.services.doing import READY, VOTED, take_part
from app.features.design.services.telling import tell
from app.features.design.sitting import Sitting, require


def vote(actor: Actor, design_id: int, cid: str, *, target: str, points: int) -> dict[str, Any]:
    """Give a card (by its key) or a cluster ("c9") so many points in place of those it had from her.

    Who gave what is told to nobody. Raises NotFound, and Conflict where there is no vote or her budget is spent.
    """

    def act(sitting: Sitting) -> None:
        require(sitting, "vote")
        chosen = _target(sitting, target)
        _require_budget(sitting, chosen, points)
        _set(sitting, chosen, points)
        tell(sitting.design, "voted", actor, sealed=True, phase=sitting.phase, parts=("votes",))

    return take_part(actor, design_id, cid, VOTED, act)


def _target(sitting: Sitting, target: str) -> dict[str, int]:
    """What a vote is for, as the column of its row and the number in it."""
    number = parse_integer(target[1:], low=1) if target.startswith("c") else None
    if number is not None:
        return {"cluster_id": get_cluster(sitting.design, number).id}
    card = get_card(sitting.design, target, None)
    if card.veiled or card.parked:
        raise Conflict(_l("This card is put aside and takes no votes."))
    return {"card_id": card.id}


def _require_budget(sitting: Sitting, chosen: dict[str, int], points: int) -> None:
    """Raise Conflict where the points given elsewhere and these are more than everybody has."""
    budget = sitting.policy.vote
    if points < 0:
        raise Invalid(fields={"points": [_l("Give no points or more.")]})
    ((name, number),) = chosen.items()
    elsewhere = select(func.sum(Vote.points)).where(
        *_mine(sitting), func.coalesce(getattr(Vote, name), 0) != number
    )
    if (db.session.scalar(elsewhere) or 0) + points > budget:
        raise Conflict(_l("You have %(budget)s points in all. Take some back first.", budget=budget))


def _set(sitting: Sitting, chosen: dict[str, int], points: int) -> None:
    ((name, number),) = chosen.items()
    assert sitting.phase is not None
    db.session.execute(delete(Vote).where(*_mine(sitting), getattr(Vote, name) == number))
    if points:
        db.session.add(
            Vote(
                phase_id=sitting.phase.id,
                run=sitting.phase.run,
                person_id=sitting.actor.person_id,
                points=points,
                **chosen,
            )
        )
    db.session.flush()


def _mine(sitting: Sitting) -> tuple[Any, ...]:
    phase = sitting.phase
    assert phase is not None
    return (Vote.phase_id == phase.id, Vote.run == phase.run, Vote.person_id == sitting.actor.person_id)


def say_ready(actor: Actor, design_id: int, cid: str, *, ready: bool) -> dict[str, Any]:
    """Say that one is ready to go on, or not yet; others see how many are."""

    def act(sitting: Sitting) -> None:
        require(sitting, "ready")
        assert sitting.me is not None
        sitting.me.ready = ready
        tell(sitting.design, "ready", actor, sealed=sitting.is_sealed, phase=sitting.phase, parts=("ready",))

    return take_part(actor, design_id, cid, READY, act)
