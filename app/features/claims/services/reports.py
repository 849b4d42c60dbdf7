"""Listings that are not right: reports by anybody, hidden at once at the word of the organisation's own mailbox."""

from __future__ import annotations

import secrets

from flask_babel import gettext as _
from sqlalchemy import update

from app.core.actors import Actor
from app.core.announcements import announce
from app.core.audit import record
from app.core.clock import now
from app.core.database import db
from app.core.email_addresses import ascii_email, email_fault, normalise_email
from app.core.errors import Invalid, NotFound
from app.core.i18n import available_language, public_url_for, speaking
from app.core.limits import try_attempt
from app.core.mail import post
from app.core.notices import NoticesRead, notify
from app.core.permissions import authorize
from app.core.validation import checked_field, limited_text
from app.features.accounts.announcements import PersonForgotten
from app.features.accounts.models import digest
from app.features.accounts.queries import manager_ids
from app.features.claims.domains import proves
from app.features.claims.models import (
    LONGEST_NOTE,
    PROOF_VALID_FOR,
    ListingReport,
    ReportKind,
    ReportState,
)
from app.features.claims.queries import get_report, report_behind
from app.features.claims.services.claims import MAILS_TO_ORGANISATION
from app.features.organisations.models import Organisation
from app.features.organisations.queries import get_organisation, lock_organisation
from app.features.organisations.services.admission import hide as hide_organisation

REPORTED = "claim.report"


def report_listing(actor: Actor, slug: str, *, kind: str, note: str, email: str, lang: str) -> ListingReport:
    """Keep what somebody says about an organisation without members, and tell the managers.

    Where a listing is to be taken down and `email` is at its own domain, a mail with a secret goes there; whether it
    did is not told. Raises NotFound for an organisation that is looked after, Invalid.
    """
    authorize(actor, "listing.report")
    organisation = get_organisation(actor, slug, lock=True)
    if not organisation.unclaimed:
        raise NotFound
    with checked_field("note"):
        note = limited_text(note, LONGEST_NOTE)
    email = normalise_email(email) if email.strip() else ""
    if email and (fault := email_fault(email)):
        raise Invalid(fields={"email": [fault]})
    if kind not in set(ReportKind):
        raise Invalid(fields={"kind": [_("Choose one of the two.")]})
    if kind == ReportKind.WRONG and not note:
        raise Invalid(fields={"note": [_("Say what is wrong.")]})
    report = ListingReport(
        organisation_id=organisation.id, kind=ReportKind(kind), note=note, email=email, lang=lang
    )
    db.session.add(report)
    db.session.flush()
    if report.kind is ReportKind.TAKE_DOWN and email and proves(email, organisation.website):
        _mail_secret(report, organisation, lang)
    notify(REPORTED, manager_ids(), report.id)
    return report


def _mail_secret(report: ListingReport, organisation: Organisation, lang: str) -> None:
    """Mail the link that hides the listing; one mail too many is left out, since the managers read the report anyway."""
    if not try_attempt("mail to an organisation", MAILS_TO_ORGANISATION, str(organisation.id)):
        return
    secret = secrets.token_urlsafe(32)
    report.token_hash, report.token_expires_at = digest(secret), now() + PROOF_VALID_FOR
    db.session.flush()
    lang = available_language(lang)
    with speaking(lang):
        subject = _("Take the page of %(organisation)s down", organisation=organisation.name)
    post(
        ascii_email(report.email),
        lang,
        subject,
        "listing_take_down",
        organisation=organisation.name,
        url=public_url_for("claims.take_down", lang, token=secret),
        days=PROOF_VALID_FOR.days,
    )


def take_down(actor: Actor, token: str) -> Organisation:
    """Hide a listing at once by the secret that was mailed to its own domain; raises NotFound where it does not stand."""
    lock_organisation(report_behind(token).organisation_id)
    report = report_behind(token)
    organisation = report.organisation
    hide_organisation(actor, organisation)
    _close(actor, report, ReportState.HIDDEN)
    return organisation


def close_report(actor: Actor, report_id: int, *, hide: bool) -> ListingReport:
    """Settle a report as a manager, perhaps by hiding the listing; twice is as once."""
    lock_organisation(get_report(actor, report_id).organisation_id)
    report = get_report(actor, report_id)
    authorize(actor, "claim.decide", report)
    if report.state is ReportState.OPEN:
        organisation = report.organisation
        if hide and organisation.unclaimed:
            hide_organisation(actor, organisation)
        _close(actor, report, ReportState.HIDDEN if hide else ReportState.DONE)
    return report


def _close(actor: Actor, report: ListingReport, state: ReportState) -> None:
    """End a report; the address is not needed any more."""
    report.state, report.handled_at, report.handled_by = state, now(), actor.person_id
    report.email, report.token_hash, report.token_expires_at = "", None, None
    db.session.flush()
    record(
        actor,
        "listing.report",
        f"organisation:{report.organisation_id}",
        after={"report": report.id, "state": state.value},
    )
    announce(NoticesRead((REPORTED,), report.id))


def forget_address(forgotten: PersonForgotten) -> None:
    """Keep no report under the address of somebody who asked to be forgotten; listens to accounts."""
    db.session.execute(
        update(ListingReport)
        .where(ListingReport.email == forgotten.email)
        .values(email="", token_hash=None, token_expires_at=None)
    )
