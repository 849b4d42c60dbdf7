"""What facilitators do for introductions: recommend two organisations to each other, and finish tasks."""

from __future__ import annotations

from flask_babel import lazy_gettext as _l

from app.core.actors import Actor
from app.core.audit import record
from app.core.clock import now
from app.core.database import db
from app.core.errors import Conflict
from app.core.permissions import authorize
from app.features.introductions import queries
from app.features.introductions.models import FacilitatorTask, Recommendation
from app.features.introductions.queries import out_of_reach, pair
from app.features.introductions.services.mails import tell_of_recommendation
from app.features.introductions.states import RECOMMENDATION_STATES, RecommendationMove
from app.features.organisations.models import OrganisationState
from app.features.organisations.queries import get_organisation, lock_organisations


def recommend(actor: Actor, slug: str, other_slug: str) -> Recommendation:
    """Recommend to two organisations that they meet; both see it and get a mail. It stays until one answers.

    Raises NotFound, Forbidden, and Conflict where one is not in the cluster, nobody of either is here yet, or the two
    have met or asked already.
    """
    authorize(actor, "introduction.recommend")
    one, other = get_organisation(actor, slug), get_organisation(actor, other_slug)
    if one.id == other.id or {one.state, other.state} != {OrganisationState.ADMITTED}:
        raise Conflict(_l("Choose two organisations that are in the cluster."))
    if one.unclaimed and other.unclaimed:
        raise Conflict(_l("Neither of these two is here yet, so nobody would see it."))
    lock_organisations(one.id, other.id)
    if other.id in out_of_reach(one.id) or one.id in out_of_reach(other.id):
        raise Conflict(_l("They have met, or one of them has asked the other already."))
    found = queries.open_recommendation(one.id, other.id)
    if found is None:
        low, high = pair(one.id, other.id)
        found = Recommendation(low_id=low, high_id=high, person_id=actor.person_id)
        db.session.add(found)
        db.session.flush()
        record(
            actor, "introduction.recommend", f"recommendation:{found.id}", after={"low": low, "high": high}
        )
        tell_of_recommendation(actor, one, other)
    return found


def dismiss(actor: Actor, recommendation_id: int) -> Recommendation:
    """Say no to a recommendation for one's own organisation; raises NotFound, Conflict."""
    found = queries.get_recommendation(actor, recommendation_id)
    authorize(actor, "introduction.dismiss", found)
    _settle(actor, found, RecommendationMove.DISMISS)
    return found


def note_asked(actor: Actor, one: int, other: int) -> None:
    """Settle the recommendation between two of whom one has asked the other."""
    found = queries.open_recommendation(one, other)
    if found is not None:
        _settle(actor, found, RecommendationMove.ASK)


def _settle(actor: Actor, found: Recommendation, move: RecommendationMove) -> None:
    before = found.state
    found.state, found.settled_at = RECOMMENDATION_STATES.next_state(before, move), now()
    db.session.flush()
    record(
        actor,
        f"recommendation.{move.value}",
        f"recommendation:{found.id}",
        before={"state": before.value},
        after={"state": found.state.value},
    )


def finish(actor: Actor, task_id: int) -> FacilitatorTask:
    """Mark a task as done; one that is done already stays so. Raises NotFound, Forbidden."""
    authorize(actor, "task.finish")
    task = queries.get_task(task_id)
    if task.done_at is None:
        task.done_at = now()
        record(actor, "task.finish", f"task:{task.id}")
    return task


def reopen(actor: Actor, task_id: int) -> FacilitatorTask:
    """Put a task that was marked as done back among those that wait. Raises NotFound, Forbidden."""
    authorize(actor, "task.finish")
    task = queries.get_task(task_id)
    if task.done_at is not None:
        task.done_at = None
        record(actor, "task.reopen", f"task:{task.id}")
    return task
