"""What people do in rooms: open one, say something, say it better, take it back, have read it."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Sequence
from datetime import timedelta
from typing import Any

from flask_babel import lazy_gettext as _l
from sqlalchemy import bindparam, delete, or_, update

from app.core.actors import Actor
from app.core.announcements import announce
from app.core.audit import record
from app.core.clock import now
from app.core.compiled_sql import CompiledStatement
from app.core.database import db, table_of
from app.core.errors import Conflict, Invalid
from app.core.i18n import languages
from app.core.jobs import enqueue
from app.core.live.user_channel import hint_read
from app.core.notices import NoticesRead, notify
from app.core.permissions import authorize
from app.core.rendered import placeholders_in, rendered, without_placeholders
from app.core.source_names import EventKind
from app.core.streams.models import Event
from app.core.streams.services import append, forget_content, lock_stream, once, open_stream, redact
from app.core.uploads.storage import StoredFile
from app.core.validation import (
    checked_field,
    known_language,
    require_language_field,
    require_text_field,
    required_text,
)
from app.features.accounts.queries import moderator_ids
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
from app.features.rooms.models import (
    LONGEST_BODY,
    MAX_MENTIONS,
    MAX_PINS,
    MAX_REASON_CHARS,
    Follow,
    Mention,
    Message,
    MessageReport,
    Pin,
    Reaction,
    ReactionWord,
    ReadMark,
    Room,
    RoomKind,
    RoomRow,
)
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
from app.features.rooms.queries.members import answered_in, choices_in, followers_with_unread
from app.features.rooms.queries.mentions import (
    ORGANISATION,
    PERSON,
    called_in_theme,
    mentionables,
    mentioned_people,
    names_in,
)
from app.features.rooms.queries.pins import PIN, count_pins, is_pinned
from app.features.rooms.queries.reactions import REACTION, has_reaction
from app.features.rooms.queries.reports import get_report, has_reported
from app.features.rooms.services.moderation import check_muted, check_turn

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
REPORTED = "room.reported"
SETTLED = "room.report_settled"
FORGET_REPORT_JOB = "room.forget_report"
REPORT_KEPT_FOR = timedelta(days=365)
"""So long a report is kept, settled or not."""
LATE_AFTER = timedelta(minutes=5)
"""A message that waited longer to be sent says when it was written."""
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
    waited: timedelta = timedelta(0),
) -> dict[str, Any]:
    """Say something in a room, once for each `cid` however often it arrives.

    `lang` is the language it is written in, `reply_to` the number of the message that it answers, `files` were sent
    before and need no words with them. `waited` is how long ago it was written: past LATE_AFTER the message says when that
    was. Returns the plain answer `{seq, room}`; raises NotFound, Forbidden, Invalid for an
    empty or over-long text, an unknown language, a message to answer or a file that is not there, Conflict where
    `cid` came before with other words, and what `check_turn` raises.
    """
    room = get_room(actor, room_id)
    authorize(actor, "room.post", room)
    body = _check_text(body, lang) if body.strip() or not files else ""
    require_language_field(lang)
    said = {"room": room.id, "body": body, "lang": lang, "reply_to": reply_to}
    if files:
        said["files"] = [[each.id, each.alt] for each in files]
    named = {**said, "body": with_placeholders(room, body), "waited": waited}
    return once(
        actor, cid, {"command": "room_post", **said}, room.stream_id, lambda: _post(actor, room, cid, named)
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
    """Say it if it is her turn, and have those looked for who do not read it at once."""
    check_turn(actor, room, is_answer=said["reply_to"] is not None)
    answer = _say(actor, room, cid, said)
    due = now() + NOTICE_DELAY
    if _CLAIM_NOTICES.one(room=room.id, due=due, lost=due - NOTICE_LOST_AFTER):
        enqueue(NOTICE_JOB, after=due, room_id=room.id)
    return answer


def notify_unread(room_id: int) -> None:
    """Notify those for whom something in a room is unread: of a mention, else of an answer, else that somebody wrote."""
    room = db.session.get(Room, room_id)
    if room is None:
        return
    lock_stream(room.stream_id)
    room.notices_due_at = None
    db.session.flush()
    if room.kind == RoomKind.THEME:
        _notify(room, None, called_in_theme(room), answered_in(room), followers_with_unread(room))
        return
    told: set[int] = set()
    for organisation in room_headers([room])[room.id].organisations:
        if organisation.state is OrganisationState.ADMITTED:
            mentioned = mentioned_people(room, organisation.id)
            unread = unread_members(room, organisation.id)
            answered = {each.person_id for each in unread if each.is_answered}
            _notify(room, organisation.id, mentioned, answered, {each.person_id for each in unread})
            told |= mentioned
    if room.kind == RoomKind.INITIATIVE:
        _notify(room, None, mentioned_people(room, None) - told, set(), set())


def _notify(
    room: Room, organisation_id: int | None, mentioned: set[int], answered: set[int], unread: set[int]
) -> None:
    """Notify people of the strongest of these, as far as each of them follows the room."""
    follow = choices_in(room.id, mentioned | answered | unread)
    silent = {person for person, chosen in follow.items() if chosen is Follow.NOTHING}
    quiet = silent | {person for person, chosen in follow.items() if chosen is Follow.MENTIONS}
    notify("room.mention", sorted(mentioned - silent), room.id, organisation_id)
    notify("room.reply", sorted(answered - mentioned - silent), room.id, organisation_id)
    notify("room.unread", sorted(unread - answered - mentioned - quiet), room.id, organisation_id)


def post_first_message(author: Actor, room: Room, cid: str, body: str, lang: str) -> None:
    """Put words that brought a room about at its beginning, in the name of their author.

    Part of the transaction that opens the room: the words were checked when they were written, and nobody is asked
    whether `author` may write there. Her person may be missing, where she is forgotten.
    """
    _say(author, room, cid, {"body": without_placeholders(body), "lang": lang, "reply_to": None})


def _check_text(body: str, lang: str) -> str:
    """The text as it is kept. Raises Invalid where it is empty or too long, or its language is none of ours."""
    body = require_text_field(body, LONGEST_BODY, "body")
    require_language_field(lang)
    return body


def with_placeholders(room: Room | RoomRow, body: str, before: str = "") -> str:
    """A text with a placeholder for each "@" and name of the room's people and organisations.

    `before` is the text in whose place it comes: a name that is not told apart by itself means whom it meant there.
    What somebody typed like a placeholder is none. Raises Invalid for more than MAX_MENTIONS of them.
    """
    if "@" not in body:
        return body
    keys: dict[str, list[str]] = defaultdict(list)
    for each in mentionables(room):
        keys[each.label] = [each.key]
    names = names_in([before])
    told_apart = set(keys)
    for key in sorted(placeholders_in(before), key=lambda each: before.index(f"@[{each}]")):
        if (name := names.get(key)) and name not in told_apart:
            keys[name].append(key)

    def placeholder(found: re.Match[str]) -> str:
        """The next one of that name, the last one as often as it comes."""
        named = keys[found[1]]
        return f"@[{named.pop(0) if len(named) > 1 else named[0]}]"

    labels = "|".join(re.escape(label) for label in sorted(keys, key=len, reverse=True))
    named = without_placeholders(body)
    if keys:
        named = re.sub(rf"(?<![\w@])@({labels})(?!\w)", placeholder, named)
    if len(placeholders_in(named)) > MAX_MENTIONS:
        raise Invalid(
            fields={
                "body": [_l("At most %(most)s people and organisations in one message.", most=MAX_MENTIONS)]
            }
        )
    return named


def _keep_mentions(room_id: int, seq: int, body: str) -> None:
    """Keep whom a message mentions, in place of whom it mentioned before."""
    db.session.execute(delete(Mention).where(Mention.room_id == room_id, Mention.event_seq == seq))
    for key in sorted(placeholders_in(body)):
        kind, number = key.split(":")
        column = {PERSON: "person_id", ORGANISATION: "organisation_id"}[kind]
        db.session.add(Mention(room_id=room_id, event_seq=seq, **{column: int(number)}))
    db.session.flush()


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
    if (waited := said.get("waited", timedelta(0))) > LATE_AFTER:
        payload["written_at"] = (now() - waited).isoformat()
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
    if placeholders_in(body):
        _keep_mentions(room.id, event.seq, body)
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
    said = {"command": "room_edit", "room": room_id, "target": seq, "body": body, "lang": lang}
    body = with_placeholders(found.room, body, found.body)

    def act() -> dict[str, Any]:
        """Write the change and put the words where the old ones stand, now that the stream is locked."""
        check_muted(actor, found.room)
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
        _keep_mentions(room_id, seq, body)
        record(actor, "room.edit", f"message:{room_id}/{seq}")
        db.session.flush()
        return {"seq": event.seq, "room": room_id, "target": seq}

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
        _keep_mentions(room_id, seq, "")
        for model in (Reaction, Pin):
            db.session.execute(delete(model).where(model.message_id == message.id))
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


def react(actor: Actor, room_id: int, seq: int, cid: str, word: ReactionWord, *, on: bool) -> dict[str, Any]:
    """Say one of the four words to the message numbered `seq`, or take it back with `on` False; once for each `cid`.

    The event has no word in it: it tells how all reactions to the message stand when somebody reads it. Returns the plain
    answer `{seq, room, target}`, where `seq` is the number of the event, or of the message where nothing changed.
    Raises NotFound, Forbidden, and Conflict where the message was removed.
    """
    found = get_message(actor, room_id, seq)
    authorize(actor, "room.read", found.room)

    def act() -> dict[str, Any]:
        """Note the word and tell it, now that the stream is locked."""
        message = get_standing_message(actor, room_id, seq)
        if has_reaction(message, actor.person_id, word) == on:
            return {"seq": seq, "room": room_id, "target": seq}
        if on:
            db.session.add(Reaction(message_id=message.id, person_id=actor.person_id, word=word))
            original = event_of(message)
            original.payload = {**original.payload, "reacted": True}
        else:
            mine = (Reaction.person_id == actor.person_id, Reaction.word == word)
            db.session.execute(delete(Reaction).where(Reaction.message_id == message.id, *mine))
        db.session.flush()
        event = append(message.room.stream_id, REACTION, {"cid": cid}, actor, target_seq=seq)
        return {"seq": event.seq, "room": room_id, "target": seq}

    said = {"command": "room_react", "room": room_id, "target": seq, "word": word.value, "on": on}
    return once(actor, cid, said, found.room.stream_id, act)


def pin(actor: Actor, room_id: int, seq: int, cid: str, *, on: bool) -> dict[str, Any]:
    """Put the message numbered `seq` above the talk of its room, or take it from there; once for each `cid`.

    Returns the plain answer `{seq, room, target}` as `react` does. Raises NotFound, Forbidden, and Conflict where the
    message was removed or MAX_PINS are pinned already.
    """
    found = get_message(actor, room_id, seq)
    authorize(actor, "room.pin", found.room)

    def act() -> dict[str, Any]:
        """Pin it and tell it, now that the stream is locked."""
        message = get_standing_message(actor, room_id, seq)
        if is_pinned(message) == on:
            return {"seq": seq, "room": room_id, "target": seq}
        if on and count_pins(room_id) >= MAX_PINS:
            raise Conflict(_l("Five messages are pinned already. Take one of them down first."))
        if on:
            db.session.add(Pin(message_id=message.id, person_id=actor.person_id))
        else:
            db.session.execute(delete(Pin).where(Pin.message_id == message.id))
        record(actor, "room.pin", f"message:{room_id}/{seq}", after={"pinned": on})
        db.session.flush()
        event = append(message.room.stream_id, PIN, {"cid": cid}, actor, target_seq=seq)
        return {"seq": event.seq, "room": room_id, "target": seq}

    said = {"command": "room_pin", "room": room_id, "target": seq, "on": on}
    return once(actor, cid, said, found.room.stream_id, act)


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
    announce(NoticesRead(("room.mention", "room.reply", "room.unread"), room.id, actor.person_id))
    announce(RoomRead(actor.person_id, room.id, room.initiative_id, room.introduction_id))


def report_message(actor: Actor, room_id: int, seq: int, *, why: str, lang: str) -> MessageReport:
    """Have those who run the cluster look at the message numbered `seq`, and say why.

    Raises NotFound, Forbidden, Invalid, and Conflict where the message was removed or the actor reported it before.
    """
    message = get_standing_message(actor, room_id, seq)
    authorize(actor, "room.read", message.room)
    with checked_field("why"):
        why = required_text(why, MAX_REASON_CHARS)
    if has_reported(actor, message):
        raise Conflict(_l("You reported this message already. Those who run the cluster will look at it."))
    report = MessageReport(
        message_id=message.id, person_id=actor.person_id, why=why, lang=known_language(lang, languages())
    )
    db.session.add(report)
    db.session.flush()
    notify(REPORTED, moderator_ids(), report.id)
    enqueue(FORGET_REPORT_JOB, after=now() + REPORT_KEPT_FOR, report_id=report.id)
    return report


def settle_report(actor: Actor, report_id: int) -> MessageReport:
    """Note that a report is settled, and tell who made it; twice is as once. Raises NotFound and Forbidden."""
    report = get_report(actor, report_id)
    authorize(actor, "report.settle", report)
    if report.settled_at is None:
        report.settled_at, report.settled_by = now(), actor.person_id
        record(actor, "report.settle", f"message_report:{report.id}")
        announce(NoticesRead((REPORTED,), report.id))
        notify(SETTLED, [report.person_id] if report.person_id else [], report.id)
    return report


def reopen_report(actor: Actor, report_id: int) -> MessageReport:
    """Let a report be open again. Raises NotFound and Forbidden."""
    report = get_report(actor, report_id)
    authorize(actor, "report.settle", report)
    report.settled_at = report.settled_by = None
    return report


def delete_report(report_id: int) -> None:
    """Delete a report for good; nothing happens where it is gone."""
    db.session.execute(delete(MessageReport).where(MessageReport.id == report_id))
    announce(NoticesRead((REPORTED, SETTLED), report_id))
