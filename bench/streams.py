"""Commands a second into one stream, with all its promises, beside the same rows written bare.

Both write to SQLite with synchronous=FULL in a folder of their own, in turn, round after round; the ratio is
taken round by round, so that a machine whose speed drifts does not decide it.
"""

from __future__ import annotations

import argparse
import secrets
import sqlite3
import statistics
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

from flask import Flask
from flask_migrate import upgrade

from app import create_app
from app.core.actors import Actor
from app.core.database import db
from app.core.streams.services import append, once, open_stream
from app.core.transactions import write_transaction
from app.features.accounts.models import Person
from config import Settings

BODY = {"body": "We can host the first seed exchange in May.", "lang": "en"}


def main(words: list[str]) -> None:
    """Measure and print a table."""
    parser = argparse.ArgumentParser(prog="./dev bench streams")
    parser.add_argument("--commands", type=int, default=200, help="commands in a round (%(default)s)")
    parser.add_argument("--rounds", type=int, default=7, help="rounds (%(default)s)")
    options = parser.parse_args(words)
    with tempfile.TemporaryDirectory() as folder:
        ours, bare = prepare_ours(Path(folder)), prepare_bare(Path(folder) / "bare.db")
        ours(20)
        bare(20)
        rows = [(rate(ours, options.commands), rate(bare, options.commands)) for _ in range(options.rounds)]
    print(f"{'':24}{'median':>10}{'lowest':>10}{'highest':>10}")
    for name, values in (
        ("streams, commands/s", [row[0] for row in rows]),
        ("bare, commits/s", [row[1] for row in rows]),
    ):
        print(f"{name:24}{statistics.median(values):10.0f}{min(values):10.0f}{max(values):10.0f}")
    ratios = [first / second for first, second in rows]
    print(f"{'ratio':24}{statistics.median(ratios):10.2f}{min(ratios):10.2f}{max(ratios):10.2f}")


def rate(work: Callable[[int], None], count: int) -> float:
    """How many a second."""
    begun = time.perf_counter()
    work(count)
    return count / (time.perf_counter() - begun)


def prepare_ours(folder: Path) -> Callable[[int], None]:
    """An application with a person and a stream; the answer sends commands into it."""
    url = f"sqlite:///{folder / 'ours.db'}"
    app = create_app(Settings(secret_key="b" * 40, database_url=url, instance=folder, testing=True))
    with app.app_context():
        upgrade()
        with write_transaction():
            person = Person(name="Anna", email="anna@example.org")
            db.session.add(person)
            stream_id = open_stream("room").id
            db.session.flush()
            person_id = person.id
    return lambda count: send(app, person_id, stream_id, count)


def send(app: Flask, person_id: int, stream_id: str, count: int) -> None:
    """Send commands one after the other, each in a transaction of its own."""
    for _ in range(count):
        with app.app_context(), write_transaction():
            say(Actor(db.session.get_one(Person, person_id)), stream_id)


def say(actor: Actor, stream_id: str) -> None:
    """One command, as a door carries it out."""

    def act() -> dict[str, int]:
        return {"seq": append(stream_id, "message", dict(BODY), actor).seq}

    once(actor, secrets.token_urlsafe(12), BODY, stream_id, act)


def prepare_bare(path: Path) -> Callable[[int], None]:
    """The floor: a counter and an event, written by sqlite3 alone."""
    connection = sqlite3.connect(path, isolation_level=None)
    connection.execute("PRAGMA journal_mode=WAL")
    connection.execute("PRAGMA synchronous=FULL")
    connection.execute("CREATE TABLE stream (id INTEGER PRIMARY KEY, head INTEGER)")
    connection.execute(
        "CREATE TABLE event (stream INTEGER, seq INTEGER, body TEXT, PRIMARY KEY (stream, seq))"
    )
    connection.execute("INSERT INTO stream VALUES (1, 0)")

    def work(count: int) -> None:
        for _ in range(count):
            connection.execute("BEGIN IMMEDIATE")
            connection.execute("UPDATE stream SET head = head + 1 WHERE id = 1")
            connection.execute(
                "INSERT INTO event SELECT 1, head, ? FROM stream WHERE id = 1", (BODY["body"],)
            )
            connection.execute("COMMIT")

    return work
