"""Reading introductions. One that nobody answered in time counts as expired from that moment on."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import timedelta

from sqlalchemy import ColumnElement, and_, case, func, or_, select
from sqlalchemy.orm import joinedload
from sqlalchemy.orm.interfaces import ORMOption

from app.core.actors import Actor
from app.core.clock import now
from app.core.database import db
from app.core.errors import NotFound
from app.features.organisations.models import Organisation, OrganisationState
from app.features.organisations.queries import CARD
from app.features.rooms.models import Room
from app.features.suggestions.models import (
    REST_DAYS,
    FacilitatorTask,
    Introduction,
    IntroductionState,
    Recommendation,
)

MOST_SHOWN = 100
BOTH: tuple[ORMOption, ...] = (
    joinedload(Introduction.low).options(*CARD),
    joinedload(Introduction.high).options(*CARD),
    joinedload(Introduction.person),
)
"""What must be loaded of an introduction to show it."""


def is_open() -> ColumnElement[bool]:
    """The condition on Introduction that it waits for an answer."""
    return and_(Introduction.state == IntroductionState.ASKED, Introduction.expires_at > now())


def pair(one: int, other: int) -> tuple[int, int]:
    """Two organisations in the order in which their introductions are kept."""
    return (one, other) if one < other else (other, one)


def between(one: int, other: int) -> ColumnElement[bool]:
    """The condition on Introduction that it is one of these two."""
    low, high = pair(one, other)
    return and_(Introduction.low_id == low, Introduction.high_id == high)


def of_organisation(organisation_id: int) -> ColumnElement[bool]:
    """The condition on Introduction that an organisation takes part in it."""
    return or_(Introduction.low_id == organisation_id, Introduction.high_id == organisation_id)


def other_is_here(table: type[Introduction | Recommendation], organisation_id: int) -> ColumnElement[bool]:
    """The condition on introductions of an organisation, asked or recommended, that the other side is in the cluster.

    While it is suspended, nothing waits for it and it waits for nothing; afterwards all is as it was.
    """
    other = case((table.low_id == organisation_id, table.high_id), else_=table.low_id)
    here = select(Organisation.id).where(
        Organisation.id == other, Organisation.state == OrganisationState.ADMITTED
    )
    return here.correlate(table).exists()


def visible_to(actor: Actor) -> ColumnElement[bool]:
    """The introductions that an actor may know of: those of the organisation that she acts for."""
    return of_organisation(actor.organisation_id or 0)


def get_introduction(actor: Actor, introduction_id: int, *, lock: bool = False) -> Introduction:
    """An introduction of the actor's organisation with both organisations; raises NotFound.

    With `lock` its row stays as it is until the end of this transaction.
    """
    query = select(Introduction).where(Introduction.id == introduction_id, visible_to(actor))
    query = query.options(joinedload(Introduction.low), joinedload(Introduction.high))
    if lock:
        query = query.with_for_update(of=Introduction).execution_options(populate_existing=True)
    found = db.session.scalars(query).one_or_none()
    if found is None:
        raise NotFound
    return found


def hold(*organisation_ids: int) -> None:
    """Keep others from doing something in the name of these organisations until the end of this transaction."""
    query = select(Organisation.id).where(Organisation.id.in_(organisation_ids)).order_by(Organisation.id)
    db.session.execute(query.with_for_update(key_share=True)).all()


def latest_between(one: int, other: int, *, lock: bool = False) -> Introduction | None:
    """The last introduction of two organisations, however it ended."""
    query = select(Introduction).where(between(one, other)).order_by(Introduction.id.desc()).limit(1)
    if lock:
        query = query.with_for_update().execution_options(populate_existing=True)
    return db.session.scalars(query).one_or_none()


def count_open(organisation_id: int) -> int:
    """How many answers an organisation waits for, those of the facilitators included."""
    asked = select(func.count(Introduction.id)).where(
        Introduction.asked_by == organisation_id, is_open(), other_is_here(Introduction, organisation_id)
    )
    tasks = select(func.count()).where(
        FacilitatorTask.asked_by == organisation_id, FacilitatorTask.done_at.is_(None)
    )
    return (db.session.scalar(asked) or 0) + (db.session.scalar(tasks) or 0)


def count_open_of_person(person_id: int) -> int:
    """How many answers a person waits for, for all organisations that she acts for; those of the facilitators included."""
    other = case(
        (Introduction.low_id == Introduction.asked_by, Introduction.high_id), else_=Introduction.low_id
    )
    here = select(Organisation.id).where(
        Organisation.id == other, Organisation.state == OrganisationState.ADMITTED
    )
    asked = select(func.count(Introduction.id)).where(
        Introduction.person_id == person_id, is_open(), here.correlate(Introduction).exists()
    )
    tasks = select(func.count()).where(
        FacilitatorTask.person_id == person_id, FacilitatorTask.done_at.is_(None)
    )
    return (db.session.scalar(asked) or 0) + (db.session.scalar(tasks) or 0)


def asked_by_person(person_id: int, other_id: int) -> Sequence[Introduction]:
    """The introductions to an organisation that a person asked for, for whichever organisation, the latest first."""
    return db.session.scalars(
        select(Introduction)
        .where(
            Introduction.person_id == person_id,
            Introduction.asked_by != other_id,
            of_organisation(other_id),
        )
        .order_by(Introduction.id.desc())
    ).all()


def has_task_of_person(person_id: int, other_id: int) -> bool:
    """Whether the facilitators look for somebody at an organisation because a person asked them to."""
    query = select(FacilitatorTask.id).where(
        FacilitatorTask.person_id == person_id,
        FacilitatorTask.other_id == other_id,
        FacilitatorTask.done_at.is_(None),
    )
    return db.session.scalars(query).first() is not None


def count_waiting(actor: Actor) -> int:
    """How many introductions wait for the answer of the actor's organisation."""
    if actor.organisation_id is None:
        return 0
    query = select(func.count(Introduction.id)).where(*_waits_for(actor, actor.organisation_id))
    return db.session.scalar(query) or 0


def _waits_for(actor: Actor, own: int) -> tuple[ColumnElement[bool], ...]:
    """The conditions on Introduction that it waits for the answer of the actor's organisation."""
    return visible_to(actor), Introduction.asked_by != own, is_open(), other_is_here(Introduction, own)


def introductions_waiting_for(actor: Actor) -> Sequence[Introduction]:
    """The introductions that wait for the answer of the actor's organisation, the longest waiting first."""
    if actor.organisation_id is None:
        return []
    return db.session.scalars(
        select(Introduction)
        .where(*_waits_for(actor, actor.organisation_id))
        .options(*BOTH)
        .order_by(Introduction.id)
    ).all()


def introductions_of(actor: Actor) -> Sequence[Introduction]:
    """All introductions of the actor's organisation, the latest first, with both organisations as lists show them."""
    return db.session.scalars(
        select(Introduction)
        .where(visible_to(actor), other_is_here(Introduction, actor.organisation_id or 0))
        .options(*BOTH)
        .order_by(Introduction.id.desc())
        .limit(MOST_SHOWN)
    ).all()


def room_numbers(introductions: Iterable[Introduction]) -> dict[int, int]:
    """The number of the room of each introduction that has one."""
    ids = [introduction.id for introduction in introductions]
    rows = db.session.execute(select(Room.introduction_id, Room.id).where(Room.introduction_id.in_(ids)))
    return {introduction_id: room_id for introduction_id, room_id in rows if introduction_id is not None}


def out_of_reach(organisation_id: int) -> frozenset[int]:
    """Whom it makes no sense to suggest: whoever was asked, has met, or rests after a decline."""
    rested = now() - timedelta(days=REST_DAYS)
    met = or_(
        Introduction.state == IntroductionState.ACCEPTED,
        is_open(),
        and_(Introduction.state == IntroductionState.DECLINED, Introduction.answered_at > rested),
    )
    pairs = select(Introduction.low_id, Introduction.high_id).where(of_organisation(organisation_id), met)
    asked = select(FacilitatorTask.asked_by, FacilitatorTask.other_id).where(
        FacilitatorTask.asked_by == organisation_id, FacilitatorTask.done_at.is_(None)
    )
    rows = db.session.execute(pairs.union_all(asked))
    return frozenset(one for both in rows for one in both) - {organisation_id}


def names_of(ids: Iterable[int]) -> dict[int, str]:
    """What organisations are called."""
    query = select(Organisation.id, Organisation.name).where(Organisation.id.in_(set(ids)))
    return dict(db.session.execute(query).all())
