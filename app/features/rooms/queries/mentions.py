"""Who can be mentioned in a room, what those are called, and whom a mention waits for."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from typing import NamedTuple

from sqlalchemy import Select, and_, func, or_, select

from app.core.actors import Actor
from app.core.database import db
from app.core.rendered import placeholders_in
from app.features.accounts.models import ClusterRole, Person
from app.features.organisations.models import Membership, Organisation, OrganisationState
from app.features.rooms.models import MAX_MENTIONS, Mention, Message, ReadMark, Room, RoomKind, RoomRow
from app.features.rooms.owners import room_headers
from app.features.rooms.queries import Talk, people_by_id, talk_at
from app.features.rooms.queries.members import latest_writers, still_unread

MAX_PEOPLE = 500
"""So many people of a room can be mentioned; of more, those with the first names."""
PERSON, ORGANISATION = "p", "o"


class Mentionable(NamedTuple):
    """Somebody who can be mentioned: the key of her placeholder, what is written after "@", and what tells her apart."""

    key: str
    label: str
    note: str


def mentionables(room: Room | RoomRow) -> Sequence[Mentionable]:
    """The organisations of a room, their people, and but for introductions the facilitators and managers who read it.

    In the room of a theme these are the organisations and people that wrote there lately.
    Two people of one name are called after their organisations as well.
    """
    organisations = [
        each
        for each in room_headers([room])[room.id].organisations
        if each.state is OrganisationState.ADMITTED
    ]
    people: dict[int, tuple[str, str]] = {}
    members = (
        select(Person.id, Person.name, Organisation.name)
        .join(Membership, Membership.person_id == Person.id)
        .join(Organisation, Organisation.id == Membership.organisation_id)
        .where(Organisation.id.in_([each.id for each in organisations]), Person.suspended_at.is_(None))
        .order_by(Person.name, Person.id)
        .limit(MAX_PEOPLE)
    )
    moderators = (
        select(Person.id, Person.name)
        .join(ReadMark, and_(ReadMark.person_id == Person.id, ReadMark.stream_id == room.stream_id))
        .where(Person.cluster_role != ClusterRole.MEMBER, Person.suspended_at.is_(None))
        .order_by(Person.name, Person.id)
        .limit(MAX_PEOPLE)
    )
    if room.kind == RoomKind.THEME:
        members = members.where(Person.id.in_([person.id for person in latest_writers(room.id)]))
    for person_id, name, organisation in db.session.execute(members):
        people.setdefault(person_id, (name, organisation))
    if room.kind != RoomKind.INTRODUCTION:
        for person_id, name in db.session.execute(moderators):
            people.setdefault(person_id, (name, ""))
    named = Counter([name for name, _organisation in people.values()])
    found = [
        Mentionable(f"{PERSON}:{key}", name if named[name] == 1 else f"{name} ({note})", note)
        for key, (name, note) in people.items()
    ]
    found += [Mentionable(f"{ORGANISATION}:{each.id}", each.name, "") for each in organisations]
    return list({each.label: each for each in reversed(found)}.values())[::-1]


def organisation_labels(mentionables: Iterable[Mentionable]) -> list[str]:
    """What the organisations among those are called; none where one message cannot mention them all."""
    labels = [each.label for each in mentionables if each.key.startswith(ORGANISATION)]
    return labels if 1 < len(labels) <= MAX_MENTIONS else []


def mention_keys(actor: Actor) -> list[str]:
    """The keys of those who are mentioned where the actor is: herself, and the organisation that she acts for."""
    own = [f"{PERSON}:{actor.person_id}"] if actor.person_id else []
    return [*own, f"{ORGANISATION}:{actor.organisation_id}"] if actor.organisation_id else own


def names_in(texts: Iterable[str]) -> Mapping[str, str]:
    """What those are called now whom some texts mention, by the keys of their placeholders; no query without any."""
    keys = [key.split(":") for text in texts for key in placeholders_in(text)]
    people = people_by_id({int(number) for kind, number in keys if kind == PERSON})
    names = {f"{PERSON}:{each.id}": each.name for each in people.values()}
    if ids := {int(number) for kind, number in keys if kind == ORGANISATION}:
        rows = db.session.execute(select(Organisation.id, Organisation.name).where(Organisation.id.in_(ids)))
        names.update({f"{ORGANISATION}:{number}": name for number, name in rows})
    return names


def last_mentions_of(actor: Actor, rooms: Sequence[Room]) -> Mapping[int, Talk]:
    """The last message in each room that stands and mentions the actor or an organisation of hers, by the room's id."""
    ours = [organisation.id for organisation in actor.organisations]
    last = (
        select(func.max(Mention.event_seq).label("seq"), Mention.room_id)
        .join(Message, and_(Message.room_id == Mention.room_id, Message.event_seq == Mention.event_seq))
        .where(
            Mention.room_id.in_([room.id for room in rooms]),
            or_(Mention.person_id == actor.person_id, Mention.organisation_id.in_(ours)),
            Message.person_id.is_distinct_from(actor.person_id),
        )
        .group_by(Mention.room_id)
        .subquery()
    )
    return talk_at(last)


def mentioned_people(room: Room, organisation_id: int | None) -> set[int]:
    """Those whom unread messages of a room mention: of an organisation's members, or with None of the moderators."""
    people = select(Person.id).join(
        Mention,
        or_(Mention.person_id == Person.id, Mention.organisation_id == organisation_id)
        if organisation_id
        else Mention.person_id == Person.id,
    )
    if organisation_id:
        people = people.join(
            Membership,
            and_(Membership.person_id == Person.id, Membership.organisation_id == organisation_id),
        )
    else:
        people = people.where(Person.cluster_role != ClusterRole.MEMBER)
    return _called(people, room)


def called_in_theme(room: Room) -> set[int]:
    """Those whom unread messages in the room of a theme mention, themselves or by an organisation of theirs."""
    named = select(Person.id).join(Mention, Mention.person_id == Person.id)
    acting = (
        select(Person.id)
        .join(Membership, Membership.person_id == Person.id)
        .join(Mention, Mention.organisation_id == Membership.organisation_id)
    )
    return _called(named, room) | _called(acting, room)


def _called(people: Select[int], room: Room) -> set[int]:
    """Those people of a query with mentions for whom a message that mentions them is unread."""
    said = people.join(
        Message, and_(Message.room_id == Mention.room_id, Message.event_seq == Mention.event_seq)
    )
    return set(db.session.scalars(still_unread(said, room)))
