"""Keeping the index: what is written comes into it in the same transaction, and so does what goes.

Whatever is written or changed as an object is seen when it is flushed, so that no service has to think of search; what is
deleted takes its row along (a foreign key). Only new messages come a moment later, room by room and in one go, since
posting must not wait; until then they are looked through as they are.
"""

from __future__ import annotations

import logging
from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping
from contextlib import contextmanager
from typing import Any

from flask import current_app
from sqlalchemy import delete, event, inspect
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session as BaseSession
from sqlalchemy.orm import UOWTransaction

from app.core.database import Session, db, has_one_writer
from app.core.i18n import ALL_LANGUAGES
from app.core.jobs import enqueue
from app.core.lemmas import lacks_dictionaries, lemma_folder, start_writing_dictionaries
from app.core.streams.services import lock_stream
from app.core.transactions import end_read_transaction, write_transaction
from app.features.design.models.board import Card, scattered_id
from app.features.design.models.outcomes import Commitment
from app.features.files.models import Attachment
from app.features.initiatives.models import Initiative, InitiativeText
from app.features.organisations.models import Organisation, OrganisationText
from app.features.rooms.models import Message, RoomText
from app.features.search.models import (
    OWNERS,
    ROWS,
    FoundKind,
    SearchedRoom,
    SearchProgress,
    SearchText,
)
from app.features.search.queries import (
    IDS,
    ROWS_OF,
    IndexRow,
    count_rows,
    head_of,
    ids_after,
    indexed_ids,
    is_filled,
    messages_at,
    new_message_rows,
    progress_of,
    rooms_to_index,
    searched_room,
)

log = logging.getLogger(__name__)
FILL_JOB = "search.fill"
BATCH_SIZE = 200
"""So many rows come into the index in one transaction."""
BATCHES_PER_JOB = 10
DICTIONARIES_AT_MINUTE = 10
POSTPONED = "trama.search_postponed"
MINUTES, WRITER = "trama.search_minutes", "trama.search_dictionaries_writer"
MAX_ROOMS_A_MINUTE = 500
MAX_BATCHES_A_MINUTE = 20
"""A process gives a minute's new messages at most so many transactions: some seconds of a core after a flood."""

_OWN: Mapping[type[Any], FoundKind] = {
    Organisation: FoundKind.ORGANISATION,
    Initiative: FoundKind.INITIATIVE,
    Commitment: FoundKind.COMMITMENT,
}
_SHOWN_OF_CARDS = ("text", "lang", "unrevealed", "veiled", "person_id")


def listen_to_writing() -> None:
    """See what is written from now on, once for the process."""
    if not event.contains(Session, "after_flush", _note_written):
        event.listen(Session, "after_flush", _note_written)


def _note_written(session: BaseSession, _flushed: UOWTransaction) -> None:
    """Bring what this flush writes into the index; what it deletes goes by itself."""
    things: dict[FoundKind, set[int]] = defaultdict(set)
    for written in (*session.new, *session.dirty):
        _note(written, things)
    for gone in session.deleted:
        if isinstance(gone, OrganisationText | InitiativeText | RoomText):
            _note(gone, things)
    places = {
        (gone.stream_id, gone.event_seq)
        for gone in session.deleted
        if isinstance(gone, Attachment) and gone.event_seq is not None
    }
    if places:
        things[FoundKind.MESSAGE].update(messages_at(places))
    postponed = session.info.get(POSTPONED)
    for kind, ids in things.items():
        if postponed is None:
            refresh(kind, ids)
        else:
            postponed[kind] |= ids


@contextmanager
def refresh_once() -> Iterator[None]:
    """Bring what is written in this block into the index once, at its end, however often it is flushed."""
    db.session.flush()
    postponed: dict[FoundKind, set[int]] = defaultdict(set)
    db.session.info[POSTPONED] = postponed
    try:
        yield
        db.session.flush()
    finally:
        del db.session.info[POSTPONED]
    for kind, ids in postponed.items():
        refresh(kind, ids)


def _note(written: object, things: dict[FoundKind, set[int]]) -> None:
    """Note the thing that an object is or belongs to, where its words may have changed."""
    if isinstance(written, Card):
        state: Any = inspect(written)
        if any(state.attrs[name].history.has_changes() for name in _SHOWN_OF_CARDS):
            things[FoundKind.CARD].add(written.id)
    elif isinstance(written, Message):
        attributes = inspect(written).attrs
        if attributes.body.history.has_changes() or attributes.removed_at.history.has_changes():
            things[FoundKind.MESSAGE].add(written.id)
    elif isinstance(written, OrganisationText):
        things[FoundKind.ORGANISATION].add(written.organisation_id)
    elif isinstance(written, InitiativeText):
        things[FoundKind.INITIATIVE].add(written.initiative_id)
    elif isinstance(written, RoomText):
        things[FoundKind.ROOM].add(written.room_id)
    elif isinstance(written, Organisation | Initiative | Commitment):
        things[_OWN[type(written)]].add(written.id)


def refresh(kind: FoundKind, ids: Collection[int]) -> None:
    """Make the rows of these things as the things are now; of what must not be found there is none afterwards.

    A message that was never indexed stays so: its room's turn comes.
    """
    wanted = indexed_ids(kind, ids) if kind is FoundKind.MESSAGE else set(ids)
    rows = ROWS_OF[kind](wanted) if wanted else []
    _write(kind, rows)
    gone = set(ids) - {row.owner_id for row in rows}
    if gone:
        db.session.execute(delete(ROWS).where(OWNERS[kind].in_(gone)))


def _write(kind: FoundKind, rows: Iterable[IndexRow]) -> None:
    """Write rows of the index, in place of those that are there."""
    owner = OWNERS[kind]
    values = [
        {
            "kind": kind,
            owner.name: row.owner_id,
            "at": row.at,
            "words": row.words(kind),
            **({"id": scattered_id()} if kind is FoundKind.CARD else {}),
        }
        for row in rows
    ]
    if values:
        insert: Any = (sqlite.insert if has_one_writer() else postgresql.insert)(ROWS)
        fresh = {"at": insert.excluded.at, "words": insert.excluded.words}
        written = insert.on_conflict_do_update(
            index_elements=[owner], index_where=owner.is_not(None), set_=fresh
        )
        db.session.execute(written, values)


# New messages, room by room.


def index_new_messages() -> None:
    """Bring what was said since into the index: once a minute, and never more at once than is done in some seconds."""
    if current_app.testing:
        return
    rooms = rooms_to_index(MAX_ROOMS_A_MINUTE)
    end_read_transaction()
    batches = 0
    for room_id, stream_id in rooms:
        whole = False
        while not whole and batches < MAX_BATCHES_A_MINUTE:
            whole = index_room(room_id, stream_id)
            batches += 1


def index_room(room_id: int, stream_id: str) -> bool:
    """Bring the next messages of a room into the index; returns whether these were all.

    The stream is held, so that nobody changes or removes a message between its reading and the writing of its row.
    """
    with write_transaction():
        lock_stream(stream_id)
        head = head_of(stream_id)
        mark = searched_room(room_id)
        rows = new_message_rows(room_id, mark.seq if mark else 0, BATCH_SIZE)
        _write(FoundKind.MESSAGE, [row for _seq, row in rows])
        whole = len(rows) < BATCH_SIZE
        reached = head if whole else rows[-1][0]
        if mark is None:
            db.session.add(SearchedRoom(room_id=room_id, seq=reached))
        else:
            mark.seq = reached
    return whole


# Everything that was there before.


def start_filling() -> None:
    """Have a job bring in what is not in the index yet, in a server's first minute, and write the dictionaries later.

    It is asked once a minute. Writing them takes a core for a minute or more: the first minutes belong to people, and a
    process of its own does it, so that no job waits. Once they are there the index is filled anew.
    """
    if current_app.testing:
        return
    state = current_app.extensions
    state[MINUTES] = minute = state.get(MINUTES, 0) + 1
    if minute == 1 and not is_filled():
        with write_transaction():
            enqueue(FILL_JOB)
    elif minute == DICTIONARIES_AT_MINUTE and lacks_dictionaries(lemma_folder(), ALL_LANGUAGES):
        state[WRITER] = start_writing_dictionaries(lemma_folder(), ALL_LANGUAGES)
    elif WRITER in state and (code := state[WRITER].poll()) is not None:
        del state[WRITER]
        if code:
            log.error("the dictionaries of inflected forms could not be written: code %s", code)
        else:
            begin_anew()
            with write_transaction():
                enqueue(FILL_JOB)


def fill_job() -> None:
    """Bring the next things into the index; what is left is for a job that follows."""
    end_read_transaction()
    for _ in range(BATCHES_PER_JOB):
        if not fill_batch():
            return
    with write_transaction():
        enqueue(FILL_JOB)


def begin_anew() -> None:
    """Forget how far the index was filled. The rows stay until they are made again."""
    with write_transaction():
        db.session.execute(delete(SearchProgress))
        db.session.execute(delete(SearchedRoom))


def fill_batch() -> bool:
    """Bring the next things of a kind into the index in a transaction of its own; returns whether anything is left."""
    with write_transaction():
        for kind in IDS:
            progress = progress_of(kind)
            if progress is None:
                progress = SearchProgress(kind=kind.value, last_id=0, done=False)
                db.session.add(progress)
            if progress.done:
                continue
            ids = ids_after(kind, progress.last_id, BATCH_SIZE)
            refresh(kind, ids)
            progress.done = len(ids) < BATCH_SIZE
            progress.last_id = ids[-1] if ids else progress.last_id
            return True
    return False


def rebuild() -> int:
    """Make the whole index anew, in small transactions; returns how many rows it has."""
    begin_anew()
    with write_transaction():
        db.session.execute(delete(SearchText))
    while fill_batch():
        pass
    while rooms := rooms_to_index(MAX_ROOMS_A_MINUTE):
        end_read_transaction()
        for room_id, stream_id in rooms:
            while not index_room(room_id, stream_id):
                pass
    return count_rows()
