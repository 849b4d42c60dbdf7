"""A small feature with a stream of its own, for trying what every live feature stands on.

A notebook is a stream that anybody may read who acts for an organisation.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from pydantic import Field
from sqlalchemy import insert

from app.core.actors import VISITOR, Actor
from app.core.database import db
from app.core.errors import NotFound
from app.core.feature import Feature
from app.core.hints import hint
from app.core.jobs import enqueue
from app.core.live.commands import LiveCommand, SocketCommand
from app.core.live.payloads import Done
from app.core.payloads import Payload
from app.core.permissions import SIGNED_IN
from app.core.streams.kinds import StreamKind
from app.core.streams.models import Event, Stream
from app.core.streams.services import append, lock_stream, once
from app.core.transactions import write_transaction

KIND = "notebook"


class Note(LiveCommand):
    """Write something into a notebook."""

    stream: str = Field(max_length=32)
    body: str = Field(min_length=1, max_length=16_000)


class NoteEvent(Payload):
    """A note as readers get it."""

    seq: int
    kind: str
    by: int | None
    body: str


class Written(Payload):
    """The number of a note."""

    seq: int


def visible(actor: Actor, stream_id: str) -> bool:
    """Whether the actor acts for an organisation."""
    return actor.organisation is not None


def present(events: Sequence[Event]) -> list[dict[str, Any]]:
    """The notes as readers get them."""
    return [
        {"seq": event.seq, "kind": event.kind, "by": event.actor_id, "body": event.payload["body"]}
        for event in events
    ]


def write(actor: Actor, note: Note) -> dict[str, Any]:
    """Write a note, once however often it comes."""
    if not visible(actor, note.stream):
        raise NotFound

    def act() -> dict[str, Any]:
        return {"seq": append(note.stream, "note", {"body": note.body}, actor).seq}

    return once(actor, note.cid, {"body": note.body}, note.stream, act)


def write_hundred(actor: Actor, note: Note) -> dict[str, Any]:
    """Write a note a hundred times, in a moment."""
    lock_stream(note.stream)
    stream = db.session.get_one(Stream, note.stream)
    row = {
        "stream_id": stream.id,
        "kind": "note",
        "payload": {"body": note.body},
        "actor_id": actor.person_id,
    }
    db.session.execute(insert(Event), [{**row, "seq": stream.head + 1 + number} for number in range(100)])
    stream.head += 100
    hint("head", stream.id, stream.head)
    return {"seq": stream.head}


def stumble(actor: Actor, note: Note) -> dict[str, Any]:
    """Write, then make the mistake that the programmer overlooked."""
    append(note.stream, "note", {"body": note.body}, actor)
    raise RuntimeError("a secret of the programmer")


def write_later(actor: Actor, note: Note) -> dict[str, Any]:
    """Have a job write the note after the commit."""
    enqueue("notebook", stream=note.stream, body=note.body)
    return {}


def work(stream: str, body: str) -> None:
    """What the job does."""
    with write_transaction():
        append(stream, "note", {"body": body}, VISITOR)


FEATURE = Feature(
    name="notes",
    # "novelty" stands for a kind that a page of the version before does not know.
    streams=(StreamKind(KIND, visible, present, {"note": NoteEvent, "novelty": NoteEvent}),),
    commands=(
        SocketCommand("note_write", SIGNED_IN, Note, write, Written, rate=2000),
        SocketCommand("note_seldom", SIGNED_IN, Note, write, Written, rate=3),
        SocketCommand("note_hundred", SIGNED_IN, Note, write_hundred, Written, rate=2000),
        SocketCommand("note_stumble", SIGNED_IN, Note, stumble, Written),
        SocketCommand("note_later", SIGNED_IN, Note, write_later, Done),
    ),
    jobs={"notebook": work},
)
