"""What the core must know of the owners of streams; each live feature registers its kind."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from flask import Flask, current_app

from app.core.actors import Actor
from app.core.database import db
from app.core.errors import NotFound
from app.core.streams.models import Event, Stream


@dataclass(frozen=True)
class StreamKind:
    """A kind of stream.

    `visible(actor, stream_id)` asks the owner's own `visible_to`; `present(events)` turns rows, of one stream or of
    several, into the plain payloads that every reader of the stream gets, the same for all. `events` has the type of
    the payload of each kind of event. `passes(stream_id, signal)` says whether a signal of this kind may be passed on
    in the stream at this moment; without it every kind may.
    `has_markdown` is whether the `body` of its events is Markdown, which is kept with them as `rendered`.
    """

    name: str
    visible: Callable[[Actor, str], bool]
    present: Callable[[Sequence[Event]], list[dict[str, Any]]]
    events: Mapping[str, Any]
    passes: Callable[[str, str], bool] | None = None
    has_markdown: bool = False


def register_kind(app: Flask, kind: StreamKind) -> None:
    """Make a kind of stream known to the application."""
    app.extensions.setdefault("trama.stream_kinds", {})[kind.name] = kind


def kinds_of(app: Flask) -> Mapping[str, StreamKind]:
    """All kinds of streams by their names."""
    table: Mapping[str, StreamKind] = app.extensions.get("trama.stream_kinds", {})
    return table


def kind_of(stream: Stream) -> StreamKind:
    """The registered kind of a stream."""
    found: StreamKind = current_app.extensions["trama.stream_kinds"][stream.kind]
    return found


def passes(stream_id: str, signal: str) -> bool:
    """Whether a kind of signal may be passed on in a stream at this moment."""
    stream = db.session.get(Stream, stream_id)
    asked = kind_of(stream).passes if stream is not None else None
    return asked is None or asked(stream_id, signal)


def stream_for(actor: Actor, stream_id: str) -> Stream:
    """The stream, if the actor may read it.

    Raises NotFound both where it is missing and where it is not hers to see.
    """
    stream = db.session.get(Stream, stream_id)
    if stream is None or not kind_of(stream).visible(actor, stream_id):
        raise NotFound
    return stream
