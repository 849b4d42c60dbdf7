"""Rooms at full load beside Socket.IO's own server on Node: the same work, in turn, on the same core.

Both keep every message in SQLite (WAL, synchronous FULL) before it is acknowledged, number it, and look whether its
writer may write. The load runs on another core. Rounds alternate; medians are told, and the ratio of each round.
"""

from __future__ import annotations

import argparse
import os
import resource
import tempfile
from pathlib import Path

from bench.live.report import Table
from bench.live.rounds import run_rounds
from bench.live.world import make_world

SERVER_CORE, LOAD_CORE = 0, 1
FILES = 65_536


def main(arguments: list[str]) -> None:
    """Measure and print the tables."""
    options = read(arguments)
    _, most = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (min(FILES, most), most))
    with tempfile.TemporaryDirectory(dir=options.folder, prefix="trama-bench-") as folder:
        world = make_world(Path(folder), options.people, options.sizes)
        table, cores = Table(), os.sched_getaffinity(0)
        os.sched_setaffinity(0, {LOAD_CORE} & cores or cores)
        try:
            for _ in range(options.rounds):
                run_rounds(Path(folder), world, options, table, SERVER_CORE)
        finally:
            os.sched_setaffinity(0, cores)
        table.show()


def read(arguments: list[str]) -> argparse.Namespace:
    """What was asked for."""
    parser = argparse.ArgumentParser(prog="./dev bench live")
    parser.add_argument("--rounds", type=int, default=3, help="rounds (%(default)s)")
    parser.add_argument("--seconds", type=float, default=5, help="of each measure (%(default)s)")
    parser.add_argument("--people", type=int, default=1000, help="signed in, in rooms of five (%(default)s)")
    parser.add_argument(
        "--sizes", type=int, nargs="*", default=[100, 500, 1000], help="of the large rooms (100 500 1000)"
    )
    parser.add_argument("--writers", type=int, default=20, help="at once in a large room (%(default)s)")
    parser.add_argument(
        "--idle", type=int, default=2000, help="connections held open; 0 for none (%(default)s)"
    )
    parser.add_argument("--without-small", action="store_true", help="leave the small rooms out")
    parser.add_argument(
        "--against",
        choices=("node", "itself", "nobody"),
        default="node",
        help="the peer: Node, Trama without coalescing, or none (%(default)s)",
    )
    parser.add_argument(
        "--folder", help="where the databases are: on the disk that counts (the system's own place)"
    )
    return parser.parse_args(arguments)
