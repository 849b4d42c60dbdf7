"""Signing in and out: every sign-in is a row with a secret of its own, so that each can be ended."""

from __future__ import annotations

import secrets
from datetime import timedelta

from app.core.actors import Actor
from app.core.clock import now
from app.core.database import db
from app.core.errors import NotFound
from app.core.permissions import SIGNED_IN, authorize
from app.core.streams.services import revoke
from app.features.accounts import queries
from app.features.accounts.models import Login, Person, digest

VALID_FOR = timedelta(days=30)


def open_login(person: Person) -> str:
    """A new sign-in of a person; returns its secret, of which only the hash is kept."""
    secret = secrets.token_urlsafe(32)
    db.session.add(Login(person_id=person.id, token_hash=digest(secret), expires_at=now() + VALID_FOR))
    return secret


def sign_in(actor: Actor, person: Person) -> str:
    """Sign a person in whose password or mailed secret was right; a person who was signed in here before is signed out.

    Returns the secret of the new sign-in.
    """
    if actor.person is not None:
        sign_out(actor)
    return open_login(person)


def sign_in_as(actor: Actor, key: str) -> str:
    """Sign in as one of the demo's invented people; raises NotFound where there is none of that name."""
    found = queries.demo_people([key])
    if not found or found[0].suspended_at is not None:
        raise NotFound
    return sign_in(actor, found[0])


def sign_out(actor: Actor) -> None:
    """End the sign-in by which the actor came."""
    authorize(actor, SIGNED_IN)
    login = db.session.get(Login, actor.login_id)
    if login is not None and login.revoked_at is None:
        login.revoked_at = now()
        revoke(person_id=actor.person_id)


def sign_out_elsewhere(actor: Actor) -> None:
    """End all other sign-ins of the actor."""
    authorize(actor, SIGNED_IN)
    person = queries.get_person(actor.person_id)
    for login in queries.logins_of(person.id):
        if login.id != actor.login_id:
            login.revoked_at = now()
    revoke(person_id=person.id)
