"""The desk's signs of life: whether somebody is there, and noticing when nobody is any more."""

from __future__ import annotations

from datetime import timedelta

from app.core.clock import now
from app.core.database import db
from app.core.jobs import enqueue
from app.core.streams.services import lock_stream
from app.features.design.models import DesignSession, DesignState
from app.features.design.services.telling import tell

WATCH = "design.watch"
EVERY = timedelta(seconds=20)
SILENCE = timedelta(seconds=45)
"""After so long without a sign the others are told that nobody is at the desk."""


def seen_at_desk(design_session: DesignSession) -> None:
    """Note that the desk's holder is there."""
    design_session.desk_seen_at, design_session.desk_away = now(), False


def watch(design_id: int) -> None:
    """Look at the desk again after a while."""
    enqueue(WATCH, after=now() + EVERY, design_id=design_id)


def look_at_desk(design_id: int) -> None:
    """Tell everybody where nobody is at the desk any more, and look again later while the session goes on; a job's work."""
    design_session = db.session.get(DesignSession, design_id)
    if design_session is None:
        return
    lock_stream(design_session.stream_id)
    db.session.refresh(design_session)
    if design_session.state is not DesignState.LIVE:
        return
    seen = design_session.desk_seen_at
    if design_session.desk_id is None or seen is None or seen < now() - SILENCE:
        design_session.desk_away = True
        tell(design_session, "desk_left", parts=("desk",))
    watch(design_id)
