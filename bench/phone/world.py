"""The installation that a slow phone opens: the demonstration with a long room in it, and a board of two hundred cards."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

from sqlalchemy import insert, select, update

from app import create_app
from app.core.clock import now
from app.core.database import db
from app.core.streams.models import Event, Stream
from app.core.transactions import write_transaction
from app.features.accounts.models import Person
from app.features.accounts.services.sign_ins import open_login
from app.features.rooms.models import Message, Room
from bench.live.world import cookie_of, make_demonstration, people_by_room, settings_in

BATCH_SIZE = 1000
SECONDS_BETWEEN = 90
WORDS = (
    "Could we meet on Thursday?",
    "The first seeds are in the ground, and the neighbours ask when they may come and help.",
    "I have asked the municipality. They lend us the hall from May on, without rent, if we see to the heating ourselves.",
)


@dataclass(frozen=True)
class World:
    """The cookies of a member who reads and of one who writes, and of one who reads a long room; the room of the two, and
    that long room."""

    reader: str
    writer: str
    long_reader: str
    room: int
    long_room: int


def make_world(folder: Path, messages: int) -> World:
    """Fill a new database with the demonstration and one room with so many messages, and sign two of its people in."""
    app = create_app(settings_in(folder))
    with app.app_context():
        make_demonstration()
        with write_transaction():
            heads = select(Room.id, Stream.head).join(Stream, Stream.id == Room.stream_id)
            lengths = {room: int(head) for room, head in db.session.execute(heads)}
            people = {room: sorted(those) for room, those in people_by_room().items() if len(those) > 1}
            room = max(people, key=lambda each: lengths[each])
            reader, writer = people[room][:2]
            long_room = next(each for each in people if each != room)
            _fill(db.session.get_one(Room, long_room), people[long_room], messages)
            tokens = [
                open_login(db.session.get_one(Person, person))
                for person in (reader, writer, people[long_room][0])
            ]
        reading, writing, long_reading = (cookie_of(app, token) for token in tokens)
        db.session.remove()
        db.engine.dispose()
    return World(reading, writing, long_reading, room, long_room)


def _fill(room: Room, people: list[int], messages: int) -> None:
    """Put messages behind those of a room, in batches: each writer says three in a row."""
    head = db.session.scalars(select(Stream.head).where(Stream.id == room.stream_id)).one()
    begun = now() - timedelta(seconds=SECONDS_BETWEEN * messages)
    for start in range(0, messages, BATCH_SIZE):
        events, said = [], []
        for number in range(start, min(start + BATCH_SIZE, messages)):
            person, seq = people[number // 3 % len(people)], head + number + 1
            at = begun + timedelta(seconds=SECONDS_BETWEEN * number)
            words = {"body": f"{number}: {WORDS[number % len(WORDS)]}", "lang": "en", "reply_to": None}
            events.append(
                {
                    "created_at": at,
                    "kind": "message",
                    "stream_id": room.stream_id,
                    "seq": seq,
                    "payload": words,
                    "actor_id": person,
                }
            )
            said.append(
                {"created_at": at, "room_id": room.id, "event_seq": seq, "person_id": person, **words}
            )
        db.session.execute(insert(Event), events)
        db.session.execute(insert(Message), said)
    db.session.execute(update(Stream).where(Stream.id == room.stream_id).values(head=head + messages))
