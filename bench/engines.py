"""An engine in each process, or one process that answers all: what waiting, memory, a start and an edit are in both.

Each asking process puts question after question, ten suggestions with their reasons. With an engine of its own it maps
the arrays that were kept; else it asks one process over a Unix socket, and both questions and answers are pickled.
"""

from __future__ import annotations

import argparse
import re
import statistics
import tempfile
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from multiprocessing import get_context
from multiprocessing.connection import Client, Listener
from multiprocessing.queues import SimpleQueue
from multiprocessing.synchronize import Barrier
from pathlib import Path
from threading import Lock, Thread
from typing import Any

import numpy as np

from app.matching.engine import Engine
from app.matching.evaluation.synthetic import generate_cluster
from app.matching.index.storage import load_index, save_index

K = 10
SEED = 11
SOCKET = "engine.sock"
ASKING = (1, 2, 4)
WARM = 5
MEGABYTE = 1024


@dataclass(frozen=True)
class Told:
    """What one process measured: milliseconds of each list and of an edit, seconds to its first list, megabytes (PSS)."""

    lists: Sequence[float]
    edit: float
    first: float
    memory: float


def main(words: list[str]) -> None:
    """Measure both ways and print them side by side."""
    parser = argparse.ArgumentParser(prog="./dev bench engines")
    parser.add_argument("--organisations", type=int, default=100_000, help="how many (%(default)s)")
    parser.add_argument("--questions", type=int, default=100, help="of each process (%(default)s)")
    options = parser.parse_args(words)
    with tempfile.TemporaryDirectory(prefix="trama-bench-") as name:
        folder = Path(name)
        save_index(Engine.from_columns(generate_cluster(options.organisations)).index, folder / "engine", {})
        print(
            "| asking processes | way | list, median ms | 99th percentile | lists/s | MB, all together | ",
            end="",
        )
        print("first list, s | an edit, ms |\n|---|---|---|---|---|---|---|---|", flush=True)
        for count in ASKING:
            for shared in (False, True):
                _print(count, shared, *_round(folder, count, shared, options))


def _print(count: int, shared: bool, told: Sequence[Told], served: float, took: float) -> None:
    lists = sorted(each for one in told for each in one.lists)
    memory = sum(one.memory for one in told) + served
    way = "one engine process" if shared else "an engine in each"
    first = statistics.median(one.first for one in told)
    # Whoever has an engine takes each edit in; where one process has it, it is taken in once.
    edit = statistics.median(one.edit for one in told) * (1 if shared else count)
    print(
        f"| {count} | {way} | {statistics.median(lists):.1f} | {lists[int(0.99 * len(lists))]:.1f} | "
        f"{len(lists) / took:.0f} | {memory:.0f} | {first:.1f} | {edit:.2f} |",
        flush=True,
    )


def _round(folder: Path, count: int, shared: bool, options: Any) -> tuple[list[Told], float, float]:
    """What so many processes tell, the memory of the one that answers them, and the seconds that all lists took."""
    context = get_context("spawn")
    barrier, queue, served = context.Barrier(count + 1), context.SimpleQueue(), 0.0
    server = context.Process(target=_serve, args=(folder,), daemon=True)
    if shared:
        server.start()
        while not (folder / SOCKET).exists():
            time.sleep(0.05)
    given = (options.organisations, options.questions)
    askers = [
        context.Process(target=_ask, args=(folder, shared, at, *given, barrier, queue, time.time()))
        for at in range(count)
    ]
    for asker in askers:
        asker.start()
    barrier.wait()
    begun = time.perf_counter()
    barrier.wait()
    took = time.perf_counter() - begun
    if shared:
        served = _memory(server.pid)
    barrier.wait()
    told = [queue.get() for _ in askers]
    for asker in askers:
        asker.join()
    if shared:
        server.kill()
        server.join()
        (folder / SOCKET).unlink()
    return told, served, took


def _ask(
    folder: Path,
    shared: bool,
    at: int,
    organisations: int,
    questions: int,
    barrier: Barrier,
    queue: SimpleQueue[Told],
    started: float,
) -> None:
    """Ask question after question, and tell how long each took."""
    call = _over(folder) if shared else _in(folder)
    asked = np.random.default_rng(SEED + at).integers(1, organisations + 1, questions + WARM).tolist()
    call("suggest", asked[0])
    first = time.time() - started
    for one in asked[1:WARM]:
        call("suggest", one)
    barrier.wait()
    lists = [_milliseconds(call, "suggest", one) for one in asked[WARM:]]
    barrier.wait()
    memory = _memory("self")
    edit = statistics.median(_milliseconds(call, "update", one) for one in asked[:20])
    barrier.wait()
    queue.put(Told(lists, edit, first, memory))


def _in(folder: Path) -> Callable[[str, int], Any]:
    """Questions to an engine of this process."""
    index = load_index(folder / "engine")
    assert index is not None
    engine, lock = Engine.from_index(index), Lock()

    def call(what: str, one: int) -> Any:
        with lock:
            if what == "suggest":
                return engine.suggest(one, K)
            return engine.update(engine.index.profiles[one])

    return call


def _over(folder: Path) -> Callable[[str, int], Any]:
    """Questions to the process that answers all."""
    wire = Client(str(folder / SOCKET), "AF_UNIX")

    def call(what: str, one: int) -> Any:
        wire.send((what, one))
        return wire.recv()

    return call


def _serve(folder: Path) -> None:
    """Answer all who ask, each by a thread of its own, until killed."""
    call = _in(folder)
    call("suggest", 1)

    def answer(wire: Any) -> None:
        try:
            while True:
                wire.send(call(*wire.recv()))
        except EOFError:
            wire.close()

    with Listener(str(folder / SOCKET), "AF_UNIX", backlog=16) as listener:
        while True:
            Thread(target=answer, args=(listener.accept(),), daemon=True).start()


def _milliseconds(call: Callable[[str, int], Any], what: str, one: int) -> float:
    begun = time.perf_counter()
    call(what, one)
    return 1000 * (time.perf_counter() - begun)


def _memory(process: Any) -> float:
    """A process's share of the memory that it sees, in megabytes."""
    found = re.search(r"^Pss:\s+(\d+) kB", Path(f"/proc/{process}/smaps_rollup").read_text(), re.MULTILINE)
    assert found is not None
    return int(found[1]) / MEGABYTE
