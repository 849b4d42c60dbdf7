"""Reading saved searches, and who of those that they find is new."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import datetime
from urllib.parse import parse_qsl

from sqlalchemy import func, or_, select
from werkzeug.datastructures import MultiDict

from app.core.actors import Actor
from app.core.clock import now
from app.core.database import db
from app.core.errors import NotFound
from app.features.organisations.models import IS_ADMITTED, Organisation
from app.features.organisations.queries.directory import find
from app.features.organisations.queries.filters import DirectoryFilters, read_filters
from app.features.saved_searches.models import MAX_QUERY_CHARS, Admission, SavedSearch
from app.features.taxonomy.queries import merged_codes

MAX_DUE = 50
"""So many searches are looked through at a time."""


def filters_of(query: str) -> DirectoryFilters:
    """The filters that the query of an address asks for, concepts that were merged since by those that they became.

    Raises BadRequest as `read_filters` does.
    """
    merged = merged_codes()
    asked = [(name, merged.get(value, value)) for name, value in parse_qsl(query[:MAX_QUERY_CHARS])]
    return read_filters(MultiDict(asked))


def searches_of(person_id: int | None) -> Sequence[SavedSearch]:
    """What somebody keeps, the newest first."""
    query = select(SavedSearch).where(SavedSearch.person_id == person_id).order_by(SavedSearch.id.desc())
    return db.session.scalars(query).all()


def get_search(actor: Actor, search_id: int) -> SavedSearch:
    """One of the actor's own. Raises NotFound."""
    query = select(SavedSearch).where(SavedSearch.id == search_id, SavedSearch.person_id == actor.person_id)
    found = db.session.scalars(query).one_or_none()
    if found is None:
        raise NotFound
    return found


def searches_shown_to(actor: Actor, ids: Collection[int]) -> Sequence[SavedSearch]:
    """Those of some searches that are the actor's."""
    query = select(SavedSearch).where(SavedSearch.id.in_(ids), SavedSearch.person_id == actor.person_id)
    return db.session.scalars(query).all()


def due_searches() -> Sequence[SavedSearch]:
    """Searches whose newcomers are to be counted, the longest waiting first."""
    query = (
        select(SavedSearch).where(SavedSearch.due_at <= now()).order_by(SavedSearch.due_at, SavedSearch.id)
    )
    return db.session.scalars(query.limit(MAX_DUE)).all()


def newest_organisation_id() -> int:
    """The id of the newest organisation, 0 where there is none."""
    return db.session.scalar(select(func.max(Organisation.id))) or 0


def count_newcomers(query: str, last_organisation_id: int, since: datetime) -> int:
    """How many that a search finds came later than an organisation, or were admitted since a moment."""
    admitted = select(Admission.organisation_id).where(Admission.created_at > since)
    came = or_(Organisation.id > last_organisation_id, Organisation.id.in_(admitted))
    ids = db.session.scalars(select(Organisation.id).where(IS_ADMITTED, came)).all()
    if not ids:
        return 0
    _seen, matching = find(filters_of(query))
    return int(matching.has(ids).sum())


def lock_due_search(search_id: int) -> SavedSearch | None:
    """A search that is still due, its row locked; None where another process counted it."""
    query = select(SavedSearch).where(SavedSearch.id == search_id, SavedSearch.due_at <= now())
    return db.session.scalars(query.with_for_update().execution_options(populate_existing=True)).one_or_none()
