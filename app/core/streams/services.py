"""Appending to streams and reading them: the promise of order, density and idempotence is kept here."""

from __future__ import annotations

import hmac
import json
from collections.abc import Callable, Sequence
from datetime import datetime
from typing import Any, NamedTuple

from flask import current_app
from flask_babel import lazy_gettext as _l
from sqlalchemy import bindparam, delete, select, update

from app.core.actors import Actor
from app.core.clock import now
from app.core.compiled_sql import CompiledStatement
from app.core.database import db, has_one_writer, table_of
from app.core.errors import Conflict
from app.core.hints import count, hint
from app.core.source_names import EventKind
from app.core.streams.kinds import kinds_of
from app.core.streams.models import Command, Event, Revocation, Stream

CATCH_UP = 200
FORGOTTEN = ""
"""The digest of a command whose content was forgotten."""

# What every command asks and writes: made once and without objects of their own, since both take longer than the
# database does.
_LOCK = CompiledStatement(select(Stream.head).where(Stream.id == bindparam("stream")).with_for_update())
_STREAMS = table_of(Stream)
_COUNT = CompiledStatement(
    _STREAMS.update()
    .where(_STREAMS.c.id == bindparam("stream"))
    .values(head=_STREAMS.c.head + 1)
    .returning(_STREAMS.c.head, _STREAMS.c.kind)
)
_WRITE = CompiledStatement(table_of(Event).insert())
_KNOWN = CompiledStatement(
    select(Command.digest, Command.answer).where(
        Command.actor_id == bindparam("actor"), Command.cid == bindparam("sent")
    )
)
_KEEP = CompiledStatement(table_of(Command).insert().inline())
_SORTED = json.JSONEncoder(sort_keys=True)


def open_stream(kind: str) -> Stream:
    """A new, empty stream of a registered kind."""
    stream = Stream(kind=kind)
    db.session.add(stream)
    db.session.flush()
    return stream


def lock_stream(stream_id: str) -> None:
    """Hold the stream's row until the end of this transaction.

    On SQLite the transaction is the only one that writes: there is nothing to hold.
    """
    if not has_one_writer():
        _LOCK(stream=stream_id)


class Appended(NamedTuple):
    """The number of an event that was just written, and when it happened; an Event would take longer than its row."""

    seq: int
    created_at: datetime


def append(
    stream_id: str,
    kind: EventKind,
    payload: dict[str, Any],
    actor: Actor,
    *,
    target_seq: int | None = None,
    at: datetime | None = None,
) -> Appended:
    """Add an event at the stream's head, inside the caller's transaction.

    The row lock makes the order of commits the order of the sequence. `at` is kept in place of the present moment
    for what must not tell when it was done. A hint with the new head goes out after the commit.
    """
    stream = _COUNT.one(stream=stream_id)
    stream_kind = kinds_of(current_app).get(stream.kind)
    if stream_kind is None or kind not in stream_kind.events:
        raise LookupError(
            f"A stream of kind {stream.kind!r} has no event {kind!r}: StreamKind.events has its type."
        )
    written = Appended(stream.head, at or now())
    _WRITE(
        stream_id=stream_id,
        seq=written.seq,
        kind=kind,
        payload=payload,
        actor_id=actor.person_id,
        org_id=actor.organisation_id,
        target_seq=target_seq,
        redacted_at=None,
        created_at=written.created_at,
    )
    hint("head", stream_id, stream.head)
    count("appended", stream.kind)
    return written


def once(
    actor: Actor, cid: str, command: dict[str, Any], stream_id: str, act: Callable[[], dict[str, Any]]
) -> dict[str, Any]:
    """Carry a command out once, however often it arrives.

    `cid` is the sender's id for it, `command` its content, `act` does the work and returns the answer to keep.
    The stream is locked before the look-up, so that a repeat which arrives at the same time waits for the first.
    Returns the answer, the kept one for a repeat; raises Conflict where the id came with another content, unless the
    content was forgotten.
    """
    lock_stream(stream_id)
    digest = digest_of(command)
    known = _KNOWN.one(actor=actor.person_id, sent=cid)
    if known is not None:
        if known.digest not in (digest, FORGOTTEN):
            raise Conflict(_l("This message was sent before with other words. Copy them and write it again."))
        kept: dict[str, Any] = known.answer
        return kept
    answer = act()
    command_row = {"actor_id": actor.person_id, "cid": cid, "digest": digest, "answer": answer}
    _KEEP(**command_row, created_at=now())
    return answer


def digest_of(command: dict[str, Any]) -> str:
    """By what the content of a command is recognised when it comes again.

    It is an HMAC-SHA256 under the secret of the installation, which no table and no backup holds: without it nobody can
    check whether a digest is that of a guessed text.
    """
    key = f"command digest {current_app.config['SECRET_KEY']}".encode()
    return hmac.digest(key, _SORTED.encode(command).encode(), "sha256").hex()


def forget_content(actor_id: int | None, cid: str | None) -> None:
    """Forget by what the content of a command would be recognised; its repeat is still answered as before."""
    sent = (Command.actor_id == actor_id, Command.cid == cid)
    db.session.execute(update(Command).where(*sent).values(digest=FORGOTTEN))


def forget_commands(contents: Sequence[dict[str, Any]]) -> None:
    """Forget who sent commands of these contents, once nothing can come of their being sent again."""
    db.session.execute(delete(Command).where(Command.digest.in_([digest_of(each) for each in contents])))


def redact(event: Event, left: dict[str, Any] | None = None) -> None:
    """Take the content out of an event in place: its number stays, its words are gone for good.

    `left` is what may still be told of it.
    """
    event.payload = left or {}
    event.redacted_at = now()


def events_after(stream_id: str, after: int, limit: int = CATCH_UP) -> Sequence[Event]:
    """The events past `after`, oldest first, at most `limit`."""
    return db.session.scalars(
        select(Event).where(Event.stream_id == stream_id, Event.seq > after).order_by(Event.seq).limit(limit)
    ).all()


def events_before(stream_id: str, before: int, limit: int) -> Sequence[Event]:
    """The last `limit` events under `before`, oldest first, for scrolling back."""
    newest_first = db.session.scalars(
        select(Event)
        .where(Event.stream_id == stream_id, Event.seq < before)
        .order_by(Event.seq.desc())
        .limit(limit)
    ).all()
    return newest_first[::-1]


def revoke(*, person_id: int | None = None, org_id: int | None = None) -> None:
    """Mark that a person's or an organisation's standing changed, so that open sockets are looked at again."""
    db.session.add(Revocation(person_id=person_id, org_id=org_id))
    hint("revoked")
