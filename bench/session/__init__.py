"""A design session of eighty people from fourteen countries, beside a bare relay of Socket.IO on Node.

Both get the same commands at the same moments and send as many messages of the same size to the same people. The relay
does nothing else: it keeps nothing, asks nobody, hides nothing. Told is how long it takes from one person's sending until
each of the others has it.
"""

from __future__ import annotations

import argparse
import os
import tempfile
from pathlib import Path

from bench.live.report import Table
from bench.session.measures import measure, sizes_of, start_ours, start_relay
from bench.session.world import make_meeting

SERVER_CORE, LOAD_CORE = 0, 1


def main(arguments: list[str]) -> None:
    """Measure and print the table."""
    options = read(arguments)
    table, cores = Table(), os.sched_getaffinity(0)
    with tempfile.TemporaryDirectory(dir=options.folder, prefix="trama-bench-") as folder:
        meeting = make_meeting(Path(folder), options.people, options.cards)
        os.sched_setaffinity(0, {LOAD_CORE} & cores or cores)
        try:
            with start_ours(Path(folder), meeting, SERVER_CORE) as server:
                sizes = sizes_of(server, meeting)
            for _ in range(options.rounds):
                with start_ours(Path(folder), meeting, SERVER_CORE) as server:
                    measure(server, meeting, options, table)
                if options.against == "node":
                    with start_relay(meeting, sizes, SERVER_CORE) as server:
                        measure(server, meeting, options, table)
        finally:
            os.sched_setaffinity(0, cores)
    table.show()


def read(arguments: list[str]) -> argparse.Namespace:
    """What was asked for."""
    parser = argparse.ArgumentParser(prog="./dev bench session")
    parser.add_argument("--rounds", type=int, default=3, help="rounds (%(default)s)")
    parser.add_argument("--seconds", type=float, default=20, help="of each measure (%(default)s)")
    parser.add_argument("--people", type=int, default=80, help="who take part (%(default)s)")
    parser.add_argument("--cards", type=int, default=400, help="on the board at the beginning (%(default)s)")
    parser.add_argument(
        "--rates",
        type=float,
        nargs="*",
        default=[10, 30],
        help="commands a second of all together: one of each in eight seconds, and in less than three (10 30)",
    )
    parser.add_argument(
        "--against", choices=("node", "nobody"), default="node", help="the relay on Node, or nothing"
    )
    parser.add_argument(
        "--folder", help="where the databases are: on the disk that counts (the system's own place)"
    )
    return parser.parse_args(arguments)
