"""What a person is in the whole cluster: her role, and whether she may come in at all."""

from __future__ import annotations

from app.core.actors import VISITOR, Actor
from app.core.announcements import announce
from app.core.audit import record
from app.core.clock import now
from app.core.database import db
from app.core.errors import NotFound
from app.core.permissions import authorize
from app.core.streams.services import revoke
from app.features.accounts import queries
from app.features.accounts.announcements import PersonForgotten, PersonSuspended
from app.features.accounts.models import ClusterRole, Person


def suspend_person(actor: Actor, person_id: int) -> Person:
    """Sign a person out everywhere and let her in no more; twice is as once. Returns the person."""
    person = queries.get_person(person_id)
    authorize(actor, "person.suspend", person)
    if person.suspended_at is None:
        _shut_out(person)
        record(actor, "person.suspend", f"person:{person.id}", {"suspended": False}, {"suspended": True})
        announce(PersonSuspended(person.id))
    return person


def give_role(actor: Actor, person_id: int, role: ClusterRole) -> Person:
    """Make a person a member, a facilitator or a manager of the cluster. Returns the person."""
    person = queries.get_person(person_id)
    authorize(actor, "person.give_role", person)
    return _give(actor, person, role)


def appoint(address: str, role: ClusterRole) -> Person:
    """Give a role by the operator's hand, who stands above the roles; raises NotFound for an unknown address."""
    person = queries.person_at(address)
    if person is None:
        raise NotFound
    return _give(VISITOR, person, role)


def shut_out(address: str) -> Person:
    """Sign a person out everywhere and let her in no more, by the operator's hand; raises NotFound."""
    person = queries.person_at(address)
    if person is None:
        raise NotFound
    _shut_out(person)
    return person


def forget(address: str) -> Person:
    """Delete an account with all that is kept of the person, by the operator's hand.

    What she wrote in rooms and what the record says of her deeds stays, without her name. Returns the person as she
    was; raises NotFound for an unknown address.
    """
    person = queries.person_at(address)
    if person is None:
        raise NotFound
    announce(PersonForgotten(person.id, person.email))
    for line in queries.record_of(person.id):
        line.before, line.after = {}, {}
    for job in queries.mails_to(person.email):
        db.session.delete(job)
    db.session.delete(person)
    return person


def _shut_out(person: Person) -> None:
    person.suspended_at = person.revoked_before = now()
    revoke(person_id=person.id)


def _give(actor: Actor, person: Person, role: ClusterRole) -> Person:
    before, person.cluster_role = person.cluster_role, role
    record(actor, "person.give_role", f"person:{person.id}", {"role": before.value}, {"role": role.value})
    revoke(person_id=person.id)
    return person
