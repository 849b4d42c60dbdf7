"""Seats: applying to one, the answers, leaving it. The initiative's row is held, so that seats are taken one at a time."""

from __future__ import annotations

from flask_babel import lazy_gettext as _l

from app.core.actors import Actor
from app.core.announcements import announce
from app.core.audit import record
from app.core.clock import now
from app.core.database import db
from app.core.errors import Conflict, Forbidden, NotFound
from app.core.limits import count_attempt
from app.core.permissions import authorize
from app.core.streams.services import revoke
from app.core.validation import require_language_field, require_text_field
from app.features.accounts.queries import lock_person
from app.features.initiatives.announcements import PartnerLeft
from app.features.initiatives.eligibility import SENTENCES, obstacle
from app.features.initiatives.models import (
    LONGEST_MESSAGE,
    MAX_OPEN_APPLICATIONS_PER_PERSON,
    Application,
    ApplicationState,
    Initiative,
    Partner,
)
from app.features.initiatives.queries import (
    get_application,
    get_initiative,
    own_applications,
    role_of,
    roles_applied_to,
)
from app.features.initiatives.services.notifying import notify_applicant, notify_lead
from app.features.initiatives.services.seat_assignment import active, check_seat, settle, take_seat
from app.features.initiatives.states import require_unclosed
from app.features.taxonomy.queries import known_languages

APPLICATIONS = "40 per hour"


def apply(actor: Actor, slug: str, role_id: int, message: str, lang: str) -> Application:
    """Apply to a seat for the actor's organisation, with some words in the language `lang`.

    Raises Conflict with the sentence that says why not, Invalid for words that cannot be taken.
    """
    lock_person(actor.person_id)
    initiative = get_initiative(actor, slug, lock=True)
    authorize(actor, "initiative.apply", initiative)
    assert actor.organisation_id is not None
    role = role_of(initiative, role_id)
    waiting = {
        mine.role_id for mine in own_applications(actor, initiative) if mine.state is ApplicationState.SENT
    }
    found = obstacle(actor, initiative, role, waiting)
    if found is not None:
        raise Conflict(SENTENCES[found])
    _check_person(actor, role.id)
    missing = _l("Write a few words: what would you bring?")
    message = require_text_field(message, LONGEST_MESSAGE, "message", missing)
    require_language_field(lang, known_languages([lang]))
    application = Application(
        role_id=role.id,
        organisation_id=actor.organisation_id,
        person_id=actor.person_id,
        message=message,
        lang=lang,
    )
    db.session.add(application)
    db.session.flush()
    record(actor, "initiative.apply", f"initiative:{initiative.id}", after={"role": role.id})
    notify_lead(initiative, application)
    return application


def _check_person(actor: Actor, role_id: int) -> None:
    """Refuse what one person asks for by several organisations: the same role, or too many answers."""
    assert actor.person_id is not None
    waiting = roles_applied_to(actor.person_id)
    if role_id in waiting:
        raise Conflict(
            _l(
                "You have applied to this role already, for another organisation of yours. Wait for the answer."
            )
        )
    if len(waiting) >= MAX_OPEN_APPLICATIONS_PER_PERSON:
        raise Conflict(
            _l(
                "You are waiting for %(most)d answers already. "
                "Withdraw an application, or wait for an answer, before you apply again.",
                most=MAX_OPEN_APPLICATIONS_PER_PERSON,
            )
        )
    count_attempt("application", APPLICATIONS, str(actor.person_id))


def withdraw(actor: Actor, slug: str, application_id: int) -> Application:
    """Take one's own application back before it is answered."""
    initiative = get_initiative(actor, slug, lock=True)
    application = get_application(actor, initiative, application_id)
    authorize(actor, "initiative.withdraw", application)
    _require_waiting(initiative, application)
    settle(actor, application, ApplicationState.WITHDRAWN)
    return application


def accept(actor: Actor, slug: str, application_id: int) -> Partner:
    """Give the applicant the seat: it takes part from now on, and its other applications here are settled.

    Raises Conflict where the last seat is taken, the application was answered or the initiative is closed.
    """
    initiative = get_initiative(actor, slug, lock=True)
    application = get_application(actor, initiative, application_id)
    authorize(actor, "initiative.decide", initiative)
    _require_waiting(initiative, application)
    role = role_of(initiative, application.role_id)
    check_seat(initiative, role, application.organisation)
    settle(actor, application, ApplicationState.ACCEPTED)
    partner = take_seat(actor, initiative, role, application.organisation_id)
    notify_applicant(application, "application.accepted")
    return partner


def decline(actor: Actor, slug: str, application_id: int) -> Application:
    """Answer an application with no."""
    initiative = get_initiative(actor, slug, lock=True)
    application = get_application(actor, initiative, application_id)
    authorize(actor, "initiative.decide", initiative)
    _require_waiting(initiative, application)
    settle(actor, application, ApplicationState.DECLINED)
    notify_applicant(application, "application.declined")
    return application


def leave(actor: Actor, slug: str) -> Partner:
    """Leave an initiative with the actor's organisation; the lead cannot, it closes it."""
    initiative = get_initiative(actor, slug, lock=True)
    partner = next(
        (each for each in active(initiative) if each.organisation_id == actor.organisation_id), None
    )
    authorize(actor, "initiative.leave", partner)
    if partner is None:
        raise Forbidden(_l("Your organisation does not take part in this initiative."))
    _end(actor, initiative, partner, "initiative.leave")
    return partner


def remove(actor: Actor, slug: str, partner_id: int) -> Partner:
    """Let a partner go; its seat is free again."""
    initiative = get_initiative(actor, slug, lock=True)
    authorize(actor, "initiative.decide", initiative)
    partner = next((each for each in initiative.partners if each.id == partner_id), None)
    if partner is None:
        raise NotFound
    if partner.left_at is not None:
        raise Conflict(_l("This organisation has left the initiative already."))
    _end(actor, initiative, partner, "initiative.remove")
    return partner


def _require_waiting(initiative: Initiative, application: Application) -> None:
    """Refuse to answer what was answered, and anything in an initiative that is closed."""
    require_unclosed(initiative.state)
    if application.state is not ApplicationState.SENT:
        raise Conflict(_l("This application was already answered or taken back."))


def _end(actor: Actor, initiative: Initiative, partner: Partner, action: str) -> None:
    """End a partner's part at once, also for its people's open sockets."""
    require_unclosed(initiative.state)
    if partner.organisation_id == initiative.lead_id:
        raise Conflict(_l("The organisation that leads stays to the end: close the initiative instead."))
    partner.left_at = now()
    db.session.flush()
    record(actor, action, f"initiative:{initiative.id}", before={"organisation": partner.organisation_id})
    revoke(org_id=partner.organisation_id)
    announce(PartnerLeft(initiative.id, partner.organisation_id))
