"""Starts processes on the filled database and measures them through HTTP, as people who are signed in."""

from __future__ import annotations

import http.client
import os
import re
import statistics
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from sqlalchemy import event

from app import create_app
from app.core.database import db
from bench.installation.filling import Asker, settings_of
from bench.live.world import SECRET
from config import ROOT
from deploy.local_deployment import free_port, is_healthy

MANAGED = "who is shown how often, for managers"
PAGES = {
    "suggestions of an organisation": "/en/suggestions",
    "an initiative with proposals for each seat": "/en/initiatives/{initiative}",
    "three consortia composed": "/en/initiatives/{initiative}/consortia",
    "the network's page and its table": "/en/network",
    "the network's table by country, page 100": "/en/network?sort=country&page=100",
    "what the network's picture is drawn from": "/en/network/picture",
    "the network of one country": "/en/network?country=IT",
    "the directory": "/en/organisations",
    "the directory searched for a word": "/en/organisations?q=cooperative+77",
    "the directory narrowed to a country": "/en/organisations?country=IT",
    "an organisation's page": "/en/organisations/cooperative-{organisation}",
    "the first page": "/en/",
    MANAGED: "/en/exposure",
}
BEING_DRAWN = b"The network is being drawn"
LONGEST = 600.0
MEGABYTE = 1024


@dataclass
class Process:
    """A running process of Trama."""

    port: int
    pid: int
    begun: float
    drawing: bool = False

    def get(self, path: str, asker: Asker) -> float:
        """Open a page as somebody; returns the milliseconds. Raises RuntimeError if it is not there."""
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=LONGEST)
        begun = time.perf_counter()
        connection.request("GET", asker.address(path), headers={"Cookie": f"trama={asker.cookie}"})
        answer = connection.getresponse()
        self.drawing = BEING_DRAWN in answer.read()
        took = 1000 * (time.perf_counter() - begun)
        connection.close()
        if answer.status != http.client.OK:
            raise RuntimeError(f"{path} was answered with {answer.status}")
        return took

    def wait_for(self, path: str, asker: Asker) -> float:
        """Open a page until it is no longer being made; returns the seconds of a core that went by meanwhile."""
        worked = self.worked()
        self.get(path, asker)
        while self.drawing:
            time.sleep(1.0)
            self.get(path, asker)
        return self.worked() - worked

    def memory(self) -> dict[str, int]:
        """The megabytes that it holds: all that it sees, and its share of them."""
        rollup = Path(f"/proc/{self.pid}/smaps_rollup").read_text()
        found = dict(re.findall(r"^(Rss|Pss):\s+(\d+) kB", rollup, re.MULTILINE))
        return {name: int(size) // MEGABYTE for name, size in found.items()}

    def worked(self) -> float:
        """The seconds that it has had a core for."""
        fields = Path(f"/proc/{self.pid}/stat").read_text().rpartition(")")[2].split()
        return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def measure(url: str, instance: Path, askers: Sequence[Asker], manager: Asker) -> None:
    """Print what one process takes, then two, and how many queries each page asks."""
    with _process(url, instance) as one:
        _first(one, askers[0], "builds the engine")
        drawn = one.wait_for("/en/network", askers[0])
        print(f"the network is read, analysed and laid out in {drawn:.0f} s of a core: {_said(one)}")
        print("\n| page | median ms | most | ms of a core |\n|---|---|---|---|", flush=True)
        for name, path in PAGES.items():
            people = [manager] * len(askers) if name == MANAGED else askers
            one.wait_for(path, people[0])
            worked = one.worked()
            took = [one.get(path, asker) for asker in people]
            each = 1000 * (one.worked() - worked) / len(took)
            print(f"| {name} | {statistics.median(took):.0f} | {max(took):.0f} | {each:.0f} |", flush=True)
        print(f"\none process: {_said(one)}", flush=True)
        with _process(url, instance) as other:
            _first(other, askers[0], "finds the arrays that the first one kept")
            for path in list(PAGES.values())[:3]:
                for asker in askers:
                    other.get(path, asker)
            print(f"two processes: {_said(one)}; {_said(other)}", flush=True)
    _count(url, instance, askers, manager)


def _said(process: Process) -> str:
    held = process.memory()
    return f"RSS {held['Rss']} MB, PSS {held['Pss']} MB"


def _first(process: Process, asker: Asker, how: str) -> None:
    """Wait for the first list of suggestions, and say when it came."""
    while not is_healthy(f"http://127.0.0.1:{process.port}"):
        if time.monotonic() - process.begun > LONGEST:
            raise RuntimeError("the process did not start")
        time.sleep(0.05)
    up = time.monotonic() - process.begun
    process.get(PAGES["suggestions of an organisation"], asker)
    print(
        f"a process that {how}: up after {up:.1f} s, first list after {time.monotonic() - process.begun:.1f} s"
    )


@contextmanager
def _process(url: str, instance: Path) -> Iterator[Process]:
    """A process of Trama, until the end of the measure."""
    port = free_port()
    env = {
        **{name: value for name, value in os.environ.items() if not name.startswith("TRAMA_")},
        "TRAMA_SECRET_KEY": SECRET,
        "TRAMA_DATABASE_URL": url,
        "TRAMA_INSTANCE": str(instance),
        "TRAMA_PUBLIC_URL": f"http://127.0.0.1:{port}",
        "TRAMA_PORT": str(port),
    }
    begun = time.monotonic()
    log = (instance / f"log-{port}").open("w")
    process = subprocess.Popen([sys.executable, "wsgi.py"], cwd=ROOT, env=env, stdout=log, stderr=log)
    try:
        yield Process(port, process.pid, begun)
    finally:
        process.kill()
        process.wait()
        log.close()


def _count(url: str, instance: Path, askers: Sequence[Asker], manager: Asker) -> None:
    """Print how many queries each page asks, from the fewest to the most."""
    app = create_app(settings_of(url, instance))
    asked = 0

    def note(*_: object) -> None:
        nonlocal asked
        asked += 1

    with app.app_context():
        event.listen(db.engine, "before_cursor_execute", note)
    for name, path in PAGES.items():
        counts = []
        for asker in [manager] if name == MANAGED else askers:
            client = app.test_client()
            client.set_cookie("trama", asker.cookie)
            for _ in range(2):
                asked = 0
                while BEING_DRAWN in client.get(asker.address(path)).data:
                    time.sleep(1.0)
                    asked = 0
            counts.append(asked)
        print(f"{name}: {min(counts)} to {max(counts)} queries", flush=True)
