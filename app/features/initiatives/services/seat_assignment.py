"""Taking a seat, however one came to it: an application that was accepted, or an offer."""

from __future__ import annotations

from flask_babel import lazy_gettext as _l

from app.core.actors import Actor
from app.core.announcements import announce
from app.core.audit import record
from app.core.clock import now
from app.core.database import db
from app.core.errors import Conflict
from app.core.notices import NoticesRead
from app.features.initiatives.announcements import PartnerJoined
from app.features.initiatives.models import (
    Application,
    ApplicationState,
    Initiative,
    OfferState,
    Partner,
    SeatOffer,
    WantedRole,
)
from app.features.initiatives.queries import waiting_applications, waiting_offers
from app.features.organisations.models import Organisation, OrganisationState


def check_seat(initiative: Initiative, role: WantedRole, organisation: Organisation) -> None:
    """Refuse where an organisation cannot take a seat of a role now; the initiative's row must be held."""
    if any(partner.organisation_id == organisation.id for partner in active(initiative)):
        raise Conflict(_l("This organisation takes part in the initiative already."))
    if organisation.state is not OrganisationState.ADMITTED:
        raise Conflict(_l("This organisation is not in the cluster at the moment."))
    if role.filled >= role.seats:
        raise Conflict(_l("The last seat of this role is taken. Add a seat to accept one more."))


def take_seat(actor: Actor, initiative: Initiative, role: WantedRole, organisation_id: int) -> Partner:
    """Let an organisation take part from now on, and settle what else waits between it and the initiative."""
    partner = Partner(initiative_id=initiative.id, organisation_id=organisation_id, role_id=role.id)
    db.session.add(partner)
    for application in waiting_applications(initiative):
        if application.organisation_id == organisation_id:
            settle(actor, application, ApplicationState.WITHDRAWN)
    for offer in waiting_offers(initiative):
        if offer.organisation_id == organisation_id:
            settle_offer(actor, offer, OfferState.WITHDRAWN)
    db.session.flush()
    announce(PartnerJoined(initiative.id, organisation_id))
    return partner


def settle(actor: Actor, application: Application, state: ApplicationState) -> None:
    """Note what became of an application."""
    before, application.state, application.answered_at = application.state, state, now()
    _note(actor, "application", application.id, before, state)


def settle_offer(actor: Actor, offer: SeatOffer, state: OfferState) -> None:
    """Note what became of a seat on offer."""
    before, offer.state, offer.answered_at = offer.state, state, now()
    _note(actor, "offer", offer.id, before, state)


def _note(
    actor: Actor,
    kind: str,
    number: int,
    before: ApplicationState | OfferState,
    after: ApplicationState | OfferState,
) -> None:
    db.session.flush()
    announce(NoticesRead((f"{kind}.sent",), number))
    record(
        actor,
        f"{kind}.{after.value}",
        f"{kind}:{number}",
        before={"state": before.value},
        after={"state": after.value},
    )


def active(initiative: Initiative) -> list[Partner]:
    """Those who take part now."""
    return [partner for partner in initiative.partners if partner.left_at is None]
