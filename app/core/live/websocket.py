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

from app.core.live.protocol import ClientEvent, InvalidPacket, decode_packet
from app.core.live.rate_limits import FrameBudget
from app.core.metrics.definitions import FLOODS, SLOW_READERS

MAX_MESSAGE_BYTES = 64 * 1024
MAX_QUEUED_FRAMES = 256
MAX_QUEUED_BYTES = 1024 * 1024
CLOSE_TIMEOUT_SECONDS = 2.0
UNAUTHENTICATED_FRAMES, UNAUTHENTICATED_BYTES = 8, 16 * 1024
"""What may come in all over a connection behind which nobody has signed in."""
MAX_READ_SECONDS = 0.005
"""How long frames are read before other greenlets run, where the next one is always there already."""

TEXT, BINARY, CLOSE, PING, PONG, CONTINUATION = 0x1, 0x2, 0x8, 0x9, 0xA, 0x0
NORMAL, GOING_AWAY, PROTOCOL, UNSUPPORTED = 1000, 1001, 1002, 1003
NOT_TEXT, REFUSED, TOO_LARGE = 1007, 1008, 1009


class ProtocolError(Exception):
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

    `receive`, `send`, `close` and the first four attributes are the interface that python-engineio expects; `write`
    sends a frame that was encoded once for many readers. After `authenticate` events go directly to their handler,
    not through the libraries, and frames are counted against the person's budget instead of the connection's own.
    `since` is when the connection was opened, authenticated or deauthenticated.
    """

    def __init__(self, sock: Any, reader: BinaryIO, environ: Mapping[str, Any]) -> None:
        self.version = environ.get("HTTP_SEC_WEBSOCKET_VERSION")
        self.path = environ.get("PATH_INFO")
        self.origin = environ.get("HTTP_ORIGIN")
        self.protocol = None
        self.closed = False
        self.since = time.monotonic()
        self._handle_event: Callable[[ClientEvent], None] | None = None
        self._unauthenticated = self._budget = FrameBudget(UNAUTHENTICATED_FRAMES, UNAUTHENTICATED_BYTES)
        self._turn = self.since
        self._socket = sock
        self._reader = reader
        self._waiting: deque[memoryview] = deque()
        self._queued_bytes = 0
        self._flusher: gevent.Greenlet[..., Any] | None = None

    @property
    def queued_bytes(self) -> int:
        """Bytes that wait to be sent."""
        return self._queued_bytes

    @property
    def is_authenticated(self) -> bool:
        """Whether the connection belongs to a person who is signed in."""
        return self._handle_event is not None

    def authenticate(self, handle_event: Callable[[ClientEvent], None], budget: FrameBudget) -> None:
        """Send events to `handle_event`, which must not raise, and count frames against `budget` from now on."""
        self._handle_event, self._budget, self.since = handle_event, budget, time.monotonic()

    def deauthenticate(self) -> None:
        """Count frames against the connection's own budget again, as before `authenticate`."""
        self._handle_event, self._budget, self.since = None, self._unauthenticated, time.monotonic()

    # --- Reading --------------------------------------------------------------------------------------------

    def receive(self) -> str | None:
        """The next message that is not an event for `handle_event`; None when there will be no more.

        Only text that a client of ours may send comes out.
        """
        while (received := self._receive()) is not None:
            message, event = received
            if event is None or self._handle_event is None:
                return message
            self._handle_event(event)
        return None

    def _receive(self) -> tuple[str, ClientEvent | None] | None:
        """The next message, and the event that it brings if it does; None when there will be no more."""
        if self.closed:
            return None
        try:
            message = self._read_message()
            return None if message is None or self.closed else (message, decode_packet(message))
        except ProtocolError as refusal:
            self.close(refusal.code)
        except InvalidPacket:
            self.close(REFUSED)
        except (OSError, EOFError, ValueError):
            self.close()
        return None

    def _read_message(self) -> str | None:
        """Read frames until a message is whole, answering pings on the way."""
        parts = bytearray()
        begun = False
        while True:
            final, opcode, payload = self._read_frame(MAX_MESSAGE_BYTES - len(parts))
            if opcode == CLOSE:
                self.close(_answer_to(payload))
                return None
            if opcode == PING:
                self.write(frame(payload, PONG))
                continue
            if opcode == PONG:
                continue
            if (opcode == CONTINUATION) is not begun:
                raise ProtocolError(PROTOCOL)
            begun = True
            parts += payload
            if final:
                return _decoded(parts)

    def _read_frame(self, room: int) -> tuple[bool, int, bytes]:
        """Read one frame; its length is looked at before any of it is read, so that no more is ever held."""
        self._yield_to_others()
        first, second = self._read(2)
        opcode, length = first & 0x0F, second & 0x7F
        _check_header(first, second)
        if length == 126:
            (length,) = struct.unpack("!H", self._read(2))
        elif length == 127:
            (length,) = struct.unpack("!Q", self._read(8))
        if length > room and opcode < CLOSE:
            raise ProtocolError(TOO_LARGE)
        if not self._budget.spend(length):
            FLOODS.inc()
            raise ProtocolError(REFUSED)
        mask = self._read(4)
        return bool(first & 0x80), opcode, _unmasked(self._read(length), mask)

    def _yield_to_others(self) -> None:
        """Yield after MAX_READ_SECONDS: reading from a client that sends without a pause never waits."""
        if time.monotonic() - self._turn > MAX_READ_SECONDS:
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
        """Send as much of an encoded frame as the system takes without waiting; queue the rest.

        A connection whose queue exceeds the limits is aborted: the client reconnects and catches up.
        """
        if self.closed:
            return
        sent = self._send_without_waiting(data) if self._flusher is None else 0
        if sent == len(data) or self.closed:
            return
        self._waiting.append(memoryview(data)[sent:])
        self._queued_bytes += len(data) - sent
        if self._flusher is None:
            self._flusher = gevent.spawn(self._flush)
        if self._is_over_limit:
            SLOW_READERS.inc()
            self.abort()

    @property
    def _is_over_limit(self) -> bool:
        """Whether the queue exceeds its limits; one frame alone never does."""
        many = len(self._waiting) > MAX_QUEUED_FRAMES or self._queued_bytes > MAX_QUEUED_BYTES
        return many and len(self._waiting) > 1

    def _send_without_waiting(self, data: bytes) -> int:
        """Bytes that the system took without waiting; os.write, since gevent's send would wait."""
        try:
            return os.write(self._socket.fileno(), data)
        except BlockingIOError:
            return 0
        except OSError:
            self.abort()
            return 0

    def _note_sent(self, count: int) -> None:
        """Remove sent bytes from the queue, without copying the rest of a frame."""
        self._queued_bytes -= count
        while count:
            first = self._waiting.popleft()
            if count < len(first):
                self._waiting.appendleft(first[count:])
            count -= min(count, len(first))

    def _flush(self) -> None:
        """Send the queue in order, as fast as the client reads."""
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
        """Queue a close frame with `code`; nothing is sent or received after it."""
        if self.closed:
            return
        self.write(frame(struct.pack("!H", code), CLOSE))
        self.closed = True
        gevent.spawn(self._finish_closing)

    def abort(self) -> None:
        """Drop the queue and shut the socket down, which wakes greenlets that read or write it."""
        self.closed = True
        self._waiting.clear()
        self._queued_bytes = 0
        self._shut(socket.SHUT_RDWR)

    def _finish_closing(self) -> None:
        """Flush, half-close, give the client time to close, then abort."""
        if self._flusher is not None:
            self._flusher.join(CLOSE_TIMEOUT_SECONDS)
        self._shut(socket.SHUT_WR)
        gevent.sleep(CLOSE_TIMEOUT_SECONDS)
        self.abort()

    def drain(self) -> None:
        """Read and drop what still arrives, for a while: closing with unread bytes would discard our last frames."""
        gevent.with_timeout(2 * CLOSE_TIMEOUT_SECONDS, self._read_away, timeout_value=None)

    def _read_away(self) -> None:
        left = 16 * MAX_MESSAGE_BYTES
        with suppress(OSError):
            while left > 0 and (data := self._socket.recv(MAX_MESSAGE_BYTES)):
                left -= len(data)

    def _shut(self, how: int) -> None:
        with suppress(OSError):
            self._socket.shutdown(how)


def _check_header(first: int, second: int) -> None:
    """Refuse what was never agreed: extensions, bare or broken control frames, binary messages."""
    opcode, length = first & 0x0F, second & 0x7F
    if first & 0x70 or not second & 0x80:
        raise ProtocolError(PROTOCOL)
    if opcode >= CLOSE and (not first & 0x80 or length > 125):
        raise ProtocolError(PROTOCOL)
    if opcode == BINARY:
        raise ProtocolError(UNSUPPORTED)
    if opcode not in (CONTINUATION, TEXT, CLOSE, PING, PONG):
        raise ProtocolError(PROTOCOL)


def _unmasked(payload: bytes, mask: bytes) -> bytes:
    """The payload without its mask, by one long number instead of a loop over bytes."""
    length = len(payload)
    key = (mask * (length // 4 + 1))[:length]
    return (int.from_bytes(payload, "big") ^ int.from_bytes(key, "big")).to_bytes(length, "big")


def _decoded(data: bytearray) -> str:
    try:
        return data.decode()
    except UnicodeDecodeError as error:
        raise ProtocolError(NOT_TEXT) from error


def _answer_to(payload: bytes) -> int:
    """The code to close with when the other side closes: its own where it is one that may be sent."""
    code = int.from_bytes(payload[:2], "big") if len(payload) >= 2 else NORMAL
    sendable = 1000 <= code <= 1003 or 1007 <= code <= 1011 or 3000 <= code <= 4999
    return code if sendable else PROTOCOL
