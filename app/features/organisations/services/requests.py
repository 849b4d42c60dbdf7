"""Requests to act for an organisation: a person asks, an editor lets her in or refuses."""

from __future__ import annotations

from datetime import timedelta

from flask_babel import format_date
from flask_babel import lazy_gettext as _l

from app.core.actors import Actor
from app.core.announcements import announce
from app.core.audit import record
from app.core.clock import now
from app.core.database import db
from app.core.errors import Conflict, SignInNeeded
from app.core.limits import count_attempt
from app.core.permissions import authorize
from app.features.accounts.models import Person
from app.features.organisations.announcements import MembershipBegun
from app.features.organisations.models import (
    Invitation,
    InvitationState,
    Membership,
    MembershipRequest,
    MembershipRole,
    Organisation,
    RequestState,
)
from app.features.organisations.queries import (
    editors_of,
    get_organisation,
    get_request,
    invitation_behind,
    latest_request,
    lock_organisation,
)
from app.features.organisations.services.mails import send_to

REQUESTS = "5 per day"
REST_DAYS = 30


def ask_to_join(actor: Actor, slug: str) -> MembershipRequest:
    """Ask the editors of an organisation to let the actor act for it, as a representative.

    Raises NotFound, and Conflict where her address is not verified, nobody of the organisation is here, she acts for
    it already, her request waits, or one was refused within REST_DAYS.
    """
    return begin_request(actor, get_organisation(actor, slug, lock=True))


def begin_request(
    actor: Actor, organisation: Organisation, invitation: Invitation | None = None
) -> MembershipRequest:
    """Write a request, perhaps by an invitation to another address, and mail the editors; the row is held."""
    if actor.person_id is None:
        raise SignInNeeded
    person = db.session.get_one(Person, actor.person_id)
    _require_free(actor, person, organisation)
    editors = editors_of(organisation.id)
    if not editors:
        raise Conflict(_l("Nobody of this organisation can answer at the moment."))
    count_attempt("membership request", REQUESTS, str(person.id))
    request = MembershipRequest(
        organisation_id=organisation.id,
        person_id=person.id,
        invitation_id=invitation.id if invitation else None,
        role=invitation.role if invitation else MembershipRole.REPRESENTATIVE,
    )
    db.session.add(request)
    db.session.flush()
    record(
        actor, "organisation.ask_to_join", f"organisation:{organisation.id}", after={"request": request.id}
    )
    send_to(
        editors,
        organisation,
        "membership_asked",
        "organisations.members",
        person=person.name,
        person_address=person.email,
        invited=invitation.email if invitation else "",
    )
    return request


def ask_by_invitation(actor: Actor, token: str) -> MembershipRequest:
    """Ask the editors to accept the actor, who came with an invitation to another address; raises as `ask_to_join` does."""
    if actor.person_id is None:
        raise SignInNeeded
    lock_organisation(invitation_behind(token).organisation_id)
    invitation = invitation_behind(token, lock=True)
    return begin_request(actor, invitation.organisation, invitation)


def let_in(actor: Actor, slug: str, request_id: int) -> Membership:
    """Make the person who asked a member; raises Conflict where the request is answered already."""
    organisation = get_organisation(actor, slug, lock=True)
    authorize(actor, "organisation.invite", organisation)
    request = _answer(actor, organisation, request_id, RequestState.ACCEPTED)
    if request.invitation is not None and request.invitation.state is InvitationState.SENT:
        request.invitation.state = InvitationState.ACCEPTED
    membership = Membership(person_id=request.person_id, organisation_id=organisation.id, role=request.role)
    db.session.add(membership)
    db.session.flush()
    send_to([request.person], organisation, "membership_begun", "organisations.show")
    announce(MembershipBegun(request.person_id, organisation.id))
    return membership


def refuse(actor: Actor, slug: str, request_id: int) -> MembershipRequest:
    """Say no to a person who asked to act for an organisation; raises as `let_in` does."""
    organisation = get_organisation(actor, slug, lock=True)
    authorize(actor, "organisation.invite", organisation)
    request = _answer(actor, organisation, request_id, RequestState.REFUSED)
    send_to([request.person], organisation, "membership_refused", "organisations.show")
    return request


def _require_free(actor: Actor, person: Person, organisation: Organisation) -> None:
    if person.verified_at is None:
        raise Conflict(_l("Verify your address first: open the link in the email that we sent to you."))
    if organisation.id in {mine.id for mine in actor.organisations}:
        raise Conflict(_l("You already act for this organisation."))
    earlier = latest_request(organisation.id, person.id)
    if earlier is None:
        return
    if earlier.state is RequestState.SENT:
        raise Conflict(_l("You have asked already. The answer comes by email."))
    rested = (earlier.answered_at or now()) + timedelta(days=REST_DAYS)
    if earlier.state is RequestState.REFUSED and rested > now():
        raise Conflict(
            _l("Your request was declined. You can ask again from %(day)s.", day=format_date(rested))
        )


def _answer(
    actor: Actor, organisation: Organisation, request_id: int, state: RequestState
) -> MembershipRequest:
    """Answer a request that waits; the organisation's row is held, so that it is answered once."""
    request = get_request(organisation.id, request_id)
    if request.state is not RequestState.SENT:
        raise Conflict(_l("This request was already answered."))
    request.state, request.answered_at = state, now()
    db.session.flush()
    record(
        actor,
        "organisation.answer_request",
        f"organisation:{organisation.id}",
        after={"person": request.person_id, "state": state.value},
    )
    return request
