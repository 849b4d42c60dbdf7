"""Two processes behind a balancer: one cluster to its people, also while one of its parts is down."""

from __future__ import annotations

import os
import secrets
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from flask import Flask

from app import create_app
from app.core.database import db
from app.core.streams.services import open_stream
from app.core.transactions import write_transaction
from config import read_settings
from deploy.guarded_process import GuardedProcess
from deploy.local_deployment import LocalDeployment, is_healthy
from tests.live.client import Client, Closed, Handshake
from tests.live.conftest import cookie_of
from tests.live.notes import KIND
from tests.support.app import sign_in
from tests.support.factories import Make

pytestmark = [pytest.mark.slow, pytest.mark.postgres, pytest.mark.redis, pytest.mark.xdist_group("cluster")]
Connect = Callable[..., Client]
PROGRAM = ("-m", "tests.live.process")


@pytest.fixture(scope="module")
def cluster(tmp_path_factory: pytest.TempPathFactory) -> Iterator[LocalDeployment]:
    """Two processes with the notes feature."""
    logs = tmp_path_factory.mktemp("logs")
    with LocalDeployment(2, program=PROGRAM, logs=logs) as cluster:
        yield cluster


@pytest.fixture
def app(cluster: LocalDeployment) -> Iterator[Flask]:
    """An application on the cluster's database."""
    app = create_app(read_settings(cluster.env))
    yield app
    with app.app_context():
        db.engine.dispose()


@pytest.fixture
def notebook(app: Flask) -> str:
    """The id of an empty notebook's stream."""
    with app.app_context(), write_transaction():
        stream = open_stream(KIND)
        return stream.id


@pytest.fixture
def connect(app: Flask, cluster: LocalDeployment, make: Make) -> Iterator[Connect]:
    """Open a socket of a person who may write, through the balancer, however often that takes while something is down."""
    make.count = secrets.randbelow(
        2**30
    )  # the tests share a database, so people have other addresses each time
    person = make.person()
    make.organisation(editor=person)
    cookie = cookie_of(app, sign_in(app, person))
    opened: list[Client] = []

    def open_socket(url: str = "") -> Client:
        client = persist(lambda: Client(url or cluster.url, cookie, origin=cluster.url).join())
        opened.append(client)
        return client

    yield open_socket
    for client in opened:
        client.hang_up()


def persist(act: Callable[[], Any]) -> Any:
    """Try again for a while, as clients do."""
    end = time.monotonic() + 60
    while True:
        try:
            return act()
        except (OSError, Closed, Handshake, AssertionError):
            if time.monotonic() > end:
                raise
            time.sleep(0.1)


def ask(client: Client, event: str, **payload: Any) -> Any:
    """Ask until the answer is a good one, with the same command each time."""

    def once() -> Any:
        answer = client.ask(event, **payload)
        assert answer["ok"], answer
        return answer

    return persist(once)


def bodies(answer: dict[str, Any]) -> list[str]:
    """The notes of an answer."""
    return [event["body"] for event in answer["events"]]


def test_what_is_written_at_one_process_is_read_at_the_other(
    cluster: LocalDeployment, connect: Connect, notebook: str
) -> None:
    writer, reader = (connect(url) for url in cluster.worker_urls)
    ask(reader, "subscribe", stream=notebook, after=0)
    assert writer.write(notebook, "Ciao")["seq"] == 1
    assert [note["body"] for note in reader.notes(1)] == ["Ciao"]


def test_whose_process_dies_comes_back_at_the_other_and_misses_nothing(
    cluster: LocalDeployment, connect: Connect, notebook: str
) -> None:
    clients = [connect(url) for url in cluster.worker_urls]
    assert clients[0].write(notebook, "before")["ok"]
    cluster.kill_worker(0)
    assert clients[0].end() is None
    assert clients[1].write(notebook, "meanwhile")["ok"]
    back = connect()
    assert bodies(ask(back, "subscribe", stream=notebook, after=0)) == ["before", "meanwhile"]
    assert is_healthy(cluster.url) and not is_healthy(cluster.worker_urls[0])
    cluster.start_worker(0)
    assert bodies(ask(connect(cluster.worker_urls[0]), "subscribe", stream=notebook, after=1)) == [
        "meanwhile"
    ]


def test_a_redis_that_is_gone_delays_and_loses_nothing(
    cluster: LocalDeployment, connect: Connect, notebook: str
) -> None:
    assert cluster.redis
    writer, reader = (connect(url) for url in cluster.worker_urls)
    ask(reader, "subscribe", stream=notebook, after=0)
    cluster.redis.kill()
    assert writer.write(notebook, "without")["ok"]
    assert [note["body"] for note in reader.notes(1, 60)] == ["without"]
    cluster.redis.start()
    assert writer.write(notebook, "with")["ok"]
    assert [note["body"] for note in reader.notes(1, 60)] == ["with"]


def test_a_postgresql_that_crashed_has_everything_that_was_acknowledged(
    cluster: LocalDeployment, connect: Connect, notebook: str
) -> None:
    writer, reader = (connect(url) for url in cluster.worker_urls)
    ask(reader, "subscribe", stream=notebook, after=0)
    assert writer.write(notebook, "before")["ok"]
    cluster.restart_postgres()
    ask(writer, "note_write", v=2, cid="the-same", stream=notebook, body="after")
    assert [note["body"] for note in reader.notes(2, 60)] == ["before", "after"]


def test_a_part_that_ends_by_itself_is_told_with_its_words(tmp_path: Path) -> None:
    log = tmp_path / "log"
    part = GuardedProcess([sys.executable, "-c", "print('no room left')"], watched=os.getpid(), log=log)
    persist(lambda: _must(not part.lives))
    with pytest.raises(RuntimeError, match="no room left"):
        part.start()


def _must(holds: bool) -> None:
    assert holds
