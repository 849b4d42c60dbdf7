"""“Not now, because …”: what an organisation says of a suggestion changes its list from then on."""

from __future__ import annotations

from datetime import timedelta

from flask_babel import lazy_gettext as _l
from sqlalchemy import delete

from app.core.actors import Actor
from app.core.audit import record
from app.core.clock import now
from app.core.database import db
from app.core.errors import Conflict, Forbidden
from app.core.permissions import authorize
from app.features.introductions.models import REST_DAYS
from app.features.organisations.queries import get_organisation, lock_organisations
from app.features.suggestions.models import SetAsideReason, SuggestionFeedback
from app.features.suggestions.queries.list_query import feedback_on


def set_aside(actor: Actor, slug: str, reason: SetAsideReason) -> SuggestionFeedback:
    """Leave an organisation out of the list, because of `reason`; saying it again replaces the reason.

    What is only not now comes back after a rest; the other reasons stay until they are taken back. Raises NotFound,
    Forbidden, and Conflict for one's own organisation.
    """
    other = get_organisation(actor, slug)
    authorize(actor, "suggestion.set_aside")
    if actor.organisation_id is None:
        raise Forbidden
    if other.id == actor.organisation_id:
        raise Conflict(_l("That is your own organisation."))
    lock_organisations(actor.organisation_id)
    said = feedback_on(actor.organisation_id, other.id)
    if said is None:
        said = SuggestionFeedback(organisation_id=actor.organisation_id, other_id=other.id)
        db.session.add(said)
    said.reason = reason
    said.until = now() + timedelta(days=REST_DAYS) if reason is SetAsideReason.NOT_NOW else None
    db.session.flush()
    record(actor, "suggestion.set_aside", f"organisation:{other.id}", after={"reason": reason.value})
    return said


def take_back(actor: Actor, slug: str) -> None:
    """Let an organisation that was set aside come back; nothing happens where it was not. Raises NotFound, Forbidden."""
    other = get_organisation(actor, slug)
    authorize(actor, "suggestion.set_aside")
    db.session.execute(
        delete(SuggestionFeedback).where(
            SuggestionFeedback.organisation_id == actor.organisation_id,
            SuggestionFeedback.other_id == other.id,
        )
    )
    record(actor, "suggestion.take_back", f"organisation:{other.id}")
