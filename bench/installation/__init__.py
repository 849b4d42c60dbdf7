"""A whole installation at the size of a country: Trama on PostgreSQL with generated organisations, asked by HTTP."""

from __future__ import annotations

import argparse
import os
import tempfile
from pathlib import Path

from bench.installation.filling import fill
from bench.installation.measuring import measure
from deploy.postgres import FAST, start_postgres

ITALY = 398_000
"""So many organisations has the social economy of Italy."""


def main(words: list[str]) -> None:
    """Fill a scratch database, start processes and print what they take."""
    parser = argparse.ArgumentParser(prog="./dev bench installation")
    parser.add_argument("--organisations", type=int, default=ITALY, help="how many (%(default)s)")
    parser.add_argument("--askers", type=int, default=20, help="organisations that ask (%(default)s)")
    options = parser.parse_args(words)
    with tempfile.TemporaryDirectory(prefix="trama-bench-") as folder:
        room = Path(folder)
        room.chmod(0o755)
        (room / "postgres").mkdir()
        server = start_postgres(room / "postgres", os.getpid(), FAST)
        try:
            url = server.create("trama")
            people = fill(url, room / "instance", options.organisations, options.askers)
            measure(url, room / "instance", *people)
        finally:
            if server.kept is not None:
                server.kept.stop()
