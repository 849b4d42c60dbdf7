"""Two processes on one PostgreSQL and one Redis: what is written at one is read at the other, Redis or no Redis."""

from __future__ import annotations

import json
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
import redis
from flask import Flask
from sqlalchemy import update

from app.core.clock import now
from app.core.database import db
from app.core.streams.services import revoke
from app.core.transactions import write_transaction
from app.features.accounts.models import Person
from config import Settings
from tests.live.client import Client
from tests.live.conftest import NotesServer, Running, cookie_of
from tests.live.test_signals import names
from tests.support.app import sign_in
from tests.support.factories import Cast, Make
from tests.support.redis import start_redis

pytestmark = [
    pytest.mark.slow,
    pytest.mark.parametrize("database", ["postgres"], indirect=True),
    pytest.mark.postgres,
    pytest.mark.redis,
    pytest.mark.xdist_group("processes"),
]
Enter = Callable[..., Client]


class Pair:
    """Two processes and their Redis."""

    def __init__(self, settings: Settings, folder: Path) -> None:
        self.redis = start_redis()
        self.redis.kill()
        self.servers = [NotesServer(settings, folder, TRAMA_REDIS_URL=self.redis.url) for _ in range(2)]
        threads = [threading.Thread(target=server.start) for server in self.servers]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        self.start_redis()

    def said(self, sentence: str) -> list[int]:
        """How often each process said something in its log."""
        return [server.log.read_text().count(sentence) for server in self.servers]

    def start_redis(self) -> None:
        """Start Redis, and wait until both processes have noticed."""
        before = self.said("Redis answers again")
        self.redis.start()
        until(lambda: self.said("Redis answers again") == [count + 1 for count in before])

    def kill_redis(self) -> None:
        """Kill Redis, and wait until both processes have noticed."""
        before = self.said("Redis does not answer")
        self.redis.kill()
        until(lambda: self.said("Redis does not answer") == [count + 1 for count in before])

    def stop(self) -> None:
        """End everything."""
        for server in self.servers:
            server.kill()
        self.redis.close()


def until(holds: Callable[[], bool], seconds: float = 60) -> None:
    """Wait for something."""
    deadline = time.monotonic() + seconds
    while not holds():
        assert time.monotonic() < deadline, "waited in vain"
        time.sleep(0.05)


@pytest.fixture(scope="module")
def pairs() -> Iterator[list[Pair]]:
    """What the tests of this module share: two processes take seconds to start."""
    pairs: list[Pair] = []
    yield pairs
    for pair in pairs:
        pair.stop()


@pytest.fixture
def pair(settings: Settings, folder: Path, running: Running, pairs: list[Pair]) -> Pair:
    """Two processes that were started while Redis was not there yet, and have found it since."""
    if not pairs:
        pairs.append(Pair(settings, folder))
    return pairs[0]


@pytest.fixture
def enter(app: Flask, pair: Pair) -> Iterator[Enter]:
    """Enter at one of the processes: `enter(0, person, stream)`."""
    opened: list[Client] = []

    def come_in(at: int, person: Person, stream: str | None = None) -> Client:
        client = Client(pair.servers[at].url, cookie_of(app, sign_in(app, person))).join(lang="en")
        opened.append(client)
        if stream:
            assert client.ask("subscribe", stream=stream, after=0)["ok"]
        return client

    yield come_in
    for client in opened:
        client.hang_up()


def write_in_turn(clients: list[Client], stream: str, count: int, name: str) -> list[str]:
    """Write notes at each process in turn, each acknowledged before the next; returns their words."""
    bodies = [f"{name}{number}" for number in range(count)]
    for number, body in enumerate(bodies):
        assert clients[number % len(clients)].write(stream, body)["ok"]
    return bodies


def test_both_processes_show_the_same_notes_in_the_same_order(
    enter: Enter, notebook: str, cast: Cast
) -> None:
    readers = [enter(at, cast.other, notebook) for at in (0, 1)]
    writers = [enter(at, cast.member) for at in (0, 1)]
    threads = [
        threading.Thread(target=write_in_turn, args=([writer], notebook, 50, name))
        for writer, name in zip(writers, "ab", strict=True)
    ]
    for thread in threads:
        thread.start()
    seen = [reader.notes(100, timeout=30) for reader in readers]
    for thread in threads:
        thread.join()
    assert seen[0] == seen[1]
    assert [event["seq"] for event in seen[0]] == list(range(1, 101))


def test_redis_carries_heads_and_ids_and_no_word_that_was_written(
    enter: Enter, pair: Pair, notebook: str, cast: Cast
) -> None:
    client = enter(0, cast.member, notebook)
    with redis.Redis.from_url(pair.redis.url) as listener, listener.pubsub() as channel:
        channel.psubscribe("*")
        assert channel.get_message(timeout=5)["type"] == "psubscribe"
        assert client.write(notebook, "between us")["ok"]
        told = json.loads(channel.get_message(timeout=5)["data"])
        assert listener.dbsize() == 0, "nothing is ever kept there"
    del told["from"]
    assert told == {"kind": "head", "stream": notebook, "head": 1}


def test_a_head_told_by_redis_has_the_stream_read_at_once(
    enter: Enter, pair: Pair, notebook: str, cast: Cast
) -> None:
    reader, writer = enter(1, cast.other, notebook), enter(0, cast.member)
    begun = time.monotonic()
    for number in range(20):
        assert writer.write(notebook, str(number))["ok"]
        assert reader.notes(1)[0]["body"] == str(number)
    assert time.monotonic() - begun < 8, "the poller alone would take ten seconds for these"


def test_while_redis_is_held_killed_and_started_again_nothing_is_lost_or_disordered(
    enter: Enter, pair: Pair, notebook: str, cast: Cast
) -> None:
    readers = [enter(at, cast.other, notebook) for at in (0, 1)]
    writers = [enter(at, cast.member) for at in (0, 1)]
    away = pair.said("Redis does not answer")
    bodies = write_in_turn(writers, notebook, 10, "before")
    pair.redis.hold()
    bodies += write_in_turn(writers, notebook, 10, "held")
    pair.redis.let_go()
    bodies += write_in_turn(writers, notebook, 10, "let go")
    pair.redis.kill()
    bodies += write_in_turn(writers, notebook, 10, "killed")
    assert [event["body"] for event in readers[1].notes(40)] == bodies
    until(lambda: pair.said("Redis does not answer") >= [count + 1 for count in away])
    pair.start_redis()
    bodies += write_in_turn(writers, notebook, 10, "back")
    assert [event["body"] for event in readers[1].notes(10)] == bodies[40:]
    seen = readers[0].notes(50)
    assert [event["body"] for event in seen] == bodies
    assert [event["seq"] for event in seen] == list(range(1, 51))


def here(client: Client, stream: str) -> None:
    """Say that one is there."""
    assert client.ask("signal", stream=stream, kind="here")["ok"]


def sees(client: Client, *expected: str) -> None:
    """Wait until a client was told that exactly these are there."""
    told: list[str] = []
    while told != list(expected):
        told = names(client.next("signal"))


def test_who_is_there_is_known_at_both_processes_and_without_redis_at_ones_own(
    enter: Enter, pair: Pair, notebook: str, cast: Cast
) -> None:
    giulia, marek = enter(0, cast.member, notebook), enter(1, cast.other, notebook)
    here(giulia, notebook)
    here(marek, notebook)
    sees(giulia, "Giulia Rossi", "Marek Wójcik")
    sees(marek, "Giulia Rossi", "Marek Wójcik")
    again = enter(1, cast.other, notebook)
    here(again, notebook)
    sees(again, "Giulia Rossi", "Marek Wójcik")
    again.hang_up()
    assert marek.ask("unsubscribe", stream=notebook)["ok"]
    sees(giulia, "Giulia Rossi")
    pair.kill_redis()
    assert marek.ask("subscribe", stream=notebook, after=0)["ok"]
    here(marek, notebook)
    sees(marek, "Giulia Rossi", "Marek Wójcik")
    assert giulia.silent_for(0.5, "signal"), "nobody could tell her"
    pair.start_redis()
    sees(giulia, "Giulia Rossi", "Marek Wójcik")


def test_typing_at_one_process_shows_at_the_other(enter: Enter, notebook: str, cast: Cast) -> None:
    typist, reader = enter(0, cast.member, notebook), enter(1, cast.other, notebook)
    assert typist.ask("signal", stream=notebook, kind="typing", on=True)["ok"]
    told = reader.next("signal")
    assert (told["stream"], told["kind"], told["person"]["name"]) == (notebook, "typing", "Giulia Rossi")
    assert typist.silent_for(0.3, "signal")


@pytest.mark.parametrize("up", [True, False], ids=["redis", "no redis"])
def test_who_is_suspended_at_one_process_is_out_of_the_other(
    app: Flask, enter: Enter, pair: Pair, notebook: str, cast: Cast, up: bool
) -> None:
    gone, writer = enter(1, cast.other, notebook), enter(0, cast.member)
    if not up:
        pair.kill_redis()
    with app.app_context(), write_transaction():
        db.session.execute(update(Person).where(Person.id == cast.other.id).values(suspended_at=now()))
        revoke(person_id=cast.other.id)
    assert gone.next("closed")["reason"] == "signed_out"
    assert gone.end() == 1008
    assert writer.write(notebook, "among us")["ok"]
    assert not [told for name, told in gone.events if name == "events"]
    if not up:
        pair.start_redis()


def test_nonsense_on_the_channel_harms_nobody(enter: Enter, pair: Pair, notebook: str, cast: Cast) -> None:
    reader, writer = enter(1, cast.other, notebook), enter(0, cast.member)
    nonsense: list[Any] = [
        b"\xff",
        b"{",
        b"[]",
        b"7",
        b"{}",
        json.dumps({"kind": "head", "from": "x"}),
        json.dumps({"kind": "here", "from": "x", "leases": [[notebook]]}),
        json.dumps({"kind": "here", "from": "x", "leases": [[notebook, "x", 45, {}]]}),
        json.dumps({"kind": "signal", "from": "x", "told": []}),
        json.dumps({"kind": "read", "from": "x", "person": "x", "stream": notebook, "seq": 1}),
        json.dumps({"kind": "head", "from": "x", "stream": notebook, "head": 10**6}),
    ]
    with redis.Redis.from_url(pair.redis.url) as teller:
        (channel,) = teller.pubsub_channels("trama:*")
        for each in nonsense:
            teller.publish(channel, each)
    assert writer.write(notebook, "still here")["ok"]
    assert reader.notes(1)[0]["body"] == "still here"
    assert reader.silent_for(0.3, "signal")


def test_what_is_read_at_one_process_is_told_to_ones_devices_at_the_other(
    enter: Enter, make: Make, cast: Cast
) -> None:
    initiative = make.initiative(cast.organisation)
    make.partner(initiative, cast.other_organisation)
    room = make.room(initiative)
    make.message(room, cast.other, cast.other_organisation)
    here, there = enter(0, cast.member), enter(1, cast.member)
    assert here.ask("room_read", cid="read-at-the-first", room=room.id, seq=1)["ok"]
    assert there.next("signal") == {"stream": room.stream_id, "kind": "read", "seq": 1}
