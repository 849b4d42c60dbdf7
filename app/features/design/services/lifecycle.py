"""The start and the end of a design session, and what each of them brings along."""

from __future__ import annotations

from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_babel import ngettext
from sqlalchemy import delete, update

from app.core.actors import Actor
from app.core.announcements import announce
from app.core.audit import record
from app.core.clock import now
from app.core.database import db
from app.core.errors import Conflict
from app.core.i18n import available_language, public_url_for, speaking
from app.core.notices import NoticesRead, notify
from app.core.permissions import can
from app.core.streams.services import forget_commands, lock_stream
from app.features.design.announcements import DesignSessionClosed, DesignSessionStarted
from app.features.design.models.board import SealedAuthor, Vote
from app.features.design.models.outcomes import Commitment, CommitmentState, ProposalStage, Stance
from app.features.design.models.sessions import DesignSession, UndoStep
from app.features.design.phases import PhaseMove
from app.features.design.queries.board import count_voters, shown_card_ids, votes_without_people
from app.features.design.queries.outcomes import commitments_of, open_commitments, proposals_of
from app.features.design.queries.participants import (
    joined_participants,
)
from app.features.design.queries.sessions import phases_of
from app.features.design.services.command_runner import UNLINKED_COMMANDS, command_identity, run_command
from app.features.design.services.facilitator_controls import record_heartbeat, schedule_heartbeat_check
from app.features.design.services.participants import notify_expected
from app.features.design.services.phase_navigation import begin_phase, leave_phase
from app.features.design.services.publishing import publish_changes
from app.features.design.session_context import SessionContext
from app.features.design.states import SESSION_STATES, SessionMove
from app.features.rooms.models import RoomKind
from app.features.rooms.queries import room_of
from app.features.rooms.services import post_message

CARRIED_FIELDS = (
    "organisation_id",
    "organisation_name",
    "owner_id",
    "owner_name",
    "what",
    "if_then",
    "by_when",
    "lang",
)
"""What a commitment takes along into the next design session."""


def start(actor: Actor, design_id: int, cid: str | None = None) -> dict[str, Any]:
    """Begin a design session with its first phase; who begins it holds the desk. Raises Conflict without phases."""

    def act(context: SessionContext) -> None:
        design = context.design
        state = SESSION_STATES.next_state(design.state, SessionMove.START)
        assert state is not None
        first = next(iter(phases_of(design)), None)
        if first is None:
            raise Conflict(_l("Add at least one phase first."))
        design.state, design.started_at = state, now()
        design.desk_id = actor.person_id
        record_heartbeat(design)
        _carry_over_commitments(design)
        begin_phase(design, first, PhaseMove.BEGIN, actor)
        record(actor, "design.start", f"design:{design.id}")
        schedule_heartbeat_check(design.id)
        publish_changes(design, "started", actor)
        announce(NoticesRead(("design.dated",), design.id))
        notify_expected(actor, design, "design.started")
        announce(DesignSessionStarted(design.id, design.initiative_id))

    return run_command(actor, design_id, cid, "design_start", {}, act, live=False)


def _notify_report(actor: Actor, design_session: DesignSession) -> None:
    """Notify those who took part that the report is there; that it begins and who is invited asks nothing any more."""
    announce(NoticesRead(("design.invited", "design.dated", "design.started"), design_session.id))
    people = [each.person_id for each in joined_participants(design_session)]
    notify("design.report", [each for each in people if each != actor.person_id], design_session.id)


def _carry_over_commitments(design_session: DesignSession) -> None:
    """Copy what the session before left open into this one; there it is marked as carried."""
    if design_session.previous_id is None:
        return
    previous = db.session.get_one(DesignSession, design_session.previous_id)
    lock_stream(previous.stream_id)
    for commitment in open_commitments(previous.id):
        fields = {name: getattr(commitment, name) for name in CARRIED_FIELDS}
        db.session.add(Commitment(design_id=design_session.id, carried_from=commitment.id, **fields))
        commitment.state = CommitmentState.CARRIED
    publish_changes(previous, "carried_over", parts=("commitments",))


def close(actor: Actor, design_id: int, cid: str | None = None) -> dict[str, Any]:
    """End a design session: nothing in it changes any more, and who wrote its anonymous cards is forgotten."""

    def act(context: SessionContext) -> None:
        design = context.design
        state = SESSION_STATES.next_state(design.state, SessionMove.CLOSE)
        assert state is not None
        if context.phase is not None:
            leave_phase(context.phase, PhaseMove.FINISH)
        design.state, design.closed_at = state, now()
        design.frozen, design.desk_away, design.desk_id = False, False, None
        _forget_people(design)
        record(actor, "design.close", f"design:{design.id}")
        publish_changes(design, "closed", actor)
        _post_report(actor, design)
        _notify_report(actor, design)
        announce(DesignSessionClosed(design.id, design.initiative_id, actor.person_id))

    return run_command(actor, design_id, cid, "design_close", {}, act, live=False)


def _forget_people(design_session: DesignSession) -> None:
    """Delete the link from people to what they wrote and voted; of what was never revealed it stays theirs.

    Of each vote remain how many voted and the points of all people together; of its earlier runs nothing.
    """
    phases = phases_of(design_session)
    for phase in phases:
        phase.voters = count_voters(phase)
    db.session.flush()
    totals = votes_without_people(design_session)
    db.session.execute(delete(Vote).where(Vote.phase_id.in_([phase.id for phase in phases])))
    db.session.add_all(Vote(**total) for total in totals)
    db.session.flush()
    proposal_ids = [proposal.id for proposal in proposals_of(design_session)]
    db.session.execute(update(Stance).where(Stance.proposal_id.in_(proposal_ids)).values(person_id=None))
    db.session.execute(delete(UndoStep).where(UndoStep.design_id == design_session.id))
    revealed = shown_card_ids(design_session)
    db.session.execute(delete(SealedAuthor).where(SealedAuthor.card_id.in_(revealed)))
    forget_commands([command_identity(command, design_session.id) for command in UNLINKED_COMMANDS])


def _post_report(actor: Actor, design_session: DesignSession) -> None:
    """Post in the initiative's room, if there is one and the actor may, what was decided and where the report is."""
    if design_session.initiative_id is None:
        return
    room = room_of(RoomKind.INITIATIVE, design_session.initiative_id)
    if room is None or not can(actor, "room.post", room):
        return
    lang = available_language(design_session.lang)
    agreed = sum(proposal.stage is ProposalStage.AGREED for proposal in proposals_of(design_session))
    promised = len(commitments_of(design_session))
    with speaking(lang):
        body = _(
            "The design session “%(title)s” is over: %(decisions)s, %(commitments)s. Read the report: %(url)s",
            title=design_session.title,
            decisions=ngettext("%(num)d decision", "%(num)d decisions", agreed),
            commitments=ngettext("%(num)d commitment", "%(num)d commitments", promised),
            url=public_url_for("design.report", lang=lang, design_id=design_session.id),
        )
    post_message(actor, room.id, f"design-report-{design_session.id}", body, lang)
