"""Who acts for an organisation: inviting, accepting, roles, leaving, and choosing for which one to act."""

from __future__ import annotations

import re
import secrets
from datetime import timedelta

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from sqlalchemy import select, update
from sqlalchemy.orm import joinedload

from app.core.actors import Actor
from app.core.announcements import announce
from app.core.audit import record
from app.core.clock import now
from app.core.database import db
from app.core.errors import Conflict, Invalid, NotFound, SignInNeeded
from app.core.i18n import SOURCE, languages, public_url_for, speaking
from app.core.limits import spend
from app.core.mail import post
from app.core.permissions import authorize
from app.core.streams.services import revoke
from app.features.accounts.models import Login, Person, digest, fold_address
from app.features.organisations.announcements import MembershipBegun, MembershipEnded
from app.features.organisations.models import (
    Invitation,
    InvitationState,
    Membership,
    MembershipRole,
    Organisation,
)
from app.features.organisations.queries import get_organisation, invitation_behind, members_of

VALID_FOR = timedelta(days=14)
INVITATIONS = "30 per hour"
ADDRESS = re.compile(r"[^@\s]+@[^@\s]+\.[^@\s]+")


def invite(actor: Actor, slug: str, email: str, role: MembershipRole | str, lang: str = SOURCE) -> Invitation:
    """Invite somebody by mail to act for the organisation; an earlier open invitation of that address is renewed.

    `lang` is the language of the mail. Raises Invalid for an address that is none or that acts already,
    Conflict where the actor's own address is not verified.
    """
    organisation = get_organisation(actor, slug, lock=True)
    authorize(actor, "organisation.invite", organisation)
    _require_verified(actor)
    email = fold_address(email)
    if not ADDRESS.fullmatch(email) or len(email) > 254:
        raise Invalid(fields={"email": [_l("Write an email address, such as name@example.org.")]})
    if email in {membership.person.email for membership in members_of(organisation.id)}:
        raise Invalid(fields={"email": [_l("This person already acts for the organisation.")]})
    spend("invitation", INVITATIONS, str(actor.person_id))
    for earlier in _open_for(organisation.id, email):
        earlier.state = InvitationState.WITHDRAWN
    db.session.flush()
    token = secrets.token_urlsafe(32)
    invitation = Invitation(
        organisation_id=organisation.id,
        email=email,
        role=_role(role),
        token_hash=digest(token),
        invited_by=actor.person_id,
        expires_at=now() + VALID_FOR,
    )
    db.session.add(invitation)
    record(
        actor, "organisation.invite", f"organisation:{organisation.id}", after={"role": invitation.role.value}
    )
    _send(actor, organisation, email, token, lang if lang in languages() else SOURCE)
    db.session.flush()
    return invitation


def _require_verified(actor: Actor) -> None:
    """Have nobody write to strangers through us who has not shown who she is."""
    person = db.session.get_one(Person, actor.person_id)
    if person.verified_at is None:
        raise Conflict(_l("Verify your address"))


def _role(value: MembershipRole | str) -> MembershipRole:
    try:
        return MembershipRole(value)
    except ValueError as error:
        raise Invalid(fields={"role": [_l("Choose a role.")]}) from error


def _open_for(organisation_id: int, email: str) -> list[Invitation]:
    query = select(Invitation).where(
        Invitation.organisation_id == organisation_id,
        Invitation.email == email,
        Invitation.state == InvitationState.SENT,
    )
    return list(db.session.scalars(query))


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

    Raises NotFound for an invitation that does not stand, Conflict for one who already is a member.
    """
    if actor.person_id is None:
        raise SignInNeeded
    invitation = invitation_behind(token, lock=True)
    organisation = invitation.organisation
    if organisation.id in {mine.id for mine in actor.organisations}:
        raise Conflict(_l("You already act for this organisation."))
    invitation.state = InvitationState.ACCEPTED
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
    announce(MembershipBegun(actor.person_id, organisation.id))
    return organisation


def withdraw(actor: Actor, slug: str, invitation_id: int) -> None:
    """Take an invitation back before it is accepted."""
    organisation = get_organisation(actor, slug, lock=True)
    authorize(actor, "organisation.invite", organisation)
    invitation = db.session.get(Invitation, invitation_id, with_for_update=True)
    if invitation is None or invitation.organisation_id != organisation.id:
        raise NotFound
    if invitation.state is not InvitationState.SENT:
        raise Conflict(_l("This invitation was already answered or taken back."))
    invitation.state = InvitationState.WITHDRAWN
    record(actor, "organisation.withdraw_invitation", f"organisation:{organisation.id}")


def change_role(actor: Actor, slug: str, person_id: int, role: MembershipRole | str) -> Membership:
    """Make a member an editor or a representative; the last editor stays one."""
    organisation = get_organisation(actor, slug, lock=True)
    authorize(actor, "organisation.invite", organisation)
    membership = _membership(organisation.id, person_id)
    before, membership.role = membership.role, _role(role)
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
    return membership


def remove(actor: Actor, slug: str, person_id: int) -> None:
    """Let a member go; the last editor stays."""
    organisation = get_organisation(actor, slug, lock=True)
    authorize(actor, "organisation.invite", organisation)
    _end(actor, _membership(organisation.id, person_id), "organisation.remove_member")


def leave(actor: Actor, slug: str) -> None:
    """Leave an organisation; its last editor cannot."""
    organisation = get_organisation(actor, slug, lock=True)
    authorize(actor, "organisation.leave", organisation)
    assert actor.person_id is not None
    _end(actor, _membership(organisation.id, actor.person_id), "organisation.leave")


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


def _membership(organisation_id: int, person_id: int) -> Membership:
    membership = db.session.scalars(
        select(Membership)
        .where(Membership.organisation_id == organisation_id, Membership.person_id == person_id)
        .options(joinedload(Membership.person))
    ).one_or_none()
    if membership is None:
        raise NotFound
    return membership


def _keep_an_editor(membership: Membership) -> None:
    """Refuse what would leave an organisation without an editor; its row is locked, so that two cannot go at once."""
    others = select(Membership.id).where(
        Membership.organisation_id == membership.organisation_id,
        Membership.role == MembershipRole.EDITOR,
        Membership.id != membership.id,
    )
    if db.session.scalars(others).first() is None:
        raise Conflict(_l("Somebody has to look after the profile. Make another member an editor first."))


def _end(actor: Actor, membership: Membership, action: str) -> None:
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
