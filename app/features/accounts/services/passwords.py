"""Passwords: hashed with argon2 outside any transaction, changed inside one."""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError
from flask_babel import lazy_gettext as _l

from app.core.actors import Actor
from app.core.audit import record
from app.core.clock import now
from app.core.errors import Conflict, Invalid
from app.core.permissions import authorize
from app.core.streams.services import revoke
from app.core.threadpool import offload
from app.core.transactions import end_read_transaction
from app.features.accounts import queries
from app.features.accounts.models import MailPurpose, Person
from app.features.accounts.services.joining import mark_verified
from app.features.accounts.services.mails import new_secret, write_to
from app.features.accounts.services.sign_ins import open_login, sign_in

# Above OWASP's minimum; one lane, because many people sign in at once rather than one quickly.
_hasher = PasswordHasher(time_cost=2, memory_cost=32 * 1024, parallelism=1)
# The hash of random bytes that nobody kept: what is checked where an address has no account.
_NOBODYS = "$argon2id$v=19$m=32768,t=2,p=1$6g0RtxVQBADaeYXsGwlSxA$dU5MSDjDXwsHiVByxUmArlC8vPV60nhnel1TNtPAvT8"


@dataclass(frozen=True)
class PasswordCheck:
    """A password that was right a moment ago: `seen` is the hash it fitted, `better` a stronger one to keep."""

    person_id: int
    seen: str
    better: str | None = None


def hash_password(password: str) -> str:
    """The hash of a new password; slow, so to be called before the transaction."""
    end_read_transaction()
    return offload(_hasher.hash, _same_letters(password))


def check_password(address: str, password: str) -> PasswordCheck:
    """Whether a password belongs to an address; slow, and equally so where there is no account.

    Returns what the transaction that follows relies on; raises Invalid, which never says what was wrong.
    """
    found = queries.credentials_of(address)
    end_read_transaction()
    known = (found.password_hash if found else None) or _NOBODYS
    fits = offload(_fits, known, _same_letters(password))
    if found is None or found.password_hash is None or not fits:
        raise Invalid(_l("This address and this password do not belong together."))
    better = hash_password(password) if _hasher.check_needs_rehash(known) else None
    return PasswordCheck(found.person_id, known, better)


def confirm(checked: PasswordCheck) -> Person:
    """The person of a checked password, inside the transaction.

    Raises Invalid where the password was changed meanwhile or the person is suspended.
    """
    person = queries.get_person(checked.person_id)
    if person.password_hash != checked.seen:
        raise Invalid(_l("This address and this password do not belong together."))
    if person.suspended_at is not None:
        raise Invalid(_l("This account is suspended. Write to the people who run this cluster."))
    if checked.better:
        person.password_hash = checked.better
    return person


def sign_in_by_password(actor: Actor, checked: PasswordCheck) -> str:
    """Sign in a person whose password was right; returns the secret of the new sign-in, raises Invalid like `confirm`."""
    return sign_in(actor, confirm(checked))


def waste_time() -> None:
    """Take as long as a password's check, so that an answer's time does not tell who has an account."""
    end_read_transaction()
    offload(_fits, _NOBODYS, "")


def ask_reset(address: str) -> None:
    """Mail a link for a new password to an address that has an account; nobody else learns whether it has."""
    person = queries.person_at(address)
    if person is None or person.suspended_at is not None:
        return
    secret = new_secret(person, MailPurpose.RESET)
    write_to(person, _l("Choose a new password"), "reset", secret=secret)


def reset_password(secret: str, password_hash: str) -> Person:
    """Set a new password by a mailed secret, and sign the person out everywhere.

    Returns the person, whose address is thereby verified; raises Invalid for a secret that opens nothing any more.
    """
    person = _use_reset_secret(secret)
    _set(person, password_hash)
    record(Actor(person=person), "account.reset_password", f"person:{person.id}")
    return person


def sign_in_by_link(actor: Actor, secret: str) -> tuple[Person, str]:
    """Sign a person in by a mailed secret, with the password that she has.

    Returns the person, whose address is thereby verified, and the secret of the new sign-in; raises Invalid for a
    secret that opens nothing any more.
    """
    person = _use_reset_secret(secret)
    record(Actor(person=person), "account.sign_in_by_link", f"person:{person.id}")
    return person, sign_in(actor, person)


def _use_reset_secret(secret: str) -> Person:
    """The person behind a mailed secret; it and the others mailed to her for the same open nothing afterwards."""
    found = queries.lock_mailed(secret, MailPurpose.RESET)
    if found is None:
        raise Invalid(_l("This link was used before or is too old. Ask for a new one."))
    person = found[1]
    for token in queries.open_tokens(person.id, MailPurpose.RESET):
        token.used_at = now()
    mark_verified(person)
    return person


def change_password(actor: Actor, checked: PasswordCheck, password_hash: str) -> str:
    """Set the actor's new password, sign her out everywhere, and in again here.

    Returns the secret of the new sign-in; raises Conflict where the old password is another person's.
    """
    person = confirm(checked)
    authorize(actor, "account.edit", person)
    if person.id != actor.person_id:
        raise Conflict
    _set(person, password_hash)
    record(actor, "account.change_password", f"person:{person.id}")
    return open_login(person)


def _set(person: Person, password_hash: str) -> None:
    """Set the new password and end the sign-ins that were made with the old one."""
    person.password_hash = password_hash
    person.revoked_before = now()
    revoke(person_id=person.id)
    write_to(person, _l("Your password was changed"), "password_changed")


def _fits(password_hash: str, password: str) -> bool:
    try:
        return _hasher.verify(password_hash, password)
    except (VerificationError, InvalidHashError):
        return False


def _same_letters(password: str) -> str:
    """The same password however a keyboard composes its letters."""
    return unicodedata.normalize("NFC", password)
