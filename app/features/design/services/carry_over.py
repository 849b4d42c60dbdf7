"""Commitments that the last design session left open come along into the next one."""

from __future__ import annotations

from sqlalchemy import select

from app.core.database import db
from app.core.streams.services import lock_stream
from app.features.design.models.outcomes import Commitment, CommitmentState
from app.features.design.models.sessions import DesignSession
from app.features.design.services.publishing import publish_changes

COPIED = (
    "organisation_id",
    "organisation_name",
    "owner_id",
    "owner_name",
    "what",
    "if_then",
    "by_when",
    "lang",
)


def carry_over_commitments(design_session: DesignSession) -> None:
    """Take what the session before left open into this one; there it is marked as carried."""
    if design_session.previous_id is None:
        return
    before = db.session.get_one(DesignSession, design_session.previous_id)
    lock_stream(before.stream_id)
    query = select(Commitment).where(
        Commitment.design_id == design_session.previous_id, Commitment.state == CommitmentState.OPEN
    )
    for commitment in db.session.scalars(query.order_by(Commitment.id)).all():
        held = {name: getattr(commitment, name) for name in COPIED}
        db.session.add(Commitment(design_id=design_session.id, carried_from=commitment.id, **held))
        commitment.state = CommitmentState.CARRIED
    publish_changes(before, "carried_over", parts=("commitments",))
