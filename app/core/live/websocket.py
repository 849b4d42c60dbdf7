"""A WebSocket (RFC 6455, the server's side) that never blocks its sender and never buffers without bound.

It takes the place of gevent-websocket's under python-engineio: `docs/decisions/0002-our-own-websocket.md` says why.
"""

from __future__ import annotations

import os
import struct
import time
from collections import deque
from collections.abc import Callable, Mapping
from contextlib import suppress
from typing import Any, BinaryIO

import gevent
from gevent import socket

from app.core.live.buckets import Budget
from app.core.live.wire import Asked, BadFrame, unpack
from app.core.metrics.definitions import FLOODS, SLOW_READERS

LARGEST_MESSAGE = 64 * 1024
MOST_WAITING_FRAMES = 256
MOST_WAITING_BYTES = 1024 * 1024
FAREWELL = 2.0
UNAUTHENTICATED_FRAMES, UNAUTHENTICATED_BYTES = 8, 16 * 1024
"""What may come in all over a connection behind which nobody has signed in."""
LONGEST_TURN_SECONDS = 0.005
"""How long frames are read before other greenlets run, where the next one is always there already."""

TEXT, BINARY, CLOSE, PING, PONG, CONTINUATION = 0x1, 0x2, 0x8, 0x9, 0xA, 0x0
NORMAL, GOING_AWAY, PROTOCOL, UNSUPPORTED = 1000, 1001, 1002, 1003
NOT_TEXT, REFUSED, TOO_LARGE = 1007, 1008, 1009


class Refusal(Exception):
    """What the other side sent ends the connection, with this code."""

    def __init__(self, code: int) -> None:
        super().__init__(code)
        self.code = code


def frame(payload: bytes, opcode: int = TEXT) -> bytes:
    """A whole message as one frame, ready to be written to any number of sockets."""
    length = len(payload)
    if length < 126:
        return struct.pack("!BB", 0x80 | opcode, length) + payload
    if length < 1 << 16:
        return struct.pack("!BBH", 0x80 | opcode, 126, length) + payload
    return struct.pack("!BBQ", 0x80 | opcode, 127, length) + payload


class WebSocket:
    """One open connection.

    `receive`, `send`, `close` and the first four attributes are what python-engineio asks of it; `write` is for
    frames that were made once for many readers. `joined` tells whether somebody known is behind it, `since` from when
    on that is so or not. Her events then go to whoever takes them, without a detour through the libraries.
    Each frame that comes is paid from a budget: the connection's own, or that of the person behind it.
    """

    def __init__(self, sock: Any, reader: BinaryIO, environ: Mapping[str, Any]) -> None:
        self.version = environ.get("HTTP_SEC_WEBSOCKET_VERSION")
        self.path = environ.get("PATH_INFO")
        self.origin = environ.get("HTTP_ORIGIN")
        self.protocol = None
        self.closed = False
        self.since = time.monotonic()
        self._take: Callable[[Asked], None] | None = None
        self._unauthenticated = self._budget = Budget(UNAUTHENTICATED_FRAMES, UNAUTHENTICATED_BYTES)
        self._turn = self.since
        self._socket = sock
        self._reader = reader
        self._waiting: deque[memoryview] = deque()
        self._waiting_bytes = 0
        self._flusher: gevent.Greenlet[..., Any] | None = None

    @property
    def waiting_bytes(self) -> int:
        """How much waits for its reader."""
        return self._waiting_bytes

    @property
    def joined(self) -> bool:
        """Whether somebody known is behind this socket."""
        return self._take is not None

    def greet(self, take: Callable[[Asked], None], budget: Budget) -> None:
        """Somebody known is behind this socket: `take`, which never raises, takes what she asks for, on her `budget`."""
        self._take, self._budget, self.since = take, budget, time.monotonic()

    def estrange(self) -> None:
        """Nobody known is behind this socket any longer."""
        self._take, self._budget, self.since = None, self._unauthenticated, time.monotonic()

    # --- Reading --------------------------------------------------------------------------------------------

    def receive(self) -> str | None:
        """The next message that is not taken here; None when there will be no more.

        Only text that a client of ours may send comes out.
        """
        while (received := self._receive()) is not None:
            message, asked = received
            if asked is None or self._take is None:
                return message
            self._take(asked)
        return None

    def _receive(self) -> tuple[str, Asked | None] | None:
        """The next message, and the event that it brings if it does; None when there will be no more."""
        if self.closed:
            return None
        try:
            message = self._read_message()
            return None if message is None or self.closed else (message, unpack(message))
        except Refusal as refusal:
            self.close(refusal.code)
        except BadFrame:
            self.close(REFUSED)
        except (OSError, EOFError, ValueError):
            self.close()
        return None

    def _read_message(self) -> str | None:
        """Read frames until a message is whole, answering pings on the way."""
        parts = bytearray()
        begun = False
        while True:
            final, opcode, payload = self._read_frame(LARGEST_MESSAGE - len(parts))
            if opcode == CLOSE:
                self.close(_answer_to(payload))
                return None
            if opcode == PING:
                self.write(frame(payload, PONG))
                continue
            if opcode == PONG:
                continue
            if (opcode == CONTINUATION) is not begun:
                raise Refusal(PROTOCOL)
            begun = True
            parts += payload
            if final:
                return _decoded(parts)

    def _read_frame(self, room: int) -> tuple[bool, int, bytes]:
        """Read one frame; its length is looked at before any of it is read, so that no more is ever held."""
        self._let_others_run()
        first, second = self._read(2)
        opcode, length = first & 0x0F, second & 0x7F
        _check_header(first, second)
        if length == 126:
            (length,) = struct.unpack("!H", self._read(2))
        elif length == 127:
            (length,) = struct.unpack("!Q", self._read(8))
        if length > room and opcode < CLOSE:
            raise Refusal(TOO_LARGE)
        if not self._budget.spend(length):
            FLOODS.inc()
            raise Refusal(REFUSED)
        mask = self._read(4)
        return bool(first & 0x80), opcode, _unmasked(self._read(length), mask)

    def _let_others_run(self) -> None:
        """Let other greenlets run where frames have been read for a while: who sends without a pause never waits."""
        if time.monotonic() - self._turn > LONGEST_TURN_SECONDS:
            gevent.sleep(0)
            self._turn = time.monotonic()

    def _read(self, count: int) -> bytes:
        data = self._reader.read(count) if count else b""
        if data is None or len(data) < count:
            raise EOFError
        return data

    # --- Writing --------------------------------------------------------------------------------------------

    def send(self, message: str) -> None:
        """Send a text; returns at once, whether it went out or waits its turn."""
        self.write(frame(message.encode()))

    def write(self, data: bytes) -> None:
        """Hand a finished frame to the network, as much of it as goes without waiting; the rest waits behind what does.

        A reader so slow that too much would wait is cut off: it comes back and catches up.
        """
        if self.closed:
            return
        sent = self._sent_at_once(data) if self._flusher is None else 0
        if sent == len(data) or self.closed:
            return
        self._waiting.append(memoryview(data)[sent:])
        self._waiting_bytes += len(data) - sent
        if self._flusher is None:
            self._flusher = gevent.spawn(self._flush_slowly)
        if self._is_crowded:
            SLOW_READERS.inc()
            self.abort()

    @property
    def _is_crowded(self) -> bool:
        """Whether more waits than may; one frame alone is never too much."""
        many = len(self._waiting) > MOST_WAITING_FRAMES or self._waiting_bytes > MOST_WAITING_BYTES
        return many and len(self._waiting) > 1

    def _sent_at_once(self, data: bytes) -> int:
        """How much the network took without waiting; the system is asked directly, since gevent would wait."""
        try:
            return os.write(self._socket.fileno(), data)
        except BlockingIOError:
            return 0
        except OSError:
            self.abort()
            return 0

    def _note_sent(self, count: int) -> None:
        """Forget what went out; what is left of a frame is not copied."""
        self._waiting_bytes -= count
        while count:
            first = self._waiting.popleft()
            if count < len(first):
                self._waiting.appendleft(first[count:])
            count -= min(count, len(first))

    def _flush_slowly(self) -> None:
        """Send what waits, in order, as fast as the reader takes it."""
        try:
            while self._waiting:
                sent = self._socket.send(self._waiting[0])
                if self._waiting:
                    self._note_sent(sent)
        except OSError:
            self.abort()
        finally:
            self._flusher = None

    # --- The end --------------------------------------------------------------------------------------------

    def close(self, code: int = NORMAL) -> None:
        """Say goodbye behind what still waits; from now on nothing is sent and nothing that comes is taken."""
        if self.closed:
            return
        self.write(frame(struct.pack("!H", code), CLOSE))
        self.closed = True
        gevent.spawn(self._end_politely)

    def abort(self) -> None:
        """End it without a word: what waits is dropped, and whoever reads or writes here wakes up."""
        self.closed = True
        self._waiting.clear()
        self._waiting_bytes = 0
        self._shut(socket.SHUT_RDWR)

    def _end_politely(self) -> None:
        """Let the last frames go out and give the other side a while to hang up, then do it ourselves."""
        if self._flusher is not None:
            self._flusher.join(FAREWELL)
        self._shut(socket.SHUT_WR)
        gevent.sleep(FAREWELL)
        self.abort()

    def linger(self) -> None:
        """Read away what is still coming, for a while: a socket closed over unread bytes destroys our last words."""
        gevent.with_timeout(2 * FAREWELL, self._drain, timeout_value=None)

    def _drain(self) -> None:
        left = 16 * LARGEST_MESSAGE
        with suppress(OSError):
            while left > 0 and (data := self._socket.recv(LARGEST_MESSAGE)):
                left -= len(data)

    def _shut(self, how: int) -> None:
        with suppress(OSError):
            self._socket.shutdown(how)


def _check_header(first: int, second: int) -> None:
    """Refuse what was never agreed: extensions, bare or broken control frames, binary messages."""
    opcode, length = first & 0x0F, second & 0x7F
    if first & 0x70 or not second & 0x80:
        raise Refusal(PROTOCOL)
    if opcode >= CLOSE and (not first & 0x80 or length > 125):
        raise Refusal(PROTOCOL)
    if opcode == BINARY:
        raise Refusal(UNSUPPORTED)
    if opcode not in (CONTINUATION, TEXT, CLOSE, PING, PONG):
        raise Refusal(PROTOCOL)


def _unmasked(payload: bytes, mask: bytes) -> bytes:
    """The payload without its mask, by one long number instead of a loop over bytes."""
    length = len(payload)
    key = (mask * (length // 4 + 1))[:length]
    return (int.from_bytes(payload, "big") ^ int.from_bytes(key, "big")).to_bytes(length, "big")


def _decoded(data: bytearray) -> str:
    try:
        return data.decode()
    except UnicodeDecodeError as error:
        raise Refusal(NOT_TEXT) from error


def _answer_to(payload: bytes) -> int:
    """The code to close with when the other side closes: its own where it is one that may be sent."""
    code = int.from_bytes(payload[:2], "big") if len(payload) >= 2 else NORMAL
    sendable = 1000 <= code <= 1003 or 1007 <= code <= 1011 or 3000 <= code <= 4999
    return code if sendable else PROTOCOL
