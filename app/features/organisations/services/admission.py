"""How organisations come into the cluster and out of it."""

from __future__ import annotations

from flask import current_app
from sqlalchemy import delete

from app.core.actors import Actor
from app.core.announcements import announce
from app.core.audit import record
from app.core.database import db
from app.core.permissions import authorize
from app.core.streams.services import revoke
from app.features.accounts.announcements import AddressVerified, PersonForgotten
from app.features.accounts.models import Person
from app.features.organisations.announcements import OrganisationAdmitted, OrganisationSuspended
from app.features.organisations.models import (
    Invitation,
    Organisation,
    OrganisationState,
)
from app.features.organisations.queries import editors_of, get_organisation, lock_drafts_of
from app.features.organisations.services.mails import send_to
from app.features.organisations.states import ORGANISATION_STATES, OrganisationMove


def admit(actor: Actor, slug: str) -> Organisation:
    """Let a waiting organisation into the cluster; raises Conflict where it does not wait."""
    organisation = get_organisation(actor, slug, lock=True)
    authorize(actor, "organisation.admit", organisation)
    move(actor, organisation, OrganisationMove.ADMIT)
    send_to(editors_of(organisation.id), organisation, "organisation_admitted", "organisations.show")
    return organisation


def suspend(actor: Actor, slug: str) -> Organisation:
    """Take an organisation out of the public and of all that is live, at once."""
    organisation = get_organisation(actor, slug, lock=True)
    authorize(actor, "organisation.suspend", organisation)
    move(actor, organisation, OrganisationMove.SUSPEND)
    send_to(editors_of(organisation.id), organisation, "organisation_suspended", "organisations.show")
    return organisation


def hide(actor: Actor, organisation: Organisation) -> None:
    """Suspend a public organisation for a caller that found that it may be; nothing where it is not public."""
    if organisation.state is OrganisationState.ADMITTED:
        move(actor, organisation, OrganisationMove.SUSPEND)


def restore(actor: Actor, slug: str) -> Organisation:
    """Let a suspended organisation back into the cluster."""
    organisation = get_organisation(actor, slug, lock=True)
    authorize(actor, "organisation.suspend", organisation)
    move(actor, organisation, OrganisationMove.RESTORE)
    send_to(editors_of(organisation.id), organisation, "organisation_restored", "organisations.show")
    return organisation


def advance_verified(verified: AddressVerified) -> None:
    """Let the drafts of a person whose address is verified now go on; listens to accounts."""
    person = db.session.get_one(Person, verified.person_id)
    for organisation in lock_drafts_of(person.id):
        advance(Actor(person=person), organisation)


def forget_invitations(forgotten: PersonForgotten) -> None:
    """Keep no invitation under the address of somebody who asked to be forgotten; listens to accounts."""
    db.session.execute(delete(Invitation).where(Invitation.email == forgotten.email))


def advance(actor: Actor, organisation: Organisation) -> None:
    """Take a draft as far as the cluster's settings let it go by itself, now that its creator is known.

    One that a manager has to review stays pending.
    """
    move(actor, organisation, OrganisationMove.VERIFY)
    if current_app.extensions["trama.settings"].admission == "open" and organisation.review is None:
        move(actor, organisation, OrganisationMove.ADMIT)


def move(actor: Actor, organisation: Organisation, step: OrganisationMove) -> None:
    """Change the state as the table says, note it, and tell those whom it concerns."""
    before = organisation.state
    organisation.state = ORGANISATION_STATES.next_state(before, step)
    record(
        actor,
        f"organisation.{step.value}",
        f"organisation:{organisation.id}",
        before={"state": before.value},
        after={"state": organisation.state.value},
    )
    db.session.flush()
    if organisation.state is OrganisationState.ADMITTED:
        organisation.review = None
        announce(OrganisationAdmitted(organisation.id))
    elif organisation.state is OrganisationState.SUSPENDED:
        revoke(org_id=organisation.id)
        announce(OrganisationSuspended(organisation.id))
