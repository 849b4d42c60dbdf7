"""Reading claims and reports about listings."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import datetime

from sqlalchemy import ColumnElement, func, or_, select, true
from sqlalchemy.orm import joinedload

from app.core.actors import Actor
from app.core.clock import now
from app.core.database import db
from app.core.errors import NotFound
from app.core.permissions import can
from app.features.accounts.models import digest
from app.features.claims.models import (
    MAX_REFUSED,
    REFUSED_WITHIN,
    REST_AFTER_REFUSED,
    Claim,
    ClaimState,
    ListingReport,
    ReportState,
)
from app.features.organisations.models import Membership, MembershipRole, Organisation
from app.features.organisations.queries import lock_organisation

IS_OPEN = Claim.state.in_([ClaimState.ASKED, ClaimState.CONTESTED])
WAITS_FOR_MANAGER = (Claim.state == ClaimState.CONTESTED) | (
    (Claim.state == ClaimState.ASKED) & ((Claim.note != "") | Claim.token_hash.is_(None))
)
"""A claim that is to be proved by mail alone waits for nobody but its claimant."""
MAX_LISTED = 100


def visible_to(actor: Actor) -> ColumnElement[bool]:
    """The condition on Claim that an actor may know of it: her own, those of organisations that she edits, a manager all."""
    if can(actor, "claim.decide"):
        return true()
    edited = select(Membership.organisation_id).where(
        Membership.person_id == actor.person_id, Membership.role == MembershipRole.EDITOR
    )
    return or_(Claim.person_id == actor.person_id, Claim.organisation_id.in_(edited))


def get_claim(actor: Actor, claim_id: int) -> Claim:
    """One claim with its person and organisation, whose row is held from now on; raises NotFound."""
    number = db.session.scalar(select(Claim.organisation_id).where(Claim.id == claim_id, visible_to(actor)))
    if number is None:
        raise NotFound
    lock_organisation(number)
    return _one(Claim.id == claim_id)


def read_claim(actor: Actor, claim_id: int) -> Claim:
    """The same for a page that shows it; nothing is held."""
    return _one(Claim.id == claim_id, visible_to(actor))


def claim_behind(token: str, *, lock: bool = False) -> Claim:
    """The open claim whose secret this is; raises NotFound. With `lock` its organisation's row is held."""
    stands = (
        Claim.token_hash == digest(token),
        Claim.state == ClaimState.ASKED,
        Claim.token_expires_at > now(),
    )
    if lock:
        lock_organisation(_one(*stands).organisation_id)
    return _one(*stands)


def _one(*conditions: ColumnElement[bool]) -> Claim:
    query = (
        select(Claim)
        .where(*conditions)
        .options(joinedload(Claim.person), joinedload(Claim.organisation))
        .execution_options(populate_existing=True)
    )
    found = db.session.scalars(query).one_or_none()
    if found is None:
        raise NotFound
    return found


def open_claim(organisation_id: int, person_id: int | None) -> Claim | None:
    """A person's claim of an organisation that is not decided."""
    query = select(Claim).where(
        Claim.organisation_id == organisation_id, Claim.person_id == person_id, IS_OPEN
    )
    return db.session.scalars(query).one_or_none()


def other_open_claims(claim_organisation_id: int, other_than: int | None) -> Sequence[Claim]:
    """The open claims of an organisation by other people than this one."""
    return db.session.scalars(
        select(Claim)
        .where(Claim.organisation_id == claim_organisation_id, Claim.person_id != other_than, IS_OPEN)
        .options(joinedload(Claim.person))
        .order_by(Claim.id)
    ).all()


def claims_shown_to(actor: Actor, ids: Collection[int], *states: ClaimState) -> Sequence[Claim]:
    """Those of some claims that are in one of these states and that the actor may know of."""
    return db.session.scalars(
        select(Claim)
        .where(Claim.id.in_(ids), Claim.state.in_(states), visible_to(actor))
        .options(joinedload(Claim.person), joinedload(Claim.organisation))
    ).all()


def waiting_claims() -> Sequence[Claim]:
    """The claims that wait for a manager, the longest waiting first, at most MAX_LISTED."""
    return db.session.scalars(
        select(Claim)
        .where(WAITS_FOR_MANAGER)
        .options(joinedload(Claim.person), joinedload(Claim.organisation))
        .order_by(Claim.id)
        .limit(MAX_LISTED)
    ).all()


def waiting_reports() -> Sequence[ListingReport]:
    """The reports about listings that wait for a manager, the longest waiting first, at most MAX_LISTED."""
    return db.session.scalars(
        select(ListingReport)
        .where(ListingReport.state == ReportState.OPEN)
        .options(joinedload(ListingReport.organisation))
        .order_by(ListingReport.id)
        .limit(MAX_LISTED)
    ).all()


def count_waiting(actor: Actor) -> int:
    """How many claims and reports wait for this actor."""
    if not can(actor, "claim.decide"):
        return 0
    claims = select(func.count(Claim.id)).where(WAITS_FOR_MANAGER).scalar_subquery()
    reports = (
        select(func.count(ListingReport.id)).where(ListingReport.state == ReportState.OPEN).scalar_subquery()
    )
    return db.session.scalar(select(claims + reports)) or 0


def has_editor(organisation_id: int) -> bool:
    """Whether somebody looks after an organisation."""
    query = select(Membership.id).where(
        Membership.organisation_id == organisation_id, Membership.role == MembershipRole.EDITOR
    )
    return db.session.scalars(query).first() is not None


def refused_until(person_id: int) -> datetime | None:
    """Until when a person cannot claim: she was refused MAX_REFUSED times within REFUSED_WITHIN."""
    since = now() - REST_AFTER_REFUSED - REFUSED_WITHIN
    refused = db.session.scalars(
        select(Claim.decided_at)
        .where(Claim.person_id == person_id, Claim.state == ClaimState.REFUSED, Claim.decided_at > since)
        .order_by(Claim.decided_at.desc())
    ).all()
    for last, first in zip(refused, refused[MAX_REFUSED - 1 :], strict=False):
        if last and first and last - first <= REFUSED_WITHIN and last + REST_AFTER_REFUSED > now():
            return last + REST_AFTER_REFUSED
    return None


def reports_shown_to(actor: Actor, ids: Collection[int]) -> Sequence[ListingReport]:
    """Those of some reports that wait and that the actor may read."""
    if not can(actor, "claim.decide"):
        return ()
    return db.session.scalars(
        select(ListingReport)
        .where(ListingReport.id.in_(ids), ListingReport.state == ReportState.OPEN)
        .options(joinedload(ListingReport.organisation))
    ).all()


def get_report(actor: Actor, report_id: int) -> ListingReport:
    """One report, for a manager; raises NotFound."""
    query = (
        select(ListingReport)
        .where(ListingReport.id == report_id)
        .options(joinedload(ListingReport.organisation))
    )
    found = db.session.scalars(query).one_or_none() if can(actor, "claim.decide") else None
    if found is None:
        raise NotFound
    return found


def report_behind(token: str) -> ListingReport:
    """The report whose secret this is, while its link holds and its organisation has no members; raises NotFound."""
    query = (
        select(ListingReport)
        .join(ListingReport.organisation)
        .where(
            ListingReport.token_hash == digest(token),
            ListingReport.state == ReportState.OPEN,
            ListingReport.token_expires_at > now(),
            Organisation.unclaimed,
        )
        .options(joinedload(ListingReport.organisation))
        .execution_options(populate_existing=True)
    )
    found = db.session.scalars(query).one_or_none()
    if found is None:
        raise NotFound
    return found


def reports_of(organisation_id: int) -> Sequence[ListingReport]:
    """The open reports about an organisation."""
    return db.session.scalars(
        select(ListingReport).where(
            ListingReport.organisation_id == organisation_id, ListingReport.state == ReportState.OPEN
        )
    ).all()
