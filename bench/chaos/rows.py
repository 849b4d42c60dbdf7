"""What the database holds, read by a connection of its own for every question, so that nothing is kept open."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from sqlalchemy import NullPool, create_engine, select

from app.core.streams.models import Event, Stream


class Said(NamedTuple):
    """A message at its place: what a reader shows, or what the database holds."""

    seq: int
    cid: str
    body: str


class Rows:
    """The rows of an installation's streams."""

    def __init__(self, url: str) -> None:
        self._engine = create_engine(url, poolclass=NullPool)

    def heads(self, streams: Sequence[str]) -> dict[str, int]:
        """How far each stream goes."""
        with self._engine.connect() as connection:
            found = connection.execute(select(Stream.id, Stream.head).where(Stream.id.in_(streams)))
            return {row.id: row.head for row in found}

    def said(self, stream: str, after: int) -> list[Said]:
        """Everything in a stream past a number."""
        query = select(Event.seq, Event.payload).where(Event.stream_id == stream, Event.seq > after)
        with self._engine.connect() as connection:
            return [
                Said(row.seq, row.payload["cid"], row.payload["body"])
                for row in connection.execute(query.order_by(Event.seq))
            ]
