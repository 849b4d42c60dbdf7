"""The promises of a stream over real sockets: on disk when acknowledged, once, in one order, however it comes."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from typing import Any

import pytest
from flask import Flask

from app.core.actors import VISITOR
from app.core.database import db
from app.core.live.periodic_tasks import JOB_CHECK_SECONDS
from app.core.streams.models import Stream
from app.core.streams.services import append, events_after
from app.core.transactions import write_transaction
from tests.live.client import Client
from tests.live.conftest import NotesServer
from tests.support.app import both_databases
from tests.support.factories import Cast

Enter = Callable[..., Client]


def stored(app: Flask, stream: str) -> list[tuple[int, str]]:
    """The notes in the database."""
    with app.app_context():
        return [(event.seq, event.payload["body"]) for event in events_after(stream, 0, 10_000)]


@both_databases
def test_what_is_acknowledged_is_on_disk_and_reaches_the_others(
    app: Flask, enter: Enter, notebook: str, cast: Cast
) -> None:
    writer, reader = enter(cast.member, notebook), enter(cast.other, notebook)
    answer = writer.write(notebook, "Buongiorno, καλημέρα, dzień dobry 🌱")
    assert answer == {"ok": True, "seq": 1}
    assert stored(app, notebook) == [(1, "Buongiorno, καλημέρα, dzień dobry 🌱")]
    told = reader.next("events")
    assert told["stream"] == notebook
    assert [(event["seq"], event["body"]) for event in told["events"]] == stored(app, notebook)
    assert [event["seq"] for event in writer.notes(1)] == [1]


def test_whoever_comes_later_catches_up_in_portions(enter: Enter, notebook: str, cast: Cast) -> None:
    writer = enter(cast.member)
    for number in range(205):
        assert writer.write(notebook, f"note {number}")["ok"]
    reader = enter(cast.other)
    first = reader.ask("subscribe", stream=notebook, after=0)
    assert (first["head"], first["more"], len(first["events"])) == (205, True, 200)
    rest = reader.ask("subscribe", stream=notebook, after=200)
    assert (rest["more"], [event["seq"] for event in rest["events"]]) == (False, [201, 202, 203, 204, 205])
    assert reader.ask("subscribe", stream=notebook, after=205)["events"] == []


def test_long_notes_come_in_portions_of_a_bounded_size(enter: Enter, notebook: str, cast: Cast) -> None:
    writer = enter(cast.member)
    for _ in range(40):
        assert writer.write(notebook, "ż" * 7_000)["ok"]
    reader, seen, largest = enter(cast.other), 0, 0
    while True:
        answer = reader.ask("subscribe", stream=notebook, after=seen)
        assert [event["seq"] for event in answer["events"]] == list(
            range(seen + 1, seen + 1 + len(answer["events"]))
        )
        largest = max(largest, sum(len(event["body"].encode()) for event in answer["events"]))
        seen += len(answer["events"])
        if not answer["more"]:
            break
    assert seen == 40 and largest <= 128 * 1024


@both_databases
def test_many_writers_at_once_make_one_dense_order_for_everybody(
    app: Flask, enter: Enter, notebook: str, cast: Cast
) -> None:
    people = [cast.member, cast.other, cast.representative, cast.member]
    writers = [enter(person) for person in people]
    readers = [enter(cast.member, notebook), enter(cast.other, notebook)]
    answers: list[Any] = []

    def write(client: Client, name: int) -> None:
        answers.extend(client.write(notebook, f"{name}:{number}")["seq"] for number in range(25))

    threads = [threading.Thread(target=write, args=(client, name)) for name, client in enumerate(writers)]
    for thread in threads:
        thread.start()
    seen = [reader.notes(100, timeout=30) for reader in readers]
    for thread in threads:
        thread.join()
    assert sorted(answers) == list(range(1, 101))
    assert [[(event["seq"], event["body"]) for event in each] for each in seen] == [stored(app, notebook)] * 2
    assert [event["seq"] for event in seen[0]] == list(range(1, 101))


@both_databases
def test_a_repeated_command_is_answered_again_and_changes_nothing(
    app: Flask, enter: Enter, notebook: str, cast: Cast
) -> None:
    writer = enter(cast.member)
    first = writer.write(notebook, "once", cid="the-same-one")
    assert enter(cast.member).write(notebook, "once", cid="the-same-one") == first
    other = writer.write(notebook, "other words", cid="the-same-one")
    assert (other["ok"], other["code"]) == (False, "conflict")
    assert writer.write(notebook, "twice")["seq"] == 2
    assert stored(app, notebook) == [(1, "once"), (2, "twice")]


def test_a_mistake_of_ours_writes_nothing_and_tells_nothing_of_itself(
    app: Flask, enter: Enter, server: NotesServer, notebook: str, cast: Cast
) -> None:
    writer = enter(cast.member, lang="en")
    answer = writer.write(notebook, "lost", command="note_stumble")
    assert (answer["ok"], answer["code"]) == (False, "broken")
    assert "secret" not in str(answer) and "Something broke on our side" in answer["message"]
    log = server.log.read_text()
    assert "notes.py" in log and "stumble" in log and "a secret of the programmer" not in log
    assert stored(app, notebook) == []
    assert writer.write(notebook, "fine")["seq"] == 1


@both_databases
def test_what_another_process_writes_arrives_without_any_hint(
    app: Flask, enter: Enter, notebook: str, cast: Cast
) -> None:
    reader = enter(cast.other, notebook)
    with app.app_context(), write_transaction():
        append(notebook, "note", {"body": "from elsewhere"}, VISITOR)
    begun = time.monotonic()
    assert reader.notes(1)[0]["body"] == "from elsewhere"
    assert time.monotonic() - begun < 2


def test_a_job_is_done_right_after_the_commit(enter: Enter, notebook: str, cast: Cast) -> None:
    client, begun = enter(cast.member, notebook), time.monotonic()
    for number in range(5):
        assert client.write(notebook, f"job {number}", command="note_later")["ok"]
        assert client.notes(1)[0]["body"] == f"job {number}"
    # Whoever only looks again and again finds the second job a whole pause after the first, and so on.
    assert time.monotonic() - begun < 4 * JOB_CHECK_SECONDS


@pytest.mark.slow
def test_heads_are_told_again_for_who_missed_the_last_event(enter: Enter, notebook: str, cast: Cast) -> None:
    client = enter(cast.member, notebook)
    assert client.write(notebook, "one")["ok"]
    told = client.next("head", timeout=17)
    assert (told["stream"], told["head"]) == (notebook, 1)


def test_another_epoch_makes_readers_start_afresh(
    app: Flask, enter: Enter, notebook: str, cast: Cast
) -> None:
    client = enter(cast.member, notebook)
    for number in range(3):
        assert client.write(notebook, f"note {number}")["ok"]
    client.notes(3)
    with app.app_context(), write_transaction():
        stream = db.session.get_one(Stream, notebook)
        stream.epoch, stream.head = "restored", 1
    told = client.next("head", timeout=3)
    assert (told["epoch"], told["head"]) == ("restored", 1)


def test_who_no_longer_follows_gets_nothing_more(enter: Enter, notebook: str, cast: Cast) -> None:
    reader, writer = enter(cast.other, notebook), enter(cast.member)
    assert reader.ask("unsubscribe", stream=notebook)["ok"]
    assert writer.write(notebook, "unheard")["ok"]
    assert reader.silent_for(1.5)


@pytest.mark.slow
@both_databases
def test_killing_the_server_loses_nothing_that_was_acknowledged(
    app: Flask, enter: Enter, server: NotesServer, notebook: str, cast: Cast
) -> None:
    writers = [enter(cast.member), enter(cast.other)]
    acknowledged: list[tuple[int, str]] = []

    def write(client: Client, name: str) -> None:
        for number in range(10_000):
            body = f"{name}{number}"
            try:
                acknowledged.append((client.write(notebook, body)["seq"], body))
            except Exception:
                return

    threads = [
        threading.Thread(target=write, args=(client, name))
        for client, name in zip(writers, "ab", strict=True)
    ]
    for thread in threads:
        thread.start()
    while len(acknowledged) < 40:
        time.sleep(0.01)
    server.kill()
    for thread in threads:
        thread.join()
    server.start()
    answer = enter(cast.other).ask("subscribe", stream=notebook, after=0)
    shown = [(event["seq"], event["body"]) for event in answer["events"]]
    assert [seq for seq, _ in shown] == list(range(1, len(shown) + 1))
    assert set(acknowledged) <= set(stored(app, notebook))
    assert shown == stored(app, notebook)[: len(shown)]
