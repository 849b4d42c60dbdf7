"""Search over a million messages: pages of search, asked by a member of three rooms and by a facilitator, on both databases.

Filling takes longer than measuring. A database that is named by `--url` is filled where it is not full yet, at most for
`--fill` seconds, and kept; run it again until it says that it is full.
"""

from __future__ import annotations

import argparse
import os
import random
import statistics
import tempfile
import time
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Any
from urllib.parse import quote

import numpy as np
from flask import Flask
from flask_migrate import upgrade
from sqlalchemy import func, select, text, update

from app import create_app
from app.core.clock import now
from app.core.database import db, has_one_writer, table_of
from app.core.streams.models import Stream
from app.core.text import fold
from app.core.transactions import write_transaction
from app.features.accounts.models import ClusterRole, Login, Person
from app.features.accounts.services.sign_ins import open_login
from app.features.initiatives.models import Initiative, InitiativeState, InitiativeText, Partner
from app.features.rooms.models import Message, Room, RoomKind
from app.features.rooms.services import open_room_for
from app.features.search.queries import rooms_to_index
from app.features.search.services import fill_batch, index_room
from app.features.taxonomy.services import load_taxonomy
from bench.live.world import COUNTRIES, SECRET, TOGETHER, cookie_of, settle
from config import Settings
from deploy.postgres import FAST, start_postgres

MILLION = 1_000_000
ROOMS = 1000
PEOPLE = 500
LARGE_ROOM_SHARE = 0.05
"""So much is said in one of the member's three rooms."""
WORDS_EACH = (4, 24)
VOCABULARY = 50_000
COMMONEST = 20
MIXED = 40
CHUNK_SIZE = 5000
SYLLABLES = tuple(consonant + vowel for consonant in "bcdfglmnprstvz" for vowel in "aeio")


@dataclass(frozen=True)
class Asked:
    """How long the pages of some searches took one reader, in milliseconds."""

    reader: str
    searches: str
    times: list[float]
    hits: int


def main(words: list[str]) -> None:
    """Fill, measure and print."""
    parser = argparse.ArgumentParser(prog="./dev bench search")
    parser.add_argument("--messages", type=int, default=MILLION, help="how many (%(default)s)")
    parser.add_argument(
        "--rounds", type=int, default=3, help="how often each page is asked for (%(default)s)"
    )
    parser.add_argument("--url", help="one database, which is kept; both in a scratch folder without it")
    parser.add_argument("--fill", type=float, default=1e9, help="seconds of filling at most")
    options = parser.parse_args(words)
    with tempfile.TemporaryDirectory(prefix="trama-bench-") as folder:
        if options.url:
            _run(options.url, Path(folder), options)
            return
        _run(f"sqlite:///{folder}/trama.db", Path(folder), options)
        room = Path(folder) / "postgres"
        room.mkdir()
        Path(folder).chmod(0o755)
        server = start_postgres(room, os.getpid(), FAST)
        try:
            _run(server.create("trama"), Path(folder), options)
        finally:
            if server.kept is not None:
                server.kept.stop()


def _run(url: str, folder: Path, options: argparse.Namespace) -> None:
    """Fill and measure one database."""
    app = create_app(Settings(secret_key=SECRET, database_url=url, instance=folder, testing=True))
    vocabulary = make_vocabulary()
    with app.app_context():
        begun = time.monotonic()
        if not fill(options.messages, vocabulary, begun + options.fill):
            print(f"not full yet after {time.monotonic() - begun:.0f} s: run it again", flush=True)
            return
        print(f"{options.messages:,} messages are there after {time.monotonic() - begun:.0f} s", flush=True)
        name = "SQLite" if has_one_writer() else "PostgreSQL"
        member, facilitator = _sign_in()
        db.session.remove()
    for reader, token in (("member of three rooms", member), ("facilitator", facilitator)):
        for kind, searches in (
            ("the commonest words", vocabulary[:COMMONEST]),
            ("mixed", mixed_searches(vocabulary)),
        ):
            asked = measure(app, reader, token, kind, searches, options.rounds)
            cuts = statistics.quantiles(asked.times, n=20, method="inclusive")
            print(
                f"| {name}, {reader}, {kind} | {statistics.median(asked.times):.0f} | {cuts[-1]:.0f} "
                f"| {max(asked.times):.0f} | {asked.hits} |",
                flush=True,
            )
    with app.app_context():
        db.engine.dispose()


def make_vocabulary() -> list[str]:
    """Words from the commonest on, which are the shortest, and always the same ones."""
    chance, found = random.Random(7), dict[str, None]()
    while len(found) < VOCABULARY:
        length = 1 + min(4, int(len(found) ** 0.2 * chance.uniform(0.4, 1.0)))
        word = "".join(chance.choices(SYLLABLES, k=length))
        found[word[: chance.randint(2, len(word))]] = None
    return list(found)


def mixed_searches(vocabulary: Sequence[str]) -> list[str]:
    """Words of every frequency, beginnings, several words, phrases, short words, and some that nobody wrote."""
    chance, kinds = random.Random(11), list[str]()

    def some(low: int, high: int) -> str:
        return vocabulary[chance.randrange(low, high)]

    for _ in range(MIXED // 8):
        kinds += [
            some(20, 200),
            some(200, 2000),
            some(5000, VOCABULARY),
            f"{some(0, 20)} {some(200, 2000)}",
            f"{some(0, 100)} {some(0, 100)} {some(0, 100)}",
            f'"{some(0, 20)} {some(0, 20)}"',
            some(2000, 20000)[:4],
            f"{some(0, 20)} qqwx",
        ]
    return kinds


def fill(messages: int, vocabulary: Sequence[str], until: float) -> bool:
    """Bring in people, rooms, so many messages and their index; returns whether all is there before `until`."""
    upgrade()
    if db.session.scalar(select(func.count(Room.id))) == 0:
        _make_rooms()
    rooms = db.session.scalars(select(Room.id).order_by(Room.id)).all()
    heads = np.array(
        db.session.scalars(
            select(Stream.head).join(Room, Room.stream_id == Stream.id).order_by(Room.id)
        ).all()
    )
    there = int(heads.sum())
    chance = np.random.default_rng(there + 1)
    frequency = 1 / (np.arange(len(vocabulary)) + 2.7)
    frequency /= frequency.sum()
    while there < messages and time.monotonic() < until:
        _write_messages(rooms, heads, vocabulary, frequency, chance, min(CHUNK_SIZE, messages - there))
        there += min(CHUNK_SIZE, messages - there)
    while fill_batch():
        pass
    while there >= messages and time.monotonic() < until:
        waiting = rooms_to_index(ROOMS)
        db.session.rollback()
        if not waiting:
            _analyse()
            return True
        for room_id, stream_id in waiting:
            while time.monotonic() < until and not index_room(room_id, stream_id):
                pass
    return False


def _make_rooms() -> None:
    with write_transaction():
        load_taxonomy()
    with write_transaction():
        organisations, _tokens = settle(PEOPLE, TOGETHER, COUNTRIES)
        for number in range(ROOMS):
            lead = organisations[0] if number < 3 else organisations[1 + number % (len(organisations) - 1)]
            title = f"Initiative {number}"
            initiative = Initiative(
                slug=f"initiative-{number}",
                lead_id=lead.id,
                state=InitiativeState.OPEN,
                lang="en",
                opened_at=now(),
            )
            db.session.add(initiative)
            db.session.flush()
            said = {"title": title, "folded_title": fold(title), "summary": title, "challenge": title}
            db.session.add(InitiativeText(initiative_id=initiative.id, lang="en", **said))
            db.session.add(Partner(initiative_id=initiative.id, organisation_id=lead.id))
            open_room_for(RoomKind.INITIATIVE, initiative.id)


def _write_messages(
    rooms: Sequence[int], heads: Any, vocabulary: Sequence[str], frequency: Any, chance: Any, count: int
) -> None:
    """Write messages, without events: search does not read them."""
    places = np.where(chance.random(count) < LARGE_ROOM_SHARE, 0, chance.integers(len(rooms), size=count))
    lengths = chance.integers(*WORDS_EACH, size=count)
    drawn = chance.choice(len(vocabulary), size=int(lengths.sum()), p=frequency)
    rows, at, moment = [], 0, now() - timedelta(days=30)
    for place, length in zip(places, lengths, strict=True):
        heads[place] += 1
        rows.append(
            {
                "room_id": rooms[place],
                "event_seq": int(heads[place]),
                "person_id": 1 + int(place) % PEOPLE,
                "organisation_id": None,
                "lang": "en",
                "body": " ".join(vocabulary[word] for word in drawn[at : at + length]),
                "created_at": moment,
            }
        )
        at += int(length)
    with write_transaction():
        db.session.execute(table_of(Message).insert(), rows)
        for place in set(places.tolist()):
            stream = select(Room.stream_id).where(Room.id == rooms[place]).scalar_subquery()
            db.session.execute(update(Stream).where(Stream.id == stream).values(head=int(heads[place])))


def _analyse() -> None:
    """Have the database count what it holds, as its own service does after so many rows."""
    if not has_one_writer():
        db.session.remove()
        with db.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
            connection.execute(text("VACUUM ANALYZE"))


def _sign_in() -> tuple[str, str]:
    """The tokens of a member of the first organisation, and of a facilitator who belongs to none of the rooms."""
    with write_transaction():
        db.session.execute(table_of(Login).delete())
        member = db.session.get_one(Person, 1)
        facilitator = Person(
            name="Facilitator",
            email=f"f{time.time_ns()}@example.org",
            verified_at=now(),
            cluster_role=ClusterRole.FACILITATOR,
        )
        db.session.add(facilitator)
        db.session.flush()
        return open_login(member), open_login(facilitator)


def measure(app: Flask, reader: str, token: str, kind: str, searches: Sequence[str], rounds: int) -> Asked:
    """Ask for the page of each search, once before it counts."""
    client, times, hits = app.test_client(), list[float](), 0
    client.set_cookie("trama", cookie_of(app, token))
    for number in range(rounds + 1):
        for search in searches:
            begun = time.perf_counter()
            page = client.get(f"/en/search?q={quote(search)}")
            took = (time.perf_counter() - begun) * 1000
            assert page.status_code == 200, search
            if number:
                times.append(took)
            else:
                hits += page.get_data(as_text=True).count('class="row-title"')
    return Asked(reader, kind, times, hits)
