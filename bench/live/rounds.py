"""One round: each measure of ours and of the peer's, one right after the other."""

from __future__ import annotations

import argparse
from collections.abc import Callable
from contextlib import AbstractContextManager
from pathlib import Path

from bench.live.measures import Load, measure_connections, measure_deliveries
from bench.live.report import Table
from bench.live.servers import Running, our_server, peer_server
from bench.live.world import World

Starter = Callable[[], AbstractContextManager[Running]]


def starters(folder: Path, world: World, against: str, core: int) -> list[Starter]:
    """What starts the servers that are compared; ours first."""
    ours: Starter = lambda: our_server(folder, world.cookies, core)  # noqa: E731
    peers: dict[str, list[Starter]] = {
        "node": [lambda: peer_server(folder, world, core)],
        "itself": [lambda: our_server(folder, world.cookies, core, coalesce=False)],
        "nobody": [],
    }
    return [ours, *peers[against]]


def run_rounds(folder: Path, world: World, options: argparse.Namespace, table: Table, core: int) -> None:
    """Measure everything once on each server and note it in the table."""
    loads = {f"room of {size}": Load([place], options.writers) for size, place in world.large.items()}
    if not options.without_small:
        loads[f"{len(world.small)} rooms of 5"] = Load(world.small, 1)
    both = starters(folder, world, options.against, core)
    for name, load in loads.items():
        for start in both:
            with start() as server:
                found = measure_deliveries(server, load, options.seconds)
            table.add("deliveries/s", server.name, found.rate, load=name)
            table.add("deliveries for each second of the server's core", server.name, found.worked, load=name)
            table.add("ms at half load, median and 99th", server.name, found.median, found.worst, load=name)
            table.add("load's own core busy, %", server.name, 100 * found.busy, load=name)
    if options.idle:
        for start in both:
            with start() as server:
                rate, memory = measure_connections(server, world, options.idle)
            table.add("connections/s, entered", server.name, rate)
            table.add(f"KB for each of {options.idle:,} idle connections", server.name, memory / 1024)
