"""The kinds of notices about rooms: one a room, whatever was written in it since it was read."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from markupsafe import Markup

from app.core.actors import Actor
from app.core.i18n import current_language, path_for
from app.core.notices import NoticeKind, NoticeText, emphasised
from app.core.rendered import RenderedText
from app.features.rooms.models import Room, RoomKind
from app.features.rooms.owners import room_headers
from app.features.rooms.queries import (
    Talk,
    last_answers_to,
    organisation_summaries,
    rooms_shown_to,
    talk_in,
)

EXCERPT = 140
"""So many characters of a message are shown with a notice."""


def unread(actor: Actor, ids: Collection[int]) -> Mapping[int, NoticeText]:
    """Rooms in which others wrote, with what was said last."""
    rooms = rooms_shown_to(actor, ids)
    return _texts(actor, rooms, talk_in(actor, rooms), _("Read and answer"), is_answer=False)


def answered(actor: Actor, ids: Collection[int]) -> Mapping[int, NoticeText]:
    """Rooms in which somebody answered the actor, with the last answer that stands."""
    rooms = rooms_shown_to(actor, ids)
    return _texts(actor, rooms, last_answers_to(actor, rooms), _("Answer"), is_answer=True)


def _texts(
    actor: Actor, rooms: Sequence[Room], talks: Mapping[int, Talk], label: str, *, is_answer: bool
) -> Mapping[int, NoticeText]:
    """The notice of each room in whose talk something was said last."""
    headers = room_headers(rooms)
    said = {room_id: talk.last for room_id, talk in talks.items() if talk.last is not None}
    patches = organisation_summaries({each.organisation_id for each in said.values() if each.organisation_id})
    texts = {}
    for room in rooms:
        if room.id in said:
            message, header = said[room.id], headers[room.id]
            patch = patches.get(message.organisation_id or 0)
            author = message.person.name if message.person else ""
            texts[room.id] = NoticeText(
                _sentence(room, author, header.title, is_answer=is_answer),
                path_for("rooms.show", room_id=room.id, _anchor=f"message-{message.event_seq}"),
                label,
                header.label,
                patch.weave if patch else None,
                RenderedText(message.body, talks[room.id].rendered).excerpt(EXCERPT),
                "" if message.lang == current_language() else message.lang,
                author,
                room.id,
            )
    return texts


def _sentence(room: Room, author: str, title: str, *, is_answer: bool) -> Markup:
    name = author or _("Somebody")
    if room.kind is RoomKind.INTRODUCTION:
        return emphasised(_("%(name)s answered you") if is_answer else _("%(name)s wrote to you"), name=name)
    sentence = _("%(name)s answered you in %(room)s") if is_answer else _("%(name)s wrote in %(room)s")
    return emphasised(sentence, name=name, room=title)


NOTICES = (
    NoticeKind(
        "room.reply", _l("Somebody answers what you wrote"), answered, asks=True, rank=30, topic="rooms"
    ),
    NoticeKind(
        "room.unread",
        _l("Something new is said in a room of your introductions and initiatives"),
        unread,
        asks=True,
        rank=60,
        topic="rooms",
    ),
)
