"""The desk's signs of life: whether somebody is there, and noticing when nobody is any more."""

from __future__ import annotations

from datetime import timedelta

from app.core.clock import now
from app.core.database import db
from app.core.jobs import enqueue
from app.core.streams.services import lock_stream
from app.features.design.models.sessions import DesignSession, DesignState
from app.features.design.services.publishing import publish_changes

HEARTBEAT_JOB = "design.watch"
HEARTBEAT_CHECK_INTERVAL = timedelta(seconds=20)
AWAY_AFTER = timedelta(seconds=45)
"""After so long without a sign the others are told that nobody is at the desk."""


def record_heartbeat(design_session: DesignSession) -> None:
    """Note that the desk's holder is there."""
    design_session.desk_seen_at, design_session.desk_away = now(), False


def schedule_heartbeat_check(design_id: int) -> None:
    """Look at the desk again after a while."""
    enqueue(HEARTBEAT_JOB, after=now() + HEARTBEAT_CHECK_INTERVAL, design_id=design_id)


def check_heartbeat(design_id: int) -> None:
    """Tell everybody where nobody is at the desk any more, and look again later while the session goes on; a job's work."""
    design_session = db.session.get(DesignSession, design_id)
    if design_session is None:
        return
    lock_stream(design_session.stream_id)
    db.session.refresh(design_session)
    if design_session.state is not DesignState.LIVE:
        return
    seen = design_session.desk_seen_at
    if design_session.desk_id is None or seen is None or seen < now() - AWAY_AFTER:
        design_session.desk_away = True
        publish_changes(design_session, "desk_left", parts=("desk",))
    schedule_heartbeat_check(design_id)
