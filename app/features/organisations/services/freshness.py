"""Whether a profile is still right: its editors are asked once a year, and say so on a page."""

from __future__ import annotations

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


def ask_editors() -> None:
    """Ask the editors of some organisations that were not asked for a year."""
    for organisation in unconfirmed(ASKED_AT_ONCE):
        organisation.asked_at = now()
        send_to(editors_of(organisation.id), organisation, "still_right", "profiles.confirm")
