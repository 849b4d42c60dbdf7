"""What is written during one turn of the loop, handed to the network at its end: one system call for each reader.

A turn is everything that runs before gevent looks at the network again: the greenlets that had something to do, one
after the other. An event that a room gets, the acknowledgement of who wrote it and the next event often belong to
the same turn; a system call for each is what most of the time would go into.
"""

from __future__ import annotations

from typing import Protocol

import gevent


class Writer(Protocol):
    """Something that keeps what is to be written until it is flushed."""

    def flush(self) -> None:
        """Hand what waits to the network; never waits and never fails."""


class Turn:
    """The writers that have something to write at the end of this turn."""

    def __init__(self) -> None:
        self._writers: list[Writer] = []

    def add(self, writer: Writer) -> None:
        """Have a writer flushed when everything that can run now has run."""
        if not self._writers:
            gevent.get_hub().loop.run_callback(self._end)
        self._writers.append(writer)

    def _end(self) -> None:
        writers, self._writers = self._writers, []
        for writer in writers:
            writer.flush()
