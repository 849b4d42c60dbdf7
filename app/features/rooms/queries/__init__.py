"""Every SELECT of rooms: which there are, what was said last, what is unread."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from itertools import groupby
from typing import Any, NamedTuple, TypeVarTuple

from flask_babel import lazy_gettext as _l
from sqlalchemy import ColumnElement, Select, String, Subquery, and_, func, or_, select, type_coerce
from sqlalchemy.orm import aliased, contains_eager, joinedload, undefer

from app.core.actors import Actor
from app.core.compiled_sql import CompiledBatch, in_params
from app.core.database import db
from app.core.errors import Conflict, NotFound
from app.core.pagination import Key, Page, paginate
from app.core.source_names import EventKind
from app.core.streams.models import Event, Stream
from app.features.accounts.models import ClusterRole, Person
from app.features.organisations.models import Membership, Organisation, OrganisationConcept, Relation
from app.features.organisations.weave import WOVEN, Weave, weave_from
from app.features.rooms.models import Message, ReadMark, Room, RoomKind, RoomRow
from app.features.rooms.owners import visible_to, waiting_for
from app.features.rooms.queries.members import is_silent
from app.features.rooms.queries.room_lookup import find_room
from app.features.taxonomy.models import Concept

Columns = TypeVarTuple("Columns")
MOST_COUNTED = 100
PAGE_OF_MESSAGES = 50
MESSAGE: EventKind = "message"
"""The kind of the event with which something is said."""


class PersonSummary(NamedTuple):
    """What is shown of a person beside what she said."""

    id: int
    name: str
    cluster_role: ClusterRole


class OrganisationSummary(NamedTuple):
    """What is shown of an organisation beside what was said for it."""

    slug: str
    name: str
    country: str
    weave: Weave


@dataclass(frozen=True)
class Talk:
    """What a list shows of a room's talk: its last message, what is rendered of it, and how many wait for the actor."""

    last: Message | None
    rendered: Mapping[str, Any] | None
    unread: int


def get_room(actor: Actor, room_id: int) -> RoomRow:
    """The room; raises NotFound where it is missing or not the actor's to see."""
    room = find_room(actor, Room.id, room_id)
    if room is None:
        raise NotFound
    return room


def room_of(kind: RoomKind, owner_id: int) -> Room | None:
    """The room of an owner, without a check of who asks: for callers that have checked."""
    column = {RoomKind.INITIATIVE: Room.initiative_id, RoomKind.INTRODUCTION: Room.introduction_id}[kind]
    return db.session.scalar(select(Room).where(column == owner_id))


def is_visible(actor: Actor, stream_id: str) -> bool:
    """Whether the actor may read the room that a stream belongs to."""
    return find_room(actor, Room.stream_id, stream_id) is not None


def list_rooms(actor: Actor, token: str | None) -> Page[Room]:
    """The rooms that the actor may enter, those with the newest talk first."""
    query: Select[Room] = select(Room).where(visible_to(actor)).options(undefer(Room.active_at))
    return paginate(query, [Key(Room.active_at, descending=True), Key(Room.id, descending=True)], token)


def talk_in(actor: Actor, rooms: Sequence[Room]) -> Mapping[int, Talk]:
    """The last message of each room and what is unread in it, in two queries."""
    ids = [room.id for room in rooms]
    newest = (
        select(func.max(Message.event_seq))
        .where(Message.room_id == Room.id, Message.removed_at.is_(None))
        .correlate(Room)
        .scalar_subquery()
    )
    last = db.session.execute(
        select(Message, Event.payload)
        .join(Room, Room.id == Message.room_id)
        .join(Event, and_(Event.stream_id == Room.stream_id, Event.seq == Message.event_seq))
        .where(Room.id.in_(ids), Message.event_seq == newest)
        .options(joinedload(Message.person), joinedload(Message.organisation))
    )
    lasts = {message.room_id: (message, payload.get("rendered")) for message, payload in last}
    counted = _unread(actor, select(Room.id, func.count())).where(Room.id.in_(ids)).group_by(Room.id)
    unread: dict[int, int] = dict(db.session.execute(counted).all())
    nothing = (None, None)
    return {room.id: Talk(*lasts.get(room.id, nothing), unread.get(room.id, 0)) for room in rooms}


def count_unread(actor: Actor) -> int:
    """How many messages wait for the actor in all her rooms."""
    if actor.person is None:
        return 0
    return db.session.scalar(_unread(actor, select(func.count()))) or 0


def count_for_badge(actor: Actor) -> int:
    """The same for the navigation of every page, which says "99+": at most MOST_COUNTED are counted."""
    if actor.person is None:
        return 0
    counted = _unread(actor, select(Message.id)).limit(MOST_COUNTED).subquery()
    return db.session.scalar(select(func.count()).select_from(counted)) or 0


def _unread(actor: Actor, query: Select[*Columns]) -> Select[*Columns]:
    """Messages that others wrote past the actor's mark and that stand, in rooms that concern her or that she has read in.

    Of a room of which she wants to be told nothing there are none.
    """
    mine = and_(ReadMark.stream_id == Room.stream_id, ReadMark.person_id == actor.person_id)
    return (
        query.select_from(Room)
        .join(Message, Message.room_id == Room.id)
        .outerjoin(ReadMark, mine)
        .where(
            visible_to(actor),
            or_(waiting_for(actor), ReadMark.id.is_not(None)),
            Message.event_seq > func.coalesce(ReadMark.seq, 0),
            Message.removed_at.is_(None),
            _by_others(actor),
            ~is_silent(actor),
        )
    )


def _by_others(actor: Actor) -> ColumnElement[bool]:
    return or_(Message.person_id.is_(None), Message.person_id != actor.person_id)


class UnreadMember(NamedTuple):
    """Somebody for whom something in a room is unread, and whether an answer to her is among it."""

    person_id: int
    is_answered: bool


def unread_members(room: Room, organisation_id: int) -> Sequence[UnreadMember]:
    """Those of an organisation's members for whom something in a room is unread that others wrote and that stands."""
    answered = aliased(Message)
    unread = and_(
        Message.room_id == room.id,
        Message.removed_at.is_(None),
        Message.event_seq > func.coalesce(ReadMark.seq, 0),
        or_(Message.person_id.is_(None), Message.person_id != Membership.person_id),
    )
    something = select(Message.id).where(unread).correlate(Membership, ReadMark).exists()
    answer = (
        select(Message.id)
        .join(answered, and_(answered.room_id == room.id, answered.event_seq == Message.reply_to))
        .where(unread, answered.person_id == Membership.person_id)
        .correlate(Membership, ReadMark)
        .exists()
    )
    mark = and_(ReadMark.person_id == Membership.person_id, ReadMark.stream_id == room.stream_id)
    rows = db.session.execute(
        select(Membership.person_id, answer)
        .join(Person, Person.id == Membership.person_id)
        .outerjoin(ReadMark, mark)
        .where(Membership.organisation_id == organisation_id, Person.suspended_at.is_(None), something)
        .order_by(Membership.person_id)
    )
    return [UnreadMember(person_id, bool(is_answered)) for person_id, is_answered in rows]


def rooms_shown_to(actor: Actor, ids: Collection[int]) -> Sequence[Room]:
    """Those of some rooms that the actor may read."""
    return db.session.scalars(select(Room).where(Room.id.in_(ids), visible_to(actor))).all()


def last_answers_to(actor: Actor, rooms: Sequence[Room]) -> Mapping[int, Talk]:
    """The last message in each room that stands and answers one of the actor's, by the room's id."""
    answered = aliased(Message)
    last = (
        select(func.max(Message.event_seq).label("seq"), Message.room_id)
        .join(answered, and_(answered.room_id == Message.room_id, answered.event_seq == Message.reply_to))
        .where(
            Message.room_id.in_([room.id for room in rooms]),
            Message.removed_at.is_(None),
            answered.person_id == actor.person_id,
            _by_others(actor),
        )
        .group_by(Message.room_id)
        .subquery()
    )
    return talk_at(last)


def talk_at(last: Subquery) -> Mapping[int, Talk]:
    """The messages that a subquery names by its columns `room_id` and `seq`, one of each room, by the room's id."""
    found = db.session.execute(
        select(Message, Event.payload)
        .join(last, and_(last.c.room_id == Message.room_id, last.c.seq == Message.event_seq))
        .join(Room, Room.id == Message.room_id)
        .join(Event, and_(Event.stream_id == Room.stream_id, Event.seq == Message.event_seq))
        .options(joinedload(Message.person))
    )
    return {message.room_id: Talk(message, payload.get("rendered"), 0) for message, payload in found}


def read_up_to(actor: Actor, stream_id: str) -> int:
    """The number of the last event that the actor has read in a stream; 0 where she was never there."""
    return (
        db.session.scalar(
            select(ReadMark.seq).where(ReadMark.stream_id == stream_id, ReadMark.person_id == actor.person_id)
        )
        or 0
    )


def stream_of(room: Room | RoomRow) -> Stream:
    """The stream of a room that was found."""
    return db.session.get_one(Stream, room.stream_id)


def heads_of(rooms: Sequence[Room]) -> Mapping[str, int]:
    """How far the streams of some rooms go."""
    query = select(Stream.id, Stream.head).where(Stream.id.in_([room.stream_id for room in rooms]))
    return {row.id: row.head for row in db.session.execute(query)}


def events_of(stream_id: str, numbers: set[int]) -> Sequence[Event]:
    """Some events of a stream by their numbers."""
    if not numbers:
        return []
    return db.session.scalars(select(Event).where(Event.stream_id == stream_id, Event.seq.in_(numbers))).all()


def event_of(message: Message) -> Event:
    """The event with which a message was said."""
    return db.session.get_one(Event, (message.room.stream_id, message.event_seq), populate_existing=True)


_PEOPLE = CompiledBatch(
    lambda size: select(Person.id, Person.name, Person.cluster_role).where(in_params(Person.id, "id", size)),
    "id",
)


def people_by_id(ids: set[int]) -> Mapping[int, PersonSummary]:
    """What is shown of people, by their ids."""
    return {row.id: PersonSummary(*row) for row in _PEOPLE([(each,) for each in ids])}


_ABOVE = aliased(Concept)
_WOVEN_OF = and_(
    OrganisationConcept.organisation_id == Organisation.id,
    or_(*(OrganisationConcept.relation == each for each in WOVEN)),
)
_PATCHES = CompiledBatch(
    lambda size: (
        select(
            *(Organisation.id, Organisation.slug, Organisation.name, Organisation.country),
            *(type_coerce(OrganisationConcept.relation, String), Concept.code),
            *(func.coalesce(Concept.dye, _ABOVE.dye), Concept.tone),
        )
        .outerjoin(OrganisationConcept, _WOVEN_OF)
        .outerjoin(Concept, Concept.id == OrganisationConcept.concept_id)
        .outerjoin(_ABOVE, _ABOVE.id == Concept.broader_id)
        .where(in_params(Organisation.id, "id", size))
        .order_by(Organisation.id)
    ),
    "id",
)


def organisation_summaries(ids: set[int]) -> Mapping[int, OrganisationSummary]:
    """What is shown of organisations, by their ids: columns only, since this is asked for every message."""
    rows = _PATCHES([(each,) for each in ids])
    return {
        number: OrganisationSummary(slug, name, country, _woven(tuple(row[4:] for row in found if row[4])))
        for (number, slug, name, country), found in groupby(rows, key=lambda row: row[:4])
    }


@lru_cache(maxsize=5000)
def _woven(concepts: tuple[tuple[str, str, str | None, int], ...]) -> Weave:
    """The weave out of these concepts, which are mostly those of the last time."""
    return weave_from((Relation(relation), code, dye, tone) for relation, code, dye, tone in concepts)


def has_message(room: Room | RoomRow, seq: int) -> bool:
    """Whether a room has a message of this number that was not removed."""
    query = select(Message.id).where(
        Message.room_id == room.id, Message.event_seq == seq, Message.removed_at.is_(None)
    )
    return db.session.scalar(query) is not None


def get_message(actor: Actor, room_id: int, seq: int) -> Message:
    """A message with its room, as it stands now; raises NotFound where it is missing or not the actor's to see."""
    message = db.session.scalar(
        select(Message)
        .join(Message.room)
        .where(Room.id == room_id, Message.event_seq == seq, visible_to(actor))
        .options(contains_eager(Message.room))
        .execution_options(populate_existing=True)
    )
    if message is None:
        raise NotFound
    return message


def get_standing_message(actor: Actor, room_id: int, seq: int) -> Message:
    """A message as `get_message` gives it; raises Conflict, too, where it was removed."""
    message = get_message(actor, room_id, seq)
    if message.removed_at is not None:
        raise Conflict(_l("This message was removed meanwhile."))
    return message


def has_message_after(stream_id: str, seq: int) -> bool:
    """Whether something was said in a stream past an event."""
    query = select(Event.seq).where(Event.stream_id == stream_id, Event.seq > seq, Event.kind == MESSAGE)
    return db.session.scalar(query.limit(1)) is not None


def first_unread(actor: Actor, room: RoomRow, read: int) -> int | None:
    """The number of the first message of others past `read` that stands; None where she was never there before."""
    if not read:
        return None
    query = select(func.min(Message.event_seq)).where(
        Message.room_id == room.id, Message.event_seq > read, Message.removed_at.is_(None), _by_others(actor)
    )
    return db.session.scalar(query)


def first_message_since(room_id: int, moment: datetime) -> int | None:
    """The number of the first message that stands and was said at a moment or after it; None where there is none."""
    query = select(func.min(Message.event_seq)).where(
        Message.room_id == room_id, Message.created_at >= moment, Message.removed_at.is_(None)
    )
    return db.session.scalar(query)


def is_past(room_id: int, seq: int) -> bool:
    """Whether so much was said in a room after a message that its page no longer begins with it."""
    later = select(Message.id).where(Message.room_id == room_id, Message.event_seq > seq)
    return db.session.scalar(later.offset(PAGE_OF_MESSAGES - 1).limit(1)) is not None


def messages_before(stream_id: str, before: int, limit: int) -> Sequence[Event]:
    """The last `limit` events under `before` with which something was said, oldest first."""
    newest_first = db.session.scalars(
        select(Event)
        .where(Event.stream_id == stream_id, Event.seq < before, Event.kind == MESSAGE)
        .order_by(Event.seq.desc())
        .limit(limit)
    ).all()
    return newest_first[::-1]


def has_read_mark(actor: Actor, stream_id: str) -> bool:
    """Whether it is kept how far the actor has read a stream."""
    query = select(ReadMark.id).where(ReadMark.stream_id == stream_id, ReadMark.person_id == actor.person_id)
    return db.session.scalar(query) is not None
