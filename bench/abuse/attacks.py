"""The attacks: each runs in a process of its own for a bounded while, at this machine alone, and tells what became of it.

It runs at a low priority (nice 10): who attacks has a machine of her own, and is not to take the server's cores.
"""

from __future__ import annotations

import multiprocessing
import os
import secrets
import socket
import threading
import time
import urllib.error
import urllib.request
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from multiprocessing.connection import Connection
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from config import LOOPBACK
from tests.live.client import CONTINUATION, PING, TEXT, Client, Handshake

if TYPE_CHECKING:
    from bench.abuse.world import World

PONG = 0xA
AT_ONCE = 4
SILENT = 300
READERS = 40
PDFS = 40
LONGEST = 60.0
FORK = multiprocessing.get_context("fork")
UNFINISHED = ("![" * 2_000, "[" * 4_000, "*a **b " * 570, "<a " * 1_300, "- " * 2_000, "`" * 3_999 + "a")
VERSION = 2


@dataclass(frozen=True)
class Target:
    """Where to, and as whom: the attacker's cookie, a room that she is in, a design session that she was in."""

    url: str
    cookie: str
    room: int
    stream: str
    design: int
    seconds: float

    @property
    def host(self) -> str:
        """Host and port."""
        return urlsplit(self.url).netloc

    def connect(self) -> socket.socket:
        """A bare connection."""
        parts = urlsplit(self.url)
        assert parts.hostname in LOOPBACK, "only this machine is ever attacked"
        return socket.create_connection((parts.hostname, parts.port), timeout=LONGEST)


Tally = Counter[str]


class Told:
    """What became of an attack, once it is over."""

    def __init__(self) -> None:
        self.tally: dict[str, Any] = {}

    def __str__(self) -> str:
        return ", ".join(f"{name} {value}" for name, value in self.tally.items())


@contextmanager
def attack(kind: str, url: str, world: World, seconds: float) -> Iterator[Told]:
    """Attack meanwhile; what is given tells afterwards what became of it."""
    target = Target(url, world.attacker, world.room, world.stream, world.design, seconds)
    here, there = FORK.Pipe()
    process = FORK.Process(target=_attack, args=(kind, target, there), daemon=True)
    process.start()
    told = Told()
    try:
        yield told
        if here.poll(LONGEST):
            told.tally = here.recv()
    finally:
        process.kill()
        process.join()


def _attack(kind: str, target: Target, there: Connection) -> None:
    """Attack with as many threads as the attack has, and tell what became of it."""
    os.nice(10)
    tally = Tally()
    many, act = ATTACKS[kind]
    threads = [threading.Thread(target=act, args=(target, tally), daemon=True) for _ in range(many)]
    for thread in threads:
        thread.start()
    deadline = time.monotonic() + LONGEST
    for thread in threads:
        thread.join(max(0.0, deadline - time.monotonic()))
    there.send(dict(tally))


# --- Frames and packets ---------------------------------------------------------------------------------------


def _frame(opcode: int, payload: bytes = b"") -> bytes:
    return bytes([0x80 * (opcode != CONTINUATION) | opcode, 0x80 | len(payload)]) + bytes(4) + payload


def _flood(target: Target, tally: Tally, data: bytes, cookie: str = "", begin: bytes = b"") -> None:
    """Send the same again and again over one connection after the other; note how long the longest was open."""
    until = time.monotonic() + target.seconds
    while time.monotonic() < until:
        with suppress(OSError, Handshake, AssertionError):
            client = Client(target.url, cookie)
            if cookie:
                client.join(lang="en", v=VERSION)
            tally["connections"] += 1
            opened = time.monotonic()
            client.socket.settimeout(target.seconds)
            try:
                client.socket.sendall(begin)
                while time.monotonic() < until:
                    client.socket.sendall(data * 200)
                    tally["sent"] += 200
                tally["still open"] += 1
            finally:
                tally["longest ms"] = max(tally["longest ms"], int(1000 * (time.monotonic() - opened)))
                client.hang_up()
        time.sleep(0.05)


def _frames(opcode: int, payload: bytes = b"", begin: bytes = b"") -> Callable[[Target, Tally], None]:
    return lambda target, tally: _flood(target, tally, _frame(opcode, payload), begin=begin)


def _packets(target: Target, tally: Tally) -> None:
    """Events that nobody knows, and others that are refused, from somebody who is signed in."""
    events = [b'42/live,1["x",{}]', b'42/live,2["subscribe",{"stream":"none","after":0}]', b"3"]
    _flood(target, tally, b"".join(_frame(TEXT, event) for event in events), target.cookie)


# --- Requests -------------------------------------------------------------------------------------------------


def _pipelining(target: Target, tally: Tally) -> None:
    until = time.monotonic() + target.seconds
    request = f"GET /en/ HTTP/1.1\r\nHost: {target.host}\r\n\r\n".encode()
    while time.monotonic() < until:
        with suppress(OSError), target.connect() as connection:
            tally["connections"] += 1
            connection.sendall(request * 500)
            tally["sent"] += 500
            while data := connection.recv(1 << 20):
                tally["answers"] += data.count(b"HTTP/1.1 200")
        time.sleep(0.05)


def _silent(target: Target, tally: Tally) -> None:
    """Connections that say nothing, half a head or half a body, and a byte of it now and then."""
    head = f"POST /en/sign-in HTTP/1.1\r\nHost: {target.host}\r\nContent-Length: 1000\r\n"
    begins = (b"", head.encode(), f"{head}\r\nemail=".encode())
    opened = [(target.connect(), at % 3) for at in range(SILENT // AT_ONCE)]
    for connection, kind in opened:
        connection.sendall(begins[kind])
    begun = time.monotonic()
    while opened and time.monotonic() - begun < target.seconds + 6:
        time.sleep(0.5)
        opened = [each for each in opened if not _has_ended(*each)]
    tally["opened"] += SILENT // AT_ONCE
    tally["still open"] += len(opened)
    tally["longest ms"] = max(tally["longest ms"], int(1000 * (time.monotonic() - begun)))


def _has_ended(connection: socket.socket, kind: int) -> bool:
    """Whether the server ended a connection; a byte is sent over it else, if it is one of the slow."""
    connection.settimeout(0.001)
    try:
        while connection.recv(65536):
            pass
        return True
    except TimeoutError:
        if kind:
            with suppress(OSError):
                connection.sendall(b"x")
        return False
    except OSError:
        return True


def _slow_readers(target: Target, tally: Tally) -> None:
    """Members who follow a room and pages that are asked for, and nobody reads what comes."""
    until = time.monotonic() + target.seconds
    held: list[Any] = []
    request = (
        f"GET /en/organisations HTTP/1.1\r\nHost: {target.host}\r\nCookie: trama={target.cookie}\r\n\r\n"
    )
    while time.monotonic() < until and len(held) < READERS // AT_ONCE:
        client = Client(target.url, target.cookie).join(lang="en", v=VERSION)
        client.post("subscribe", {"v": VERSION, "stream": target.stream, "after": 0})
        connection = target.connect()
        connection.sendall(request.encode())
        held += [client, connection]
        time.sleep(0.05)
    tally["held"] += len(held)
    time.sleep(max(0.0, until - time.monotonic()))


def _expensive_texts(target: Target, tally: Tally) -> None:
    """Messages of unfinished Markdown, and the page on which they stand, again and again."""
    until = time.monotonic() + target.seconds
    client = Client(target.url, target.cookie).join(lang="en", v=VERSION)
    for at in range(20):
        body = UNFINISHED[at % len(UNFINISHED)][:4_000]
        message = {
            "v": VERSION,
            "cid": secrets.token_urlsafe(12),
            "room": target.room,
            "body": body,
            "lang": "en",
        }
        answer = client.ask("room_post", **message)
        tally["posted" if answer["ok"] else answer["code"]] += 1
    client.hang_up()
    while time.monotonic() < until:
        tally[str(_status(target, f"/en/rooms/{target.room}"))] += 1
        time.sleep(0.2)


def _status(target: Target, path: str) -> int:
    request = urllib.request.Request(target.url + path, headers={"Cookie": f"trama={target.cookie}"})
    try:
        with urllib.request.urlopen(request, timeout=LONGEST) as answer:
            answer.read()
            return int(answer.status)
    except urllib.error.HTTPError as error:
        return error.code


def _pdfs(target: Target, tally: Tally) -> None:
    """Reports on paper, all asked for at once."""
    path = f"/en/design-sessions/{target.design}/report.pdf"
    threads = [
        threading.Thread(target=lambda: tally.update([str(_status(target, path))])) for _ in range(PDFS)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()


ATTACKS: dict[str, tuple[int, Callable[[Target, Tally], None]]] = {
    "pong frames": (AT_ONCE, _frames(PONG)),
    "ping frames": (AT_ONCE, _frames(PING)),
    "empty fragments": (AT_ONCE, _frames(CONTINUATION, begin=bytes([TEXT, 0x80]) + bytes(4))),
    "protocol packets": (AT_ONCE, _frames(TEXT, b"3")),
    "events after sign-in": (AT_ONCE, _packets),
    "pipelined requests": (2, _pipelining),
    f"{SILENT} silent and slow": (AT_ONCE, _silent),
    "slow readers": (AT_ONCE, _slow_readers),
    f"{PDFS} PDFs at once": (1, _pdfs),
    "expensive texts": (1, _expensive_texts),  # the last, since they stay on the room's page
}
