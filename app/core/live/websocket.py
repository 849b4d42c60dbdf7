"""A WebSocket connection that never blocks its sender and never buffers without bound.

The protocol (RFC 6455) is that of `websockets`, without its network code; ours are the send queue, the frame budget
and the way of events to their handler (docs/decisions/0002-our-own-websocket.md).
"""

from __future__ import annotations

import logging
import os
import time
from collections import deque
from collections.abc import Callable
from contextlib import suppress
from io import BufferedReader
from typing import Any

import gevent
from gevent import socket
from websockets.frames import Close, Frame, Opcode
from websockets.protocol import Protocol, Side

from app.core.live.protocol import MAX_MESSAGE_BYTES, ClientEvent, InvalidPacket, decode_packet
from app.core.live.rate_limits import FrameBudget
from app.core.metrics.definitions import FLOODS, SLOW_READERS

MAX_QUEUED_FRAMES = 256
MAX_QUEUED_BYTES = 1024 * 1024
CLOSE_TIMEOUT_SECONDS = 2.0
UNAUTHENTICATED_FRAMES, UNAUTHENTICATED_BYTES = 8, 16 * 1024
"""What may come in all over a connection behind which nobody has signed in."""
MAX_READ_SECONDS = 0.002
"""How long frames are read before other greenlets run, where the next one is always there already."""

NORMAL, GOING_AWAY, UNSUPPORTED = 1000, 1001, 1003
NOT_TEXT, REFUSED = 1007, 1008
NO_CODE_RECEIVED = 1005
"""What `websockets` reports for a close frame without a code; it is never sent."""
READ_BYTES, UNAUTHENTICATED_READ_BYTES = 4 * 1024, 512
"""Frames are parsed as they arrive in reads of this size, so that no parse lasts longer than some three milliseconds."""

# The library writes what people say into its log at DEBUG.
_log = logging.getLogger(__name__)
_log.setLevel(logging.ERROR)


class ProtocolError(Exception):
    """What the client sent ends the connection, with this code."""

    def __init__(self, code: int) -> None:
        super().__init__(code)
        self.code = code


def encode_frame(payload: bytes, opcode: Opcode = Opcode.TEXT) -> bytes:
    """A whole message as one frame, ready to be written to any number of sockets."""
    return Frame(opcode, payload).serialize(mask=False)


class WebSocket:
    """One open connection.

    `write` sends a frame that was encoded once for many readers. After `authenticate` events go directly to their handler,
    not through the libraries, and frames are counted against the person's budget instead of the connection's own.
    `since` is when the connection was opened, authenticated or deauthenticated.
    """

    def __init__(self, sock: Any, reader: BufferedReader) -> None:
        self.closed = False
        self.since = time.monotonic()
        self._handle_event: Callable[[ClientEvent], None] | None = None
        self._unauthenticated = self._budget = FrameBudget(UNAUTHENTICATED_FRAMES, UNAUTHENTICATED_BYTES)
        self._turn = self.since
        self._socket = sock
        self._reader = reader
        self._protocol = Protocol(Side.SERVER, max_size=MAX_MESSAGE_BYTES, logger=_log)
        self._frames: deque[Frame] = deque()
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
        """Read frames until a message is complete; None where the client closes."""
        parts = bytearray()
        while True:
            frame = self._next_frame()
            if frame is None:
                return None
            if frame.opcode in (Opcode.PING, Opcode.PONG):
                continue
            if frame.opcode is Opcode.BINARY:
                raise ProtocolError(UNSUPPORTED)
            parts += frame.data
            if frame.fin:
                try:
                    return parts.decode()
                except UnicodeDecodeError as error:
                    raise ProtocolError(NOT_TEXT) from error

    def _next_frame(self) -> Frame | None:
        """The next frame, counted against the budget; None where the client closes. Raises ProtocolError, EOFError."""
        # Reading from a client that sends without a pause never waits.
        if time.monotonic() - self._turn > MAX_READ_SECONDS:
            gevent.sleep(0)
            self._turn = time.monotonic()
        while not self._frames:
            if self._protocol.close_sent is not None:
                self._answer_close(self._protocol.close_sent)
                return None
            self._receive_data()
        frame = self._frames.popleft()
        if frame.opcode is Opcode.CLOSE:
            self._answer_close(self._protocol.close_sent)
            return None
        if not self._budget.take_frame(len(frame.data)):
            FLOODS.inc()
            raise ProtocolError(REFUSED)
        return frame

    def _receive_data(self) -> None:
        """Parse what arrived into frames and answer pings."""
        data = self._reader.read1(READ_BYTES if self.is_authenticated else UNAUTHENTICATED_READ_BYTES)
        if not data:
            raise EOFError
        self._protocol.receive_data(data)
        self._frames.extend(event for event in self._protocol.events_received() if isinstance(event, Frame))
        answers = self._protocol.data_to_send()
        if self._protocol.close_sent is None:
            for answer in answers:
                self.write(answer)

    def _answer_close(self, sent: Close | None) -> None:
        """Close with the code that the protocol chose: the client's own, or that of an error of hers."""
        self.close(NORMAL if sent is None or sent.code == NO_CODE_RECEIVED else sent.code)

    # --- Writing --------------------------------------------------------------------------------------------

    def send(self, message: str) -> None:
        """Send a text; returns at once, whether it went out or waits its turn."""
        self.write(encode_frame(message.encode()))

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
        many = len(self._waiting) > MAX_QUEUED_FRAMES or self._queued_bytes > MAX_QUEUED_BYTES
        if many and len(self._waiting) > 1:  # one frame alone is never too much
            SLOW_READERS.inc()
            self.abort()

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
        self.write(encode_frame(Close(code, "").serialize(), Opcode.CLOSE))
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
        if (flusher := self._flusher) is not None:
            # The socket is closed next, and nothing may wait for it then: libev would end the process.
            flusher.join(CLOSE_TIMEOUT_SECONDS)
            flusher.kill()

    def _read_away(self) -> None:
        left = 16 * MAX_MESSAGE_BYTES
        with suppress(OSError):
            while left > 0 and (data := self._socket.recv(MAX_MESSAGE_BYTES)):
                left -= len(data)

    def _shut(self, how: int) -> None:
        with suppress(OSError):
            self._socket.shutdown(how)
