"""Keeping files, posting them with what is said, and deleting them: the rows here, the bytes by a job after the commit."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import timedelta
from typing import Any, NamedTuple

from flask import current_app
from flask_babel import lazy_gettext as _l

from app.core.actors import Actor
from app.core.clock import now
from app.core.database import db
from app.core.errors import Conflict, Invalid
from app.core.jobs import enqueue
from app.core.text import one_line, tidy
from app.core.transactions import write_transaction
from app.core.uploads.formats import FORMATS
from app.core.uploads.storage import MEGABYTE, SHARDS, StoredFile, delete_files, delete_incoming, stored_ids
from app.features.accounts.announcements import PersonForgotten
from app.features.files.models import MAX_ALT_LENGTH, MAX_FILES_PER_MESSAGE, Attachment
from app.features.files.queries import (
    attachments_by,
    attachments_of,
    bytes_of_person,
    bytes_of_stream,
    events_with,
    find_sent,
    known_ids,
    unposted_before,
    unposted_of,
)
from config import Settings

DELETE_JOB = "files.delete"
UNPOSTED_AGE = timedelta(hours=24)
CHORE_BATCH_SIZE = 200
CHORE_SECONDS = 60
PAYLOAD_FILES = "files"
"""Where the payload of an event has the files that were posted with it."""


class FileReference(NamedTuple):
    """A file that is to be posted, and the words for those who do not see it."""

    id: str
    alt: str = ""


def keep_file(actor: Actor, stream_id: str, cid: str, stored: StoredFile, alt: str = "") -> Attachment:
    """Keep a file that the actor sent to a stream in which she may write; the caller asked whether she may.

    Returns its row. Raises Conflict where she sent one under this `cid` already, Invalid past what a person may send in a
    day or a stream may hold.
    """
    if find_sent(actor, cid) is not None:
        raise Conflict
    settings: Settings = current_app.extensions["trama.settings"]
    assert actor.person_id is not None
    if bytes_of_person(actor.person_id) + stored.byte_count > settings.person_megabytes * MEGABYTE:
        limit = settings.person_megabytes
        raise Invalid(
            fields={"files": [_l("You have sent %(limit)s MB in one day. Send this tomorrow.", limit=limit)]}
        )
    if bytes_of_stream(stream_id) + stored.byte_count > settings.room_megabytes * MEGABYTE:
        raise Invalid(
            fields={"files": [_l("This room is full. Remove messages with large files, then send it again.")]}
        )
    kept = Attachment(
        id=stored.id,
        stream_id=stream_id,
        person_id=actor.person_id,
        cid=cid,
        name=stored.name,
        format=stored.format,
        byte_count=stored.byte_count,
        sha256=stored.sha256,
        width=stored.width,
        height=stored.height,
        alt=_alt(alt),
    )
    db.session.add(kept)
    db.session.flush()
    return kept


def claim_files(actor: Actor, stream_id: str, wanted: Sequence[FileReference]) -> list[Attachment]:
    """The files that the actor posts now, in their order, with their descriptions.

    Raises Invalid where one is not there (any more), is another person's or was posted before, and for too many.
    """
    if not wanted:
        return []
    if len(wanted) > MAX_FILES_PER_MESSAGE:
        raise Invalid(
            fields={"files": [_l("At most %(max)s files go with one message.", max=MAX_FILES_PER_MESSAGE)]}
        )
    found = unposted_of(actor, stream_id, {each.id for each in wanted})
    if len(found) != len(wanted):
        raise Invalid(fields={"files": [_l("A file is not here any more. Take it away and add it again.")]})
    for each in wanted:
        if each.alt:
            found[each.id].alt = _alt(each.alt)
    return [found[each.id] for each in wanted]


def post_files(files: Collection[Attachment], seq: int) -> None:
    """Note that files were posted with the event of this number."""
    for each in files:
        each.event_seq = seq
    if files:
        db.session.flush()


def payload_of(files: Sequence[Attachment]) -> list[dict[str, Any]]:
    """What the payload of an event keeps of its files."""
    return [
        {
            "id": each.id,
            "name": each.name,
            "kind": FORMATS[each.format].kind.value,
            "bytes": each.byte_count,
            "width": each.width,
            "height": each.height,
            "alt": each.alt,
        }
        for each in files
    ]


def delete_files_of(stream_id: str, seq: int) -> None:
    """Delete the files that were posted with an event, in the transaction that removes it."""
    _delete(attachments_of(stream_id, seq))


def forget_files(forgotten: PersonForgotten) -> None:
    """Delete all files of a person who is forgotten, also from the events with which she posted them."""
    files = attachments_by(forgotten.person_id)
    for event in events_with(files):
        event.payload = {**event.payload, PAYLOAD_FILES: []}
    _delete(files)


def _delete(files: Sequence[Attachment]) -> None:
    """Delete rows now, so that nobody gets the files any more, and their bytes once that is committed."""
    if not files:
        return
    for each in files:
        db.session.delete(each)
    db.session.flush()
    enqueue(DELETE_JOB, file_ids=[each.id for each in files])


def delete_bytes(file_ids: list[str]) -> None:
    """The job that deletes the bytes of files whose rows are gone."""
    delete_files(set(file_ids) - known_ids(file_ids))


def sweep_files() -> None:
    """The chore that deletes what was sent and never posted, and bytes that belong to no row.

    It looks at one of the folders a minute, since what a process that died left behind is no hurry.
    """
    old = unposted_before(UNPOSTED_AGE, CHORE_BATCH_SIZE)
    if old:
        with write_transaction():
            _delete(unposted_before(UNPOSTED_AGE, CHORE_BATCH_SIZE))
    delete_incoming()
    found = stored_ids(int(now().timestamp() // CHORE_SECONDS) % SHARDS, UNPOSTED_AGE.total_seconds())
    delete_files(found - known_ids(found))


def _alt(text: str) -> str:
    return one_line(tidy(text))[:MAX_ALT_LENGTH]
