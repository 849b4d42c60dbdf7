"""Every SELECT of attached files."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import timedelta

from sqlalchemy import func, select, tuple_

from app.core.actors import Actor
from app.core.clock import now
from app.core.database import db
from app.core.errors import NotFound
from app.core.streams.kinds import stream_for
from app.core.streams.models import Event
from app.features.files.models import Attachment
from app.features.organisations.models import Organisation, StoryPage


def get_attachment(actor: Actor, file_id: str) -> Attachment:
    """A file that the actor may see: one of a stream that she may read; until it is posted only her own.

    Raises NotFound for any other.
    """
    found = db.session.get(Attachment, file_id)
    if found is None or (found.event_seq is None and found.person_id != actor.person_id):
        raise NotFound
    stream_for(actor, found.stream_id)
    return found


def find_sent(actor: Actor, cid: str) -> Attachment | None:
    """The file that the actor sent under this id, if there is one."""
    return db.session.scalar(
        select(Attachment).where(Attachment.person_id == actor.person_id, Attachment.cid == cid)
    )


def unposted_of(actor: Actor, stream_id: str, file_ids: Collection[str]) -> dict[str, Attachment]:
    """Those of some files that the actor sent to a stream and did not post yet, by their ids."""
    found = db.session.scalars(
        select(Attachment).where(
            Attachment.id.in_(file_ids),
            Attachment.stream_id == stream_id,
            Attachment.person_id == actor.person_id,
            Attachment.event_seq.is_(None),
        )
    )
    return {each.id: each for each in found}


def bytes_of_person(person_id: int) -> int:
    """How many bytes of the files that a person sent in the last day are kept."""
    since = now() - timedelta(days=1)
    query = select(func.sum(Attachment.byte_count)).where(
        Attachment.person_id == person_id, Attachment.created_at > since
    )
    return int(db.session.scalar(query) or 0)


def bytes_of_stream(stream_id: str) -> int:
    """How many bytes the files of a stream have."""
    query = select(func.sum(Attachment.byte_count)).where(Attachment.stream_id == stream_id)
    return int(db.session.scalar(query) or 0)


def attachments_of(stream_id: str, seq: int) -> Sequence[Attachment]:
    """The files that were posted with an event."""
    return db.session.scalars(
        select(Attachment).where(Attachment.stream_id == stream_id, Attachment.event_seq == seq)
    ).all()


def attachments_by(person_id: int) -> Sequence[Attachment]:
    """All files that a person sent."""
    return db.session.scalars(select(Attachment).where(Attachment.person_id == person_id)).all()


def events_with(attachments: Collection[Attachment]) -> Sequence[Event]:
    """The events with which some files were posted."""
    places = {(each.stream_id, each.event_seq) for each in attachments if each.event_seq is not None}
    if not places:
        return []
    return db.session.scalars(select(Event).where(tuple_(Event.stream_id, Event.seq).in_(places))).all()


def unposted_before(age: timedelta, limit: int) -> Sequence[Attachment]:
    """Files that were sent so long ago and never posted."""
    return db.session.scalars(
        select(Attachment)
        .where(Attachment.event_seq.is_(None), Attachment.created_at < now() - age)
        .order_by(Attachment.created_at, Attachment.id)
        .limit(limit)
    ).all()


def known_ids(file_ids: Collection[str]) -> set[str]:
    """Those of some ids that are those of files: attachments, logos and pictures of stories."""
    columns = (Attachment.id, Organisation.logo_file_id, StoryPage.picture_file_id)
    found = (
        each for column in columns for each in db.session.scalars(select(column).where(column.in_(file_ids)))
    )
    return {each for each in found if each is not None}
