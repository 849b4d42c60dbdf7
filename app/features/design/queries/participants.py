"""Who was invited to a design session, who takes part, and what is counted of them."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import Select, bindparam, func, select
from sqlalchemy.orm import joinedload

from app.core.database import db
from app.features.accounts.models import Person
from app.features.design.models.sessions import DesignSession, Participant, Role

MAX_TIME_ZONES = 200
"""For how many people at most the time of a session is shown."""

# Asked for every command: built once, because building them takes longer than the query.
_PARTICIPANT = select(Participant).where(
    Participant.design_id == bindparam("design"), Participant.person_id == bindparam("person")
)
_READY = (
    select(Participant.ready, func.count())
    .where(
        Participant.design_id == bindparam("design"),
        Participant.joined_at.is_not(None),
        Participant.removed_at.is_(None),
        Participant.role == Role.PARTICIPANT,
    )
    .group_by(Participant.ready)
)


def participant_of(design_session: DesignSession, person_id: int | None) -> Participant | None:
    """A person's row in a design session: invited, taking part, or sent away."""
    return db.session.scalar(_PARTICIPANT, {"design": design_session.id, "person": person_id})


def participants_of(design_session: DesignSession) -> Sequence[Participant]:
    """Everybody who was invited or takes part, with person and organisation; not those who were sent away."""
    query = (
        select(Participant)
        .where(Participant.design_id == design_session.id, Participant.removed_at.is_(None))
        .options(joinedload(Participant.person), joinedload(Participant.organisation))
        .order_by(Participant.id)
    )
    return db.session.scalars(query).all()


def all_participants(design_session: DesignSession) -> Sequence[Participant]:
    """Every row of a person in a design session, also of those who were sent away."""
    return db.session.scalars(select(Participant).where(Participant.design_id == design_session.id)).all()


def joined_participants(design_session: DesignSession, role: Role | None = None) -> Sequence[Participant]:
    """Everybody who takes part, perhaps only in one role, by person id."""
    query: Select[Participant] = select(Participant).where(
        Participant.design_id == design_session.id,
        Participant.joined_at.is_not(None),
        Participant.removed_at.is_(None),
    )
    if role is not None:
        query = query.where(Participant.role == role)
    return db.session.scalars(query.order_by(Participant.person_id)).all()


def count_ready(design_session: DesignSession) -> tuple[int, int]:
    """How many participants are ready, and how many there are."""
    counts = {
        bool(ready): count for ready, count in db.session.execute(_READY, {"design": design_session.id})
    }
    return counts.get(True, 0), sum(counts.values())


def last_hand(design_session: DesignSession) -> int:
    """The last place in the queue of raised hands; 0 where no hand is up."""
    query = select(func.max(Participant.hand)).where(Participant.design_id == design_session.id)
    return db.session.scalar(query) or 0


def organisation_name_in(design_session: DesignSession, organisation_id: int) -> str | None:
    """The name of an organisation as its people carry it there; None where nobody comes from it."""
    query = select(Participant.organisation_name).where(
        Participant.design_id == design_session.id, Participant.organisation_id == organisation_id
    )
    return db.session.scalar(query.limit(1))


def organisation_names(design_session: DesignSession) -> dict[int, str]:
    """The names of the organisations that people come from, by id."""
    query = select(Participant.organisation_id, Participant.organisation_name).where(
        Participant.design_id == design_session.id, Participant.organisation_id.is_not(None)
    )
    return {number: name for number, name in db.session.execute(query) if number is not None}


def time_zones_of(design_session: DesignSession) -> Sequence[tuple[str, str]]:
    """The name and the time zone of everybody who is invited."""
    query = (
        select(Person.name, Person.timezone)
        .join(Participant, Participant.person_id == Person.id)
        .where(Participant.design_id == design_session.id, Participant.removed_at.is_(None))
        .order_by(Person.name)
        .limit(MAX_TIME_ZONES)
    )
    return [(name, zone) for name, zone in db.session.execute(query)]
