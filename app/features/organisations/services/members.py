"""Who acts for an organisation: inviting, accepting, roles, leaving, and choosing for which one to act."""

from __future__ import annotations

import secrets
from datetime import datetime, timedelta

from flask_babel import format_datetime
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from sqlalchemy import update

from app.core.actors import Actor
from app.core.announcements import announce
from app.core.audit import record
from app.core.clock import now
from app.core.database import db
from app.core.email_addresses import email_fault, normalise_email
from app.core.errors import Conflict, Invalid, NotFound, SignInNeeded
from app.core.i18n import SOURCE, available_language, public_url_for, speaking
from app.core.limits import count_attempt
from app.core.mail import post
from app.core.permissions import authorize
from app.core.streams.services import revoke
from app.features.accounts.models import ClusterRole, Login, Person, digest
from app.features.organisations.announcements import MembershipBegun, MembershipEnded
from app.features.organisations.labels import ROLE_NAMES
from app.features.organisations.models import (
    MAX_INVITATION_REPEATS,
    Invitation,
    InvitationState,
    Membership,
    MembershipRole,
    Organisation,
    RequestState,
)
from app.features.organisations.queries import (
    editors_of,
    get_organisation,
    has_other_editor,
    invitation_behind,
    latest_request,
    lock_organisation,
    members_of,
    membership_of,
    open_invitations_to,
)
from app.features.organisations.services.mails import send_to

VALID_FOR = timedelta(days=14)
SETTLED_AFTER = timedelta(days=1)
INVITATIONS = "30 per hour"
INVITATIONS_TO_ONE = "5 per day"
"""So often may one person have one address written to, for whichever organisation."""


def invite(actor: Actor, slug: str, email: str, role: MembershipRole | str, lang: str = SOURCE) -> Invitation:
    """Invite somebody by mail to act for the organisation; an earlier open invitation of that address is renewed,
    at most MAX_INVITATION_REPEATS times.

    `lang` is the language of the mail. Raises Invalid for an address that is none or that acts already,
    Conflict where the actor's own address is not verified.
    """
    organisation = get_organisation(actor, slug, lock=True)
    authorize(actor, "organisation.invite", organisation)
    # Nobody writes to strangers through us who has not shown who she is.
    person = db.session.get_one(Person, actor.person_id)
    if person.verified_at is None:
        raise Conflict(_l("Verify your address"))
    email = normalise_email(email)
    if fault := email_fault(email):
        raise Invalid(fields={"email": [fault]})
    if email in {membership.person.email for membership in members_of(organisation.id)}:
        raise Invalid(fields={"email": [_l("This person already acts for the organisation.")]})
    count_attempt("invitation", INVITATIONS, str(actor.person_id))
    count_attempt("invitation to", INVITATIONS_TO_ONE, str(actor.person_id), email)
    repeats = 0
    for earlier in open_invitations_to(organisation.id, email):
        repeats = max(repeats, earlier.repeats + 1)
        if repeats > MAX_INVITATION_REPEATS:
            raise Invalid(fields={"email": [_l("This person was invited four times. Wait for an answer.")]})
        if earlier.invited_by != actor.person_id:
            _require_settled(actor, organisation, earlier.created_at)
        earlier.state = InvitationState.WITHDRAWN
    db.session.flush()
    token = secrets.token_urlsafe(32)
    invitation = Invitation(
        organisation_id=organisation.id,
        email=email,
        role=_role(role),
        token_hash=digest(token),
        invited_by=actor.person_id,
        repeats=repeats,
        expires_at=now() + VALID_FOR,
    )
    db.session.add(invitation)
    record(
        actor, "organisation.invite", f"organisation:{organisation.id}", after={"role": invitation.role.value}
    )
    _send(actor, organisation, email, token, available_language(lang))
    db.session.flush()
    return invitation


def _role(value: MembershipRole | str) -> MembershipRole:
    try:
        return MembershipRole(value)
    except ValueError as error:
        raise Invalid(fields={"role": [_l("Choose a role.")]}) from error


def _send(actor: Actor, organisation: Organisation, email: str, token: str, lang: str) -> None:
    assert actor.person is not None
    with speaking(lang):
        subject = _("%(person)s invites you to %(name)s", person=actor.person.name, name=organisation.name)
    post(
        email,
        lang,
        subject,
        "invitation",
        person=actor.person.name,
        organisation=organisation.name,
        url=public_url_for("organisations.invitation", lang, token=token),
        days=VALID_FOR.days,
    )


def accept(actor: Actor, token: str) -> Organisation:
    """Become a member by the secret of an invitation, and act for the organisation from now on.

    Both sides get a mail; a request of hers that waits is accepted with it. Raises NotFound for an invitation that does
    not stand, Conflict for one who already is a member, and where the invited address is another than the actor's or
    not verified.
    """
    if actor.person_id is None:
        raise SignInNeeded
    lock_organisation(invitation_behind(token).organisation_id)
    invitation = invitation_behind(token, lock=True)
    organisation = invitation.organisation
    person = db.session.get_one(Person, actor.person_id)
    if organisation.id in {mine.id for mine in actor.organisations}:
        raise Conflict(_l("You already act for this organisation."))
    if not invitation.is_for(person.email):
        raise Conflict(_l("This invitation is for another address than yours."))
    if person.verified_at is None:
        raise Conflict(_l("Verify your address first: open the link in the email that we sent to you."))
    invitation.state = InvitationState.ACCEPTED
    asked = latest_request(organisation.id, actor.person_id)
    if asked is not None and asked.state is RequestState.SENT:
        asked.state, asked.answered_at = RequestState.ACCEPTED, now()
    db.session.add(
        Membership(person_id=actor.person_id, organisation_id=organisation.id, role=invitation.role)
    )
    db.session.flush()
    _choose(actor, organisation.id)
    record(
        actor,
        "organisation.accept_invitation",
        f"organisation:{organisation.id}",
        after={"role": invitation.role.value},
    )
    send_to([person], organisation, "membership_begun", "organisations.show")
    send_to(
        _inviter(invitation) or editors_of(organisation.id),
        organisation,
        "invitation_accepted",
        "organisations.members",
        person=person.name,
        person_address=person.email,
        role=ROLE_NAMES[invitation.role],
    )
    announce(MembershipBegun(actor.person_id, organisation.id))
    return organisation


def _inviter(invitation: Invitation) -> list[Person]:
    """The person who sent an invitation, where she still looks after the organisation's members."""
    membership = membership_of(invitation.organisation_id, invitation.invited_by)
    if membership is not None:
        return [membership.person]
    person = db.session.get(Person, invitation.invited_by) if invitation.invited_by else None
    return [person] if person is not None and person.cluster_role is ClusterRole.MANAGER else []


def withdraw(actor: Actor, slug: str, invitation_id: int) -> None:
    """Take an invitation back before it is accepted; the person who sent it gets a mail."""
    organisation = get_organisation(actor, slug, lock=True)
    authorize(actor, "organisation.invite", organisation)
    invitation = db.session.get(Invitation, invitation_id, with_for_update=True)
    if invitation is None or invitation.organisation_id != organisation.id:
        raise NotFound
    if invitation.state is not InvitationState.SENT:
        raise Conflict(_l("This invitation was already answered or taken back."))
    if invitation.invited_by != actor.person_id:
        _require_settled(actor, organisation, invitation.created_at)
        send_to(
            _inviter(invitation),
            organisation,
            "invitation_withdrawn",
            "organisations.members",
            actor=_name(actor),
            invited=invitation.email,
        )
    invitation.state = InvitationState.WITHDRAWN
    record(actor, "organisation.withdraw_invitation", f"organisation:{organisation.id}")


def change_role(actor: Actor, slug: str, person_id: int, role: MembershipRole | str) -> Membership:
    """Make a member an editor or a representative; the last editor stays one. The member gets a mail.

    Raises Conflict as `remove` does.
    """
    organisation = get_organisation(actor, slug, lock=True)
    authorize(actor, "organisation.invite", organisation)
    membership = _membership(organisation.id, person_id)
    if membership.role is _role(role):
        return membership
    _require_settled(actor, organisation, membership.role_since)
    before, membership.role, membership.role_since = membership.role, _role(role), now()
    if before is MembershipRole.EDITOR and membership.role is not before:
        _keep_an_editor(membership)
    record(
        actor,
        "organisation.change_role",
        f"organisation:{organisation.id}",
        before={"person": person_id, "role": before.value},
        after={"person": person_id, "role": membership.role.value},
    )
    revoke(person_id=person_id)
    if person_id != actor.person_id:
        send_to(
            [membership.person],
            organisation,
            "role_changed",
            "organisations.members",
            actor=_name(actor),
            role=ROLE_NAMES[membership.role],
        )
    return membership


def remove(actor: Actor, slug: str, person_id: int) -> None:
    """Let a member go; the last editor stays. The member gets a mail.

    Raises Conflict where the actor has been an editor for less than SETTLED_AFTER and the member was there before.
    """
    organisation = get_organisation(actor, slug, lock=True)
    authorize(actor, "organisation.invite", organisation)
    membership = _membership(organisation.id, person_id)
    _require_settled(actor, organisation, membership.role_since)
    person = membership.person
    end_membership(actor, membership, "organisation.remove_member")
    if person_id != actor.person_id:
        send_to([person], organisation, "member_removed", "organisations.show", actor=_name(actor))


def leave(actor: Actor, slug: str) -> None:
    """Leave an organisation; its last editor cannot."""
    organisation = get_organisation(actor, slug, lock=True)
    authorize(actor, "organisation.leave", organisation)
    assert actor.person_id is not None
    end_membership(actor, _membership(organisation.id, actor.person_id), "organisation.leave")


def act_for(actor: Actor, slug: str) -> Organisation:
    """Choose the organisation to act for in this browser; raises NotFound for one that is not hers."""
    if actor.person_id is None:
        raise SignInNeeded
    chosen = next((each for each in actor.organisations if each.slug == slug), None)
    if chosen is None:
        raise NotFound
    _choose(actor, chosen.id)
    revoke(person_id=actor.person_id)
    return db.session.get_one(Organisation, chosen.id)


def _choose(actor: Actor, organisation_id: int) -> None:
    if actor.login_id is not None:
        db.session.execute(
            update(Login).where(Login.id == actor.login_id).values(organisation_id=organisation_id)
        )


def _name(actor: Actor) -> str:
    """What the actor is called in a mail about what she did."""
    assert actor.person is not None
    return actor.person.name


def _require_settled(actor: Actor, organisation: Organisation, since: datetime) -> None:
    """Refuse an editor of less than SETTLED_AFTER to undo what has been so `since` before she was one.

    Managers of the cluster may, and everybody may on her own part.
    """
    own = membership_of(organisation.id, actor.person_id)
    if own is None or actor.cluster_role == "manager" or since >= own.role_since:
        return
    settled = own.role_since + SETTLED_AFTER
    if settled > now():
        raise Conflict(
            _l(
                "You became an editor less than a day ago. "
                "You can change what others set up before you from %(moment)s on.",
                moment=format_datetime(settled, "short"),
            )
        )


def _membership(organisation_id: int, person_id: int) -> Membership:
    membership = membership_of(organisation_id, person_id)
    if membership is None:
        raise NotFound
    return membership


def _keep_an_editor(membership: Membership) -> None:
    """Refuse what would leave an organisation without an editor; its row is locked, so that two cannot go at once."""
    if not has_other_editor(membership):
        raise Conflict(_l("Somebody has to look after the profile. Make another member an editor first."))


def end_membership(actor: Actor, membership: Membership, action: str) -> None:
    """End a membership at once, in every browser and socket of that person."""
    if membership.role is MembershipRole.EDITOR:
        _keep_an_editor(membership)
    person_id, organisation_id = membership.person_id, membership.organisation_id
    db.session.delete(membership)
    db.session.execute(
        update(Login)
        .where(Login.person_id == person_id, Login.organisation_id == organisation_id)
        .values(organisation_id=None)
    )
    db.session.flush()
    record(actor, action, f"organisation:{organisation_id}", before={"person": person_id})
    revoke(person_id=person_id)
    announce(MembershipEnded(person_id, organisation_id))
