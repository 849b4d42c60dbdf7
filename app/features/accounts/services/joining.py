"""Joining, and showing that the mail address is one's own."""

from __future__ import annotations

from zoneinfo import available_timezones

from flask_babel import lazy_gettext as _l

from app.core.actors import Actor
from app.core.announcements import announce
from app.core.audit import record
from app.core.clock import now
from app.core.database import db
from app.core.email_addresses import normalise_email
from app.core.errors import Conflict, Invalid
from app.core.limits import try_attempt
from app.core.permissions import SIGNED_IN, authorize
from app.features.accounts import queries
from app.features.accounts.announcements import AddressVerified, PersonJoined
from app.features.accounts.models import MailPurpose, Person
from app.features.accounts.services.mails import new_secret, write_to

JOIN_MAILS = "3 per hour"
"""To one address at the request of all who enter it together, so that nobody can fill another's mailbox."""


def join(
    actor: Actor,
    *,
    name: str,
    email: str,
    password_hash: str,
    locale: str,
    timezone: str = "UTC",
    is_demo: bool = False,
) -> None:
    """Create an account, or tell the owner of an address that has one so by mail.

    The answer does not reveal whether the address has an account. A time zone that we do not know becomes UTC.
    `is_demo` makes the person a part of the demonstration, beside which its people can still be signed in as.
    """
    authorize(actor, "account.join")
    known = queries.person_at(email)
    may_mail = try_attempt("join to", JOIN_MAILS, normalise_email(email))
    if known is not None:
        if may_mail:
            write_to(known, _l("You already have an account"), "already_here")
        return
    person = Person(
        name=name,
        email=normalise_email(email),
        password_hash=password_hash,
        locale=locale,
        timezone=timezone if timezone in available_timezones() else "UTC",
        is_demo=is_demo,
    )
    db.session.add(person)
    db.session.flush()
    record(actor, "account.join", f"person:{person.id}")
    _mail_verification(person)
    announce(PersonJoined(person.id))


def send_verification(actor: Actor) -> None:
    """Mail the actor a new secret to verify her address with; raises Conflict where that is done already."""
    authorize(actor, SIGNED_IN)
    person = queries.get_person(actor.person_id)
    if person.verified_at is not None:
        raise Conflict(_l("Your address is verified already."))
    _mail_verification(person)


def verify(secret: str) -> Person:
    """Take note that a mailed secret reached its reader.

    Returns the person; raises Invalid for a secret that opens nothing any more.
    """
    found = queries.lock_mailed(secret, MailPurpose.VERIFY)
    if found is None:
        raise Invalid(_l("This link was used before or is too old."))
    token, person = found
    token.used_at = now()
    mark_verified(person)
    return person


def mark_verified(person: Person) -> None:
    """The person holds her address; the first time, the others hear of it."""
    if person.verified_at is None:
        person.verified_at = now()
        announce(AddressVerified(person.id))


def _mail_verification(person: Person) -> None:
    secret = new_secret(person, MailPurpose.VERIFY)
    write_to(person, _l("Is this your address?"), "verify", secret=secret)
