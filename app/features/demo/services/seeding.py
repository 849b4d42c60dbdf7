"""Putting the whole demonstration into a database, in one transaction."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import delete, func, or_, select

from app.core.clock import now
from app.core.database import db
from app.core.jobs import Job
from app.features.demo.services.designing import design
from app.features.demo.services.founding import found
from app.features.demo.services.initiatives import begin
from app.features.demo.services.meeting import meet, talk
from app.features.demo.services.timeline import Timeline
from app.features.demo.services.world import World
from app.features.organisations.models import Organisation
from app.features.rooms.models import Message
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
    if db.session.scalar(select(Organisation.id).limit(1)) is not None:
        return None
    load_taxonomy()
    earlier = db.session.scalar(select(func.max(Job.id))) or 0
    world, timeline = World(), Timeline()
    found(world, timeline)
    begin(world, timeline)
    meet(world, timeline)
    talk(world, timeline)
    design(world, timeline)
    timeline.tell()
    _send_nothing(earlier)
    messages = db.session.scalar(select(func.count()).select_from(Message)) or 0
    return Seeded(len(world.people), len(world.organisations), len(world.initiatives), messages)


def _send_nothing(earlier: int) -> None:
    """Drop the mails that all this would have sent, for nobody invented reads them, and what was due in its past."""
    settled = or_(Job.kind == "mail", Job.run_after <= now())
    db.session.execute(delete(Job).where(Job.id > earlier, settled))
