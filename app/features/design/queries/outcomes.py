"""Proposals with their wordings, objections and stances, and commitments."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Sequence
from typing import Any

from sqlalchemy import bindparam, func, select

from app.core.database import db
from app.core.errors import NotFound
from app.features.design.models.outcomes import (
    Commitment,
    CommitmentState,
    Objection,
    Proposal,
    ProposalStage,
    Stance,
    StanceKind,
    Wording,
)
from app.features.design.models.sessions import DesignSession, Participant, Role
from app.features.design.proposal_stages import STANCE_STAGES, UNSOLVED

# Asked for every command: built once, because building it takes longer than the query.
_UNDECIDED = select(Proposal.id).where(
    Proposal.design_id == bindparam("design"),
    Proposal.stage != ProposalStage.AGREED,
    Proposal.stage != ProposalStage.WITHDRAWN,
)


def has_undecided_proposal(design_session: DesignSession) -> bool:
    """Whether there is a proposal that is neither agreed on nor withdrawn."""
    return db.session.scalar(_UNDECIDED, {"design": design_session.id}) is not None


def proposals_of(design_session: DesignSession) -> Sequence[Proposal]:
    """The proposals in the order in which they were made."""
    query = select(Proposal).where(Proposal.design_id == design_session.id).order_by(Proposal.id)
    return db.session.scalars(query).all()


def get_proposal(design_session: DesignSession, number: int | None) -> Proposal:
    """A proposal of the design session; raises NotFound."""
    query = select(Proposal).where(Proposal.id == number, Proposal.design_id == design_session.id)
    found = db.session.scalar(query)
    if found is None:
        raise NotFound
    return found


def wordings_of(proposal_ids: Collection[int]) -> dict[int, list[Wording]]:
    """The wordings of some proposals, by proposal, the first one first."""
    return _by_proposal(select(Wording).where(Wording.proposal_id.in_(proposal_ids)).order_by(Wording.number))


def last_wording_number(proposal: Proposal) -> int:
    """The number of a proposal's newest wording; 0 where it has none."""
    query = select(func.max(Wording.number)).where(Wording.proposal_id == proposal.id)
    return db.session.scalar(query) or 0


def objections_to(proposal_ids: Collection[int]) -> dict[int, list[Objection]]:
    """The objections to some proposals, by proposal, the first one first."""
    return _by_proposal(
        select(Objection).where(Objection.proposal_id.in_(proposal_ids)).order_by(Objection.id)
    )


def unsolved_objections(proposal: Proposal) -> Sequence[Objection]:
    """The objections that prevent an agreement."""
    query = select(Objection).where(Objection.proposal_id == proposal.id, Objection.state.in_(UNSOLVED))
    return db.session.scalars(query).all()


def unsolved_objections_in(design_session: DesignSession) -> Sequence[Objection]:
    """The unsolved objections to all proposals of a design session."""
    query = (
        select(Objection)
        .join(Proposal, Proposal.id == Objection.proposal_id)
        .where(Proposal.design_id == design_session.id, Objection.state.in_(UNSOLVED))
        .order_by(Objection.id)
    )
    return db.session.scalars(query).all()


def get_objection(design_session: DesignSession, number: int) -> tuple[Objection, Proposal]:
    """An objection and its proposal; raises NotFound."""
    query = (
        select(Objection, Proposal)
        .join(Proposal, Proposal.id == Objection.proposal_id)
        .where(Objection.id == number, Proposal.design_id == design_session.id)
    )
    row = db.session.execute(query).one_or_none()
    if row is None:
        raise NotFound
    return row[0], row[1]


def count_stances(proposal_ids: Collection[int]) -> dict[int, dict[str, int]]:
    """How many people take each stance, by proposal."""
    query = (
        select(Stance.proposal_id, Stance.stance, func.count())
        .where(Stance.proposal_id.in_(proposal_ids))
        .group_by(Stance.proposal_id, Stance.stance)
        .order_by(Stance.stance)
    )
    counts: dict[int, dict[str, int]] = defaultdict(dict)
    for proposal_id, stance, count in db.session.execute(query):
        counts[proposal_id][stance.value] = count
    return counts


def stances_by_organisation(design_session: DesignSession) -> dict[str, dict[str, dict[str, int]]]:
    """How many people of each organisation take each stance: by the number of the proposal, then by organisation."""
    query = (
        select(Stance.proposal_id, Stance.organisation_name, Stance.stance, func.count())
        .join(Proposal, Proposal.id == Stance.proposal_id)
        .where(Proposal.design_id == design_session.id)
        .group_by(Stance.proposal_id, Stance.organisation_name, Stance.stance)
        .order_by(Stance.proposal_id, Stance.organisation_name, Stance.stance)
    )
    found: dict[str, dict[str, dict[str, int]]] = {}
    for proposal_id, organisation, stance, count in db.session.execute(query):
        found.setdefault(str(proposal_id), {}).setdefault(organisation, {})[stance.value] = count
    return found


def silent_people(design_session: DesignSession) -> dict[str, list[int]]:
    """Who said nothing of the proposals on which stances are taken now, by the number of the proposal.

    Neither a stance nor an objection that is unsolved; those who run the session are not asked.
    """
    asked = [found for found in proposals_of(design_session) if found.stage in STANCE_STAGES]
    if not asked:
        return {}
    ids = [found.id for found in asked]
    people = db.session.scalars(
        select(Participant.person_id)
        .where(
            Participant.design_id == design_session.id,
            Participant.joined_at.is_not(None),
            Participant.removed_at.is_(None),
            Participant.role == Role.PARTICIPANT,
        )
        .order_by(Participant.name, Participant.person_id)
    ).all()
    stances = select(Stance.proposal_id, Stance.person_id).where(Stance.proposal_id.in_(ids))
    spoke = {(proposal_id, person_id) for proposal_id, person_id in db.session.execute(stances)}
    spoke |= {(found.proposal_id, found.person_id) for found in unsolved_objections_in(design_session)}
    return {
        str(found.id): [person for person in people if (found.id, person) not in spoke] for found in asked
    }


def own_stances(design_session: DesignSession, person_id: int | None) -> dict[int, StanceKind]:
    """A person's stances, by proposal."""
    query = (
        select(Stance)
        .join(Proposal, Proposal.id == Stance.proposal_id)
        .where(Proposal.design_id == design_session.id, Stance.person_id == person_id)
    )
    return {found.proposal_id: found.stance for found in db.session.scalars(query)}


def _by_proposal(query: Any) -> dict[int, list[Any]]:
    found: dict[int, list[Any]] = defaultdict(list)
    for row in db.session.scalars(query):
        found[row.proposal_id].append(row)
    return found


def commitments_of(design_session: DesignSession) -> Sequence[Commitment]:
    """The commitments in the order in which they were made."""
    query = select(Commitment).where(Commitment.design_id == design_session.id).order_by(Commitment.id)
    return db.session.scalars(query).all()


def open_commitments(design_id: int) -> Sequence[Commitment]:
    """The commitments of a design session that are still to be done."""
    query = select(Commitment).where(
        Commitment.design_id == design_id, Commitment.state == CommitmentState.OPEN
    )
    return db.session.scalars(query.order_by(Commitment.id)).all()


def get_commitment(design_session: DesignSession, number: int) -> Commitment:
    """A commitment of the design session; raises NotFound."""
    query = select(Commitment).where(Commitment.id == number, Commitment.design_id == design_session.id)
    found = db.session.scalar(query)
    if found is None:
        raise NotFound
    return found
