"""Keeping searches, and telling of the newcomers that they find."""

from __future__ import annotations

from datetime import datetime, timedelta
from urllib.parse import urlencode

from flask_babel import lazy_gettext as _l
from sqlalchemy import delete

from app.core.actors import Actor
from app.core.clock import now
from app.core.database import db
from app.core.errors import Conflict, Invalid
from app.core.notices import notify
from app.core.permissions import authorize
from app.core.validation import checked_field, required_text
from app.features.accounts.queries import lock_person
from app.features.organisations.announcements import OrganisationAdmitted
from app.features.saved_searches.models import (
    MAX_NAME_CHARS,
    MAX_QUERY_CHARS,
    MAX_SEARCHES,
    Admission,
    MailFrequency,
    SavedSearch,
)
from app.features.saved_searches.queries import (
    filters_of,
    get_search,
    lock_due_search,
    newest_organisation_id,
    searches_of,
)

DAYS_BETWEEN = {MailFrequency.DAILY: 1, MailFrequency.WEEKLY: 7}
ADMISSIONS_KEPT = timedelta(days=30)


def save_search(actor: Actor, query: str, name: str, mail: str) -> SavedSearch:
    """Keep the search that the query of an address asks for.

    Raises Invalid for one that narrows nothing, Conflict beyond MAX_SEARCHES, BadRequest for too many values.
    """
    authorize(actor, "saved_search.keep")
    filters = filters_of(query)
    if not filters:
        raise Invalid(fields={"name": [_l("Search for something or choose a filter first, then save it.")]})
    kept = urlencode(filters.arguments(), doseq=True)
    if len(kept) > MAX_QUERY_CHARS:
        raise Invalid(fields={"name": [_l("This search has more filters than can be saved.")]})
    lock_person(actor.person_id)
    if len(searches_of(actor.person_id)) >= MAX_SEARCHES:
        raise Conflict(
            _l(
                "You keep %(most)s searches already. Delete one that you do not need any more.",
                most=MAX_SEARCHES,
            )
        )
    search = SavedSearch(
        person_id=actor.person_id, query=kept, last_organisation_id=newest_organisation_id(), checked_at=now()
    )
    _fill(search, name, mail)
    db.session.add(search)
    db.session.flush()
    return search


def change_search(actor: Actor, search_id: int, name: str, mail: str) -> SavedSearch:
    """Change a search's name and how often it is mailed. Raises NotFound, Invalid."""
    authorize(actor, "saved_search.keep")
    search = get_search(actor, search_id)
    _fill(search, name, mail)
    return search


def delete_search(actor: Actor, search_id: int) -> None:
    """Keep a search no longer. Raises NotFound."""
    authorize(actor, "saved_search.keep")
    db.session.delete(get_search(actor, search_id))


def _fill(search: SavedSearch, name: str, mail: str) -> None:
    with checked_field("name"):
        search.name = required_text(name, MAX_NAME_CHARS)
    if mail not in set(MailFrequency):
        raise Invalid(fields={"mail": [_l("Choose one of these.")]})
    search.mail = MailFrequency(mail)
    search.due_at = _next_due(search.mail)


def _next_due(mail: MailFrequency) -> datetime | None:
    days = DAYS_BETWEEN.get(mail)
    return now() + timedelta(days=days) if days else None


def note_admission(admitted: OrganisationAdmitted) -> None:
    """Remember when an organisation became part of the cluster."""
    db.session.add(Admission(organisation_id=admitted.organisation_id))


def count_due(search_id: int, newcomers: int, newest_id: int, counted_at: datetime) -> None:
    """Note how many newcomers a search found, tell its owner if there are any, and say when to look again."""
    search = lock_due_search(search_id)
    if search is None:
        return
    search.last_organisation_id, search.checked_at = newest_id, counted_at
    search.due_at = _next_due(search.mail)
    if newcomers:
        search.new_count = newcomers
        notify(f"saved_search.{search.mail.value}", [search.person_id], search.id)


def forget_admissions() -> None:
    """Delete what no search asks about any more."""
    db.session.execute(delete(Admission).where(Admission.created_at < now() - ADMISSIONS_KEPT))
