"""What one stranger can do to all others: attacks on a server of its own, and what calm people notice meanwhile."""

from __future__ import annotations

import argparse
import os
import tempfile
from pathlib import Path

from bench.abuse.attacks import ATTACKS, Told, attack
from bench.abuse.calm import Noticed, notice
from bench.abuse.world import World, make_world
from tests.support.app import LiveServer

HEALTH_MS, ROOM_TIMES = 200.0, 2.0
SECONDS = 6.0
ROW = "{:26} | {:>9} | {:>9} | {:>9} | {:>9} | {:>7} | {:4} | {}"


def main(words: list[str]) -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(prog="./dev bench abuse")
    parser.add_argument("--seconds", type=float, default=SECONDS, help="of each attack (%(default)s)")
    parser.add_argument("--only", nargs="*", choices=ATTACKS, help="these attacks only")
    options = parser.parse_args(words)
    with tempfile.TemporaryDirectory(prefix="trama-abuse-") as folder:
        world = make_world(Path(folder))
        server = LiveServer(world.settings, Path(folder), TRAMA_ENV="production")
        server.start()
        try:
            measure(server.url, world, options.only or list(ATTACKS), options.seconds)
        finally:
            server.stop()


def measure(url: str, world: World, kinds: list[str], seconds: float) -> None:
    """Print what was noticed in a calm while, then a row for each attack, then another calm while."""
    print(
        f"{os.cpu_count()} cores for the server, its attackers (nice 10) and those who notice; load {os.getloadavg()[0]:.1f}"
    )
    print(f"limit: /health {HEALTH_MS:.0f} ms, room {ROOM_TIMES:.0f} × calm (the worst of each, in ms)")
    print(ROW.format("", "/health", "median", "room", "median", "× calm", "met", "the attack"))
    notice(url, world, 2.0)  # what is compiled and opened at the first request is not measured
    calm = notice(url, world, 2 * seconds)
    _print("calm", calm, calm, None)
    for kind in kinds:
        with attack(kind, url, world, seconds) as told:
            found = notice(url, world, seconds)
        _print(kind, found, calm, told)
    _print("calm again", notice(url, world, seconds), calm, None)


def _print(name: str, found: Noticed, calm: Noticed, told: Told | None) -> None:
    times = found.worst_room / calm.worst_room
    met = found.worst_health < HEALTH_MS and times < ROOM_TIMES and not found.failures
    said = "" if told is None else str(told)
    if found.failures:
        said += f"; {found.failures} calm requests failed: {found.failure}"
    figures = (found.worst_health, found.median_health, found.worst_room, found.median_room)
    print(
        ROW.format(name, *(f"{each:.0f}" for each in figures), f"{times:.1f}", "yes" if met else "no", said),
        flush=True,
    )
