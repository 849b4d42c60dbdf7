"""Streams: dense, in the order of commits, and never twice, however many write at once."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select

from app.core.actors import Actor
from app.core.database import db
from app.core.errors import Conflict
from app.core.hints import Hint, listen_to_hints
from app.core.streams.models import Event, Stream
from app.core.streams.services import append, events_after, events_before, once, open_stream, redact
from app.core.transactions import write_transaction
from app.features.accounts.models import Person
from tests.support.app import both_databases
from tests.support.factories import Make

pytestmark = both_databases


@pytest.fixture
def stream_id(app: Flask) -> str:
    """A new stream."""
    with app.app_context(), write_transaction():
        return open_stream("room").id


def act_as(person: Person) -> Actor:
    """The person as she stands in this transaction."""
    return Actor(db.session.get_one(Person, person.id))


def say(app: Flask, person: Person, stream_id: str, cid: str, body: str) -> dict[str, Any]:
    """One command, as a door would carry it out."""
    with app.app_context(), write_transaction():
        actor = act_as(person)

        def act() -> dict[str, Any]:
            return {"seq": append(stream_id, "message", {"body": body}, actor).seq}

        return once(actor, cid, {"body": body}, stream_id, act)


def test_many_writers_leave_no_gap_and_no_double(app: Flask, make: Make, stream_id: str) -> None:
    """Forty commands of four writers, each sent twice: forty events, numbered 1 to 40."""
    people = [make.person(f"Writer {number}") for number in range(4)]
    jobs = [(people[number % 4], f"cid-{number:05}", f"word {number}") for number in range(40)] * 2
    with ThreadPoolExecutor(8) as pool:
        answers = list(pool.map(lambda job: say(app, job[0], stream_id, job[1], job[2]), jobs))
    with app.app_context():
        events = events_after(stream_id, 0)
        assert [event.seq for event in events] == list(range(1, 41))
        assert sorted(event.payload["body"] for event in events) == sorted({job[2] for job in jobs})
        assert db.session.get_one(Stream, stream_id).head == 40
    assert answers[:40] == answers[40:]


def test_a_repeat_with_other_words_is_a_conflict(app: Flask, make: Make, stream_id: str) -> None:
    """An id stands for one command only; the number that the repeat would have had is not lost."""
    person = make.person()
    say(app, person, stream_id, "cid-00001", "first")
    with pytest.raises(Conflict):
        say(app, person, stream_id, "cid-00001", "second")
    assert say(app, person, stream_id, "cid-00002", "third") == {"seq": 2}


def test_the_same_id_of_two_people_is_two_commands(app: Flask, make: Make, stream_id: str) -> None:
    """Ids are the sender's own."""
    for number, name in enumerate(("Anna", "Bruno"), 1):
        assert say(app, make.person(name), stream_id, "cid-00001", "hello") == {"seq": number}


def test_a_transaction_that_fails_leaves_no_trace_and_no_hint(app: Flask, make: Make, stream_id: str) -> None:
    """Neither event nor head nor hint: the next event takes the number."""
    hints: list[Hint] = []
    listen_to_hints(app, hints.append)
    person = make.person()

    def break_off() -> None:
        with app.app_context(), write_transaction():
            append(stream_id, "message", {"body": "never"}, act_as(person))
            raise RuntimeError("the power went")

    with pytest.raises(RuntimeError):
        break_off()
    assert hints == []
    assert say(app, person, stream_id, "cid-00001", "hello") == {"seq": 1}
    assert hints == [("head", stream_id, 1), ("appended", "room", 1)]


def test_reading_forwards_and_backwards_meets_the_same_events(app: Flask, make: Make, stream_id: str) -> None:
    """Catching up and scrolling back are two ways over one list."""
    person = make.person()
    for number in range(1, 8):
        say(app, person, stream_id, f"cid-{number:05}", str(number))
    with app.app_context():
        assert [event.seq for event in events_after(stream_id, 4)] == [5, 6, 7]
        assert [event.seq for event in events_before(stream_id, 4, 2)] == [2, 3]


def test_a_redacted_event_keeps_its_number_and_loses_its_words(
    app: Flask, make: Make, stream_id: str
) -> None:
    """The text is gone from the row, not only from view."""
    say(app, make.person(), stream_id, "cid-00001", "a secret")
    with app.app_context(), write_transaction():
        redact(db.session.scalars(select(Event)).one())
    with app.app_context():
        event = db.session.scalars(select(Event)).one()
        assert (event.seq, event.payload) == (1, {})
        assert event.redacted_at is not None


def test_a_unique_row_taken_twice_at_once_is_a_conflict(app: Flask, make: Make) -> None:
    """What the database refuses reaches people as a sentence."""
    person = make.person(email="anna@example.org")

    def join(twice: Callable[[], None] | None = None) -> None:
        with app.app_context(), write_transaction():
            db.session.add(Person(name="Anna", email=person.email))

    with pytest.raises(Conflict):
        join()
