"""Who is in a design session: inviting people, entering, raising a hand, being ready."""

from __future__ import annotations

from typing import Any

from flask_babel import lazy_gettext as _l

from app.core.actors import Actor
from app.core.announcements import announce
from app.core.clock import now
from app.core.database import db
from app.core.errors import Invalid
from app.core.notices import NoticesRead, notify
from app.core.permissions import authorize
from app.features.accounts.queries import get_person, person_at
from app.features.design.models.sessions import DesignSession, Participant, Role
from app.features.design.projections.private_state import own_state
from app.features.design.queries.participants import (
    all_participants,
    last_hand,
    participant_of,
    participants_of,
)
from app.features.design.services.breakouts import seat_latecomer
from app.features.design.services.command_runner import lock_session, run_participant_command
from app.features.design.services.publishing import publish_action, publish_changes
from app.features.design.session_context import SessionContext, load_context, require
from app.features.design.states import require_not_over
from app.features.initiatives.queries import admitted_partners
from app.features.organisations.models import Organisation
from app.features.organisations.queries import memberships_of, people_of

PEOPLE = ("people", "ready")
"""The parts of the public state that people are in."""


def join(actor: Actor, design_id: int) -> dict[str, Any]:
    """Enter a design session, as often as one likes; returns `{mine}`. Raises NotFound, Conflict."""
    design_session = lock_session(actor, design_id)
    authorize(actor, "design.join", design_session)
    require_not_over(design_session.state)
    me = ensure_participant(actor, design_session)
    announce(NoticesRead(("design.invited", "design.dated", "design.started"), design_id, actor.person_id))
    publish_changes(design_session, "joined", actor, parts=PEOPLE)
    if me.role is Role.PARTICIPANT and seat_latecomer(design_session, me.person_id):
        publish_changes(design_session, "breakouts_seat", actor, parts=("breakouts",))
    return {"mine": own_state(load_context(actor, design_session))}


def ensure_participant(actor: Actor, design_session: DesignSession) -> Participant:
    """The actor's own row, made where there was none; with her name, organisation and language as they are now."""
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
    guest = participant_of(design_session, person_id) or _create_guest(design_session, person_id)
    guest.removed_at, guest.invited = None, True
    if guest.role is not Role.FACILITATOR:
        guest.role = role
    notify("design.invited", {person_id} - {actor.person_id}, design_id)
    publish_changes(design_session, "invited", actor, parts=PEOPLE)
    return guest


def _create_guest(design_session: DesignSession, person_id: int) -> Participant:
    """The row of somebody who was not invited before, with her first organisation until she enters for one."""
    person = get_person(person_id)
    first: Organisation | None = next(
        (membership.organisation for membership in memberships_of(person.id)), None
    )
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


def invite_address(actor: Actor, design_id: int, address: str, runs: bool) -> Participant:
    """Invite the person with a mail address, perhaps to run the design session together.

    Raises NotFound, Forbidden, Conflict, and Invalid where nobody of the cluster has this address.
    """
    person = person_at(address)
    if person is None:
        raise Invalid(
            fields={"email": [_l("Nobody in the cluster has this address. Ask them to join first.")]}
        )
    return invite(actor, design_id, person.id, Role.CO_FACILITATOR if runs else Role.PARTICIPANT)


def notify_expected(actor: Actor, design_session: DesignSession, kind: str) -> None:
    """Notify everybody who is expected: who is invited or named to run it, and the partners of its initiative."""
    expected = {each.person_id for each in participants_of(design_session)} - {actor.person_id}
    notify(kind, sorted(expected), design_session.id)
    removed = {each.person_id for each in all_participants(design_session) if each.removed_at is not None}
    if design_session.initiative_id is None:
        return
    for organisation in admitted_partners([design_session.initiative_id])[design_session.initiative_id]:
        people = set(people_of(organisation.id)) - expected - removed - {actor.person_id}
        notify(kind, sorted(people), design_session.id, organisation.id)


def uninvite(actor: Actor, design_id: int, person_id: int) -> None:
    """Take an invitation back that nobody has followed yet."""
    design_session = lock_session(actor, design_id)
    authorize(actor, "design.prepare", design_session)
    guest = participant_of(design_session, person_id)
    if guest is not None and guest.joined_at is None:
        db.session.delete(guest)
        db.session.flush()
        announce(NoticesRead(("design.invited",), design_id, person_id))


def raise_hand(actor: Actor, design_id: int, cid: str, *, up: bool) -> dict[str, Any]:
    """Raise one's hand, behind those that are raised already, or take it down."""

    def act(context: SessionContext) -> None:
        require(context, "hand")
        me = context.me
        assert me is not None
        if not up:
            me.hand = None
        elif me.hand is None:
            me.hand = last_hand(context.design) + 1
        publish_action(context, "hand", ("people",))

    return run_participant_command(actor, design_id, cid, "design_hand", act)


def set_ready(actor: Actor, design_id: int, cid: str, *, ready: bool) -> dict[str, Any]:
    """Say that one is ready to go on, or not yet; others see how many are."""

    def act(context: SessionContext) -> None:
        require(context, "ready")
        assert context.me is not None
        context.me.ready = ready
        publish_action(context, "ready", ("ready",))

    return run_participant_command(actor, design_id, cid, "design_ready", act)
