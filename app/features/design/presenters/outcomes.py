"""Proposals and commitments as everybody sees them."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from typing import Any

from sqlalchemy import func, select

from app.core.database import db
from app.features.design.models.board import Card
from app.features.design.models.outcomes import Commitment, Objection, Proposal, Stance, Wording
from app.features.design.models.sessions import DesignSession
from app.features.design.presenters.values import without_none


def proposals(design_session: DesignSession) -> dict[str, Any]:
    """The proposals with every wording and objection; of the stances only how many there are of each."""
    found = db.session.scalars(
        select(Proposal).where(Proposal.design_id == design_session.id).order_by(Proposal.id)
    ).all()
    if not found:
        return {}
    ids = [proposal.id for proposal in found]
    wordings = _by_proposal(select(Wording).where(Wording.proposal_id.in_(ids)).order_by(Wording.number))
    objections = _by_proposal(select(Objection).where(Objection.proposal_id.in_(ids)).order_by(Objection.id))
    stances: dict[int, dict[str, int]] = defaultdict(dict)
    counted = select(Stance.proposal_id, Stance.stance, func.count()).where(Stance.proposal_id.in_(ids))
    grouped = counted.group_by(Stance.proposal_id, Stance.stance).order_by(Stance.stance)
    for proposal_id, stance, count in db.session.execute(grouped):
        stances[proposal_id][stance.value] = count
    keys = _keys_of(design_session, found)
    return {
        str(each.id): _proposal(
            each, wordings[each.id], objections[each.id], stances[each.id], _sources(each, keys)
        )
        for each in found
    }


def _keys_of(design_session: DesignSession, outcomes: Sequence[Proposal | Commitment]) -> dict[int, str]:
    """The keys of the cards that these came from, by their numbers: of those that everybody can see."""
    numbers = {number for each in outcomes for number in each.cards}
    if not numbers:
        return {}
    query = select(Card.id, Card.key).where(
        Card.design_id == design_session.id, Card.id.in_(numbers), Card.hidden.is_(False)
    )
    return dict(db.session.execute(query).all())


def count_gone_cards(design_session: DesignSession) -> dict[str, dict[str, int]]:
    """How many of the cards that proposals and commitments came from are gone, by kind and number; only where some are."""
    found: dict[str, dict[str, int]] = {}
    for kind, model in (("proposals", Proposal), ("commitments", Commitment)):
        rows: Sequence[Proposal | Commitment] = db.session.scalars(
            select(model).where(model.design_id == design_session.id)
        ).all()
        keys = _keys_of(design_session, rows)
        counts = {str(each.id): len(each.cards) - len(_sources(each, keys)) for each in rows}
        found[kind] = {number: count for number, count in counts.items() if count}
    return found


def _sources(outcome: Proposal | Commitment, keys: dict[int, str]) -> list[str]:
    return [keys[number] for number in outcome.cards if number in keys]


def _by_proposal(query: Any) -> dict[int, list[Any]]:
    found: dict[int, list[Any]] = defaultdict(list)
    for row in db.session.scalars(query):
        found[row.proposal_id].append(row)
    return found


def _proposal(
    proposal: Proposal,
    wordings: Sequence[Wording],
    objections: Sequence[Objection],
    stances: dict[str, int],
    cards: list[str],
) -> dict[str, Any]:
    return without_none(
        text=wordings[-1].text if wordings else "",
        lang=proposal.lang,
        stage=proposal.stage.value,
        wording={str(wording.number): {"text": wording.text} for wording in wordings},
        objections={
            str(each.id): without_none(
                by=each.person_id,
                organisation=each.organisation_name or None,
                text=each.text,
                lang=each.lang,
                state=each.state.value,
            )
            for each in objections
        },
        stances=stances or None,
        cards=cards or None,
    )


def commitments(design_session: DesignSession) -> dict[str, Any]:
    """What organisations promised."""
    found = db.session.scalars(
        select(Commitment).where(Commitment.design_id == design_session.id).order_by(Commitment.id)
    ).all()
    keys = _keys_of(design_session, found)
    return {
        str(each.id): without_none(
            organisation_id=each.organisation_id,
            organisation=each.organisation_name,
            owner=each.owner_id if each.owner_id is not None else each.owner_name,
            owner_name=each.owner_name,
            what=each.what,
            if_then=each.if_then or None,
            by_when=each.by_when.isoformat(),
            lang=each.lang,
            state=each.state.value,
            carried_from=each.carried_from,
            cards=_sources(each, keys) or None,
        )
        for each in found
    }
