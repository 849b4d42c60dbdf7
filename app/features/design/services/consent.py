"""The consent round: proposals, everybody's stance on them, objections and what becomes of them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from flask_babel import lazy_gettext as _l
from sqlalchemy import delete

from app.core.actors import Actor
from app.core.database import db
from app.core.errors import Conflict, Forbidden, Invalid
from app.core.validation import require_language_field, require_text_field
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
from app.features.design.proposal_stages import (
    HAS_OBJECTION,
    OVER,
    STANCE_STAGES,
    UNSOLVED,
    WORDING_STAGES,
    require_stage,
    require_step,
)
from app.features.design.queries.board import card_ids_of
from app.features.design.queries.outcomes import (
    get_objection,
    get_proposal,
    last_wording_number,
    unsolved_objections,
)
from app.features.design.services.command_runner import run_command, run_participant_command
from app.features.design.services.publishing import publish_action, publish_changes
from app.features.design.session_context import SessionContext, require

PARTS = ("proposals",)
UNSETTLED = _l("There are objections that nobody has integrated or withdrawn.")


def set_stance(actor: Actor, design_id: int, cid: str, *, proposal: int, stance: str) -> dict[str, Any]:
    """Set one's stance on a proposal, consent or concern; others see only how many take each.

    Raises NotFound, and Conflict, also while one has an unsolved objection.
    """

    def act(context: SessionContext) -> None:
        require(context, "decide")
        found = get_proposal(context.design, proposal)
        require_stage(found.stage, *STANCE_STAGES)
        if any(objection.person_id == actor.person_id for objection in unsolved_objections(found)):
            raise Conflict(HAS_OBJECTION)
        _forget_stance(context, found)
        assert context.me is not None
        db.session.add(
            Stance(
                proposal_id=found.id,
                person_id=actor.person_id,
                organisation_name=context.me.organisation_name,
                stance=StanceKind(stance),
            )
        )
        db.session.flush()
        publish_action(context, "stance", PARTS, sealed=True)

    return run_participant_command(actor, design_id, cid, "design_stance", act)


def _forget_stance(context: SessionContext, proposal: Proposal) -> None:
    mine = Stance.person_id == context.actor.person_id
    db.session.execute(delete(Stance).where(Stance.proposal_id == proposal.id, mine))


def object_to(
    actor: Actor, design_id: int, cid: str, *, proposal: int, text: str, lang: str
) -> dict[str, Any]:
    """Raise an objection, under one's name. Raises NotFound, Conflict unless objections are heard, Invalid."""
    text = require_text_field(text, MAX_CARD_LENGTH)
    require_language_field(lang)

    def act(context: SessionContext) -> None:
        require(context, "decide")
        found = get_proposal(context.design, proposal)
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
        _forget_stance(context, found)
        db.session.flush()
        publish_changes(context.design, "objected", actor, parts=PARTS)

    return run_participant_command(actor, design_id, cid, "design_object", act)


def answer_objection(actor: Actor, design_id: int, cid: str, *, objection: int, act: str) -> dict[str, Any]:
    """Withdraw one's own objection, or accept that the new wording integrates it.

    Raises NotFound, Forbidden for another's, Conflict.
    """

    def answer(context: SessionContext) -> None:
        require(context, "decide")
        found, proposal = get_objection(context.design, objection)
        if found.person_id != actor.person_id:
            raise Forbidden(_l("Only the person who raised an objection can say what becomes of it."))
        if proposal.stage in OVER or found.state not in UNSOLVED:
            raise Conflict(_l("This objection is settled already."))
        found.state = ObjectionState.WITHDRAWN if act == "withdraw" else ObjectionState.INTEGRATED
        publish_changes(context.design, f"objection_{act}", actor, parts=PARTS)

    return run_participant_command(actor, design_id, cid, "design_objection", answer)


def change_proposal(
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
    """Make a "new" proposal, give one a new "wording", take it to its next "stage", or "withdraw" it.

    `cards` are the keys of those that a new one comes from. Returns `{proposal}`, its id;
    raises NotFound, Conflict, Invalid.
    """

    def carry_out(context: SessionContext) -> dict[str, Any]:
        if act == "new":
            require_language_field(lang)
            found = Proposal(design_id=context.design.id, lang=lang, cards=card_ids_of(context.design, cards))
            db.session.add(found)
            db.session.flush()
            _add_wording(found, 1, text)
        else:
            found = get_proposal(context.design, proposal)
            if act == "wording":
                require_stage(found.stage, *WORDING_STAGES)
                _add_wording(found, last_wording_number(found) + 1, text)
                # They were taken on the wording before.
                db.session.execute(delete(Stance).where(Stance.proposal_id == found.id))
            else:
                _move_to_stage(found, "withdrawn" if act == "withdraw" else stage)
        publish_changes(context.design, f"proposal_{act}", actor, parts=PARTS)
        return {"proposal": found.id}

    content: dict[str, Any] = {"act": act, "proposal": proposal, "text": text, "lang": lang, "stage": stage}
    content |= {"cards": list(cards)} if cards else {}
    return run_command(actor, design_id, cid, "design_proposal", content, carry_out)


def _add_wording(proposal: Proposal, number: int, text: str) -> None:
    text = require_text_field(text, MAX_WORDING_LENGTH)
    db.session.add(Wording(proposal_id=proposal.id, number=number, text=text))


def _move_to_stage(proposal: Proposal, to: str | None) -> None:
    if to is None:
        raise Invalid(fields={"stage": [_l("This is missing.")]})
    stage = ProposalStage(to)
    require_step(proposal.stage, stage)
    unsolved = unsolved_objections(proposal)
    if stage is ProposalStage.AGREED and unsolved:
        raise Conflict(UNSETTLED)
    if proposal.stage is ProposalStage.INTEGRATE and stage is ProposalStage.OBJECT:
        for objection in unsolved:
            objection.state = ObjectionState.STANDS
    proposal.stage = stage
