"""What a reader missed: the same answer for a socket's `subscribe` and for the API."""

from __future__ import annotations

from typing import Any

from app.core.actors import Actor
from app.core.database import db
from app.core.streams.kinds import kind_of, stream_for
from app.core.streams.services import CATCH_UP, events_after, events_before


def catch_up(actor: Actor, stream_id: str, after: int, limit: int = CATCH_UP) -> dict[str, Any]:
    """The events past `after` that the actor may read.

    Returns `{ok, stream, head, epoch, events, more}`; raises NotFound for a stream that is missing or not hers. The
    head is read before the events, so that it never promises one that is not there yet.
    """
    stream = stream_for(actor, stream_id)
    db.session.refresh(stream)
    events = events_after(stream_id, after, limit)
    last = events[-1].seq if events else after
    return {
        "ok": True,
        "stream": stream.id,
        "head": stream.head,
        "epoch": stream.epoch,
        "events": kind_of(stream).present(events),
        "more": last < stream.head and len(events) == limit,
    }


def look_back(actor: Actor, stream_id: str, before: int, limit: int) -> dict[str, Any]:
    """The last `limit` events under `before`, oldest first, in the form of `catch_up`; `more` tells of older ones."""
    stream = stream_for(actor, stream_id)
    events = events_before(stream_id, before, limit)
    return {
        "ok": True,
        "stream": stream.id,
        "head": stream.head,
        "epoch": stream.epoch,
        "events": kind_of(stream).present(events),
        "more": bool(events) and events[0].seq > 1,
    }
