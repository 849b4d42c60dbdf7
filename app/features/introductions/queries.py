"""Reading introductions, recommendations, and the tasks of the facilitators.

An introduction that nobody answered in time counts as expired from that moment on.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import NamedTuple

from sqlalchemy import BindParameter, ColumnElement, Integer, Select, and_, bindparam, case, func, or_, select
from sqlalchemy.orm import joinedload

from app.core.actors import Actor
from app.core.clock import now
from app.core.compiled_sql import CompiledStatement
from app.core.database import LoadOption, db
from app.core.errors import NotFound
from app.core.permissions import can
from app.core.rendered import RenderedText
from app.features.accounts.models import Person
from app.features.introductions.models import (
    MIN_UNANSWERED,
    MOST_OPEN,
    OVERDUE_DAYS,
    REST_DAYS,
    UNANSWERED_DAYS,
    FacilitatorTask,
    Introduction,
    IntroductionState,
    Recommendation,
    RecommendationState,
)
from app.features.organisations.models import IS_ADMITTED, Organisation
from app.features.organisations.queries import CARD, organisations_by_id
from app.features.rooms.models import Message, Room
from app.features.rooms.queries.mentions import names_in

Id = int | BindParameter[int]
MOST_SHOWN = 100
MOST_DONE = 20
ANSWER_SEQ = 2
"""The number of the message with which an introduction was accepted: the first one is what it was asked with."""


BOTH: tuple[LoadOption, ...] = (
    joinedload(Introduction.low).options(*CARD),
    joinedload(Introduction.high).options(*CARD),
    joinedload(Introduction.person),
)
"""What must be loaded of an introduction to show it."""


def is_open(at: BindParameter[datetime] | None = None) -> ColumnElement[bool]:
    """The condition on Introduction that it waits for an answer, by default now."""
    not_over = Introduction.expires_at > (now() if at is None else at)
    return and_(Introduction.state == IntroductionState.ASKED, not_over)


def pair(one: int, other: int) -> tuple[int, int]:
    """Two organisations in the order in which their introductions are kept."""
    return (one, other) if one < other else (other, one)


def between(one: int, other: int) -> ColumnElement[bool]:
    """The condition on Introduction that it is one of these two."""
    low, high = pair(one, other)
    return and_(Introduction.low_id == low, Introduction.high_id == high)


def of_organisation(organisation_id: Id) -> ColumnElement[bool]:
    """The condition on Introduction that an organisation takes part in it."""
    return or_(Introduction.low_id == organisation_id, Introduction.high_id == organisation_id)


def other_is_here(table: type[Introduction | Recommendation], organisation_id: Id) -> ColumnElement[bool]:
    """The condition on introductions of an organisation, asked or recommended, that the other side is in the cluster.

    While it is suspended, nothing waits for it and it waits for nothing; afterwards all is as it was.
    """
    other = case((table.low_id == organisation_id, table.high_id), else_=table.low_id)
    here = select(Organisation.id).where(Organisation.id == other, IS_ADMITTED)
    return here.correlate(table).exists()


def visible_to(actor: Actor) -> ColumnElement[bool]:
    """The introductions that an actor may know of: those of the organisation that she acts for."""
    return of_organisation(actor.organisation_id or 0)


def get_introduction(
    actor: Actor, introduction_id: int, *, lock: bool = False, shown: bool = False
) -> Introduction:
    """An introduction of the actor's organisation with both organisations; raises NotFound.

    With `lock` its row stays as it is until the end of this transaction; with `shown` all that a page shows is loaded.
    """
    both = BOTH if shown else (joinedload(Introduction.low), joinedload(Introduction.high))
    query = select(Introduction).where(Introduction.id == introduction_id, visible_to(actor)).options(*both)
    if lock:
        query = query.with_for_update(of=Introduction).execution_options(populate_existing=True)
    found = db.session.scalars(query).one_or_none()
    if found is None:
        raise NotFound
    return found


def accepted_introductions(organisation_id: int) -> Select[int]:
    """The ids of the accepted introductions of an organisation, as a subquery."""
    return select(Introduction.id).where(
        Introduction.state == IntroductionState.ACCEPTED, of_organisation(organisation_id)
    )


def acquainted_with(organisation_id: int) -> frozenset[int]:
    """The organisations with which an organisation has an accepted introduction."""
    rows = db.session.execute(
        select(Introduction.low_id, Introduction.high_id).where(
            Introduction.state == IntroductionState.ACCEPTED, of_organisation(organisation_id)
        )
    )
    return frozenset(one for both in rows for one in both) - {organisation_id}


def introductions_by_id(ids: Iterable[int]) -> dict[int, Introduction]:
    """Introductions with both organisations by id, without a check of who asks."""
    query = select(Introduction).where(Introduction.id.in_(set(ids)))
    query = query.options(joinedload(Introduction.low), joinedload(Introduction.high))
    return {introduction.id: introduction for introduction in db.session.scalars(query)}


def introductions_shown_to(
    actor: Actor, ids: Collection[int], *conditions: ColumnElement[bool]
) -> Sequence[Introduction]:
    """Those of some introductions that the actor's organisation takes part in and that meet the conditions.

    With both organisations as lists show them, while the other side is in the cluster.
    """
    own = actor.organisation_id or 0
    return db.session.scalars(
        select(Introduction)
        .where(Introduction.id.in_(ids), visible_to(actor), other_is_here(Introduction, own), *conditions)
        .options(*BOTH)
    ).all()


class Answer(NamedTuple):
    """What somebody wrote when she accepted an introduction."""

    body: str
    lang: str
    author: str | None


def answers_in_rooms(introductions: Iterable[Introduction]) -> dict[int, Answer]:
    """The words with which introductions were accepted, where there were any and they stand, by the introduction's id."""
    ids = [introduction.id for introduction in introductions]
    rows = db.session.execute(
        select(Room.introduction_id, Message.body, Message.lang, Person.name)
        .join(Message, Message.room_id == Room.id)
        .outerjoin(Person, Person.id == Message.person_id)
        .join(Introduction, Introduction.id == Room.introduction_id)
        .where(
            Room.introduction_id.in_(ids),
            Message.event_seq == ANSWER_SEQ,
            Message.organisation_id != Introduction.asked_by,
            Message.removed_at.is_(None),
        )
    )
    found = {number: Answer(body, lang, author) for number, body, lang, author in rows if number is not None}
    names = names_in(answer.body for answer in found.values())
    return {
        number: answer._replace(body=RenderedText(answer.body, None, names).text)
        for number, answer in found.items()
    }


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
    here = select(Organisation.id).where(Organisation.id == other, IS_ADMITTED)
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
    return int(_WAITING.one(own=actor.organisation_id, at=now()).waiting)


def _waits_for(own: Id, at: BindParameter[datetime] | None = None) -> tuple[ColumnElement[bool], ...]:
    """The conditions on Introduction that it waits for the answer of this organisation."""
    return of_organisation(own), Introduction.asked_by != own, is_open(at), other_is_here(Introduction, own)


# They are counted for the navigation of every page.
_WAITING = CompiledStatement(
    select(func.count(Introduction.id).label("waiting")).where(
        *_waits_for(bindparam("own", type_=Integer), bindparam("at", type_=Introduction.expires_at.type))
    )
)


def count_overdue(actor: Actor) -> int:
    """How many of them have waited for more than OVERDUE_DAYS."""
    if actor.organisation_id is None:
        return 0
    query = select(func.count(Introduction.id)).where(
        *_waits_for(actor.organisation_id),
        Introduction.created_at < now() - timedelta(days=OVERDUE_DAYS),
    )
    return db.session.scalar(query) or 0


def count_overdue_of(introductions: Iterable[Introduction], own: int) -> int:
    """The same of introductions that were read already."""
    present, since = now(), now() - timedelta(days=OVERDUE_DAYS)
    return sum(
        each.asked_by != own
        and each.state == IntroductionState.ASKED
        and each.expires_at > present
        and each.created_at < since
        for each in introductions
    )


def slow_to_answer(ids: Collection[int]) -> frozenset[int]:
    """Those of some organisations that left MIN_UNANSWERED introductions unanswered lately and answered none since."""
    asked = case(
        (Introduction.asked_by == Introduction.high_id, Introduction.low_id), else_=Introduction.high_id
    )
    among = or_(Introduction.low_id.in_(ids), Introduction.high_id.in_(ids)), asked.in_(ids)
    answered = (
        select(asked.label("organisation_id"), func.max(Introduction.answered_at).label("last"))
        .where(*among, Introduction.answered_at.is_not(None))
        .group_by(asked)
        .subquery()
    )
    unanswered = (
        select(asked)
        .outerjoin(answered, answered.c.organisation_id == asked)
        .where(
            *among,
            Introduction.state.in_((IntroductionState.ASKED, IntroductionState.EXPIRED)),
            Introduction.created_at > now() - timedelta(days=UNANSWERED_DAYS),
            Introduction.created_at < now() - timedelta(days=OVERDUE_DAYS),
            or_(answered.c.last.is_(None), Introduction.created_at > answered.c.last),
        )
        .group_by(asked)
        .having(func.count() >= MIN_UNANSWERED)
    )
    return frozenset(db.session.scalars(unanswered)) if ids else frozenset()


def introductions_waiting_for(actor: Actor) -> Sequence[Introduction]:
    """The introductions that wait for the answer of the actor's organisation, the longest waiting first."""
    if actor.organisation_id is None:
        return []
    return db.session.scalars(
        select(Introduction)
        .where(*_waits_for(actor.organisation_id))
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
    """Organisations that it makes no sense to suggest: asked already, met already, or resting after a decline."""
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


def waiting_answers() -> dict[int, int]:
    """How many introductions each organisation has to answer, where it has any."""
    asked = case(
        (Introduction.asked_by == Introduction.high_id, Introduction.low_id), else_=Introduction.high_id
    )
    counted = select(asked, func.count()).where(is_open()).group_by(asked)
    return dict(db.session.execute(counted).all())


def _recommended_to_either(organisation_id: int) -> ColumnElement[bool]:
    return or_(Recommendation.low_id == organisation_id, Recommendation.high_id == organisation_id)


def _recommendation_waits_for(organisation_id: int) -> tuple[ColumnElement[bool], ...]:
    """The conditions on Recommendation that it waits for an organisation, with another that is in the cluster."""
    is_open = Recommendation.state == RecommendationState.OPEN
    return _recommended_to_either(organisation_id), is_open, other_is_here(Recommendation, organisation_id)


def recommended_to(actor: Actor) -> Sequence[Recommendation]:
    """The recommendations that wait for the actor's organisation, the longest waiting first, with both organisations."""
    if actor.organisation_id is None:
        return ()
    return db.session.scalars(
        select(Recommendation)
        .where(*_recommendation_waits_for(actor.organisation_id))
        .options(
            joinedload(Recommendation.low).options(*CARD),
            joinedload(Recommendation.high).options(*CARD),
            joinedload(Recommendation.person),
        )
        .order_by(Recommendation.id)
    ).all()


def count_recommended(actor: Actor) -> int:
    """How many recommendations wait for the actor's organisation."""
    if actor.organisation_id is None:
        return 0
    query = select(func.count(Recommendation.id)).where(*_recommendation_waits_for(actor.organisation_id))
    return db.session.scalar(query) or 0


def recommended_for(organisation_id: int) -> frozenset[int]:
    """Who is recommended to an organisation at the moment."""
    rows = db.session.execute(
        select(Recommendation.low_id, Recommendation.high_id).where(
            _recommended_to_either(organisation_id), Recommendation.state == RecommendationState.OPEN
        )
    )
    return frozenset(one for both in rows for one in both) - {organisation_id}


def open_recommendation(one: int, other: int) -> Recommendation | None:
    """The recommendation that waits between two organisations, its row locked."""
    low, high = pair(one, other)
    return db.session.scalars(
        select(Recommendation)
        .where(
            Recommendation.low_id == low,
            Recommendation.high_id == high,
            Recommendation.state == RecommendationState.OPEN,
        )
        .with_for_update()
        .execution_options(populate_existing=True)
    ).one_or_none()


def get_recommendation(actor: Actor, recommendation_id: int) -> Recommendation:
    """A recommendation to the actor's organisation, its row locked; raises NotFound."""
    found = db.session.scalars(
        select(Recommendation)
        .where(Recommendation.id == recommendation_id, _recommended_to_either(actor.organisation_id or 0))
        .with_for_update()
        .execution_options(populate_existing=True)
    ).one_or_none()
    if found is None:
        raise NotFound
    return found


@dataclass(frozen=True)
class Task:
    """A task with whom it is about: `asking` wants to meet `asked`; `person` wrote the message."""

    row: FacilitatorTask
    asking: Organisation
    asked: Organisation
    person: Person | None


def count_tasks(actor: Actor) -> int:
    """How many tasks wait for this actor."""
    if not can(actor, "task.read"):
        return 0
    return db.session.scalar(select(func.count()).where(FacilitatorTask.done_at.is_(None))) or 0


def task_about(asked_by: int, other_id: int) -> FacilitatorTask | None:
    """The task that one organisation gave the facilitators about another, done or not."""
    return db.session.scalars(
        select(FacilitatorTask).where(
            FacilitatorTask.asked_by == asked_by, FacilitatorTask.other_id == other_id
        )
    ).one_or_none()


def get_task(task_id: int) -> FacilitatorTask:
    """A task by its number, its row locked; raises NotFound."""
    task = db.session.scalars(
        select(FacilitatorTask)
        .where(FacilitatorTask.id == task_id)
        .with_for_update()
        .execution_options(populate_existing=True)
    ).one_or_none()
    if task is None:
        raise NotFound
    return task


def tasks(actor: Actor) -> tuple[Sequence[Task], Sequence[Task]]:
    """What waits, the longest first, and what was done last."""
    waiting = db.session.scalars(
        select(FacilitatorTask).where(FacilitatorTask.done_at.is_(None)).order_by(FacilitatorTask.id)
    ).all()
    done = db.session.scalars(
        select(FacilitatorTask)
        .where(FacilitatorTask.done_at.is_not(None))
        .order_by(FacilitatorTask.done_at.desc(), FacilitatorTask.id.desc())
        .limit(MOST_DONE)
    ).all()
    rows = [*waiting, *done]
    known = organisations_by_id(actor, [one for row in rows for one in (row.asked_by, row.other_id)])
    people = {
        person.id: person
        for person in db.session.scalars(select(Person).where(Person.id.in_({row.person_id for row in rows})))
    }

    def as_tasks(some: Sequence[FacilitatorTask]) -> Sequence[Task]:
        return [
            Task(row, known[row.asked_by], known[row.other_id], people.get(row.person_id or 0))
            for row in some
            if row.asked_by in known and row.other_id in known
        ]

    return as_tasks(waiting), as_tasks(done)


@dataclass(frozen=True)
class IntroductionEligibility:
    """What is between the actor's organisation and another.

    `waiting` is the introduction that waits for an answer, `room_id` the room of one that was accepted, `rested_at`
    when one can ask again after a decline, `task` what the facilitators were asked, `full` whether too many answers
    are waited for, `paused_until` when the other takes partners again.
    """

    waiting: Introduction | None = None
    room_id: int | None = None
    rested_at: datetime | None = None
    task: FacilitatorTask | None = None
    full: bool = False
    paused_until: datetime | None = None


def introduction_eligibility(actor: Actor, other: Organisation) -> IntroductionEligibility:
    """How the actor's organisation stands to another."""
    own = actor.organisation_id
    if own is None:
        return IntroductionEligibility()
    if other.unclaimed:
        task = task_about(own, other.id)
        is_open = task is not None and task.done_at is None
        return IntroductionEligibility(task=task if is_open else None, full=count_open(own) >= MOST_OPEN)
    latest = latest_between(own, other.id)
    paused = other.paused_until if other.paused_until and other.paused_until > now() else None
    if latest is None:
        return IntroductionEligibility(full=count_open(own) >= MOST_OPEN, paused_until=paused)
    is_open = latest.state == IntroductionState.ASKED and latest.expires_at > now()
    rested_at = None
    if latest.state == IntroductionState.DECLINED and latest.answered_at is not None:
        rested_at = latest.answered_at + timedelta(days=REST_DAYS)
    return IntroductionEligibility(
        waiting=latest if is_open else None,
        room_id=room_numbers([latest]).get(latest.id),
        rested_at=rested_at if rested_at and rested_at > now() else None,
        full=count_open(own) >= MOST_OPEN,
        paused_until=paused,
    )
