"""Reading what waits for the facilitators: introductions asked of organisations that are not here yet."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import func, select

from app.core.actors import Actor
from app.core.database import db
from app.core.errors import NotFound
from app.core.permissions import can
from app.features.accounts.models import Person
from app.features.organisations.models import Organisation
from app.features.organisations.queries import organisations_by_id
from app.features.suggestions.models import FacilitatorTask

MOST_DONE = 20


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

    def told(some: Sequence[FacilitatorTask]) -> Sequence[Task]:
        return [
            Task(row, known[row.asked_by], known[row.other_id], people.get(row.person_id or 0))
            for row in some
            if row.asked_by in known and row.other_id in known
        ]

    return told(waiting), told(done)
