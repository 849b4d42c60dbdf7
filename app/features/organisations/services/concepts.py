"""Profiles after a merge of concepts: caches of every process read again what was written since a moment."""

from __future__ import annotations

from sqlalchemy import update

from app.core.clock import now
from app.core.database import db
from app.features.organisations.models import Organisation
from app.features.organisations.queries import holds_any
from app.features.taxonomy.announcements import ConceptMerged, ConceptMergeUndone


def mark_holders_changed(merged: ConceptMerged | ConceptMergeUndone) -> None:
    """Set the moment at which the profiles were written that hold one of two concepts; listens to the taxonomy."""
    query = update(Organisation).where(holds_any((merged.from_id, merged.into_id)))
    db.session.execute(query.values(updated_at=now()).execution_options(synchronize_session=False))
