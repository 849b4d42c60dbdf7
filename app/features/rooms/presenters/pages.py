"""What the pages of rooms show, as plain data: nothing of it goes stale when a refused message comes back."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import UTC, date, datetime, time, timedelta
from typing import Any

from babel.lists import format_list
from flask_babel import format_date, format_time, get_locale, ngettext, to_user_timezone, to_utc
from flask_babel import gettext as _

from app.core.actors import Actor
from app.core.clock import now
from app.core.errors import BadRequest
from app.core.fair_scheduler import checkpoint
from app.core.i18n import day_name, language_name, path_for, public_url_for
from app.core.pagination import Page
from app.core.permissions import ROLE_NAMES, authorize, can
from app.core.rendered import RenderedText
from app.core.source_names import PermissionName
from app.core.streams.models import Event
from app.features.organisations.models import Organisation
from app.features.rooms.forms import FollowForm, ModeForm, mode_values
from app.features.rooms.labels import GROUP_NAMES, MODE_NOTES, REACTION_WORDS, muted_sentence
from app.features.rooms.models import (
    LONGEST_BODY,
    MAX_MUTE_DAYS,
    MessageReport,
    ReactionWord,
    Room,
    RoomRow,
)
from app.features.rooms.owners import RoomHeader, room_headers
from app.features.rooms.presenters.events import (
    present,
    present_organisation,
    present_person,
    present_pins,
    present_settings,
    said_in,
)
from app.features.rooms.queries import (
    PAGE_OF_MESSAGES,
    Talk,
    count_unread,
    event_of,
    events_of,
    first_message_since,
    first_unread,
    get_message,
    get_room,
    has_message_after,
    heads_of,
    is_past,
    is_visible,
    list_rooms,
    messages_before,
    organisation_summaries,
    read_up_to,
    stream_of,
    talk_in,
)
from app.features.rooms.queries.members import follow_of, latest_writers, muted_in, turn_of
from app.features.rooms.queries.mentions import mention_keys, names_in
from app.features.rooms.queries.pins import is_pinned
from app.features.rooms.queries.reports import AROUND, get_report, messages_after
from app.features.rooms.queries.themes import get_theme, text_in, writing_organisations
from app.features.taxonomy.queries import label_of

GROUPING_SECONDS = 5 * 60
"""A message of the same speaker that comes within so many seconds stands under the head of the one before."""
PRINTED_MESSAGES = 300
"""So many messages stand on a page that is printed."""
WOVEN = 4
NAMED = 3
MOST_REACTORS = 10
"""So many of those who said a word to a message are named."""
TO_EXPLAIN = (ReactionWord.QUESTION, ReactionWord.CONCERN)
"""Words after which one is asked to say more."""
ROOM_PERMISSIONS: tuple[PermissionName, ...] = ("room.post", "room.moderate", "room.pin")
"""What a room's page asks about its reader."""


def list_page(actor: Actor, token: str | None) -> dict[str, Any]:
    """The list of rooms: each with its title, who meets there, what was said last and what waits."""
    return {
        **_room_rows(actor, list_rooms(actor, token)),
        "waiting": count_unread(actor),
        "may_open_theme": can(actor, "theme.open"),
    }


def side_list(actor: Actor, room_id: int) -> dict[str, Any]:
    """The newest rooms by kind, as they stand beside a room; `room_id` is the one that is open."""
    rows = _room_rows(actor, list_rooms(actor, None))["rooms"]
    groups = {str(name): [row for row in rows if row["kind"] == kind] for kind, name in GROUP_NAMES.items()}
    return {"groups": groups, "open": room_id, "may_open_theme": can(actor, "theme.open")}


def _room_rows(actor: Actor, found: Page[Room]) -> dict[str, Any]:
    faces, talks = room_headers(found.items), talk_in(actor, found.items)
    shown = {organisation.id for face in faces.values() for organisation in face.organisations[:WOVEN]}
    woven = organisation_summaries(shown)
    heads = heads_of(found.items)
    names = names_in(talk.last.body for talk in talks.values() if talk.last)
    rows = [
        {**_row(actor, room, faces[room.id], talks[room.id], woven, names), "head": heads[room.stream_id]}
        for room in found.items
    ]
    return {"rooms": rows, "next": found.next}


def _row(
    actor: Actor, room: Room, face: RoomHeader, talk: Talk, woven: Any, names: Mapping[str, str]
) -> dict[str, Any]:
    others = [each for each in face.organisations if each.id != actor.organisation_id] or face.organisations
    weaves = [present_organisation(woven[each.id])["weave"] for each in others[:WOVEN] if each.id in woven]
    return {
        "id": room.id,
        "kind": room.kind,
        "stream": room.stream_id,
        "title": face.title,
        "lang": face.lang,
        "label": face.label,
        "company": _company(actor, face),
        "weaves": [face.weave] if face.weave else weaves,
        "unread": talk.unread,
        "last": _last(actor, talk, names),
    }


def _company(actor: Actor, face: RoomHeader) -> str:
    """With whom one talks there, the first few by name."""
    names = [each.name for each in face.organisations if each.id != actor.organisation_id]
    if not names:
        return ""
    more = len(names) - NAMED
    if more > 0:
        names = [*names[:NAMED], ngettext("%(num)d more", "%(num)d more", more)]
    return _("With %(names)s", names=format_list(names, locale=get_locale()))


def _last(actor: Actor, talk: Talk, names: Mapping[str, str]) -> dict[str, Any] | None:
    """The last message in one line."""
    message = talk.last
    if message is None:
        return None
    mine = message.person_id == actor.person_id
    name = _("You") if mine else message.person.name if message.person else _("Somebody")
    return {
        "name": name,
        "text": RenderedText(message.body, talk.rendered, names).excerpt(140),
        "lang": message.lang,
        "at": message.created_at,
    }


def room_page(
    actor: Actor, room_id: int, before: int | None = None, answering: int | None = None
) -> dict[str, Any]:
    """A room's page: its last messages (or those under `before`), its face, and the message that is answered.

    Raises NotFound for a room that is missing or not the actor's to see.
    """
    room = get_room(actor, room_id)
    stream = stream_of(room)
    events = messages_before(stream.id, before or stream.head + 1, PAGE_OF_MESSAGES)
    may = {name for name in ROOM_PERMISSIONS if can(actor, name, room)}
    notes = {} if "room.moderate" in may else {mode.value: str(note) for mode, note in MODE_NOTES.items()}
    read = read_up_to(actor, stream.id)
    face = room_headers([room])[room.id]
    turn = turn_of(room.id, actor.person_id)
    muted = turn.muted_until if turn.muted_until and turn.muted_until > now() else None
    woven = organisation_summaries({each.id for each in face.organisations} | {actor.organisation_id or 0})
    patches = {key: present_organisation(organisation) for key, organisation in woven.items()}
    return {
        "room": {"id": room.id, "stream": stream.id, "epoch": stream.epoch, "head": stream.head},
        "face": _present_face(actor, face, patches),
        "me": {
            "actor": present_person(actor.person),
            "organisation": patches.get(actor.organisation_id or 0),
        },
        "lines": lines_of(actor, events, read, may),
        "pattern": _pattern_line(actor),
        "words_of_reaction": _all_words(),
        "grouping_seconds": GROUPING_SECONDS,
        "unread": first_unread(actor, room, read),
        "older": events[0].seq if events and events[0].seq > 1 else None,
        "is_past": before is not None and has_message_after(stream.id, before - 1),
        "answering": _answered(stream.id, answering),
        "settings": present_settings(room),
        "mode_notes": notes,
        "mode_note": notes.get(room.mode),
        "wait_seconds": turn.seconds_left(now()) if "room.moderate" not in may else 0,
        "muted": muted_sentence(muted) if muted else None,
        "may_post": "room.post" in may and not muted,
        "may_pin": "room.pin" in may,
        "follow_form": FollowForm(follow=follow_of(actor, room).value),
        "manage": _management(actor, room) if "room.moderate" in may else None,
        "mention_keys": mention_keys(actor),
        "pins": present_pins(stream.id),
        "moderates": "room.moderate" in may,
        "longest": LONGEST_BODY,
    }


def _management(actor: Actor, room: RoomRow) -> dict[str, Any]:
    """What those who moderate a room find in its folded part."""
    muted = muted_in(room.id)
    ids = {each.person_id for each in muted}
    return {
        "mode_form": ModeForm(**mode_values(room)),
        "muted": [(each.person, each.muted_until) for each in muted],
        "people": [person for person in latest_writers(room.id) if person.id not in ids],
        "days": [1, 3, MAX_MUTE_DAYS],
        "may_edit_theme": can(actor, "theme.edit", room),
    }


def print_page(actor: Actor, room_id: int, before: int | None) -> dict[str, Any]:
    """A portion of a room's messages, the last ones or those under `before`. Raises NotFound."""
    room = get_room(actor, room_id)
    stream = stream_of(room)
    events = messages_before(stream.id, before or stream.head + 1, PRINTED_MESSAGES)
    return {
        "face": room_headers([room])[room.id],
        "lines": lines_of(actor, events, 0, set()),
        "older": events[0].seq if len(events) == PRINTED_MESSAGES and events[0].seq > 1 else None,
        "is_past": before is not None and has_message_after(stream.id, before - 1),
    }


def theme_page(actor: Actor, room_id: int) -> dict[str, Any]:
    """What a theme is about, in the reader's language and in the others that it is written in. Raises NotFound."""
    room = get_theme(actor, room_id)
    own = text_in(room)
    return {
        "room": room,
        "text": own,
        "others": [(language_name(text.lang), text) for text in room.texts if text is not own],
        "concepts": sorted(label_of(link.concept) for link in room.concepts),
        "organisations": writing_organisations([room_id])[room_id],
        "may_edit": can(actor, "theme.edit", room),
    }


def message_page(actor: Actor, room_id: int, seq: int, permission: PermissionName) -> dict[str, Any]:
    """The page on which one changes a message or takes it away: the message as it stands now, and its room.

    `permission` is what one wants to do; raises NotFound and Forbidden.
    """
    message = get_message(actor, room_id, seq)
    authorize(actor, permission, message.room if permission == "room.read" else message)
    shown = present([event_of(message)])[0]
    may = {name for name in ROOM_PERMISSIONS if can(actor, name, message.room)}
    line = _line(actor, shown, message.created_at, may)
    return {
        "line": line,
        "words_of_reaction": _all_words(line["reacted"]),
        "room_id": room_id,
        "may_pin": "room.pin" in may,
        "is_pinned": is_pinned(message),
        "may_post": "room.post" in may,
        "address": public_url_for("rooms.show", room_id=room_id, at=seq),
        "words": {"body": shown["body"], "lang": message.lang},
        "title": room_headers([message.room])[room_id].title,
        "back": place_of(room_id, seq),
    }


def report_rows(reports: Sequence[MessageReport]) -> list[dict[str, Any]]:
    """The reports of a list: why, of which message, in which room."""
    headers = room_headers([report.message.room for report in reports])
    names = names_in(report.message.body for report in reports)
    return [
        {
            "id": report.id,
            "why": report.why,
            "lang": report.lang,
            "by": report.person.name if report.person else _("Somebody"),
            "at": report.created_at,
            "room": headers[report.message.room_id].title,
            "text": RenderedText(report.message.body, None, names).excerpt(140),
            "text_lang": report.message.lang,
        }
        for report in reports
    ]


def report_page(actor: Actor, report_id: int) -> dict[str, Any]:
    """A report with its message and those around it; nobody sees more of the room by it. Raises NotFound."""
    report = get_report(actor, report_id)
    stream_id, seq = report.message.room.stream_id, report.message.event_seq
    events = [*messages_before(stream_id, seq + 1, AROUND + 1), *messages_after(stream_id, seq, AROUND)]
    return {
        "report": report_rows([report])[0],
        "is_settled": report.settled_at is not None,
        "lines": lines_of(actor, events, 0, set()),
        "seq": seq,
        "may_read": is_visible(actor, stream_id),
        "room_id": report.message.room_id,
    }


def place_of_day(actor: Actor, room_id: int, text: str) -> str | None:
    """The address of the first message since a day of the actor's time zone, written as 2026-05-31; None without one.

    Raises NotFound for a room that is not hers to see, and BadRequest for a text that is no day.
    """
    room = get_room(actor, room_id)
    try:
        day = date.fromisoformat(text)
        midnight = to_utc(datetime.combine(day, time.min)).replace(tzinfo=UTC)
    except (ValueError, OverflowError):
        raise BadRequest from None
    seq = first_message_since(room.id, midnight)
    return place_of(room_id, seq) if seq else None


def place_of(room_id: int, seq: int) -> str:
    """The address of a message: on its room's page, or on the one of its past that has it."""
    past: dict[str, Any] = {"before": seq + 1} if is_past(room_id, seq) else {}
    return f"{path_for('rooms.show', room_id=room_id, **past)}#message-{seq}"


def _present_face(actor: Actor, face: RoomHeader, patches: Mapping[int, dict[str, Any]]) -> dict[str, Any]:
    """The face of a room with the weaves of those who meet there, ready to be shown."""
    return {
        "title": face.title,
        "lang": face.lang,
        "label": face.label,
        "readers": face.readers,
        "url": face.url,
        "placeholder": _placeholder(
            [each for each in face.organisations if each.id != actor.organisation_id]
        ),
        "organisations": [
            {**patches[each.id], "url": path_for("organisations.show", slug=each.slug)}
            for each in face.organisations
        ],
    }


def _placeholder(others: Sequence[Organisation]) -> str:
    """To whom one writes."""
    if not others:
        return _("Write for those who will join you…")
    if len(others) == 1:
        return _("Write to %(name)s…", name=others[0].name)
    return ngettext("Write to %(num)d organisation…", "Write to %(num)d organisations…", len(others))


def _answered(stream_id: str, seq: int | None) -> dict[str, Any] | None:
    """What the composer shows of the message that one answers; None where there is no such message."""
    events = events_of(stream_id, {seq}) if seq else []
    if not events or events[0].redacted_at is not None:
        return None
    shown = present(events)[0]
    return {
        "seq": shown["seq"],
        "name": shown["actor"]["name"] if shown["actor"] else _("Somebody"),
        "text": said_in(events[0], names_in([said_in(events[0]).body])).excerpt(160),
        "lang": shown["lang"],
    }


def lines_of(actor: Actor, events: Sequence[Event], read: int, may: set[str]) -> list[dict[str, Any]]:
    """Messages as a page shows them: under days, the first unread one marked, those that follow closer together.

    `may` is what the actor may do in their room.
    """
    lines: list[dict[str, Any]] = []
    previous: dict[str, Any] | None = None
    divided = read == 0
    for event, message in zip(events, present(events), strict=True):
        checkpoint()
        line = _line(actor, message, event.created_at, may)
        line["new_day"] = previous is None or previous["day"] != line["day"]
        line["first_unread"] = not divided and event.seq > read and not line["mine"]
        divided = divided or line["first_unread"]
        line["follows"] = previous is not None and _follows(line, previous)
        lines.append(line)
        previous = line
    return lines


def _follows(line: dict[str, Any], previous: dict[str, Any]) -> bool:
    """Whether a message stands under the one before without its head again."""
    same = line["actor"] == previous["actor"] and line["organisation"] == previous["organisation"]
    divided = line["new_day"] or line["first_unread"] or line["quote"] is not None
    return same and not divided and line["moment"] - previous["moment"] < timedelta(seconds=GROUPING_SECONDS)


def _line(actor: Actor, message: dict[str, Any], moment: datetime, may: set[str]) -> dict[str, Any]:
    local = to_user_timezone(moment)
    role = message["actor"]["role"] if message["actor"] else None
    mine = message["actor"] is not None and message["actor"]["id"] == actor.person_id
    return {
        **message,
        "html": marked_for(actor, message["html"]),
        "moment": moment,
        "day": local.date(),
        "day_name": day_name(local.date()),
        "time": format_time(moment, "HH:mm"),
        "role": str(ROLE_NAMES[role]) if role else "",
        "mine": mine,
        "reacted": _reactions(actor, message["reactions"]),
        "may_edit": mine and "room.post" in may,
        "may_remove": (mine and "room.post" in may) or "room.moderate" in may,
        "edited_time": _short_time(message["edited"]["at"]) if message["edited"] else "",
        "written_time": _short_time(message["written_at"]) if message["written_at"] else "",
    }


def _short_time(at: str) -> str:
    """The hour of a moment of today, else its day."""
    moment = datetime.fromisoformat(at)
    is_today = to_user_timezone(moment).date() == to_user_timezone(now()).date()
    return str(format_time(moment, "HH:mm") if is_today else format_date(moment, "d MMM"))


def marked_for(actor: Actor, html: str) -> str:
    """A message's text in which the mentions of the actor and of her organisation stand out."""
    if "data-mention" in html:
        for key in mention_keys(actor):
            html = html.replace(f'data-mention="{key}"', f'data-mention="{key}" data-mine=""')
    return html


def _reactions(actor: Actor, reactions: Sequence[Mapping[str, Any]]) -> list[dict[str, Any]]:
    """The words that were said to a message as a page shows them: how often, by whom, and whether by the actor."""
    shown = []
    for each in reactions:
        ids = [person["id"] for person in each["people"]]
        is_mine = actor.person_id in ids
        names = [person["name"] for person in each["people"] if person["id"] != actor.person_id]
        names = [_("you"), *names] if is_mine else names
        more = len(names) - MOST_REACTORS
        if more > 0:
            names = [*names[:MOST_REACTORS], ngettext("%(num)d more", "%(num)d more", more)]
        word = ReactionWord(each["word"])
        shown.append(
            {
                "word": word.value,
                "label": str(REACTION_WORDS[word]),
                "count": len(ids),
                "mine": is_mine,
                "names": format_list(names, locale=get_locale()),
                "more": is_mine and word in TO_EXPLAIN,
            }
        )
    return shown


def _all_words(reacted: Sequence[Mapping[str, Any]] = ()) -> list[Mapping[str, Any]]:
    """The four words, those that were said as `_reactions` gives them."""
    said = {each["word"]: each for each in reacted}
    none = {"count": 0, "mine": False, "names": ""}
    return [
        said.get(word.value, {"word": word.value, "label": str(label), **none})
        for word, label in REACTION_WORDS.items()
    ]


def _pattern_line(actor: Actor) -> dict[str, Any]:
    """A line of no message, with every part that one can have: the live client fills in a copy of its markup."""
    moment = now()
    message = {
        "seq": 0,
        "at": moment.isoformat(),
        "actor": None,
        "organisation": None,
        "html": "",
        "lang": "",
        "quote": {"seq": 0, "name": "", "text": "", "lang": ""},
        "files": [],
        "written_at": moment.isoformat(),
        "edited": {"seq": 0, "at": moment.isoformat()},
        "reactions": [],
        "redacted": False,
    }
    return {**_line(actor, message, moment, set()), "may_edit": True, "may_remove": True}
