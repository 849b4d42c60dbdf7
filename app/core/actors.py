"""Who acts: a person, and the organisation for which she acts at this moment."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any, Protocol

from flask import Flask, current_app


class PersonLike(Protocol):
    """What the core needs to know of a person; the accounts feature has the whole of her."""

    @property
    def id(self) -> int:
        """Her number."""

    @property
    def name(self) -> str:
        """What she is called."""

    @property
    def locale(self) -> str:
        """The language that she reads."""

    @property
    def timezone(self) -> str:
        """The zone of her clock."""

    @property
    def reads_easy(self) -> bool | None:
        """Whether she chose easy words; None where she chose nothing."""

    @property
    def cluster_role(self) -> Any:
        """What she is in the whole cluster."""


class OrganisationLike(Protocol):
    """What the core needs to know of an organisation; its feature has the whole of it."""

    @property
    def id(self) -> int:
        """Its number."""

    @property
    def name(self) -> str:
        """What it is called."""

    @property
    def slug(self) -> str:
        """Its place among addresses."""

    @property
    def country(self) -> str:
        """The code of its country."""

    @property
    def state(self) -> Any:
        """Where it stands in the cluster."""


@dataclass(frozen=True, slots=True)
class Actor:
    """A person acting, perhaps for an organisation; without a person, a visitor.

    `membership_role` is the person's role in `organisation` ("editor" or "representative"),
    `organisations` are all those she may act for, `login_id` the sign-in by which she came.
    """

    person: PersonLike | None = None
    organisation: OrganisationLike | None = None
    membership_role: str | None = None
    organisations: Sequence[OrganisationLike] = field(default=())
    login_id: int | None = None

    @property
    def person_id(self) -> int | None:
        """The person's id, or None for a visitor."""
        return self.person.id if self.person else None

    @property
    def organisation_id(self) -> int | None:
        """The id of the organisation acted for, or None."""
        return self.organisation.id if self.organisation else None

    @property
    def key(self) -> str:
        """Person and organisation as one text such as "12:5", "12:" without an organisation, empty for a visitor.

        Every form and command carries the key of the actor for whom its page was made.
        """
        return f"{self.person.id}:{self.organisation_id or ''}" if self.person else ""

    @property
    def cluster_role(self) -> str:
        """ "member", "facilitator" or "manager"; "visitor" without a person."""
        return str(self.person.cluster_role.value) if self.person else "visitor"


VISITOR = Actor()

Identify = Callable[[str], Actor]
"""Turns the secret token of a sign-in into the actor as she stands now, or VISITOR."""


def set_identify(app: Flask, identify: Identify) -> None:
    """Tell the core how to recognise people; the last feature that knows more of an actor wins."""
    app.extensions["trama.identify"] = identify


def identify(token: str | None) -> Actor:
    """The actor behind a sign-in's token, read from the database now; VISITOR when it is not valid."""
    if not token:
        return VISITOR
    found: Actor = current_app.extensions["trama.identify"](token)
    return found
