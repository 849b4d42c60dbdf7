"""What is told beside a profile: its stories, its own track record, its changes, and whose profiles are old."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import func, or_, select

from app.core.audit import Audit
from app.core.clock import now
from app.core.database import db
from app.core.errors import NotFound
from app.core.text import fold
from app.features.accounts.models import Person
from app.features.organisations.models import (
    IS_ADMITTED,
    LONGEST_FOLDED,
    Organisation,
    StoryPage,
    TrackEntry,
    TrackPartner,
)

MAX_CHANGES = 100
CONFIRMED_FOR = timedelta(days=365)


def story_pages(organisation_id: int) -> Sequence[StoryPage]:
    """The stories of an organisation, the newest first."""
    query = select(StoryPage).where(StoryPage.organisation_id == organisation_id)
    return db.session.scalars(query.order_by(StoryPage.year.desc().nulls_last(), StoryPage.id.desc())).all()


def get_story_page(organisation_id: int, story_id: int) -> StoryPage:
    """A story of this organisation; raises NotFound."""
    found = db.session.get(StoryPage, story_id)
    if found is None or found.organisation_id != organisation_id:
        raise NotFound
    return found


def track_entries(organisation_id: int) -> Sequence[TrackEntry]:
    """The projects of the past that an organisation tells of itself, the newest first."""
    query = select(TrackEntry).where(TrackEntry.organisation_id == organisation_id)
    return db.session.scalars(query.order_by(TrackEntry.year.desc().nulls_last(), TrackEntry.id)).all()


def get_track_entry(organisation_id: int, entry_id: int) -> TrackEntry:
    """A project of this organisation's own track record; raises NotFound."""
    found = db.session.get(TrackEntry, entry_id)
    if found is None or found.organisation_id != organisation_id:
        raise NotFound
    return found


def partners_of_entries(organisation_id: int) -> Mapping[int, list[Organisation]]:
    """The partners in the cluster, by the id of the project in an organisation's own track record."""
    rows = db.session.execute(
        select(TrackPartner.track_id, Organisation)
        .join(Organisation, Organisation.id == TrackPartner.organisation_id)
        .join(TrackEntry, TrackEntry.id == TrackPartner.track_id)
        .where(TrackEntry.organisation_id == organisation_id, IS_ADMITTED)
        .order_by(Organisation.folded_name, Organisation.id)
    )
    partners: dict[int, list[Organisation]] = {}
    for entry_id, partner in rows:
        partners.setdefault(entry_id, []).append(partner)
    return partners


def ids_by_name(names: Iterable[str]) -> dict[str, list[int]]:
    """The organisations of the cluster that are called so, by the folded name."""
    folded = {fold(name)[:LONGEST_FOLDED] for name in names}
    found: dict[str, list[int]] = {}
    query = select(Organisation.folded_name, Organisation.id).where(
        IS_ADMITTED, Organisation.folded_name.in_(folded)
    )
    for name, organisation_id in db.session.execute(query):
        found.setdefault(name, []).append(organisation_id)
    return found


def changes_of(organisation_id: int) -> Sequence[Any]:
    """Rows `(created_at, name of the person or None, before, after)` of the latest edits of a profile."""
    return db.session.execute(
        select(Audit.created_at, Person.name, Audit.before, Audit.after)
        .outerjoin(Person, Person.id == Audit.actor_id)
        .where(
            Audit.subject == f"organisation:{organisation_id}",
            Audit.action.in_(["organisation.edit", "organisation.tell", "organisation.confirm"]),
        )
        .order_by(Audit.id.desc())
        .limit(MAX_CHANGES)
    ).all()


def unconfirmed(limit: int) -> Sequence[Organisation]:
    """Organisations of the cluster with members whose profile nobody confirmed, nor was asked about, for CONFIRMED_FOR."""
    before: datetime = now() - CONFIRMED_FOR
    return db.session.scalars(
        select(Organisation)
        .where(
            IS_ADMITTED,
            Organisation.unclaimed.is_(False),
            func.coalesce(Organisation.confirmed_at, Organisation.created_at) < before,
            or_(Organisation.asked_at.is_(None), Organisation.asked_at < before),
        )
        .order_by(Organisation.id)
        .limit(limit)
    ).all()
