"""Tells the caches of every process that a profile was written."""

from __future__ import annotations

from sqlalchemy import update

from app.core.clock import now
from app.core.database import db
from app.features.organisations.announcements import (
    OrganisationAdmitted,
    OrganisationChanged,
    OrganisationSuspended,
)
from app.features.organisations.models import Organisation


def mark_profile_changed(written: OrganisationAdmitted | OrganisationChanged | OrganisationSuspended) -> None:
    """Set the moment at which a profile was written, also where only its concepts changed, for the engine's cache."""
    query = update(Organisation).where(Organisation.id == written.organisation_id)
    db.session.execute(query.values(updated_at=now()))
