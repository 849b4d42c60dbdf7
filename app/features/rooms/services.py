"""What people do in rooms: open one, say something, say it better, take it back, have read it."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta
from typing import Any

from flask_babel import lazy_gettext as _l
from sqlalchemy import bindparam, or_, update

from app.core.actors import Actor
from app.core.announcements import announce
from app.core.audit import record
from app.core.clock import now
from app.core.compiled_sql import CompiledStatement
from app.core.database import db, table_of
from app.core.errors import Invalid
from app.core.jobs import enqueue
from app.core.live.user_channel import hint_read
from app.core.notices import NoticesRead, notify
from app.core.permissions import authorize
from app.core.rendered import rendered
from app.core.source_names import EventKind
from app.core.streams.models import Event
from app.core.streams.services import append, forget_content, lock_stream, once, open_stream, redact
from app.core.uploads.storage import StoredFile
from app.core.validation import require_language_field, require_text_field
from app.features.files.models import Attachment
from app.features.files.queries import find_sent
from app.features.files.services import (
    PAYLOAD_FILES,
    FileReference,
    claim_files,
    delete_files_of,
    keep_file,
    payload_of,
    post_files,
)
from app.features.organisations.models import OrganisationState
from app.features.rooms.announcements import RoomRead
from app.features.rooms.models import LONGEST_BODY, Message, ReadMark, Room, RoomKind, RoomRow
from app.features.rooms.owners import room_headers
from app.features.rooms.queries import (
    MESSAGE,
    count_unread,
    event_of,
    events_of,
    get_message,
    get_room,
    get_standing_message,
    has_message,
    has_read_mark,
    read_up_to,
    room_of,
    stream_of,
    unread_members,
)

STREAM = "room"
EDITED: EventKind = "edited"
REMOVED: EventKind = "removed"
BY_AUTHOR = "author"
BY_FACILITATOR = "facilitator"
NOTICE_JOB = "room.notify"
NOTICE_DELAY = timedelta(seconds=3)
"""How long somebody who looks at a room has to read a message before it becomes a notice."""
NOTICE_LOST_AFTER = timedelta(minutes=5)
"""A job that is so late will not be done: the next message asks for another."""
_WRITE = CompiledStatement(table_of(Message).insert().inline())
_ROOMS = table_of(Room)
_CLAIM_NOTICES = CompiledStatement(
    _ROOMS.update()
    .where(
        _ROOMS.c.id == bindparam("room"),
        or_(_ROOMS.c.notices_due_at.is_(None), _ROOMS.c.notices_due_at < bindparam("lost")),
    )
    .values(notices_due_at=bindparam("due"))
    .returning(_ROOMS.c.id)
)


def open_room_for(kind: RoomKind, owner_id: int) -> Room:
    """The room of an initiative or an introduction, opened now if it was not; part of its owner's own transaction.

    `owner_id` is the id of the initiative or the introduction. Returns the room.
    """
    room = room_of(kind, owner_id)
    if room is not None:
        return room
    owner = "initiative_id" if kind == RoomKind.INITIATIVE else "introduction_id"
    room = Room(kind=kind, stream_id=open_stream(STREAM).id, **{owner: owner_id})
    db.session.add(room)
    db.session.flush()
    return room


def post_message(
    actor: Actor,
    room_id: int,
    cid: str,
    body: str,
    lang: str,
    reply_to: int | None = None,
    files: Sequence[FileReference] = (),
) -> dict[str, Any]:
    """Say something in a room, once for each `cid` however often it arrives.

    `lang` is the language it is written in, `reply_to` the number of the message that it answers, `files` were sent
    before and need no words with them. Returns the plain answer `{seq, room}`; raises NotFound, Forbidden, Invalid for an
    empty or over-long text, an unknown language, a message to answer or a file that is not there, and Conflict where
    `cid` came before with other words.
    """
    room = get_room(actor, room_id)
    authorize(actor, "room.post", room)
    body = _check_text(body, lang) if body.strip() or not files else ""
    require_language_field(lang)
    said = {"room": room.id, "body": body, "lang": lang, "reply_to": reply_to}
    if files:
        said["files"] = [[each.id, each.alt] for each in files]
    return once(
        actor, cid, {"command": "room_post", **said}, room.stream_id, lambda: _post(actor, room, cid, said)
    )


def find_file(actor: Actor, room_id: int, cid: str) -> Attachment | None:
    """The file that the actor sent to a room under this `cid` before, if she did.

    Raises NotFound and Forbidden where she may not write there: to be asked before a file is taken in.
    """
    authorize(actor, "room.post", get_room(actor, room_id))
    return find_sent(actor, cid)


def add_file(actor: Actor, room_id: int, cid: str, stored: StoredFile, alt: str = "") -> Attachment:
    """Keep a file that is to be posted in a room, with words for those who do not see it.

    Returns its row; raises NotFound, Forbidden, Conflict where `cid` came before, Invalid past a limit.
    """
    room = get_room(actor, room_id)
    authorize(actor, "room.post", room)
    return keep_file(actor, room.stream_id, cid, stored, alt)


def _post(actor: Actor, room: RoomRow, cid: str, said: dict[str, Any]) -> dict[str, Any]:
    """Say it, and have those looked for who do not read it at once."""
    answer = _say(actor, room, cid, said)
    due = now() + NOTICE_DELAY
    if _CLAIM_NOTICES.one(room=room.id, due=due, lost=due - NOTICE_LOST_AFTER):
        enqueue(NOTICE_JOB, after=due, room_id=room.id)
    return answer


def notify_unread(room_id: int) -> None:
    """Notify those for whom something in a room is unread: of an answer to them, else that somebody wrote."""
    room = db.session.get(Room, room_id)
    if room is None:
        return
    lock_stream(room.stream_id)
    room.notices_due_at = None
    db.session.flush()
    for organisation in room_headers([room])[room.id].organisations:
        if organisation.state is OrganisationState.ADMITTED:
            unread = unread_members(room, organisation.id)
            answered = [each.person_id for each in unread if each.is_answered]
            others = [each.person_id for each in unread if not each.is_answered]
            notify("room.reply", answered, room.id, organisation.id)
            notify("room.unread", others, room.id, organisation.id)


def post_first_message(author: Actor, room: Room, cid: str, body: str, lang: str) -> None:
    """Put words that brought a room about at its beginning, in the name of their author.

    Part of the transaction that opens the room: the words were checked when they were written, and nobody is asked
    whether `author` may write there. Her person may be missing, where she is forgotten.
    """
    _say(author, room, cid, {"body": body, "lang": lang, "reply_to": None})


def _check_text(body: str, lang: str) -> str:
    """The text as it is kept. Raises Invalid where it is empty or too long, or its language is none of ours."""
    body = require_text_field(body, LONGEST_BODY, "body")
    require_language_field(lang)
    return body


def _say(actor: Actor, room: Room | RoomRow, cid: str, said: dict[str, Any]) -> dict[str, Any]:
    """Write the event and the message, which share their number."""
    body, lang, reply_to = said["body"], said["lang"], said["reply_to"]
    if reply_to is not None and not has_message(room, reply_to):
        raise Invalid(fields={"reply_to": [_l("The message that you answer is not there any more.")]})
    files = claim_files(actor, room.stream_id, [FileReference(*each) for each in said.get("files", ())])
    instead = ", ".join(each.alt or each.name for each in files)
    payload = {
        "body": body,
        "rendered": rendered(body, instead),
        "lang": lang,
        "reply_to": reply_to,
        "cid": cid,
    }
    if files:
        payload[PAYLOAD_FILES] = payload_of(files)
    event = append(room.stream_id, MESSAGE, payload, actor)
    post_files(files, event.seq)
    row = {
        "room_id": room.id,
        "event_seq": event.seq,
        "person_id": actor.person_id,
        "organisation_id": actor.organisation_id,
        "lang": lang,
        "body": body,
        "reply_to": reply_to,
        "created_at": event.created_at,
    }
    _WRITE(**row)
    return {"seq": event.seq, "room": room.id}


def edit_message(actor: Actor, room_id: int, seq: int, cid: str, body: str, lang: str) -> dict[str, Any]:
    """Put other words in the place of those of the message numbered `seq`, once for each `cid`.

    The words before are gone everywhere: the message's own event carries the new ones, and of earlier changes only
    their numbers stay. The same words again change nothing. Returns the plain answer `{seq, room, target}`, where `seq`
    is the number of the change. Raises NotFound, Forbidden, Invalid as `post_message` does, Conflict where the message
    was removed or `cid` came before with other words.
    """
    found = get_message(actor, room_id, seq)
    authorize(actor, "room.edit", found)
    body = _check_text(body, lang)

    def act() -> dict[str, Any]:
        """Write the change and put the words where the old ones stand, now that the stream is locked."""
        message = get_standing_message(actor, room_id, seq)
        original = event_of(message)
        if (message.body, message.lang) == (body, lang):
            return {"seq": seq, "room": room_id, "target": seq}
        words = {"body": body, "rendered": rendered(body), "lang": lang}
        event = append(message.room.stream_id, EDITED, {**words, "cid": cid}, actor, target_seq=seq)
        _forget_words(original)
        original.payload = {
            **original.payload,
            **words,
            "edited": event.seq,
            "edited_at": event.created_at.isoformat(),
        }
        message.body, message.lang, message.edited_at = body, lang, event.created_at
        record(actor, "room.edit", f"message:{room_id}/{seq}")
        db.session.flush()
        return {"seq": event.seq, "room": room_id, "target": seq}

    said = {"command": "room_edit", "room": room_id, "target": seq, "body": body, "lang": lang}
    return once(actor, cid, said, found.room.stream_id, act)


def remove_message(actor: Actor, room_id: int, seq: int, cid: str) -> dict[str, Any]:
    """Take the message numbered `seq` away, once for each `cid`: its place stays, none of its words does.

    Returns the plain answer `{seq, room, target}`, where `seq` is the number of the removal. Raises NotFound, Forbidden,
    and Conflict where it was removed before or `cid` came before for something else.
    """
    found = get_message(actor, room_id, seq)
    authorize(actor, "room.remove", found)

    def act() -> dict[str, Any]:
        """Write the removal and take the words from wherever they stand, now that the stream is locked."""
        message = get_standing_message(actor, room_id, seq)
        original = event_of(message)
        by = BY_AUTHOR if message.person_id == actor.person_id else BY_FACILITATOR
        event = append(message.room.stream_id, REMOVED, {"by": by, "cid": cid}, actor, target_seq=seq)
        _forget_words(original)
        redact(original, {"removed_by": by})
        delete_files_of(message.room.stream_id, seq)
        message.body, message.reply_to, message.edited_at = "", None, None
        message.removed_at = event.created_at
        record(actor, "room.remove", f"message:{room_id}/{seq}", after={"by": by})
        db.session.flush()
        return {"seq": event.seq, "room": room_id, "target": seq}

    said = {"command": "room_remove", "room": room_id, "target": seq}
    return once(actor, cid, said, found.room.stream_id, act)


def _forget_words(original: Event) -> None:
    """Forget by what the words of a message are known, and take them out of its last change.

    Changes before that lost theirs when it was made.
    """
    forget_content(original.actor_id, original.payload.get("cid"))
    for change in events_of(original.stream_id, {original.payload.get("edited", 0)}):
        forget_content(change.actor_id, change.payload.get("cid"))
        redact(change)


def mark_read(actor: Actor, room_id: int, seq: int) -> dict[str, Any]:
    """Note that the actor has read a room up to the event numbered `seq`; a mark never goes back.

    Returns `{room, seq, unread}`: how far she has read, and what still waits for her in all her rooms. Raises
    NotFound and Forbidden.
    """
    room = get_room(actor, room_id)
    authorize(actor, "room.read", room)
    wanted = min(seq, stream_of(room).head)
    if wanted > read_up_to(actor, room.stream_id):
        hint_read(actor.person_id or 0, room.stream_id, wanted)
        _announce_read(actor, room)
    mine = (ReadMark.stream_id == room.stream_id, ReadMark.person_id == actor.person_id)
    db.session.execute(update(ReadMark).where(*mine, ReadMark.seq < wanted).values(seq=wanted))
    if not has_read_mark(actor, room.stream_id):
        db.session.add(ReadMark(person_id=actor.person_id, stream_id=room.stream_id, seq=wanted))
        db.session.flush()
    return {"room": room.id, "seq": read_up_to(actor, room.stream_id), "unread": count_unread(actor)}


def _announce_read(actor: Actor, room: RoomRow) -> None:
    """Let the notices rest that called the actor into a room."""
    assert actor.person_id is not None
    announce(NoticesRead(("room.reply", "room.unread"), room.id, actor.person_id))
    announce(RoomRead(actor.person_id, room.id, room.initiative_id, room.introduction_id))
