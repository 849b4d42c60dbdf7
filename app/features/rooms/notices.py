"""The kinds of notices about rooms: one a room, whatever was written in it since it was read."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from markupsafe import Markup, escape

from app.core.actors import Actor
from app.core.i18n import foreign_language, path_for
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
from app.features.rooms.queries.mentions import last_mentions_of, names_in
from app.features.rooms.queries.reports import open_reports, own_settled_reports

EXCERPT = 140
"""So many characters of a message are shown with a notice."""


def unread(actor: Actor, ids: Collection[int]) -> Mapping[int, NoticeText]:
    """Rooms in which others wrote, with what was said last."""
    rooms = rooms_shown_to(actor, ids)
    return _texts(actor, rooms, talk_in(actor, rooms), _("Read and answer"), *_wrote())


def answered(actor: Actor, ids: Collection[int]) -> Mapping[int, NoticeText]:
    """Rooms in which somebody answered the actor, with the last answer that stands."""
    rooms = rooms_shown_to(actor, ids)
    return _texts(actor, rooms, last_answers_to(actor, rooms), _("Answer"), *_answered())


def mentioned(actor: Actor, ids: Collection[int]) -> Mapping[int, NoticeText]:
    """Rooms in which the actor or her organisation is mentioned, with the last such message that stands."""
    rooms = rooms_shown_to(actor, ids)
    return _texts(actor, rooms, last_mentions_of(actor, rooms), _("Read and answer"), *_mentioned())


def reported(actor: Actor, ids: Collection[int]) -> Mapping[int, NoticeText]:
    """Reports of messages that wait for somebody to settle them."""
    return {
        report.id: NoticeText(
            Markup(escape(_("Somebody reports a message"))),
            path_for("reports.show_report", report_id=report.id),
            _("Look at it"),
            _("Reports"),
            words=report.why[:EXCERPT],
            lang=foreign_language(report.lang),
        )
        for report in open_reports(actor, ids)
    }


def settled(actor: Actor, ids: Collection[int]) -> Mapping[int, NoticeText]:
    """Reports of the actor's own that are settled."""
    return {
        report.id: NoticeText(
            Markup(escape(_("Somebody looked at the message that you reported, and settled it"))),
            path_for("rooms.show", room_id=report.message.room_id, at=report.message.event_seq),
            _("Go to the message"),
            _("Reports"),
        )
        for report in own_settled_reports(actor, ids)
    }


def _texts(
    actor: Actor, rooms: Sequence[Room], talks: Mapping[int, Talk], label: str, here: str, there: str
) -> Mapping[int, NoticeText]:
    """The notice of each room in whose talk something was said last."""
    headers = room_headers(rooms)
    said = {room_id: talk.last for room_id, talk in talks.items() if talk.last is not None}
    patches = organisation_summaries({each.organisation_id for each in said.values() if each.organisation_id})
    names = names_in(each.body for each in said.values())
    texts = {}
    for room in rooms:
        if room.id in said:
            message, header = said[room.id], headers[room.id]
            patch = patches.get(message.organisation_id or 0)
            author = message.person.name if message.person else ""
            texts[room.id] = NoticeText(
                _sentence(room, author, header.title, here, there),
                path_for("rooms.show", room_id=room.id, _anchor=f"message-{message.event_seq}"),
                label,
                header.label,
                patch.weave if patch else None,
                RenderedText(message.body, talks[room.id].rendered, names).excerpt(EXCERPT),
                foreign_language(message.lang),
                author,
                room.id,
            )
    return texts


def _sentence(room: Room, author: str, title: str, here: str, there: str) -> Markup:
    """`here` in the room of an introduction, which has no title of its own; else `there`, which names the room."""
    name = author or _("Somebody")
    if room.kind is RoomKind.INTRODUCTION:
        return emphasised(here, name=name)
    return emphasised(there, name=name, room=title)


def _wrote() -> tuple[str, str]:
    return _("%(name)s wrote to you"), _("%(name)s wrote in %(room)s")


def _answered() -> tuple[str, str]:
    return _("%(name)s answered you"), _("%(name)s answered you in %(room)s")


def _mentioned() -> tuple[str, str]:
    return _("%(name)s mentioned you"), _("%(name)s mentioned you in %(room)s")


NOTICES = (
    NoticeKind(
        "room.mention",
        _l("Somebody mentions you or your organisation in a room"),
        mentioned,
        asks=True,
        push=True,
        rank=25,
        topic="rooms",
    ),
    NoticeKind(
        "room.reply",
        _l("Somebody answers what you wrote"),
        answered,
        asks=True,
        push=True,
        rank=30,
        topic="rooms",
    ),
    NoticeKind(
        "room.unread",
        _l("Something new is said in a room of your introductions and initiatives"),
        unread,
        asks=True,
        rank=60,
        topic="rooms",
    ),
    NoticeKind("room.reported", _l("Somebody reports a message"), reported, asks=True, rank=20),
    NoticeKind("room.report_settled", _l("A message that you reported was looked at"), settled, rank=70),
)
