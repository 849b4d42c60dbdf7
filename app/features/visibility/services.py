"""Writes what was counted of profiles, and deletes what is old."""

from __future__ import annotations

from collections import Counter
from datetime import timedelta
from typing import Any

from sqlalchemy import delete
from sqlalchemy.dialects import postgresql, sqlite

from app.core.clock import now
from app.core.database import db, has_one_writer
from app.core.transactions import write_transaction
from app.core.view_counts import ViewKey, profile_views
from app.features.organisations.queries import names_of
from app.features.visibility.models import ProfileViewCount

ROWS_PER_TRANSACTION = 500
KEPT_WEEKS = 60


def flush_views() -> None:
    """Write what was counted; where that fails it waits for the next time."""
    waiting = sorted(profile_views().take().items())
    for start in range(0, len(waiting), ROWS_PER_TRANSACTION):
        try:
            _write(waiting[start : start + ROWS_PER_TRANSACTION])
        except Exception:
            profile_views().add(Counter(dict(waiting[start:])))
            raise


def _write(counts: list[tuple[ViewKey, int]]) -> None:
    with write_transaction():
        known = names_of(key[0] for key, _ in counts)
        rows: list[dict[str, Any]] = [
            {
                "organisation_id": organisation_id,
                "week": week,
                "kind": kind,
                "country": country,
                "number": number,
                "created_at": now(),
            }
            for (organisation_id, week, kind, country), number in counts
            if organisation_id in known
        ]
        if rows:
            insert: Any = (sqlite.insert if has_one_writer() else postgresql.insert)(ProfileViewCount)
            written = insert.on_conflict_do_update(
                index_elements=["organisation_id", "week", "kind", "country"],
                set_={"number": ProfileViewCount.number + insert.excluded.number},
            )
            db.session.execute(written, rows)
        # Beside each flush: what a year makes is deleted a minute's worth at a time.
        before = now().date() - timedelta(weeks=KEPT_WEEKS)
        db.session.execute(delete(ProfileViewCount).where(ProfileViewCount.week < before))
