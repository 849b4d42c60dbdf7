"""What the accounts feature lets the others know."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class PersonJoined:
    """Somebody has an account now; her address may not be verified yet."""

    person_id: int


@dataclass(frozen=True)
class AddressVerified:
    """A person showed that the mail address is hers."""

    person_id: int


@dataclass(frozen=True)
class PersonSuspended:
    """A manager suspended a person; she is signed out everywhere."""

    person_id: int


@dataclass(frozen=True)
class PersonForgotten:
    """An account is about to be deleted; whatever else is kept under the person's address must go, too."""

    person_id: int
    email: str
