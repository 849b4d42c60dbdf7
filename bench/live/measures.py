"""What is measured of a server: deliveries at full load, latency at half of it, connections a second, memory."""

from __future__ import annotations

import itertools
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from bench.live.crowd import Crowd, Reader, words
from bench.live.servers import Running
from bench.live.world import Place, World

WARM_UP = 0.3
TIMED = 40
"""How many readers note when each message reached them; all of them would slow the load down."""

numbers = itertools.count(1)


@dataclass(frozen=True)
class Load:
    """Rooms with those who are in them: so many in each write, each again as soon as its message is acknowledged."""

    places: Sequence[Place]
    writers: int


@dataclass(frozen=True)
class Deliveries:
    """Deliveries a second at full load and for each second that the server had its core, milliseconds from sending to
    reading at half load, and how busy the load was."""

    rate: float
    worked: float
    median: float
    worst: float
    busy: float


def measure_deliveries(server: Running, load: Load, seconds: float) -> Deliveries:
    """Fill the rooms, write as fast as the server takes it, then half as fast."""
    with Crowd(server.port) as crowd:
        writers = _fill(crowd, server, load)
        stop = _write_without_pause(crowd, writers)
        crowd.for_(seconds * WARM_UP)
        before, posted, crowd.busy = crowd.deliveries, crowd.acks, 0.0
        worked, begun = server.worked, time.perf_counter()
        crowd.for_(seconds)
        lasted, worked = time.perf_counter() - begun, server.worked - worked
        delivered, messages = crowd.deliveries - before, (crowd.acks - posted) / lasted
        busy = crowd.busy / lasted
        stop()
        _settle(crowd)
        half = _latencies(crowd, writers, messages / 2, seconds)
    if crowd.refused:
        raise RuntimeError(f"{crowd.refused} messages were refused")
    rates = delivered / lasted, delivered / max(worked, 0.01)
    return Deliveries(*rates, quantile(half, 0.5), quantile(half, 0.99), busy)


def _fill(crowd: Crowd, server: Running, load: Load) -> list[tuple[Reader, Place]]:
    """Have everybody of every room follow it; returns those who will write."""
    writers = []
    for place in load.places:
        readers = crowd.connect(server.cookies[at] for at in place.people)
        crowd.subscribe(readers, place.stream)
        writers += [(reader, place) for reader in readers[: load.writers]]
    for reader in list(crowd.readers.values())[:: max(1, len(crowd.readers) // TIMED)]:
        reader.timed = True
    return writers


def _write_without_pause(crowd: Crowd, writers: Sequence[tuple[Reader, Place]]) -> Callable[[], None]:
    """Each writer writes again when her message is acknowledged; returns what ends it."""
    going = True

    def write(reader: Reader, place: Place) -> None:
        if going:
            reader.ask(
                "room_post", {"room": place.room, **words(next(numbers))}, lambda: write(reader, place)
            )

    for reader, place in writers:
        write(reader, place)

    def stop() -> None:
        nonlocal going
        going = False

    return stop


def _settle(crowd: Crowd) -> None:
    """Wait until nothing comes any more."""
    seen = -1
    while seen != crowd.deliveries:
        seen = crowd.deliveries
        crowd.for_(0.5)


def _latencies(
    crowd: Crowd, writers: Sequence[tuple[Reader, Place]], rate: float, seconds: float
) -> list[float]:
    """Milliseconds from sending to reading, with so many messages a second, evenly."""
    crowd.latencies.clear()
    turn = itertools.cycle(writers)
    begun, sent = time.perf_counter(), 0

    def write_when_due() -> None:
        nonlocal sent
        while sent < (time.perf_counter() - begun) * rate:
            reader, place = next(turn)
            reader.ask("room_post", {"room": place.room, **words(next(numbers))})
            sent += 1

    crowd.for_(seconds, write_when_due)
    _settle(crowd)
    return crowd.latencies


def measure_connections(server: Running, world: World, count: int) -> tuple[float, float]:
    """Connections a second until everybody is in and follows her room, and bytes of memory for each that is idle."""
    with Crowd(server.port) as crowd:
        crowd.connect(server.cookies[:50])
        before, begun = server.memory, time.perf_counter()
        readers = crowd.connect(server.cookies[at % len(server.cookies)] for at in range(count))
        rate = count / (time.perf_counter() - begun)
        for place in world.small:
            everybody = [readers[at] for at in range(count) if at % len(server.cookies) in place.people]
            crowd.subscribe(everybody, place.stream)
        crowd.for_(1)
        return rate, (server.memory - before) / count


def quantile(values: Sequence[float], share: float) -> float:
    """The value under which this share of them lies."""
    if not values:
        return float("nan")
    return sorted(values)[min(len(values) - 1, int(len(values) * share))]
