"""Reporting a barrier, answering a report, and keeping neither longer than it is needed."""

from __future__ import annotations

from datetime import timedelta

from sqlalchemy import delete, or_, update

from app.core.actors import Actor
from app.core.announcements import announce
from app.core.audit import record
from app.core.clock import now
from app.core.database import db
from app.core.email_addresses import MAX_EMAIL_LENGTH, email_fault, normalise_email
from app.core.errors import Invalid
from app.core.i18n import languages
from app.core.jobs import enqueue
from app.core.notices import NoticesRead, notify
from app.core.permissions import authorize
from app.core.validation import checked_field, known_language, limited_line, limited_text, required_text
from app.features.accessibility.models import MAX_DESCRIPTION_CHARS, MAX_LOCATION_CHARS, BarrierReport
from app.features.accessibility.queries import get_report
from app.features.accounts.announcements import PersonForgotten
from app.features.accounts.queries import manager_ids

NOTICE = "accessibility.barrier"
FORGET_JOB = "accessibility.forget"
KEPT_FOR = timedelta(days=365)
"""So long a report is kept, answered or not."""


def report_barrier(
    actor: Actor, *, description: str, location: str, reply_to: str, lang: str
) -> BarrierReport:
    """Keep what stood in somebody's way and tell the managers.

    `reply_to` is an email address, "" where no answer is wanted. Raises Invalid.
    """
    authorize(actor, "barrier.report")
    with checked_field("description"):
        description = required_text(description, MAX_DESCRIPTION_CHARS)
    with checked_field("location"):
        location = limited_line(location, MAX_LOCATION_CHARS)
    with checked_field("reply_to"):
        reply_to = normalise_email(limited_text(reply_to, MAX_EMAIL_LENGTH)) if reply_to else ""
    if reply_to and (fault := email_fault(reply_to)):
        raise Invalid(fields={"reply_to": [fault]})
    report = BarrierReport(
        description=description,
        location=location,
        reply_to=reply_to,
        lang=known_language(lang, languages()),
        person_id=actor.person_id,
    )
    db.session.add(report)
    db.session.flush()
    notify(NOTICE, manager_ids(), report.id)
    enqueue(FORGET_JOB, after=now() + KEPT_FOR, report_id=report.id)
    return report


def mark_answered(actor: Actor, report_id: int) -> BarrierReport:
    """Note that a report is answered; twice is as once. Raises NotFound."""
    report = get_report(actor, report_id)
    authorize(actor, "barrier.answer", report)
    if report.answered_at is None:
        report.answered_at, report.answered_by = now(), actor.person_id
        record(actor, "barrier.answer", f"barrier_report:{report.id}")
        announce(NoticesRead((NOTICE,), report.id))
    return report


def reopen(actor: Actor, report_id: int) -> BarrierReport:
    """Let a report wait for an answer again. Raises NotFound."""
    report = get_report(actor, report_id)
    authorize(actor, "barrier.answer", report)
    report.answered_at = report.answered_by = None
    return report


def delete_report(report_id: int) -> None:
    """Delete a report for good; nothing happens where it is gone."""
    db.session.execute(delete(BarrierReport).where(BarrierReport.id == report_id))
    announce(NoticesRead((NOTICE,), report_id))


def forget_reporter(forgotten: PersonForgotten) -> None:
    """Keep of the reports of somebody who asked to be forgotten only what stood in her way; listens to accounts."""
    hers = or_(BarrierReport.person_id == forgotten.person_id, BarrierReport.reply_to == forgotten.email)
    db.session.execute(update(BarrierReport).where(hers).values(reply_to="", person_id=None))
