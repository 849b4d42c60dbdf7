"""The consent round: proposals, how everybody stands to them, objections and what becomes of them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from flask_babel import lazy_gettext as _l
from sqlalchemy import delete, func, select

from app.core.actors import Actor
from app.core.database import db
from app.core.errors import Conflict, Forbidden, Invalid, NotFound
from app.features.design.consent import OVER, UNSOLVED, require_stage, require_step
from app.features.design.models.board import MAX_CARD_LENGTH
from app.features.design.models.outcomes import (
    MAX_WORDING_LENGTH,
    Objection,
    ObjectionState,
    Proposal,
    ProposalStage,
    Stance,
    StanceKind,
    Wording,
)
from app.features.design.queries.board import numbers_of
from app.features.design.services.cards import check_language, written
from app.features.design.services.command_runner import STOOD, run_command, run_participant_command
from app.features.design.services.publishing import publish_changes
from app.features.design.session_context import SessionContext, require

OBJECTED, ANSWERED = "design_object", "design_objection"
PARTS = ("proposals",)
UNSETTLED = _l("There are objections that nobody has integrated or withdrawn.")


def set_stance(actor: Actor, design_id: int, cid: str, *, proposal: int, stance: str) -> dict[str, Any]:
    """Say how one stands to a proposal; others see only how many stand where. Raises NotFound, Conflict."""

    def act(context: SessionContext) -> None:
        require(context, "decide")
        found = _proposal(context, proposal)
        require_stage(found.stage, ProposalStage.REACT, ProposalStage.OBJECT)
        if stance == StanceKind.OBJECT:
            require_stage(found.stage, ProposalStage.OBJECT)
        _record_stance(context, found, StanceKind(stance))
        publish_changes(context.design, "stance", actor, sealed=True, phase=context.phase, parts=PARTS)

    return run_participant_command(actor, design_id, cid, STOOD, act)


def _record_stance(context: SessionContext, proposal: Proposal, stance: StanceKind) -> None:
    person_id = context.actor.person_id
    db.session.execute(delete(Stance).where(Stance.proposal_id == proposal.id, Stance.person_id == person_id))
    db.session.add(Stance(proposal_id=proposal.id, person_id=person_id, stance=stance))
    db.session.flush()


def object_to(
    actor: Actor, design_id: int, cid: str, *, proposal: int, text: str, lang: str
) -> dict[str, Any]:
    """Raise an objection, under one's name. Raises NotFound, Conflict unless objections are heard, Invalid."""
    text = written(text, MAX_CARD_LENGTH)
    check_language(lang)

    def act(context: SessionContext) -> None:
        require(context, "decide")
        found = _proposal(context, proposal)
        require_stage(found.stage, ProposalStage.OBJECT)
        me = context.me
        assert me is not None
        db.session.add(
            Objection(
                proposal_id=found.id,
                person_id=me.person_id,
                organisation_name=me.organisation_name,
                text=text,
                lang=lang,
            )
        )
        _record_stance(context, found, StanceKind.OBJECT)
        publish_changes(context.design, "objected", actor, parts=PARTS)

    return run_participant_command(actor, design_id, cid, OBJECTED, act)


def answer_objection(actor: Actor, design_id: int, cid: str, *, objection: int, act: str) -> dict[str, Any]:
    """Withdraw one's own objection, or accept that the new wording integrates it.

    Raises NotFound, Forbidden for another's, Conflict.
    """

    def answer(context: SessionContext) -> None:
        require(context, "decide")
        found, proposal = _objection(context, objection)
        if found.person_id != actor.person_id:
            raise Forbidden(_l("Only the person who raised an objection can say what becomes of it."))
        if proposal.stage in OVER or found.state not in UNSOLVED:
            raise Conflict(_l("This objection is settled already."))
        found.state = ObjectionState.WITHDRAWN if act == "withdraw" else ObjectionState.INTEGRATED
        publish_changes(context.design, f"objection_{act}", actor, parts=PARTS)

    return run_participant_command(actor, design_id, cid, ANSWERED, answer)


def handle_proposal(
    actor: Actor,
    design_id: int,
    act: str,
    *,
    proposal: int | None = None,
    text: str = "",
    lang: str = "",
    stage: str | None = None,
    cards: Sequence[str] = (),
    cid: str | None = None,
) -> dict[str, Any]:
    """Put a proposal on the table, give it a new wording, take it to its next stage, or withdraw it.

    `cards` are the keys of those that a new one comes from. Returns `{proposal}`, its id;
    raises NotFound, Conflict, Invalid.
    """

    def carry_out(context: SessionContext) -> dict[str, Any]:
        if act == "new":
            found = _propose(context, text, lang, cards)
        else:
            found = _proposal(context, proposal)
            if act == "wording":
                _word(found, text)
            else:
                _take_to(found, ProposalStage.WITHDRAWN if act == "withdraw" else _stage(stage))
        publish_changes(context.design, f"proposal_{act}", actor, parts=PARTS)
        return {"proposal": found.id}

    content: dict[str, Any] = {"act": act, "proposal": proposal, "text": text, "lang": lang, "stage": stage}
    content |= {"cards": list(cards)} if cards else {}
    return run_command(actor, design_id, cid, "design_proposal", content, carry_out)


def _propose(context: SessionContext, text: str, lang: str, cards: Sequence[str]) -> Proposal:
    check_language(lang)
    made = Proposal(design_id=context.design.id, lang=lang, cards=numbers_of(context.design, cards))
    db.session.add(made)
    db.session.flush()
    db.session.add(Wording(proposal_id=made.id, number=1, text=written(text, MAX_WORDING_LENGTH)))
    return made


def _word(proposal: Proposal, text: str) -> None:
    """Add a wording; how people stood was to the one before."""
    require_stage(proposal.stage, ProposalStage.CLARIFY, ProposalStage.REACT, ProposalStage.INTEGRATE)
    last = select(func.max(Wording.number)).where(Wording.proposal_id == proposal.id)
    number = (db.session.scalar(last) or 0) + 1
    db.session.add(Wording(proposal_id=proposal.id, number=number, text=written(text, MAX_WORDING_LENGTH)))
    db.session.execute(delete(Stance).where(Stance.proposal_id == proposal.id))


def _take_to(proposal: Proposal, stage: ProposalStage) -> None:
    require_step(proposal.stage, stage)
    unsolved = select(Objection).where(Objection.proposal_id == proposal.id, Objection.state.in_(UNSOLVED))
    if stage is ProposalStage.AGREED and db.session.scalar(unsolved.limit(1)) is not None:
        raise Conflict(UNSETTLED)
    if proposal.stage is ProposalStage.INTEGRATE and stage is ProposalStage.OBJECT:
        for objection in db.session.scalars(unsolved):
            objection.state = ObjectionState.STANDS
    proposal.stage = stage


def _stage(stage: str | None) -> ProposalStage:
    if stage is None:
        raise Invalid(fields={"stage": [_l("This is missing.")]})
    return ProposalStage(stage)


def _proposal(context: SessionContext, number: int | None) -> Proposal:
    query = select(Proposal).where(Proposal.id == number, Proposal.design_id == context.design.id)
    found = db.session.scalar(query)
    if found is None:
        raise NotFound
    return found


def _objection(context: SessionContext, number: int) -> tuple[Objection, Proposal]:
    query = (
        select(Objection, Proposal)
        .join(Proposal, Proposal.id == Objection.proposal_id)
        .where(Objection.id == number, Proposal.design_id == context.design.id)
    )
    row = db.session.execute(query).one_or_none()
    if row is None:
        raise NotFound
    return row[0], row[1]
