"""Reading what happened since somebody was here: only what she may see now."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, datetime

from sqlalchemy import and_, or_, select
from sqlalchemy.orm import joinedload

from app.core.actors import Actor
from app.core.database import db
from app.features.design.models.outcomes import Commitment, CommitmentState, Proposal, ProposalStage
from app.features.design.models.sessions import DesignSession
from app.features.design.queries.access import visible_to as visible_sessions
from app.features.design.queries.outcomes import wordings_of
from app.features.initiatives.models import Partner
from app.features.notifications.models import Notification
from app.features.notifications.queries import is_own

MAX_LINES = 20
"""So many lines of each kind are shown, the latest."""


def news_since(actor: Actor, since: datetime) -> Sequence[Notification]:
    """The actor's notifications that came after a moment, read or not, the latest first."""
    return db.session.scalars(
        select(Notification)
        .where(is_own(actor), Notification.at > since)
        .order_by(Notification.at.desc(), Notification.id.desc())
        .limit(MAX_LINES)
    ).all()


def sessions_closed_since(actor: Actor, since: datetime) -> Sequence[DesignSession]:
    """The design sessions that were closed after a moment, the last one first."""
    return db.session.scalars(
        select(DesignSession)
        .where(visible_sessions(actor), DesignSession.closed_at > since)
        .order_by(DesignSession.closed_at.desc(), DesignSession.id.desc())
        .limit(MAX_LINES)
    ).all()


def decisions_of(sessions: Sequence[DesignSession]) -> Mapping[int, list[tuple[str, str]]]:
    """What was agreed on in some design sessions, by session: the last wording and its language."""
    agreed = db.session.scalars(
        select(Proposal)
        .where(Proposal.design_id.in_([each.id for each in sessions]), Proposal.stage == ProposalStage.AGREED)
        .order_by(Proposal.id)
    ).all()
    wordings = wordings_of([each.id for each in agreed])
    found: dict[int, list[tuple[str, str]]] = {}
    for proposal in agreed:
        found.setdefault(proposal.design_id, []).append((wordings[proposal.id][-1].text, proposal.lang))
    return found


def commitments_due(actor: Actor, until: date) -> Sequence[tuple[Commitment, DesignSession]]:
    """What the actor or the organisation that she acts for promised by a day and is not done, the most pressing first."""
    mine = Commitment.owner_id == actor.person_id
    if actor.organisation_id is not None:
        mine = or_(mine, Commitment.organisation_id == actor.organisation_id)
    rows = db.session.execute(
        select(Commitment, DesignSession)
        .join(DesignSession, DesignSession.id == Commitment.design_id)
        .where(
            visible_sessions(actor),
            mine,
            Commitment.state == CommitmentState.OPEN,
            Commitment.by_when <= until,
        )
        .order_by(Commitment.by_when, Commitment.id)
        .limit(MAX_LINES)
    )
    return [(commitment, design_session) for commitment, design_session in rows]


def partners_changed_since(actor: Actor, since: datetime) -> Sequence[Partner]:
    """Who joined or left the initiatives of the actor's organisation after a moment, the latest first."""
    if actor.organisation_id is None:
        return ()
    own = select(Partner.initiative_id).where(
        Partner.organisation_id == actor.organisation_id, Partner.left_at.is_(None)
    )
    changed = or_(and_(Partner.joined_at > since, Partner.left_at.is_(None)), Partner.left_at > since)
    return db.session.scalars(
        select(Partner)
        .where(Partner.initiative_id.in_(own), Partner.organisation_id != actor.organisation_id, changed)
        .options(joinedload(Partner.organisation))
        .order_by(Partner.id.desc())
        .limit(MAX_LINES)
    ).all()
