"""The demo cluster in a database: made through the services, complete, with a past, and always the same."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import event, func, select
from sqlalchemy.orm import selectinload

from app import create_app
from app.core.actors import VISITOR
from app.core.clock import now
from app.core.database import db
from app.core.jobs import Job
from app.core.streams.models import Event, Stream
from app.core.transactions import write_transaction
from app.features.accounts.models import Person
from app.features.demo.services import seeding
from app.features.initiatives.models import Application, Initiative, InitiativeState
from app.features.initiatives.queries import get_initiative
from app.features.introductions.models import Introduction, IntroductionState
from app.features.organisations.models import Collaboration, Organisation, OrganisationState, StoryPage
from app.features.rooms.models import Message, ReadMark, Room
from app.features.search.models import FoundKind, SearchText
from config import Settings
from tests.support.app import both_databases, sqlite_copy
from tests.support.demo import seeded_postgres, seeded_sqlite
from tests.support.door import Door
from tests.support.postgres import WORKER
from tests.support.shared import Shared

TABLES = (
    "person",
    "organisation",
    "initiative",
    "introduction",
    "message",
    "event",
    "application",
    "job",
    "audit",
)


@pytest.fixture
def database(request: pytest.FixtureRequest, shared: Shared, tmp_path: Path) -> str:
    """The address of a database of this test's own with the demo in it."""
    if getattr(request, "param", "sqlite") == "postgres":
        server = request.getfixturevalue("postgres_server")
        url, printed = seeded_postgres(shared, server, f"trama_app_{WORKER}")
    else:
        url, printed = seeded_sqlite(shared, tmp_path)
    assert "80 organisations, 78 people, 7 initiatives, 98 messages" in printed
    return url


@pytest.fixture
def seeded(app: Flask) -> Flask:
    """The application with the demo in its database."""
    return app


@pytest.fixture
def unseeded(settings: Settings, shared: Shared, tmp_path: Path) -> Settings:
    """The settings of an installation without the demo."""
    (tmp_path / "unseeded").mkdir()
    return replace(settings, database_url=sqlite_copy(shared, tmp_path / "unseeded"))


def counts() -> dict[str, int]:
    """How many rows each table has."""
    tables = db.metadata.tables
    return {name: db.session.scalar(select(func.count()).select_from(tables[name])) or 0 for name in TABLES}


@both_databases
def test_everything_that_was_told_is_there(seeded: Flask) -> None:
    with seeded.app_context():
        states = Counter(db.session.scalars(select(Organisation.state)))
        assert states == {OrganisationState.ADMITTED: 80}
        assert Counter(db.session.scalars(select(Organisation.unclaimed))) == {False: 71, True: 9}
        assert Counter(db.session.scalars(select(Organisation.paused_until > now()))) == {None: 78, True: 2}
        assert set(db.session.scalars(select(Initiative.state))) == set(InitiativeState)
        assert Counter(db.session.scalars(select(Introduction.state))) == {
            "asked": 4,
            "accepted": 2,
            "declined": 1,
        }
        assert Counter(db.session.scalars(select(Application.state))) == {"accepted": 18, "sent": 6}
        assert Counter(db.session.scalars(select(Room.kind))) == {
            "initiative": 6,
            "introduction": 2,
            "theme": 1,
        }
        assert len(db.session.scalars(select(Message.id)).all()) == 98
        assert db.session.scalar(select(func.count()).select_from(StoryPage)) == 13
        found = select(func.count()).where(SearchText.kind == FoundKind.ORGANISATION)
        assert db.session.scalar(found) == 80


@both_databases
def test_the_seats_of_seeds_across_borders_are_taken_but_for_two(seeded: Flask) -> None:
    with seeded.app_context():
        seeds = get_initiative(VISITOR, "seeds-across-borders")
        assert [(role.filled, role.seats) for role in seeds.roles] == [(2, 2), (1, 1), (1, 1), (0, 1), (0, 1)]
        assert {partner.organisation.country for partner in seeds.partners} == {"IT", "PL", "BE", "CY"}
        assert {text.lang for text in seeds.texts} == {"en", "it"}


@both_databases
def test_streams_are_dense_and_run_forward_in_time(seeded: Flask) -> None:
    with seeded.app_context():
        for stream in db.session.scalars(select(Stream)):
            events = db.session.scalars(
                select(Event).where(Event.stream_id == stream.id).order_by(Event.seq)
            ).all()
            assert [each.seq for each in events] == list(range(1, stream.head + 1))
            times = [each.created_at for each in events]
            assert times == sorted(times)
        said = select(Message.created_at, Event.created_at).join(Room, Room.id == Message.room_id)
        said = said.join(Event, (Event.stream_id == Room.stream_id) & (Event.seq == Message.event_seq))
        pairs = db.session.execute(said).all()
        assert len(pairs) == 98
        assert all(abs(one - other) < timedelta(seconds=1) for one, other in pairs)


@both_databases
def test_the_talk_looks_lived_in(seeded: Flask) -> None:
    with seeded.app_context():
        said: list[datetime] = list(db.session.scalars(select(Message.created_at)))
        assert now() - max(said) < timedelta(hours=1)
        assert now() - min(said) > timedelta(days=200)
        closed = db.session.scalars(
            select(Initiative).where(Initiative.slug == "slow-paths-open-doors")
        ).one()
        grown = db.session.scalars(select(Collaboration).filter_by(initiative_id=closed.id)).one()
        assert grown.ended is not None and grown.ended < now().date() - timedelta(days=200)
        for introduction in db.session.scalars(select(Introduction)):
            assert introduction.created_at < now() - timedelta(days=1)
            assert introduction.expires_at - introduction.created_at == timedelta(days=30)
        people = {person.id: person.email for person in db.session.scalars(select(Person))}
        readers = {people[mark.person_id] for mark in db.session.scalars(select(ReadMark))}
        assert {"member-it@demo.example", "member-pl@demo.example"} <= readers
        said = select(Message.event_seq, ReadMark.seq).join(Room, Room.id == Message.room_id)
        own = (ReadMark.stream_id == Room.stream_id) & (ReadMark.person_id == Message.person_id)
        assert all(number <= read for number, read in db.session.execute(said.join(ReadMark, own)))


@both_databases
def test_nobody_is_written_to_and_nobody_has_a_password(seeded: Flask) -> None:
    with seeded.app_context():
        waiting = db.session.scalars(select(Job)).all()
        assert {job.kind for job in waiting} == {"introduction.expire", "decision.close", "decision.review"}
        assert all(job.run_after > now() for job in waiting)
        asked = select(Introduction.id).where(Introduction.state == IntroductionState.ASKED)
        assert {job.payload.get("introduction_id") for job in waiting} >= set(db.session.scalars(asked))
        people = db.session.scalars(select(Person)).all()
        assert all(
            person.is_demo and person.verified_at and person.password_hash is None for person in people
        )


@both_databases
def test_seeding_again_changes_nothing(seeded: Flask) -> None:
    with seeded.app_context():
        before = counts()
    answer = seeded.test_cli_runner().invoke(args=["demo", "seed"])
    assert answer.exit_code == 0 and "nothing was done" in answer.output
    with seeded.app_context():
        assert counts() == before
        assert before["organisation"] == 80


def told() -> list[Any]:
    """The whole content as people read it, without what is random or counted from the moment of the seed."""
    organisations = db.session.scalars(
        select(Organisation).options(selectinload(Organisation.texts)).order_by(Organisation.id)
    )
    introductions = db.session.scalars(select(Introduction).order_by(Introduction.id))
    initiatives = db.session.scalars(
        select(Initiative).options(selectinload(Initiative.texts), selectinload(Initiative.roles))
    )
    messages = db.session.scalars(select(Message).order_by(Message.id))
    people = db.session.scalars(select(Person).order_by(Person.id))
    return [
        *((o.id, o.slug, o.name, sorted((t.lang, t.body) for t in o.texts)) for o in organisations),
        *((i.id, i.low_id, i.high_id, i.state, i.message) for i in introductions),
        *((i.id, i.slug, i.state, [(r.title, r.filled) for r in i.roles]) for i in initiatives),
        *((m.id, m.room_id, m.event_seq, m.person_id, m.lang, m.body, m.reply_to) for m in messages),
        *((p.id, p.email, p.name, p.cluster_role) for p in people),
    ]


def test_two_seeds_tell_the_same(seeded: Flask, settings: Settings, tmp_path: Any) -> None:
    with seeded.app_context():
        first = told()
    again = create_app(replace(settings, database_url=f"sqlite:///{tmp_path / 'again.db'}"))
    with again.app_context():
        with write_transaction():
            db.metadata.create_all(db.session.connection())
            assert seeding.seed() is not None
        assert told() == first
        db.session.remove()
        db.engine.dispose()


@contextmanager
def cut_off_after(app: Flask, statements: int) -> Iterator[None]:
    """Let the database fail after so many statements that write a message."""
    left = [statements]

    def fail(connection: Any, cursor: Any, statement: str, *rest: Any) -> None:
        if statement.startswith("INSERT INTO message"):
            left[0] -= 1
            if left[0] < 0:
                raise RuntimeError("the power is gone")

    with app.app_context():
        engine = db.engine
    event.listen(engine, "before_cursor_execute", fail)
    try:
        yield
    finally:
        event.remove(engine, "before_cursor_execute", fail)


def test_a_seed_that_breaks_off_leaves_nothing_half_done(unseeded: Settings) -> None:
    app = create_app(unseeded)
    with app.app_context(), cut_off_after(app, 20), pytest.raises(RuntimeError), write_transaction():
        seeding.seed()
    with app.app_context():
        assert counts() == dict.fromkeys(TABLES, 0)
        db.session.remove()
        db.engine.dispose()


def test_a_reviewing_cluster_is_seeded_admitted_too(unseeded: Settings) -> None:
    app = create_app(replace(unseeded, admission="review"))
    with app.app_context():
        with write_transaction():
            seeding.seed()
        states = Counter(db.session.scalars(select(Organisation.state)))
        assert states == {OrganisationState.ADMITTED: 80}
        db.session.remove()
        db.engine.dispose()


@pytest.mark.parametrize("key", ["facilitator", "member-it", "member-pl", "manager"])
def test_the_cast_can_be_signed_in_as_in_a_demo(seeded: Flask, settings: Settings, key: str) -> None:
    demo = create_app(replace(settings, demo=True))
    door = Door(demo)
    offered = door.get("/en/sign-in").soup.select("button[name=demo]")
    assert key in {button["value"] for button in offered}
    assert door.post("/en/sign-in/demo", {"demo": key}).status == 303
    home = door.get("/en/")
    with seeded.app_context():
        person = db.session.scalars(select(Person).where(Person.email == f"{key}@demo.example")).one()
        assert person.name in home.text
    with demo.app_context():
        db.session.remove()
        db.engine.dispose()


def test_without_the_setting_nobody_signs_in_as_the_cast(seeded: Flask, door: Callable[..., Door]) -> None:
    visitor = door()
    assert visitor.get("/en/sign-in").soup.select("button[name=demo]") == []
    assert visitor.post("/en/sign-in/demo", {"demo": "member-it"}).status == 404
    assert visitor.get("/en/rooms").status == 303
