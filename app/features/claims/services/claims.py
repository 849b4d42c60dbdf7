"""Claiming an organisation: asking, proving by mail, contesting, and a manager's decision."""

from __future__ import annotations

import secrets

from flask_babel import format_date
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from sqlalchemy import update

from app.core.actors import Actor
from app.core.announcements import announce
from app.core.audit import record
from app.core.clock import now
from app.core.database import db
from app.core.email_addresses import ascii_email, email_fault, normalise_email
from app.core.errors import Conflict, Forbidden, Invalid, SignInNeeded
from app.core.i18n import available_language, public_url_for, speaking
from app.core.limits import count_attempt
from app.core.mail import post
from app.core.notices import NoticesRead, notify
from app.core.permissions import authorize
from app.core.validation import checked_field, limited_text, required_text
from app.features.accounts.models import Login, Person, digest
from app.features.accounts.queries import manager_ids, person_at
from app.features.claims.domains import proof_domain, proves
from app.features.claims.models import (
    ANSWER_WITHIN,
    LONGEST_NOTE,
    LONGEST_REASON,
    PROOF_VALID_FOR,
    Claim,
    ClaimProof,
    ClaimState,
    ReportState,
)
from app.features.claims.queries import (
    claim_behind,
    get_claim,
    has_editor,
    open_claim,
    other_open_claims,
    refused_until,
    reports_of,
)
from app.features.claims.states import CLAIM_STATES, ClaimMove
from app.features.organisations.announcements import MembershipBegun, OrganisationChanged
from app.features.organisations.models import Membership, MembershipRole, Organisation, OrganisationState
from app.features.organisations.queries import editors_of, get_organisation, members_of, membership_of
from app.features.organisations.services.mails import send_to
from app.features.organisations.services.members import end_membership

CLAIMS = "5 per day"
MAILS_TO_ORGANISATION = "3 per day"
WAITING, CONTESTED, SETTLED = "claim.waiting", "claim.contested", "claim.settled"
NOTICES = (WAITING, CONTESTED)


def mail_domain(organisation: Organisation) -> str:
    """The domain whose mail proves a claim; empty where a manager has to decide.

    Only of an organisation that nobody looked after yet: its website came from an import or a manager.
    """
    return proof_domain(organisation.website) if organisation.unclaimed else ""


def ask(actor: Actor, slug: str, *, email: str, note: str, lang: str) -> Claim:
    """Claim an organisation: by a mail to `email` at its own domain, or by a note for a manager's decision.

    One that has editors is contested: they can answer. Raises NotFound, Invalid for an address at another domain or
    where neither is given, Conflict where she acts for it, has asked already or must rest, or is not verified.
    """
    if actor.person_id is None:
        raise SignInNeeded
    authorize(actor, "claim.ask")
    organisation = get_organisation(actor, slug, lock=True)
    person = db.session.get_one(Person, actor.person_id)
    _require_free(person, organisation)
    with checked_field("note"):
        note = limited_text(note, LONGEST_NOTE)
    email = normalise_email(email) if email.strip() else ""
    is_claimed = has_editor(organisation.id)
    _check_proof(organisation, email, note)
    count_attempt("claim", CLAIMS, str(person.id))
    claim = Claim(
        organisation_id=organisation.id,
        person_id=person.id,
        state=ClaimState.ASKED,
        note=note,
        lang=lang,
    )
    db.session.add(claim)
    db.session.flush()
    record(actor, "claim.ask", f"organisation:{organisation.id}", after={"claim": claim.id})
    if email:
        _mail_secret(claim, organisation, person, email, lang)
    elif is_claimed:
        _contest(actor, claim, organisation)
    if note or not email:
        notify(WAITING, manager_ids(), claim.id)
    return claim


def _require_free(person: Person, organisation: Organisation) -> None:
    if person.verified_at is None:
        raise Conflict(_l("Verify your address first: open the link in the email that we sent to you."))
    if organisation.state is not OrganisationState.ADMITTED:
        raise Conflict(_l("This organisation is not public at the moment, so it cannot be claimed."))
    membership = membership_of(organisation.id, person.id)
    if membership is not None and (membership.role is MembershipRole.EDITOR or has_editor(organisation.id)):
        raise Conflict(_l("You already act for this organisation."))
    if open_claim(organisation.id, person.id) is not None:
        raise Conflict(_l("You have asked already. You see here what becomes of it."))
    if until := refused_until(person.id):
        raise Conflict(
            _l(
                "Three of your claims were declined. You can claim again from %(day)s.",
                day=format_date(until),
            )
        )


def _check_proof(organisation: Organisation, email: str, note: str) -> None:
    domain = mail_domain(organisation)
    if not email and not note:
        sentence = (
            _l("Give an address at %(domain)s, or write a few words for a manager.", domain=domain)
            if domain
            else _l("Write a few words by which a manager can tell that you work there.")
        )
        raise Invalid(fields={"email" if domain else "note": [sentence]})
    if not email:
        return
    if fault := email_fault(email):
        raise Invalid(fields={"email": [fault]})
    if not domain or not proves(email, organisation.website):
        raise Invalid(
            fields={
                "email": [
                    _l("Only an address at %(domain)s proves it.", domain=domain)
                    if domain
                    else _l("No mail can prove it here. Write a few words for a manager instead.")
                ]
            }
        )


def _mail_secret(claim: Claim, organisation: Organisation, person: Person, email: str, lang: str) -> None:
    count_attempt("mail to an organisation", MAILS_TO_ORGANISATION, str(organisation.id))
    secret = secrets.token_urlsafe(32)
    claim.email, claim.token_hash = email, digest(secret)
    claim.token_expires_at = now() + PROOF_VALID_FOR
    db.session.flush()
    lang = available_language(lang)
    with speaking(lang):
        subject = _(
            "Does %(person)s work at %(organisation)s?", person=person.name, organisation=organisation.name
        )
    post(
        ascii_email(email),
        lang,
        subject,
        "claim_proof",
        person=person.name,
        person_address=person.email,
        organisation=organisation.name,
        url=public_url_for("claims.prove", lang, token=secret),
        days=PROOF_VALID_FOR.days,
    )


def prove(actor: Actor, token: str) -> Claim:
    """Show by the secret of the mail that the actor reads the organisation's mail: she becomes its first editor.

    Where it got an editor or another website meanwhile a manager decides. Raises NotFound for a secret that does not
    stand, Conflict for one of another person or of an organisation that is not public.
    """
    if actor.person_id is None:
        raise SignInNeeded
    claim = claim_behind(token, lock=True)
    organisation = db.session.get_one(Organisation, claim.organisation_id, populate_existing=True)
    if claim.person_id != actor.person_id:
        raise Conflict(
            _l(
                "Another person asked for this link. Sign in with the account of %(person)s.",
                person=claim.person.name,
            )
        )
    if organisation.state is not OrganisationState.ADMITTED:
        raise Conflict(_l("This organisation is not public at the moment, so it cannot be claimed."))
    claim.token_hash = claim.token_expires_at = None
    if has_editor(organisation.id):
        _contest(actor, claim, organisation)
        notify(WAITING, manager_ids(), claim.id)
    elif not organisation.unclaimed or not proves(claim.email, organisation.website):
        notify(WAITING, manager_ids(), claim.id)
    else:
        claim.proof = ClaimProof.MAIL_DOMAIN
        _give(actor, claim, organisation)
    db.session.flush()
    return claim


def deny(actor: Actor, token: str) -> Claim:
    """Decline a claim by the secret of its mail: who reads the organisation's mail did not ask for it."""
    claim = claim_behind(token, lock=True)
    claim.reason = _("Who reads the mail of the organisation said no.")
    _decide(actor, claim, ClaimMove.REFUSE)
    notify(SETTLED, [claim.person_id], claim.id)
    return claim


def withdraw(actor: Actor, slug: str) -> Claim:
    """Take the actor's own claim back; raises Conflict where there is none."""
    organisation = get_organisation(actor, slug, lock=True)
    claim = open_claim(organisation.id, actor.person_id)
    if claim is None:
        raise Conflict(_l("This claim was decided or taken back meanwhile."))
    _decide(actor, claim, ClaimMove.WITHDRAW)
    return claim


def answer(actor: Actor, claim_id: int, text: str) -> Claim:
    """Write or replace the answer of an editor to a contested claim of her organisation."""
    claim = get_claim(actor, claim_id)
    authorize(actor, "organisation.edit", claim.organisation)
    if claim.state is not ClaimState.CONTESTED:
        raise CLAIM_STATES.refusal(claim.state)
    if claim.person_id == actor.person_id:
        raise Forbidden
    with checked_field("answer"):
        claim.answer = required_text(text, LONGEST_NOTE)
    claim.answered_by = actor.person_id
    record(actor, "claim.answer", f"organisation:{claim.organisation_id}", after={"claim": claim.id})
    announce(NoticesRead((CONTESTED,), claim.id))
    return claim


def decide(actor: Actor, claim_id: int, *, give: bool, reason: str, others_stay: bool) -> Claim:
    """Give the organisation to the claimant or decline; with a contested one the others may stay beside her or leave.

    Raises Conflict for a claim that is decided, and for a contested one before its editors answered or their time is
    over; Invalid where a refusal has no reason.
    """
    claim = get_claim(actor, claim_id)
    authorize(actor, "claim.decide", claim)
    if (
        claim.state is ClaimState.CONTESTED
        and not claim.answer
        and claim.answer_until
        and claim.answer_until > now()
    ):
        raise Conflict(
            _l(
                "The editors have until %(day)s to answer. Decide after that.",
                day=format_date(claim.answer_until),
            )
        )
    with checked_field("reason"):
        claim.reason = limited_text(reason, LONGEST_REASON) if give else required_text(reason, LONGEST_REASON)
    editors = [editor.id for editor in editors_of(claim.organisation_id)]
    if give:
        claim.proof = ClaimProof.WORD_OF_MANAGER
        _give(actor, claim, claim.organisation)
        if not others_stay:
            _let_others_go(actor, claim.organisation, claim.person_id)
    else:
        _decide(actor, claim, ClaimMove.REFUSE)
    notify(SETTLED, [claim.person_id, *editors], claim.id)
    return claim


def reassign(actor: Actor, slug: str, *, email: str, reason: str, others_stay: bool, lang: str) -> Claim:
    """Make a person the editor of an organisation by a manager's word; kept as a claim that was given.

    Raises Invalid for an address that is of nobody here or not verified, or without a reason.
    """
    organisation = get_organisation(actor, slug, lock=True)
    authorize(actor, "claim.decide", organisation)
    person = person_at(normalise_email(email))
    if person is None or person.verified_at is None or person.suspended_at is not None:
        raise Invalid(fields={"email": [_l("Nobody with this address has a verified account here.")]})
    with checked_field("reason"):
        reason = required_text(reason, LONGEST_REASON)
    editors = [editor.id for editor in editors_of(organisation.id)]
    claim = open_claim(organisation.id, person.id)
    if claim is None:
        claim = Claim(organisation_id=organisation.id, person_id=person.id, state=ClaimState.ASKED, lang=lang)
        db.session.add(claim)
    claim.proof, claim.reason = ClaimProof.WORD_OF_MANAGER, reason
    db.session.flush()
    _give(actor, claim, organisation)
    if not others_stay:
        _let_others_go(actor, organisation, person.id)
    notify(SETTLED, [person.id, *editors], claim.id)
    return claim


def _contest(actor: Actor, claim: Claim, organisation: Organisation) -> None:
    """Have a claim of an organisation that has editors wait for their answer and a manager."""
    claim.state = CLAIM_STATES.next_state(claim.state, ClaimMove.CONTEST)
    claim.answer_until = now() + ANSWER_WITHIN
    claim.token_hash = claim.token_expires_at = None
    db.session.flush()
    record(actor, "claim.contest", f"organisation:{organisation.id}", after={"claim": claim.id})
    editors = [editor.id for editor in editors_of(organisation.id) if editor.id != claim.person_id]
    notify(CONTESTED, editors, claim.id, organisation.id)


def _decide(actor: Actor, claim: Claim, move: ClaimMove) -> None:
    """End a claim; what is not needed any more is not kept."""
    before = claim.state
    claim.state = CLAIM_STATES.next_state(before, move)
    claim.decided_at, claim.decided_by = now(), actor.person_id
    claim.email, claim.token_hash, claim.token_expires_at = "", None, None
    db.session.flush()
    record(
        actor,
        f"claim.{move.value}",
        f"organisation:{claim.organisation_id}",
        before={"state": before.value},
        after={"claim": claim.id, "state": claim.state.value, "person": claim.person_id},
    )
    announce(NoticesRead(NOTICES, claim.id))


def _give(actor: Actor, claim: Claim, organisation: Organisation) -> None:
    """Make the claimant an editor; other people's claims of it are contested from now on."""
    _decide(actor, claim, ClaimMove.GIVE)
    membership = membership_of(organisation.id, claim.person_id)
    if membership is None:
        db.session.add(
            Membership(person_id=claim.person_id, organisation_id=organisation.id, role=MembershipRole.EDITOR)
        )
    else:
        membership.role, membership.role_since = MembershipRole.EDITOR, now()
    if actor.person_id == claim.person_id and actor.login_id is not None:
        db.session.execute(
            update(Login).where(Login.id == actor.login_id).values(organisation_id=organisation.id)
        )
    organisation.unclaimed = False
    organisation.version += 1
    for report in reports_of(organisation.id):
        report.state, report.token_hash = ReportState.DONE, None
    db.session.flush()
    for other in other_open_claims(organisation.id, claim.person_id):
        if other.state is ClaimState.ASKED and other.token_hash is None:
            _contest(actor, other, organisation)
    announce(MembershipBegun(claim.person_id, organisation.id))
    announce(OrganisationChanged(organisation.id))


def _let_others_go(actor: Actor, organisation: Organisation, person_id: int) -> None:
    for membership in members_of(organisation.id):
        if membership.person_id != person_id:
            end_membership(actor, membership, "claim.reassign")
            send_to(
                [membership.person],
                organisation,
                "member_removed",
                "organisations.show",
                actor=actor.person.name if actor.person else "",
            )
