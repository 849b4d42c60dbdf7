"""Calm people: one asks for the server's state, one writes in a room and one reads its page; how long each waits."""

from __future__ import annotations

import http.client
import secrets
import statistics
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from urllib.parse import urlsplit

from app.core.live.protocol import PROTOCOL_VERSION
from bench.abuse.world import World
from tests.live.client import Client

HEALTH_EVERY, POST_EVERY, PAGE_EVERY = 0.05, 0.6, 0.4
"""Seconds; a post each 0.6 s stays below what a person may say."""


@dataclass
class Noticed:
    """The milliseconds that each answer took, and how many did not come; `failure` is the last of those."""

    health: list[float] = field(default_factory=list)
    room: list[float] = field(default_factory=list)
    failures: int = 0
    failure: str = ""

    @property
    def worst_health(self) -> float:
        """The longest wait for the server's state."""
        return max(self.health, default=float("inf"))

    @property
    def median_health(self) -> float:
        """The middle wait for the server's state."""
        return statistics.median(self.health or [float("inf")])

    @property
    def worst_room(self) -> float:
        """The longest wait for a room: its page, or the answer to what one says in it."""
        return max(self.room, default=float("inf"))

    @property
    def median_room(self) -> float:
        """The middle wait for a room."""
        return statistics.median(self.room or [float("inf")])


def notice(url: str, world: World, seconds: float) -> Noticed:
    """Ask for a while, each at her own pace, and return what was noticed."""
    found = Noticed()
    client = Client(url, world.writer).join(lang="en", v=PROTOCOL_VERSION)
    jobs: list[tuple[float, list[float], Callable[[], None]]] = [
        (HEALTH_EVERY, found.health, lambda: get(url, "/health")),
        (POST_EVERY, found.room, lambda: _say(client, world.room)),
        (PAGE_EVERY, found.room, lambda: get(url, f"/en/rooms/{world.room}", world.reader)),
    ]
    until = time.monotonic() + seconds
    threads = [threading.Thread(target=_repeat, args=(*job, until, found)) for job in jobs]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    client.hang_up()
    return found


def _repeat(every: float, times: list[float], act: Callable[[], None], until: float, found: Noticed) -> None:
    while time.monotonic() < until:
        begun = time.monotonic()
        try:
            act()
            times.append(1000 * (time.monotonic() - begun))
        except Exception as error:
            found.failures += 1
            found.failure = f"{type(error).__name__} {error}"
            return
        time.sleep(max(0.0, begun + every - time.monotonic()))


def get(url: str, path: str, cookie: str = "") -> None:
    """Open a page over a connection of its own; raises ValueError unless it is answered with 200."""
    parts = urlsplit(url)
    connection = http.client.HTTPConnection(parts.hostname or "", parts.port, timeout=60)
    connection.request("GET", path, headers={"Cookie": f"trama={cookie}", "Connection": "close"})
    answer = connection.getresponse()
    answer.read()
    connection.close()
    if answer.status != 200:
        raise ValueError(answer.status)


def _say(client: Client, room: int) -> None:
    answer = client.ask(
        "room_post",
        v=PROTOCOL_VERSION,
        cid=secrets.token_urlsafe(12),
        room=room,
        body="All calm here.",
        lang="en",
    )
    client.events.clear()
    if not answer["ok"]:
        raise ValueError(answer["code"])
