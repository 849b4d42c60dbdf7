"""The bytes that come over a connection: within a time and an amount, and without keeping the event loop from others."""

from __future__ import annotations

import io
import os
import time
from typing import Any

import gevent

MIN_BYTES_PER_SECOND = 4096
"""Each byte that came prolongs the time by as much as it takes at this rate."""
READS_PER_SWITCH = 16
"""How many reads may find data at once, without waiting, before other greenlets run."""


class RequestTooLarge(OSError):
    """More bytes came than may."""


class RequestReader(io.RawIOBase):
    """Reads from a gevent socket, for a buffered reader above it.

    `allow` sets how long may be read from now on and how much; without it nothing is bounded.
    """

    def __init__(self, sock: Any) -> None:
        self._socket = sock
        self._until: float | None = None
        self._left = 0
        self._reads = 0
        self._is_peeking = False

    def readable(self) -> bool:
        """Always: nothing else can be done with it."""
        return True

    def limit(self, seconds: float | None, most_bytes: int = 0) -> None:
        """Bound what is read from now on.

        `seconds` is the time for it, prolonged by what comes at a fair rate; None for no bound at all.
        """
        self._until = None if seconds is None else time.monotonic() + seconds
        self._left = most_bytes
        if seconds is None:
            self._socket.settimeout(None)

    def has_unread(self, reader: io.BufferedReader) -> bool:
        """Whether bytes are here that `reader`, which reads from this, has not given out; never waits."""
        self._is_peeking = True
        try:
            return bool(reader.peek(1))
        except OSError:
            return False
        finally:
            self._is_peeking = False

    def readinto(self, buffer: Any) -> int | None:
        """Read what is there, or wait for it. Raises TimeoutError or RequestTooLarge beyond what `allow` allows."""
        self._reads += 1
        if self._reads >= READS_PER_SWITCH and not self._is_peeking:
            self._reads = 0
            gevent.sleep(0)
        try:
            count = os.readv(self._socket.fileno(), [buffer])
        except BlockingIOError:
            if self._is_peeking:
                return None
            self._reads = 0
            count = self._wait_and_read(buffer)
        if self._until is not None:
            self._until += count / MIN_BYTES_PER_SECOND
            self._left -= count
            if self._left < 0:
                raise RequestTooLarge
        return count

    def _wait_and_read(self, buffer: Any) -> int:
        if self._until is not None:
            left = self._until - time.monotonic()
            if left <= 0:
                raise TimeoutError
            self._socket.settimeout(left)
        count: int = self._socket.recv_into(buffer)
        return count
