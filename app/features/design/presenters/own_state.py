"""What is one person's own in a design session: her cards, hidden and anonymous ones too, her votes, what she may do."""

from __future__ import annotations

from typing import Any

from sqlalchemy import bindparam, or_, select

from app.core.database import db
from app.features.design.models.board import BreakoutGroup, BreakoutSeat, Card, SealedAuthor, Vote
from app.features.design.presenters.values import without_none
from app.features.design.session_context import SessionContext, allowed

# Answered after every command: made once, and read without objects of their own.
_SHOWN = (
    *(Card.own_key, Card.key, Card.column_id, Card.rank, Card.text, Card.lang),
    *(Card.hidden, Card.anonymous, Card.cluster_id),
)
_SEALED = select(SealedAuthor.card_id).where(SealedAuthor.person_id == bindparam("person"))
_OWN = (
    select(*_SHOWN)
    .where(
        Card.design_id == bindparam("design"),
        or_(Card.person_id == bindparam("person"), Card.id.in_(_SEALED)),
    )
    .order_by(Card.own_key)
)
_VOTES = (
    select(Card.key, Vote.cluster_id, Vote.points)
    .select_from(Vote)
    .outerjoin(Card, Card.id == Vote.card_id)
    .where(
        Vote.phase_id == bindparam("phase"),
        Vote.run == bindparam("run"),
        Vote.person_id == bindparam("person"),
    )
    .order_by(Vote.id)
)


def own_state(context: SessionContext) -> dict[str, Any]:
    """The private view of whoever sits there, for nobody else."""
    points = votes_of(context)
    budget = context.policy.vote
    me = context.me
    return without_none(
        joined=context.is_in,
        cards=_cards(context),
        votes=points,
        budget=budget,
        left=budget - sum(points.values()),
        ready=bool(me and me.ready),
        breakout=_breakout(context),
        may=allowed(context),
    )


def _cards(context: SessionContext) -> dict[str, Any]:
    person_id = context.actor.person_id
    cards = db.session.execute(_OWN, {"design": context.design.id, "person": person_id})
    return {
        card.own_key: without_none(
            key=card.key,
            column=str(card.column_id),
            rank=card.rank,
            text=card.text,
            lang=card.lang,
            hidden=card.hidden,
            anonymous=card.anonymous,
            cluster=str(card.cluster_id) if card.cluster_id else None,
        )
        for card in cards
    }


def votes_of(context: SessionContext) -> dict[str, int]:
    """The points that she has given in the vote that is going on, by target."""
    phase = context.phase
    if phase is None or not context.policy.vote:
        return {}
    asked = {"phase": phase.id, "run": phase.run, "person": context.actor.person_id}
    found = db.session.execute(_VOTES, asked)
    return {key or f"c{cluster_id}": points for key, cluster_id, points in found}


def _breakout(context: SessionContext) -> str | None:
    """The group in which she sits now."""
    group_id = current_group_id(context)
    return f"b{group_id}" if group_id else None


def current_group_id(context: SessionContext) -> int | None:
    """The id of the open group in which she sits, if she does."""
    if context.design.breakout_round == 0:
        return None
    query = (
        select(BreakoutSeat.group_id)
        .join(BreakoutGroup, BreakoutGroup.id == BreakoutSeat.group_id)
        .where(
            BreakoutGroup.design_id == context.design.id,
            BreakoutGroup.closed_at.is_(None),
            BreakoutSeat.round == context.design.breakout_round,
            BreakoutSeat.person_id == context.actor.person_id,
        )
    )
    return db.session.scalar(query)
