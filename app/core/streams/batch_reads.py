"""Reading on in many streams at once: the same few queries, however many of them grew."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from flask import current_app
from sqlalchemy import Select, and_, bindparam, or_, select

from app.core.compiled_sql import CompiledBatch, in_params
from app.core.streams.models import Event, Stream
from app.core.streams.services import CATCH_UP

MAX_EVENTS_PER_READ = 1000
"""How many events are read at once, of all streams together."""

StreamCursor = tuple[int, str]
"""How far a stream was read, and the epoch that it had."""

Span = tuple[str, int, int]
"""A stream, and the first and the last of the numbers that are wanted of it."""

_HEADS = CompiledBatch(
    lambda size: select(Stream.id, Stream.kind, Stream.epoch, Stream.head).where(
        in_params(Stream.id, "stream", size)
    ),
    "stream",
)


def _those(size: int) -> Select[Any]:
    """What asks for the events of so many spans: all columns of the rows, which are what is presented."""
    spans = [
        and_(
            Event.stream_id == bindparam(f"stream{at}"),
            Event.seq >= bindparam(f"first{at}"),
            Event.seq <= bindparam(f"last{at}"),
        )
        for at in range(size)
    ]
    return select(*Event.__table__.columns).where(or_(*spans)).order_by(Event.stream_id, Event.seq)


_EVENTS = CompiledBatch(_those, "stream", "first", "last")


@dataclass(frozen=True)
class StreamBatch:
    """What a stream has past a cursor, up to the event `last`; nothing where its epoch is another one by now."""

    stream_id: str
    epoch: str
    last: int
    events: list[dict[str, Any]]
    more: bool
    written_at: datetime | None = None


def read_events_after(places: Mapping[str, StreamCursor]) -> list[StreamBatch]:
    """What these streams have past their places, ready to be sent; a stream that is gone is left out."""
    streams = list(_HEADS([(stream_id,) for stream_id in places]))
    events = list(_EVENTS(list(_wanted(streams, places))))
    kinds = {stream.id: stream.kind for stream in streams}
    by_kind: dict[str, list[Any]] = defaultdict(list)
    for event in events:
        by_kind[kinds[event.stream_id]].append(event)
    presented: dict[str, list[dict[str, Any]]] = defaultdict(list)
    for kind, of_kind in by_kind.items():
        payloads = current_app.extensions["trama.stream_kinds"][kind].present(of_kind)
        for event, payload in zip(of_kind, payloads, strict=True):
            presented[event.stream_id].append(payload)
    written = {event.stream_id: event.created_at for event in events}
    return [
        _reading(stream, places[stream.id], presented[stream.id], written.get(stream.id))
        for stream in streams
    ]


def _wanted(streams: Iterable[Any], places: Mapping[str, StreamCursor]) -> Iterator[Span]:
    """What is wanted of each stream; numbers are dense, so that it is known before it is read."""
    left = MAX_EVENTS_PER_READ
    for stream in streams:
        cursor, epoch = places[stream.id]
        until = min(stream.head, cursor + min(CATCH_UP, left))
        if stream.epoch == epoch and until > cursor:
            left -= until - cursor
            yield stream.id, cursor + 1, until


def _reading(
    stream: Any, place: StreamCursor, events: list[dict[str, Any]], written_at: datetime | None
) -> StreamBatch:
    cursor, epoch = place
    if stream.epoch != epoch:
        return StreamBatch(stream.id, stream.epoch, stream.head, [], more=False)
    last = events[-1]["seq"] if events else cursor
    return StreamBatch(stream.id, epoch, last, events, bool(events) and last < stream.head, written_at)
