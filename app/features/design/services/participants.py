"""Who is in a design session: inviting people, entering, raising a hand."""

from __future__ import annotations

from typing import Any

from sqlalchemy import func, select

from app.core.actors import Actor
from app.core.clock import now
from app.core.database import db
from app.core.permissions import authorize
from app.features.accounts.queries import get_person
from app.features.design.models.sessions import DesignSession, Participant, Role
from app.features.design.presenters.own_state import own_state
from app.features.design.queries import participant_of
from app.features.design.services.command_runner import lock_session, run_participant_command
from app.features.design.services.publishing import publish_changes
from app.features.design.session_context import SessionContext, load_context, require
from app.features.design.states import require_not_over
from app.features.organisations.models import Organisation
from app.features.organisations.queries import memberships_of

PEOPLE = ("people", "ready")
HAND, JOINED = "design_hand", "design_join"


def join(actor: Actor, design_id: int) -> dict[str, Any]:
    """Enter a design session, as often as one likes; returns what is one's own there. Raises NotFound, Conflict."""
    design_session = lock_session(actor, design_id)
    authorize(actor, "design.join", design_session)
    require_not_over(design_session.state)
    seat(actor, design_session)
    publish_changes(design_session, "joined", actor, parts=PEOPLE)
    return {"mine": own_state(load_context(actor, design_session))}


def seat(actor: Actor, design_session: DesignSession) -> Participant:
    """The actor's place, taken now if it was not; with her name, organisation and language as they are."""
    person = actor.person
    assert person is not None
    me = participant_of(design_session, person.id)
    if me is None:
        me = Participant(design_id=design_session.id, person_id=person.id)
        db.session.add(me)
    me.removed_at = None
    if me.joined_at is None:
        me.joined_at = now()
    organisation = actor.organisation
    me.name, me.lang = person.name, person.locale
    me.organisation_id = organisation.id if organisation else None
    me.organisation_name = organisation.name if organisation else ""
    me.country = organisation.country if organisation else ""
    db.session.flush()
    return me


def invite(actor: Actor, design_id: int, person_id: int, role: Role = Role.PARTICIPANT) -> Participant:
    """Invite somebody, perhaps to run the session together. Raises NotFound, Forbidden, Conflict."""
    design_session = lock_session(actor, design_id)
    authorize(actor, "design.prepare", design_session)
    require_not_over(design_session.state)
    guest = participant_of(design_session, person_id) or _guest(design_session, person_id)
    guest.removed_at, guest.invited = None, True
    if guest.role is not Role.FACILITATOR:
        guest.role = role
    publish_changes(design_session, "invited", actor, parts=PEOPLE)
    return guest


def _guest(design_session: DesignSession, person_id: int) -> Participant:
    """The place of somebody who was not invited before, with her first organisation until she enters for one."""
    person = get_person(person_id)
    first: Organisation | None = next((each.organisation for each in memberships_of(person.id)), None)
    guest = Participant(
        design_id=design_session.id,
        person_id=person.id,
        name=person.name,
        lang=person.locale,
        organisation_id=first.id if first else None,
        organisation_name=first.name if first else "",
        country=first.country if first else "",
    )
    db.session.add(guest)
    db.session.flush()
    return guest


def uninvite(actor: Actor, design_id: int, person_id: int) -> None:
    """Take an invitation back that nobody has followed yet."""
    design_session = lock_session(actor, design_id)
    authorize(actor, "design.prepare", design_session)
    guest = participant_of(design_session, person_id)
    if guest is not None and guest.joined_at is None:
        db.session.delete(guest)
        db.session.flush()


def raise_hand(actor: Actor, design_id: int, cid: str, *, up: bool) -> dict[str, Any]:
    """Raise one's hand, behind those that are raised already, or take it down."""

    def act(context: SessionContext) -> None:
        require(context, "hand")
        me = context.me
        assert me is not None
        if not up:
            me.hand = None
        elif me.hand is None:
            last = select(func.max(Participant.hand)).where(Participant.design_id == context.design.id)
            me.hand = (db.session.scalar(last) or 0) + 1
        publish_changes(
            context.design, "hand", actor, sealed=context.is_sealed, phase=context.phase, parts=("people",)
        )

    return run_participant_command(actor, design_id, cid, HAND, act)
