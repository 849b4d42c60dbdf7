"""What one stranger can do to all others: attacks on a server of its own, and what calm people notice meanwhile."""

from __future__ import annotations

import argparse
import os
import tempfile
import time
from pathlib import Path

from bench.abuse.attacks import ATTACKS, attack
from bench.abuse.calm import Noticed, get, notice
from bench.abuse.world import World, make_world
from bench.live.servers import Running
from tests.support.app import LiveServer

HEALTH_MS, ROOM_TIMES = 200.0, 2.0
SECONDS = 6.0
ROW = "{:26} | {:>9} | {:>9} | {:>9} | {:>9} | {:>7} | {:>5} | {:4} | {}"


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
            assert server.process is not None
            running = Running("Trama", server.port, server.process.pid, [])
            measure(server.url, world, options.only or list(ATTACKS), options.seconds, running)
        finally:
            server.stop()


def measure(url: str, world: World, kinds: list[str], seconds: float, running: Running) -> None:
    """Print what was noticed in a calm while, then a row for each attack, then another calm while."""
    print(
        f"{os.cpu_count()} cores for the server, its attackers (nice 10) and those who notice; load {os.getloadavg()[0]:.1f}"
    )
    print(f"limit: /health {HEALTH_MS:.0f} ms, room {ROOM_TIMES:.0f} × calm (the worst of each, in ms)")
    print(ROW.format("", "/health", "median", "room", "median", "× calm", "core", "met", "the attack"))
    # What is compiled and opened at the first request of a page is not measured.
    for path, cookie in world.pages:
        get(url, path, cookie)
    notice(url, world, 2.0)
    calm, used = _noticed(url, world, 2 * seconds, running)
    _print("calm", calm, calm, used)
    for kind in kinds:
        with attack(kind, url, world, seconds) as told:
            found, used = _noticed(url, world, seconds, running)
        _print(kind, found, calm, used, str(told))
    found, used = _noticed(url, world, seconds, running)
    _print("calm again", found, calm, used)


def _noticed(url: str, world: World, seconds: float, running: Running) -> tuple[Noticed, float]:
    """What calm people notice for a while, and the share of a core that the server used meanwhile."""
    begun, worked = time.monotonic(), running.worked
    found = notice(url, world, seconds)
    return found, (running.worked - worked) / (time.monotonic() - begun)


def _print(name: str, found: Noticed, calm: Noticed, used: float, said: str = "") -> None:
    times = found.worst_room / calm.worst_room
    met = found.worst_health < HEALTH_MS and times < ROOM_TIMES and not found.failures
    if found.failures:
        said += f"; {found.failures} calm requests failed: {found.failure}"
    figures = (found.worst_health, found.median_health, found.worst_room, found.median_room)
    shown = (
        *(f"{each:.0f}" for each in figures),
        f"{times:.1f}",
        f"{used:.2f}",
        "yes" if met else "no",
        said,
    )
    print(ROW.format(name, *shown), flush=True)
