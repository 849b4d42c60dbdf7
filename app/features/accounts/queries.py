"""Finding people, their sign-ins and the secrets mailed to them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, NamedTuple

from sqlalchemy import ColumnElement, Select, and_, bindparam, or_, select

from app.core.actors import VISITOR, Actor
from app.core.audit import Audit
from app.core.clock import now
from app.core.compiled_sql import CompiledStatement
from app.core.database import UtcDateTime, db
from app.core.email_addresses import normalise_email
from app.core.errors import NotFound
from app.core.jobs import Job
from app.features.accounts.models import (
    ClusterRole,
    Login,
    MailPurpose,
    MailToken,
    Person,
    digest,
)

DEMO_ADDRESS = "{key}@demo.example"


@dataclass(frozen=True)
class Credentials:
    """What a password is checked against, as plain data: the check happens outside any transaction."""

    person_id: int
    password_hash: str | None


class ActingPerson(NamedTuple):
    """The actor as the rows stand now: plain data, since it is read at every request and every command."""

    id: int
    name: str
    email: str
    locale: str
    timezone: str
    reads_easy: bool | None
    read_aloud: str
    cluster_role: ClusterRole
    verified_at: datetime | None


def is_valid(moment: Any = None) -> ColumnElement[bool]:
    """Whether a sign-in still opens the door now: not expired, not revoked, its person not suspended since."""
    return and_(
        Login.revoked_at.is_(None),
        Login.expires_at > (now() if moment is None else moment),
        Person.suspended_at.is_(None),
        or_(Person.revoked_before.is_(None), Login.created_at >= Person.revoked_before),
    )


PERSON = tuple(getattr(Person, name) for name in ActingPerson._fields)
BEHIND: Select[Any] = (
    select(*PERSON, Login.id.label("login_id"))
    .join(Login, Login.person_id == Person.id)
    .where(Login.token_hash == bindparam("hash"), is_valid(bindparam("moment", type_=UtcDateTime())))
)
"""The person and the sign-in behind a secret; a later feature adds what it knows of her. Made once: making it takes
longer than asking."""
_BEHIND = CompiledStatement(BEHIND)


def behind(token: str, asked: CompiledStatement = _BEHIND) -> Sequence[Any]:
    """What is `asked` of the sign-in behind the secret that a browser holds; nothing when it opens nothing."""
    return asked(hash=digest(token), moment=now())


def identify(token: str) -> Actor:
    """The actor behind a sign-in, as far as accounts know her: without organisations."""
    found = next(iter(behind(token)), None)
    return Actor(ActingPerson(*found[: len(PERSON)]), login_id=found.login_id) if found else VISITOR


def logins_of(person_id: int) -> Sequence[Login]:
    """The sign-ins of a person that are still valid, newest first."""
    return db.session.scalars(
        select(Login)
        .join(Person, Person.id == Login.person_id)
        .where(Login.person_id == person_id, is_valid())
        .order_by(Login.id.desc())
    ).all()


def find_person(person_id: int) -> Person | None:
    """A person by her id; None where she has no account."""
    return db.session.get(Person, person_id)


def get_person(person_id: int | None) -> Person:
    """A person by her id; raises NotFound."""
    person = db.session.get(Person, person_id) if person_id is not None else None
    if person is None:
        raise NotFound
    return person


def person_at(address: str) -> Person | None:
    """The person with a mail address, however it is written."""
    return db.session.scalar(select(Person).where(Person.email == normalise_email(address)))


def credentials_of(address: str) -> Credentials | None:
    """What the password of an address is checked against, or None for an address without an account."""
    person = person_at(address)
    return Credentials(person.id, person.password_hash) if person else None


def mailed(secret: str, purpose: MailPurpose) -> tuple[MailToken, Person] | None:
    """The mailed secret's row and its person, while it can be used."""
    row = db.session.execute(
        select(MailToken, Person)
        .join(Person, Person.id == MailToken.person_id)
        .where(
            MailToken.token_hash == digest(secret),
            MailToken.purpose == purpose,
            MailToken.used_at.is_(None),
            MailToken.expires_at > now(),
            Person.suspended_at.is_(None),
        )
    ).one_or_none()
    return (row[0], row[1]) if row else None


def lock_mailed(secret: str, purpose: MailPurpose) -> tuple[MailToken, Person] | None:
    """The same for a transaction that uses the secret; the person's row is held, so that of two at once one finds it."""
    found = mailed(secret, purpose)
    if found is None:
        return None
    lock_person(found[1].id)
    return mailed(secret, purpose)


def open_tokens(person_id: int, purpose: MailPurpose) -> Sequence[MailToken]:
    """The secrets mailed to a person for a purpose that were not used yet."""
    return db.session.scalars(
        select(MailToken).where(
            MailToken.person_id == person_id, MailToken.purpose == purpose, MailToken.used_at.is_(None)
        )
    ).all()


def record_of(person_id: int) -> Sequence[Audit]:
    """What the audit holds about a person herself."""
    return db.session.scalars(select(Audit).where(Audit.subject == f"person:{person_id}")).all()


def mails_to(address: str) -> Sequence[Job]:
    """The mails to an address that are kept: those not sent yet or given up."""
    return db.session.scalars(
        select(Job).where(Job.kind == "mail", Job.payload["address"].as_string() == address)
    ).all()


def manager_ids() -> Sequence[int]:
    """The ids of all managers of the cluster who can sign in."""
    query = select(Person.id).where(Person.cluster_role == ClusterRole.MANAGER, Person.suspended_at.is_(None))
    return db.session.scalars(query).all()


def moderator_ids() -> Sequence[int]:
    """The ids of all facilitators and managers of the cluster who can sign in."""
    query = select(Person.id).where(Person.cluster_role != ClusterRole.MEMBER, Person.suspended_at.is_(None))
    return db.session.scalars(query).all()


def has_people_outside_demo() -> bool:
    """Whether anybody has an account who neither was invented for the demonstration nor joined it."""
    return db.session.scalar(select(Person.id).where(Person.is_demo.is_(False)).limit(1)) is not None


def demo_people(keys: Sequence[str]) -> Sequence[Person]:
    """The invented people one can be in the demo, in the order of their keys."""
    addresses = [DEMO_ADDRESS.format(key=key) for key in keys]
    found = db.session.scalars(select(Person).where(Person.email.in_(addresses), Person.is_demo)).all()
    return sorted(found, key=lambda person: addresses.index(person.email))


def lock_person(person_id: int | None) -> None:
    """Hold a person's row until the end of this transaction, so that what is counted of her is counted once at a time.

    It is the first lock that a service takes.
    """
    db.session.execute(select(Person.id).where(Person.id == person_id).with_for_update(key_share=True))
