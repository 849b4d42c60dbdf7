"""Reading on in many streams at once: the same few queries, however many of them grew."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from flask import current_app
from sqlalchemy import select, tuple_

from app.core.database import db
from app.core.streams.models import Event, Stream
from app.core.streams.services import CATCH_UP

MOST = 1000
"""How many events are read at once, of all streams together."""

Place = tuple[int, str]
"""How far a stream was read, and the epoch that it had."""


@dataclass(frozen=True)
class Reading:
    """What a stream has past a cursor, up to the event `last`; nothing where its epoch is another one by now."""

    stream_id: str
    epoch: str
    last: int
    events: list[dict[str, Any]]
    more: bool
    written_at: datetime | None = None


def read_past(places: Mapping[str, Place]) -> list[Reading]:
    """What these streams have past their places, ready to be sent; a stream that is gone is left out."""
    query = select(Stream.id, Stream.kind, Stream.epoch, Stream.head).where(Stream.id.in_(list(places)))
    streams = db.session.execute(query).all()
    wanted: list[tuple[str, int]] = []
    for stream in streams:
        cursor, epoch = places[stream.id]
        if stream.epoch == epoch:
            until = min(stream.head, cursor + min(CATCH_UP, MOST - len(wanted)))
            wanted += [(stream.id, seq) for seq in range(cursor + 1, until + 1)]
    events = _events(wanted)
    presented = _presented(events, {stream.id: stream.kind for stream in streams})
    written = {event.stream_id: event.created_at for event in events}
    return [
        _reading(stream, places[stream.id], presented[stream.id], written.get(stream.id))
        for stream in streams
    ]


def _events(wanted: Sequence[tuple[str, int]]) -> Sequence[Event]:
    """Events by stream and number; numbers are dense, so that what is wanted is known before it is read."""
    if not wanted:
        return []
    return db.session.scalars(
        select(Event)
        .where(tuple_(Event.stream_id, Event.seq).in_(wanted))
        .order_by(Event.stream_id, Event.seq)
    ).all()


def _presented(events: Iterable[Event], kinds: Mapping[str, str]) -> Mapping[str, list[dict[str, Any]]]:
    """The payloads by stream, each kind's presented together."""
    by_kind: dict[str, list[Event]] = defaultdict(list)
    for event in events:
        by_kind[kinds[event.stream_id]].append(event)
    presented: dict[str, list[dict[str, Any]]] = defaultdict(list)
    for kind, those in by_kind.items():
        payloads = current_app.extensions["trama.stream_kinds"][kind].present(those)
        for event, payload in zip(those, payloads, strict=True):
            presented[event.stream_id].append(payload)
    return presented


def _reading(stream: Any, place: Place, events: list[dict[str, Any]], written_at: datetime | None) -> Reading:
    cursor, epoch = place
    if stream.epoch != epoch:
        return Reading(stream.id, stream.epoch, stream.head, [], more=False)
    last = events[-1]["seq"] if events else cursor
    return Reading(stream.id, epoch, last, events, bool(events) and last < stream.head, written_at)
