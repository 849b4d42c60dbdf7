"""Whether a profile is still right: its editors are asked once a year, and what they seek until a day ends by itself."""

from __future__ import annotations

from datetime import UTC, datetime, time, timedelta

from sqlalchemy import update

from app.core.actors import Actor
from app.core.audit import record
from app.core.clock import now
from app.core.database import db
from app.core.permissions import authorize
from app.core.transactions import write_transaction
from app.features.organisations.models import Organisation
from app.features.organisations.queries import editors_of, get_organisation
from app.features.organisations.queries.history import unconfirmed
from app.features.organisations.services.mails import send_to

ASKED_AT_ONCE = 20
CHORE_MINUTE = 17
"""Of each hour: a year's question is no hurry."""
ENDED_LATELY = timedelta(days=3)
"""A search that ended so long ago was marked, unless nothing ran for days."""


def confirm(actor: Actor, slug: str) -> Organisation:
    """Say that everything in the profile is still right."""
    organisation = get_organisation(actor, slug, lock=True)
    authorize(actor, "organisation.edit", organisation)
    organisation.confirmed_at = now()
    record(actor, "organisation.confirm", f"organisation:{organisation.id}")
    db.session.flush()
    return organisation


def ask_whether_right() -> None:
    """The chore that asks editors once a year, by mail, whether the profile is still right."""
    if now().minute == CHORE_MINUTE:
        with write_transaction():
            ask_editors()


def end_searches() -> None:
    """The chore that lets what is counted and kept of organisations be read again once their search has ended."""
    if now().minute == CHORE_MINUTE:
        with write_transaction():
            mark_ended_searches()


def mark_ended_searches() -> None:
    """Mark organisations as written whose search ended since: a day's end writes no row, and caches look for such."""
    today = now().date()
    midnight = datetime.combine(today, time(), UTC)
    ended = Organisation.cooperation_until.between(today - ENDED_LATELY, today - timedelta(days=1))
    db.session.execute(
        update(Organisation).where(ended, Organisation.updated_at < midnight).values(updated_at=now()),
        execution_options={"synchronize_session": False},
    )


def ask_editors() -> None:
    """Ask the editors of some organisations that were not asked for a year."""
    for organisation in unconfirmed(ASKED_AT_ONCE):
        organisation.asked_at = now()
        send_to(editors_of(organisation.id), organisation, "still_right", "profiles.confirm")
