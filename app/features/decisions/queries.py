"""Reading proposals, their electors and answers."""

from __future__ import annotations

from collections.abc import Collection, Sequence

from sqlalchemy import ColumnElement, or_, select, true
from sqlalchemy.orm import joinedload, selectinload

from app.core.actors import Actor
from app.core.clock import now
from app.core.database import LoadOption, db
from app.core.errors import NotFound
from app.features.decisions.models import MOST_ELECTORS, Ballot, Elector, Proposal, ProposalState
from app.features.initiatives.models import Initiative, InitiativeState, Partner
from app.features.organisations.models import IS_ADMITTED, Organisation
from app.features.organisations.policy import acts_for_admitted

MOST_SHOWN = 100
SHOWN: tuple[LoadOption, ...] = (
    selectinload(Proposal.electors).selectinload(Elector.ballot),
    joinedload(Proposal.initiative).selectinload(Initiative.texts),
)


def visible_to(actor: Actor) -> ColumnElement[bool]:
    """The proposals that an actor may know of: those of the cluster, and those in which her organisation takes part."""
    if actor.cluster_role in ("facilitator", "manager"):
        return true()
    own = actor.organisation_id or 0
    answers = select(Elector.proposal_id).where(Elector.organisation_id == own)
    return or_(Proposal.initiative_id.is_(None), Proposal.opened_by_id == own, Proposal.id.in_(answers))


def get_proposal(actor: Actor, key: str) -> Proposal:
    """The proposal at an address with all that its page shows; raises NotFound."""
    query = select(Proposal).where(Proposal.key == key, visible_to(actor)).options(*SHOWN)
    found = db.session.scalars(query).one_or_none() if key.isprintable() else None
    if found is None:
        raise NotFound
    return found


def lock_proposal(proposal_id: int) -> Proposal:
    """A proposal whose row stays as it is until the end of this transaction; everything is read after that."""
    query = select(Proposal).where(Proposal.id == proposal_id).with_for_update(of=Proposal)
    db.session.scalars(query).one()
    query = select(Proposal).where(Proposal.id == proposal_id).options(*SHOWN)
    return db.session.scalars(query.execution_options(populate_existing=True)).one()


def list_proposals(actor: Actor) -> Sequence[Proposal]:
    """The proposals that the actor may know of, those that close first in front, then the latest."""
    return db.session.scalars(
        select(Proposal)
        .where(visible_to(actor))
        .options(*SHOWN)
        .order_by(Proposal.state != ProposalState.OPEN, Proposal.id.desc())
        .limit(MOST_SHOWN)
    ).all()


def proposals_shown_to(actor: Actor, ids: Collection[int]) -> Sequence[Proposal]:
    """Those of some proposals that the actor may know of."""
    return db.session.scalars(
        select(Proposal).where(Proposal.id.in_(ids), visible_to(actor)).options(*SHOWN)
    ).all()


def proposals_of(actor: Actor, initiative_id: int) -> Sequence[Proposal]:
    """The proposals of an initiative that the actor may know of."""
    return db.session.scalars(
        select(Proposal)
        .where(Proposal.initiative_id == initiative_id, visible_to(actor))
        .order_by(Proposal.id.desc())
        .limit(MOST_SHOWN)
    ).all()


def proposals_waiting_for(actor: Actor) -> Sequence[Proposal]:
    """The open proposals that the actor's organisation may answer and has not, those that close first in front."""
    if not acts_for_admitted(actor):
        return []
    return db.session.scalars(
        select(Proposal)
        .join(Elector, Elector.proposal_id == Proposal.id)
        .outerjoin(Ballot, Ballot.elector_id == Elector.id)
        .where(
            Elector.organisation_id == actor.organisation_id,
            Ballot.id.is_(None),
            Proposal.state == ProposalState.OPEN,
            Proposal.closes_at > now(),
        )
        .order_by(Proposal.closes_at, Proposal.id)
        .limit(MOST_SHOWN)
    ).all()


def count_waiting(actor: Actor) -> int:
    """How many open proposals wait for the answer of the actor's organisation."""
    return len(proposals_waiting_for(actor))


def count_open_of(organisation_id: int | None, person_id: int | None) -> int:
    """How many proposals of an organisation, or of a person who acts for none, are open."""
    opener = Proposal.opened_by_id == organisation_id if organisation_id else Proposal.person_id == person_id
    return len(
        db.session.scalars(select(Proposal.id).where(opener, Proposal.state == ProposalState.OPEN)).all()
    )


def initiatives_to_decide_in(actor: Actor) -> Sequence[Initiative]:
    """The initiatives in which the actor may open a decision: for a facilitator all that are not drafts."""
    query = select(Initiative).where(Initiative.state.in_([InitiativeState.OPEN, InitiativeState.RUNNING]))
    if actor.cluster_role != "facilitator":
        if not acts_for_admitted(actor):
            return []
        joined = select(Partner.initiative_id).where(
            Partner.organisation_id == actor.organisation_id, Partner.left_at.is_(None)
        )
        query = query.where(Initiative.id.in_(joined))
    query = query.options(selectinload(Initiative.texts)).order_by(Initiative.id.desc()).limit(MOST_SHOWN)
    return db.session.scalars(query).all()


def electorate(initiative_id: int | None) -> Sequence[Organisation]:
    """The organisations that decide: the partners of an initiative, else all of the cluster that somebody looks after."""
    query = select(Organisation).where(IS_ADMITTED, Organisation.unclaimed.is_(False))
    if initiative_id is not None:
        partners = select(Partner.organisation_id).where(
            Partner.initiative_id == initiative_id, Partner.left_at.is_(None)
        )
        query = select(Organisation).where(IS_ADMITTED, Organisation.id.in_(partners))
    return db.session.scalars(query.order_by(Organisation.id).limit(MOST_ELECTORS + 1)).all()
