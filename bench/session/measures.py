"""What is measured: milliseconds from one person's sending to each other's having it, the server's core and memory."""

from __future__ import annotations

import argparse
import itertools
import json
import re
import shutil
import tempfile
import time
from collections import defaultdict, deque
from collections.abc import Iterator, Mapping
from contextlib import AbstractContextManager, contextmanager
from functools import partial
from pathlib import Path

from bench.live.crowd import Crowd, Reader
from bench.live.measures import quantile
from bench.live.report import Table
from bench.live.servers import Running, free_port, node_server, our_server
from bench.session.people import MIX, TOLD, Deed, People
from bench.session.world import Meeting

EVENT = re.compile(rb'"seq":(\d+),"kind":"(\w+)"')
LONGEST_HEAD = 80
MILLION = 1e6
Sizes = Mapping[str, tuple[int, int]]
"""Of each kind of event the bytes that each reader gets, and those of the answer to whoever caused it."""


class Meeters(Crowd):
    """The people of a meeting: who sent what when, and when each event came to each of the others.

    Events carry no trace of their command; those of one kind are told in the order in which they were sent.
    """

    overlap = LONGEST_HEAD

    def __init__(self, port: int) -> None:
        super().__init__(port)
        self.sent: dict[bytes, deque[tuple[int, Reader]]] = defaultdict(deque)
        self.caused: dict[int, tuple[int, Reader]] = {}
        self.heads: dict[Reader, int] = defaultdict(int)
        self.bytes: dict[Reader, int] = defaultdict(int)

    def note(self, reader: Reader, whole: bytes, tail: bytes) -> None:
        """Note each event that is new to a reader, and how long it took to come from somebody else."""
        moment = time.perf_counter_ns()
        self.bytes[reader] += len(whole) - len(tail)
        for number, kind in EVENT.findall(whole):
            seq = int(number)
            if seq <= self.heads[reader]:
                continue
            self.heads[reader] = seq
            if kind not in TOLD.values():
                continue  # what the server says by itself, such as that nobody is at the desk
            if seq not in self.caused:
                self.caused[seq] = self.sent[kind].popleft()
            begun, sender = self.caused[seq]
            self.deliveries += 1
            if sender is not reader:
                self.latencies.append((moment - begun) / MILLION)

    def has_deliveries(self, count: int) -> bool:
        """Whether events came so many times."""
        return self.deliveries >= count

    def do(self, readers: list[Reader], deed: Deed) -> None:
        """Have somebody do something."""
        reader = readers[deed.person]
        self.sent[TOLD[deed.name]].append((time.perf_counter_ns(), reader))
        reader.ask(f"design_{deed.name}", deed.content)


@contextmanager
def start_ours(folder: Path, meeting: Meeting, core: int) -> Iterator[Running]:
    """Trama, as `python wsgi.py` runs it, on a copy of the meeting's database."""
    with tempfile.TemporaryDirectory(dir=folder) as own:
        shutil.copy(folder / "trama.db", own)
        with our_server(Path(own), meeting.cookies, core) as server:
            yield server


def start_relay(meeting: Meeting, sizes: Sizes, core: int) -> AbstractContextManager[Running]:
    """Socket.IO on Node, which passes on as many bytes as ours would."""
    port = free_port()
    told = {f"design_{name}": [TOLD[name].decode(), *sizes[name]] for name in MIX}
    words = ["bench/session/relay.mjs", meeting.stream, json.dumps(told), str(port)]
    return node_server(words, meeting.cookies, core, port)


def sizes_of(server: Running, meeting: Meeting) -> Sizes:
    """How large the events and answers of each kind are: each is done once while nothing else happens."""
    found: dict[str, tuple[int, int]] = {}
    people = People(meeting, seed=0)
    with Meeters(server.port) as crowd:
        readers = _gather(crowd, server, meeting)
        for name in MIX:
            deed = people.deed(name)
            other = readers[deed.person - 1]
            sender, before = readers[deed.person], crowd.deliveries
            crowd.bytes.clear()
            answers = crowd.acks + 1
            crowd.do(readers, deed)
            crowd.until(partial(crowd.has_answers, answers))
            crowd.until(partial(crowd.has_deliveries, before + len(readers)))
            event = crowd.bytes[other]
            found[name] = (event, crowd.bytes[sender] - event)
    return found


def _gather(crowd: Meeters, server: Running, meeting: Meeting) -> list[Reader]:
    """Everybody comes in and follows the design session."""
    readers = crowd.connect(server.cookies)
    crowd.subscribe(readers, meeting.stream)
    return readers


def measure(server: Running, meeting: Meeting, options: argparse.Namespace, table: Table) -> None:
    """Have everybody work for a while at each pace, and note what it took."""
    people = People(meeting)
    with Meeters(server.port) as crowd:
        readers = _gather(crowd, server, meeting)
        idle = server.memory
        for rate in options.rates:
            crowd.latencies.clear()
            worked, begun = server.worked, time.perf_counter()
            done = _work(crowd, readers, people.deeds(), rate, options.seconds)
            lasted, worked = time.perf_counter() - begun, server.worked - worked
            pace = f"{rate:g} commands/s"
            table.add(
                f"{pace}: ms from one to each other, median", server.name, quantile(crowd.latencies, 0.5)
            )
            table.add(f"{pace}: ms, 99th percentile", server.name, quantile(crowd.latencies, 0.99))
            table.add(f"{pace}: deliveries/s", server.name, len(crowd.latencies) / lasted)
            table.add(f"{pace}: ms of the server's core for a command", server.name, 1000 * worked / done)
        table.add("MB of memory with everybody there", server.name, idle / MILLION)
        table.add("MB after all of it", server.name, server.memory / MILLION)
    if crowd.refused:
        raise RuntimeError(f"{crowd.refused} commands were refused")


def _work(crowd: Meeters, readers: list[Reader], deeds: Iterator[Deed], rate: float, seconds: float) -> int:
    """Do as many deeds a second, evenly, and wait until everybody has everything. Returns how many."""
    begun, sent = time.perf_counter(), itertools.count()
    before, done = crowd.deliveries, 0

    def act_when_due() -> None:
        nonlocal done
        while done < (time.perf_counter() - begun) * rate:
            crowd.do(readers, next(deeds))
            done = next(sent) + 1

    crowd.for_(seconds, act_when_due)
    crowd.until(lambda: crowd.deliveries >= before + done * len(readers))
    return done
