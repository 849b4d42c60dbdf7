"""From the rows to the readers: each stream that somebody here follows has a cursor, and everything past it goes out.

A hint or the poller says that a stream may have grown; what is sent is always read from the database, so that a
lost hint delays and loses nothing, and another process' writes arrive like our own.
"""

from __future__ import annotations

import logging
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

import gevent
from flask import Flask
from gevent.event import Event
from gevent.pool import Pool
from sqlalchemy import select

from app.core.clock import now
from app.core.database import db
from app.core.hints import Hint
from app.core.live.protocol import NAMESPACE, chunk_events, dumps
from app.core.metrics.definitions import DELIVERY
from app.core.streams.batch_reads import StreamBatch, read_events_after
from app.core.streams.models import Stream

log = logging.getLogger(__name__)
MAX_CONCURRENT_READS = 4
"""How many streams are read at once: each takes a database connection."""
HEADS_BATCH_SIZE = 500
READ_BATCH_SIZE = 50
"""How many streams are read in the same queries."""


@dataclass
class FollowedStream:
    """A stream that connections of this process follow: `cursor` is the last number sent to them."""

    cursor: int
    epoch: str
    followers: set[str] = field(default_factory=set)
    grown: bool = False
    being_read: bool = False


class Hub:
    """Brings what was appended to streams to those who follow them here."""

    def __init__(self, app: Flask, server: Any, *, coalesce: bool = True) -> None:
        self._app = app
        self._server = server
        self._frames = chunk_events if coalesce else chunk_each
        self._followed: dict[str, FollowedStream] = {}
        self._readers = Pool(MAX_CONCURRENT_READS)
        self._wake = Event()

    def follow(self, stream_id: str, sid: str, head: int, epoch: str) -> None:
        """Send a connection everything that comes after `head`, which its own catch-up must reach."""
        followed = self._followed.setdefault(stream_id, FollowedStream(head, epoch))
        followed.followers.add(sid)
        self._server.enter_room(sid, channel(stream_id), namespace=NAMESPACE)

    def unfollow(self, stream_id: str, sid: str) -> None:
        """Send a connection nothing more of a stream."""
        followed = self._followed.get(stream_id)
        if followed is None:
            return
        followed.followers.discard(sid)
        if not followed.followers:
            del self._followed[stream_id]
        self._server.leave_room(sid, channel(stream_id), namespace=NAMESPACE)

    def take_hint(self, hint: Hint) -> None:
        """Take a hint that a stream has a new head; several for the same stream make one reading."""
        if hint.kind == "head":
            self.take_head(hint.about, hint.number)

    def take_head(self, stream_id: str, head: int) -> None:
        """Take from this process or another that a stream goes as far as `head`."""
        followed = self._followed.get(stream_id)
        if followed is not None and head > followed.cursor:
            self._note(stream_id)

    @property
    def count_followed(self) -> int:
        """How many streams somebody here follows."""
        return len(self._followed)

    def poll(self) -> None:
        """Ask the database for the heads of all followed streams, of which no hint said."""
        for stream_id, head, epoch in self._heads():
            followed = self._followed.get(stream_id)
            if followed is not None and (head > followed.cursor or epoch != followed.epoch):
                self._note(stream_id)

    def announce_heads(self) -> None:
        """Tell the readers of each stream how far it goes: a lost last event would else stay unnoticed."""
        for stream_id, head, epoch in self._heads():
            self._emit("head", stream_id, {"head": head, "epoch": epoch})

    def run(self) -> None:
        """Read and send for as long as the process lives; streams that grew in the same moment are read together."""
        while True:
            self._wake.wait()
            self._wake.clear()
            grown = [
                (stream_id, followed)
                for stream_id, followed in self._followed.items()
                if followed.grown and not followed.being_read
            ]
            for start in range(0, len(grown), READ_BATCH_SIZE):
                some = dict(grown[start : start + READ_BATCH_SIZE])
                for followed in some.values():
                    followed.being_read = True
                self._readers.spawn(self._deliver, some)

    def _note(self, stream_id: str) -> None:
        self._followed[stream_id].grown = True
        self._wake.set()

    def _heads(self) -> list[tuple[str, int, str]]:
        """The heads and epochs of the followed streams, as they are in the database."""
        ids = list(self._followed)
        found: list[tuple[str, int, str]] = []
        with self._app.app_context():
            for start in range(0, len(ids), HEADS_BATCH_SIZE):
                some = ids[start : start + HEADS_BATCH_SIZE]
                query = select(Stream.id, Stream.head, Stream.epoch).where(Stream.id.in_(some))
                found += [(row.id, row.head, row.epoch) for row in db.session.execute(query)]
        return found

    def _deliver(self, streams: Mapping[str, FollowedStream]) -> None:
        """Send everything past the cursors, until there is nothing more or nobody left to follow."""
        try:
            rest = streams
            while rest:
                for followed in rest.values():
                    followed.grown = False
                unfinished = self._deliver_some(rest)
                rest = {
                    stream_id: followed
                    for stream_id, followed in streams.items()
                    if followed.grown or stream_id in unfinished
                }
                gevent.sleep(0)
        except Exception:
            # The poller finds the streams still ahead of their cursors and has it tried again.
            log.exception("events of streams could not be delivered")
        finally:
            for followed in streams.values():
                followed.being_read = False
            if any(followed.grown for followed in streams.values()):
                self._wake.set()

    def _deliver_some(self, streams: Mapping[str, FollowedStream]) -> set[str]:
        """Read, give the database connection back, and only then send; returns the streams that may have more."""
        with self._app.app_context():
            readings = read_events_after(
                {stream_id: (each.cursor, each.epoch) for stream_id, each in streams.items()}
            )
        for reading in readings:
            followed = streams[reading.stream_id]
            if self._followed.get(reading.stream_id) is followed:
                self._send(reading, followed)
        return {reading.stream_id for reading in readings if reading.more}

    def _send(self, reading: StreamBatch, followed: FollowedStream) -> None:
        """Send what was read of a stream to those who follow it; after a restore, where it begins again."""
        followed.cursor = reading.last
        if reading.epoch != followed.epoch:
            followed.epoch = reading.epoch
            self._emit("head", reading.stream_id, {"head": reading.last, "epoch": reading.epoch})
            return
        begun = dumps({"stream": reading.stream_id, "epoch": reading.epoch})[:-1]
        for part in self._frames(dumps(event) for event in reading.events):
            content = f'{begun},"events":[{",".join(part)}]}}'
            self._server.manager.broadcast(channel(reading.stream_id), "events", content)
        if reading.written_at is not None:
            DELIVERY.observe(max((now() - reading.written_at).total_seconds(), 0))

    def _emit(self, event: str, stream_id: str, content: dict[str, Any]) -> None:
        message = {"stream": stream_id, **content}
        self._server.emit(event, message, to=channel(stream_id), namespace=NAMESPACE)


def chunk_each(events: Iterable[str]) -> Iterator[list[str]]:
    """Each event in a frame of its own, to measure what it gives that they go out together."""
    return ([event] for event in events)


def channel(stream_id: str) -> str:
    """The name of a stream's channel; never that of a connection, which is a channel, too."""
    return f"stream:{stream_id}"
