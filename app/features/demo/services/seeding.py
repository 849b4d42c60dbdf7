"""Putting the whole demonstration into a database, in one transaction."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import delete, or_

from app.core.clock import now
from app.core.database import db
from app.core.jobs import Job
from app.features.demo.queries import count_messages, has_organisations, last_job_id
from app.features.demo.services.deciding import decide
from app.features.demo.services.designing import design
from app.features.demo.services.founding import found
from app.features.demo.services.initiatives import begin
from app.features.demo.services.meeting import meet, open_themes, talk
from app.features.demo.services.timeline import Timeline
from app.features.demo.services.world import World
from app.features.notifications.models import Notification
from app.features.search.services import refresh_once
from app.features.taxonomy.services import load_taxonomy


@dataclass(frozen=True)
class Seeded:
    """What was made."""

    people: int
    organisations: int
    initiatives: int
    messages: int


def seed() -> Seeded | None:
    """Make the demonstration inside the caller's transaction, with the times at which it is said to have happened.

    Returns what was made, or None where organisations exist already and nothing was done.
    """
    if has_organisations():
        return None
    load_taxonomy()
    earlier = last_job_id()
    world, timeline = World(), Timeline()
    found(world, timeline)
    begin(world, timeline)
    meet(world, timeline)
    open_themes(world, timeline)
    talk(world, timeline)
    decide(world, timeline)
    design(world, timeline)
    with refresh_once():
        timeline.tell()
    # All of this happened long ago: nothing of it is new for anybody.
    people = [person.id for person in world.people.values()]
    db.session.execute(delete(Notification).where(Notification.person_id.in_(people)))
    # Nobody invented reads the mails that all this would have sent; other jobs were due in its past.
    settled = or_(Job.kind == "mail", Job.run_after <= now())
    db.session.execute(delete(Job).where(Job.id > earlier, settled))
    return Seeded(len(world.people), len(world.organisations), len(world.initiatives), count_messages())
