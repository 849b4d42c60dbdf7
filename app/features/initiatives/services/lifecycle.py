"""An initiative's way through its states: open, run, reopen, close, or away with the draft."""

from __future__ import annotations

from flask_babel import lazy_gettext as _l
from sqlalchemy import delete as delete_rows

from app.core.actors import Actor
from app.core.announcements import announce
from app.core.audit import forget_values, record
from app.core.clock import now
from app.core.database import db
from app.core.errors import Conflict
from app.core.notices import NoticesRead
from app.core.permissions import authorize
from app.features.initiatives.announcements import InitiativeClosed, InitiativeOpened
from app.features.initiatives.models import (
    ApplicationState,
    Initiative,
    InitiativeState,
)
from app.features.initiatives.queries import (
    active_partners,
    get_initiative,
    has_run,
    waiting_applications,
    waiting_offers,
)
from app.features.initiatives.services.notifying import notify_applicant
from app.features.initiatives.services.seat_assignment import settle_offer
from app.features.initiatives.states import INITIATIVE_STATES, OFFER_STATES, InitiativeMove, OfferMove
from app.features.organisations.models import Collaboration, CollaborationConcept, CollaborationPartner

SOURCE = "initiative"


def open_up(actor: Actor, slug: str) -> Initiative:
    """Make a draft public and let organisations apply; raises Conflict where it wants nobody yet."""
    initiative = _find(actor, slug)
    state = INITIATIVE_STATES.next_state(initiative.state, InitiativeMove.OPEN)
    if not initiative.roles:
        raise Conflict(_l("Say first whom you look for: add at least one role, then open it."))
    _move(actor, initiative, InitiativeMove.OPEN, state)
    initiative.opened_at = now()
    db.session.flush()
    announce(InitiativeOpened(initiative.id))
    return initiative


def run(actor: Actor, slug: str) -> Initiative:
    """Begin the work: no more applications; those that wait can still be answered."""
    initiative = _find(actor, slug)
    _move(
        actor,
        initiative,
        InitiativeMove.RUN,
        INITIATIVE_STATES.next_state(initiative.state, InitiativeMove.RUN),
    )
    return initiative


def reopen(actor: Actor, slug: str) -> Initiative:
    """Take applications again."""
    initiative = _find(actor, slug)
    _move(
        actor,
        initiative,
        InitiativeMove.REOPEN,
        INITIATIVE_STATES.next_state(initiative.state, InitiativeMove.REOPEN),
    )
    return initiative


def close(actor: Actor, slug: str) -> Initiative:
    """End an initiative. What waits is declined; what ran with partners becomes part of their track record."""
    initiative = get_initiative(actor, slug, lock=True)
    authorize(actor, "initiative.close", initiative)
    state = INITIATIVE_STATES.next_state(initiative.state, InitiativeMove.CLOSE)
    ran = has_run(initiative)
    for application in waiting_applications(initiative):
        application.state, application.answered_at = ApplicationState.DECLINED, now()
        announce(NoticesRead(("application.sent",), application.id))
        notify_applicant(application, "application.declined")
    for offer in waiting_offers(initiative):
        settle_offer(actor, offer, OFFER_STATES.next_state(offer.state, OfferMove.LAPSE))
    _move(actor, initiative, InitiativeMove.CLOSE, state)
    if ran:
        _remember(initiative)
    announce(InitiativeClosed(initiative.id))
    return initiative


def delete(actor: Actor, slug: str) -> None:
    """Delete a draft with all that belongs to it; raises Conflict for one that was opened."""
    initiative = _find(actor, slug)
    INITIATIVE_STATES.next_state(initiative.state, InitiativeMove.DELETE)
    forget_values(f"initiative:{initiative.id}")
    record(
        actor, "initiative.delete", f"initiative:{initiative.id}", before={"state": initiative.state.value}
    )
    db.session.execute(delete_rows(Initiative).where(Initiative.id == initiative.id))


def _find(actor: Actor, slug: str) -> Initiative:
    """The initiative, held, for those who may change its state."""
    initiative = get_initiative(actor, slug, lock=True)
    authorize(actor, "initiative.change_state", initiative)
    return initiative


def _move(actor: Actor, initiative: Initiative, move: InitiativeMove, state: InitiativeState | None) -> None:
    """Change the state to what the table said, and note it."""
    assert state is not None
    before = initiative.state
    initiative.state = state
    db.session.flush()
    record(
        actor,
        f"initiative.{move.value}",
        f"initiative:{initiative.id}",
        before={"state": before.value},
        after={"state": state.value},
    )


def _remember(initiative: Initiative) -> None:
    """Let a collaboration grow out of what was done together; one that nobody joined was none."""
    partners = active_partners(initiative)
    if len(partners) < 2:
        return
    title = next(text.title for text in initiative.texts if text.lang == initiative.lang)
    today = now().date()
    opened = initiative.opened_at.date() if initiative.opened_at else today
    has_begun = initiative.starts is not None and initiative.starts <= today
    collaboration = Collaboration(
        title=title,
        source=SOURCE,
        external_id=str(initiative.id),
        started=initiative.starts if has_begun else opened,
        ended=today,
        initiative_id=initiative.id,
    )
    db.session.add(collaboration)
    db.session.flush()
    for partner in partners:
        db.session.add(
            CollaborationPartner(collaboration_id=collaboration.id, organisation_id=partner.organisation_id)
        )
    for link in initiative.concepts:
        db.session.add(CollaborationConcept(collaboration_id=collaboration.id, concept_id=link.concept_id))
    db.session.flush()
