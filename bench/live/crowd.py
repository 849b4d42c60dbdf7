"""The load: many readers and writers on raw sockets in one process, counting bytes' patterns instead of reading JSON.

Whatever this process does for a delivery limits what can be measured; so a reader's bytes are searched, never parsed.
"""

from __future__ import annotations

import base64
import json
import os
import re
import select
import socket
import struct
import time
from collections.abc import Callable, Iterable
from functools import partial
from typing import Any, Self

EVENT, ACK, PING, PONG = b'"kind":"message"', b"43/live,", b"\x81\x012", "3"
OPENED, JOINED = b'0{"sid"', b"40/live,"
OVERLAP = len(EVENT) - 1
SENT_AT = re.compile(rb'"body":"t(\d{10,20}) ')
REFUSED = b'"ok":false'
ADDRESS = "/socket.io/?EIO=4&transport=websocket"
CHUNK = 256 * 1024
WORDS = "We can host the first seed exchange in May; who brings the tomatoes, and who translates for our neighbours? "


class Reader:
    """One connection; `waits` holds what is called when its next acknowledgement comes."""

    def __init__(self, port: int, cookie: str) -> None:
        self.socket = socket.create_connection(("127.0.0.1", port), timeout=30)
        self.socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        key = base64.b64encode(os.urandom(16)).decode()
        self.socket.sendall(
            f"GET {ADDRESS} HTTP/1.1\r\nHost: 127.0.0.1:{port}\r\nOrigin: http://127.0.0.1:{port}\r\n"
            f"Upgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Key: {key}\r\n"
            f"Sec-WebSocket-Version: 13\r\nCookie: trama={cookie}\r\n\r\n".encode()
        )
        self.socket.setblocking(False)
        self.tail = b""
        self.opened = self.joined = False
        self.timed = False
        self.waits: Callable[[], None] | None = None

    def send(self, text: str) -> None:
        """Send one masked frame (by the mask that changes nothing: masking is no work of the server's that differs)."""
        data = text.encode()
        length = len(data)
        head = (
            struct.pack("!BB", 0x81, 0x80 | length)
            if length < 126
            else struct.pack("!BBH", 0x81, 0xFE, length)
        )
        self.socket.send(head + b"\0\0\0\0" + data)

    def ask(self, event: str, payload: dict[str, Any], then: Callable[[], None] | None = None) -> None:
        """Send an event; `then` is called when it is acknowledged."""
        self.waits = then
        self.send(f"42/live,1{json.dumps([event, payload], separators=(',', ':'))}")


class Crowd:
    """All connections of one measure, and what came to them."""

    overlap = OVERLAP

    def __init__(self, port: int) -> None:
        self.port = port
        self.readers: dict[int, Reader] = {}
        self.epoll = select.epoll()
        self.deliveries = self.acks = self.joined = self.refused = 0
        self.latencies: list[float] = []
        self.busy = 0.0

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *error: object) -> None:
        self.epoll.close()
        for reader in self.readers.values():
            reader.socket.close()

    def connect(self, cookies: Iterable[str], at_once: int = 50) -> list[Reader]:
        """Open connections and enter; at most so many are on their way in at once. Returns them when all are in."""
        opened: list[Reader] = []
        for cookie in cookies:
            while len(self.readers) - self.joined >= at_once:
                self.take(1)
            reader = Reader(self.port, cookie)
            self.readers[reader.socket.fileno()] = reader
            self.epoll.register(reader.socket, select.EPOLLIN)
            opened.append(reader)
        self.until(lambda: self.joined == len(self.readers))
        return opened

    def subscribe(self, readers: Iterable[Reader], stream: str) -> None:
        """Have connections follow a stream from its head on."""
        for reader in readers:
            reader.ask("subscribe", {"v": 2, "stream": stream, "after": 10**9})
            self.until(partial(self.has_answers, self.acks + 1))

    def has_answers(self, count: int) -> bool:
        """Whether so many commands were answered."""
        return self.acks >= count

    def until(self, holds: Callable[[], bool], seconds: float = 120) -> None:
        """Take in what comes until something holds."""
        deadline = time.monotonic() + seconds
        while not holds():
            self.take(0.5)
            if time.monotonic() > deadline:
                raise TimeoutError("the server did not answer in time")

    def for_(self, seconds: float, each: Callable[[], None] | None = None) -> None:
        """Take in what comes for a while; `each` is called whenever something came or a millisecond went by."""
        deadline = time.monotonic() + seconds
        while (left := deadline - time.monotonic()) > 0:
            self.take(min(left, 0.001 if each else 0.1))
            if each:
                each()

    def take(self, timeout: float) -> None:
        """Take in once whatever has come."""
        ready = self.epoll.poll(timeout)
        begun = time.perf_counter()
        for number, _ in ready:
            self._read(self.readers[number])
        self.busy += time.perf_counter() - begun

    def _read(self, reader: Reader) -> None:
        data = reader.socket.recv(CHUNK)
        if not data:
            raise ConnectionError("the server closed a connection")
        whole, tail = reader.tail + data, reader.tail
        reader.tail = whole[-self.overlap :]
        self.note(reader, whole, tail)
        if whole.count(PING) > tail.count(PING):
            reader.send(PONG)
        if not reader.joined:
            self._let_in(reader, whole)
        answers = whole.count(ACK) - tail.count(ACK)
        if answers:
            self._answered(reader, answers, whole)

    def note(self, reader: Reader, whole: bytes, tail: bytes) -> None:
        """Count what came to a reader, its last bytes (`tail`) again before what is new."""
        self.deliveries += whole.count(EVENT) - tail.count(EVENT)
        if reader.timed:
            moment = time.perf_counter_ns()
            self.latencies += [(moment - int(sent)) / 1e6 for sent in SENT_AT.findall(whole)]

    def _let_in(self, reader: Reader, whole: bytes) -> None:
        """Enter when the connection is open; count it when it is in."""
        if not reader.opened and OPENED in whole:
            reader.opened = True
            reader.send("40/live,{}")
        elif JOINED in whole:
            reader.joined = True
            self.joined += 1

    def _answered(self, reader: Reader, answers: int, whole: bytes) -> None:
        self.acks += answers
        if REFUSED in whole:
            self.refused += 1
        then, reader.waits = reader.waits, None
        if then:
            then()


def words(number: int) -> dict[str, Any]:
    """A message of ordinary length that tells when it was sent."""
    return {
        "v": 2,
        "cid": f"bench-{os.getpid()}-{number}",
        "body": f"t{time.perf_counter_ns()} {WORDS}",
        "lang": "en",
    }
