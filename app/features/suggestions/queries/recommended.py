"""Reading the introductions that facilitators recommend."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import ColumnElement, func, or_, select
from sqlalchemy.orm import joinedload

from app.core.actors import Actor
from app.core.database import db
from app.core.errors import NotFound
from app.features.organisations.queries import CARD
from app.features.suggestions.models import Recommendation, RecommendationState
from app.features.suggestions.queries.introductions import other_is_here, pair


def _of(organisation_id: int) -> ColumnElement[bool]:
    return or_(Recommendation.low_id == organisation_id, Recommendation.high_id == organisation_id)


def _waits_for(organisation_id: int) -> tuple[ColumnElement[bool], ...]:
    """The conditions on Recommendation that it waits for an organisation, with another that is in the cluster."""
    is_open = Recommendation.state == RecommendationState.OPEN
    return _of(organisation_id), is_open, other_is_here(Recommendation, organisation_id)


def recommended_to(actor: Actor) -> Sequence[Recommendation]:
    """The recommendations that wait for the actor's organisation, the longest waiting first, with both organisations."""
    if actor.organisation_id is None:
        return ()
    return db.session.scalars(
        select(Recommendation)
        .where(*_waits_for(actor.organisation_id))
        .options(
            joinedload(Recommendation.low).options(*CARD),
            joinedload(Recommendation.high).options(*CARD),
            joinedload(Recommendation.person),
        )
        .order_by(Recommendation.id)
    ).all()


def count_recommended(actor: Actor) -> int:
    """How many recommendations wait for the actor's organisation."""
    if actor.organisation_id is None:
        return 0
    query = select(func.count(Recommendation.id)).where(*_waits_for(actor.organisation_id))
    return db.session.scalar(query) or 0


def recommended_for(organisation_id: int) -> frozenset[int]:
    """Who is recommended to an organisation at the moment."""
    rows = db.session.execute(
        select(Recommendation.low_id, Recommendation.high_id).where(
            _of(organisation_id), Recommendation.state == RecommendationState.OPEN
        )
    )
    return frozenset(one for both in rows for one in both) - {organisation_id}


def open_recommendation(one: int, other: int) -> Recommendation | None:
    """The recommendation that waits between two organisations, its row locked."""
    low, high = pair(one, other)
    return db.session.scalars(
        select(Recommendation)
        .where(
            Recommendation.low_id == low,
            Recommendation.high_id == high,
            Recommendation.state == RecommendationState.OPEN,
        )
        .with_for_update()
        .execution_options(populate_existing=True)
    ).one_or_none()


def get_recommendation(actor: Actor, recommendation_id: int) -> Recommendation:
    """A recommendation to the actor's organisation, its row locked; raises NotFound."""
    found = db.session.scalars(
        select(Recommendation)
        .where(Recommendation.id == recommendation_id, _of(actor.organisation_id or 0))
        .with_for_update()
        .execution_options(populate_existing=True)
    ).one_or_none()
    if found is None:
        raise NotFound
    return found
