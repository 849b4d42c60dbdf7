"""How people stand to a room: who is muted, of what each wants to be told."""

from __future__ import annotations

import math
from collections.abc import Collection, Sequence
from datetime import datetime
from typing import NamedTuple

from sqlalchemy import ColumnElement, Select, and_, bindparam, func, select
from sqlalchemy.orm import aliased, joinedload

from app.core.actors import Actor
from app.core.clock import now
from app.core.compiled_sql import CompiledStatement
from app.core.database import db
from app.features.accounts.models import ClusterRole, Person
from app.features.rooms.models import Follow, Message, ReadMark, Room, RoomKind, RoomMember, RoomMode, RoomRow

LATEST_WRITERS = 200
"""Who can be muted is read from so many of the last messages."""
_TURN = CompiledStatement(
    select(Room.mode, Room.slow_seconds, Room.is_closed, RoomMember.muted_until, RoomMember.posted_at)
    .outerjoin(RoomMember, and_(RoomMember.room_id == Room.id, RoomMember.person_id == bindparam("person")))
    .where(Room.id == bindparam("room"))
)


class Turn(NamedTuple):
    """What decides whether a person may write in a room at this moment."""

    mode: RoomMode
    slow_seconds: int
    is_closed: bool
    muted_until: datetime | None
    posted_at: datetime | None

    def seconds_left(self, moment: datetime) -> int:
        """So many whole seconds she waits in a slow room before she may write again."""
        if self.mode != RoomMode.SLOW or self.posted_at is None:
            return 0
        return max(0, math.ceil(self.slow_seconds - (moment - self.posted_at).total_seconds()))


def turn_of(room_id: int, person_id: int | None) -> Turn:
    """What decides whether a person may write in a room now; asked with every message."""
    return Turn(*_TURN.one(room=room_id, person=person_id))


def member_of(room_id: int, person_id: int | None) -> RoomMember | None:
    """How a person stands to a room, where anything is kept of it."""
    mine = (RoomMember.room_id == room_id, RoomMember.person_id == person_id)
    return db.session.scalar(select(RoomMember).where(*mine).execution_options(populate_existing=True))


def muted_until(room_id: int, person_id: int | None) -> datetime | None:
    """Until when a person is muted in a room; None where she is not."""
    member = member_of(room_id, person_id)
    return member.muted_until if member and member.muted_until and member.muted_until > now() else None


def muted_in(room_id: int) -> Sequence[RoomMember]:
    """Those who are muted in a room now."""
    muted = (RoomMember.room_id == room_id, RoomMember.muted_until > now())
    query = select(RoomMember).where(*muted).options(joinedload(RoomMember.person))
    return db.session.scalars(query.order_by(RoomMember.muted_until, RoomMember.id)).all()


def latest_writers(room_id: int) -> Sequence[Person]:
    """Those who can be muted in a room: the members of the cluster who wrote its last messages."""
    latest = (
        select(Message.person_id)
        .where(Message.room_id == room_id)
        .order_by(Message.event_seq.desc())
        .limit(LATEST_WRITERS)
        .subquery()
    )
    query = select(Person).where(
        Person.id.in_(select(latest.c.person_id)), Person.cluster_role == ClusterRole.MEMBER
    )
    return db.session.scalars(query.order_by(Person.name, Person.id)).all()


def follow_of(actor: Actor, room: Room | RoomRow) -> Follow:
    """Of what in a room somebody wants to be told: what she chose, else all, and of a theme what mentions her."""
    member = member_of(room.id, actor.person_id)
    if member is not None and member.follow is not None:
        return member.follow
    return Follow.MENTIONS if room.kind == RoomKind.THEME else Follow.ALL


def choices_in(room_id: int, people: Collection[int]) -> dict[int, Follow]:
    """What some people chose for a room, by their ids."""
    query = select(RoomMember.person_id, RoomMember.follow).where(
        RoomMember.room_id == room_id, RoomMember.person_id.in_(people)
    )
    return {person_id: follow for person_id, follow in db.session.execute(query) if follow is not None}


def is_silent(actor: Actor) -> ColumnElement[bool]:
    """The condition on Room under which the actor wants to be told nothing of it."""
    chosen = and_(RoomMember.room_id == Room.id, RoomMember.person_id == actor.person_id)
    return select(RoomMember.id).where(chosen, RoomMember.follow == Follow.NOTHING).correlate(Room).exists()


def answered_in(room: Room) -> set[int]:
    """Those for whom an answer is unread in a room, whoever they act for."""
    answered = aliased(Message)
    query = (
        select(Person.id)
        .join(answered, answered.person_id == Person.id)
        .join(Message, and_(Message.room_id == answered.room_id, Message.reply_to == answered.event_seq))
    )
    return set(db.session.scalars(still_unread(query, room)))


def followers_with_unread(room: Room) -> set[int]:
    """Those who want to be told of everything in a room and for whom something is unread in it."""
    query = (
        select(Person.id)
        .join(RoomMember, and_(RoomMember.person_id == Person.id, RoomMember.follow == Follow.ALL))
        .join(Message, Message.room_id == RoomMember.room_id)
    )
    return set(db.session.scalars(still_unread(query, room)))


def still_unread(query: Select[int], room: Room) -> Select[int]:
    """Those people of a query of people and messages of a room for whom a message of others stands and is unread."""
    mark = and_(ReadMark.person_id == Person.id, ReadMark.stream_id == room.stream_id)
    return query.outerjoin(ReadMark, mark).where(
        Message.room_id == room.id,
        Message.removed_at.is_(None),
        Message.event_seq > func.coalesce(ReadMark.seq, 0),
        Message.person_id.is_distinct_from(Person.id),
        Person.suspended_at.is_(None),
    )
