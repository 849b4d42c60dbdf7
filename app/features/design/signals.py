"""Which signals of its readers a design session passes on: none where they would tell who does what just now."""

from __future__ import annotations

from sqlalchemy import select

from app.core.database import db
from app.features.design.models.sessions import DesignSession
from app.features.design.phases import is_sealed
from app.features.design.session_context import phase_of

PASSED = ("typing", "cursor")


def passes(stream_id: str, signal: str) -> bool:
    """Whether a kind of signal may be passed on now: typing only where names may be known."""
    design_session = db.session.scalar(select(DesignSession).where(DesignSession.stream_id == stream_id))
    if design_session is None or signal not in PASSED:
        return False
    return not is_sealed(phase_of(design_session))
