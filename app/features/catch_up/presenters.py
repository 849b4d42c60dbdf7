"""What happened since somebody was here, in four parts, each line with its source. Nothing in it is guessed."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from flask_babel import format_date, ngettext, to_user_timezone
from flask_babel import gettext as _
from markupsafe import Markup

from app.core.actors import Actor
from app.core.clock import now
from app.core.i18n import foreign_language, path_for
from app.core.notices import emphasised
from app.core.rendered import RenderedText
from app.core.weave import WeaveLike
from app.features.catch_up.queries import (
    commitments_due,
    decisions_of,
    news_since,
    partners_changed_since,
    sessions_closed_since,
)
from app.features.initiatives.queries import text_in, titled_initiatives
from app.features.notifications.presenters import ShownNotification, present
from app.features.rooms.models import Message
from app.features.rooms.owners import room_headers
from app.features.rooms.queries import list_rooms, organisation_summaries, talk_in
from app.features.rooms.queries.mentions import names_in

DUE_WITHIN = timedelta(days=14)
"""A commitment is asked for so long before its day."""
EXCERPT_CHARS = 140
ROOM_KINDS = ("room.unread", "room.reply")
"""Kinds of notices that say what the part about talk says of each room."""


@dataclass(frozen=True)
class CatchUpLine:
    """One thing that happened: `sentence` leads to its source at `url`.

    `words` is what somebody wrote, in the language `lang` ("" for the reader's own); `about` says where it belongs.
    """

    sentence: Markup
    url: str
    about: str
    at: datetime | None = None
    words: str = ""
    lang: str = ""
    weave: WeaveLike | None = None


@dataclass(frozen=True)
class CatchUpPart:
    """A part of what happened: a heading and its lines."""

    name: str
    title: str
    lines: Sequence[CatchUpLine]


def catch_up(actor: Actor, since: datetime) -> list[CatchUpPart]:
    """What happened after `since` and concerns the actor and the organisation that she acts for; empty parts are left out.

    A promise whose day is near stands there however old it is.
    """
    news = [each for each in present(actor, news_since(actor, since)) if each.kind.name not in ROOM_KINDS]
    asked = [each for each in news if each.kind.asks and not each.is_read]
    told = [each for each in news if not each.kind.asks or each.is_read]
    parts = (
        CatchUpPart("asked", _("Asked of you"), [*_due(actor), *(_news(each) for each in asked)]),
        CatchUpPart("decided", _("Decided"), _decided(actor, since)),
        CatchUpPart("changed", _("Changed"), [*(_news(each) for each in told), *_partners(actor, since)]),
        CatchUpPart("talk", _("Talk"), _talk(actor, since)),
    )
    return [part for part in parts if part.lines]


def _news(shown: ShownNotification) -> CatchUpLine:
    text = shown.text
    return CatchUpLine(text.sentence, text.url, text.about, shown.at, text.words, text.lang, text.weave)


def _due(actor: Actor) -> list[CatchUpLine]:
    """What was promised and its day is near or over."""
    today = to_user_timezone(now()).date()
    lines = []
    for commitment, design_session in commitments_due(actor, today + DUE_WITHIN):
        day = format_date(commitment.by_when, "d MMMM")
        late = commitment.by_when < today
        lines.append(
            CatchUpLine(
                emphasised(_("Promised by %(day)s, and late") if late else _("Promised by %(day)s"), day=day),
                f"{path_for('design.report', design_id=design_session.id)}#commitments",
                design_session.title,
                words=commitment.what,
                lang=foreign_language(commitment.lang),
            )
        )
    return lines


def _decided(actor: Actor, since: datetime) -> list[CatchUpLine]:
    """What was agreed on in design sessions that ended."""
    sessions = sessions_closed_since(actor, since)
    decisions = decisions_of(sessions)
    return [
        CatchUpLine(
            emphasised(_("Agreed on in %(title)s"), title=each.title),
            path_for("design.report", design_id=each.id),
            _("Design session"),
            each.closed_at,
            text,
            foreign_language(lang),
        )
        for each in sessions
        for text, lang in decisions.get(each.id, ())
    ]


def _partners(actor: Actor, since: datetime) -> list[CatchUpLine]:
    """Who joined and who left one's own initiatives."""
    partners = partners_changed_since(actor, since)
    initiatives = titled_initiatives({each.initiative_id for each in partners})
    woven = organisation_summaries({each.organisation_id for each in partners})
    lines = []
    for each in partners:
        initiative = initiatives[each.initiative_id]
        sentence = _("%(name)s joined %(title)s") if each.left_at is None else _("%(name)s left %(title)s")
        lines.append(
            CatchUpLine(
                emphasised(sentence, name=each.organisation.name, title=text_in(initiative).title),
                path_for("initiatives.show", slug=initiative.slug),
                _("Initiative"),
                each.left_at or each.joined_at,
                weave=woven[each.organisation_id].weave,
            )
        )
    return lines


def _talk(actor: Actor, since: datetime) -> list[CatchUpLine]:
    """The rooms in which others wrote, with their last words."""
    rooms = list_rooms(actor, None).items
    headers, talks = room_headers(rooms), talk_in(actor, rooms)
    heard: list[tuple[int, Message]] = []
    for room in rooms:
        last = talks[room.id].last
        if last is not None and last.created_at > since and last.person_id != actor.person_id:
            heard.append((room.id, last))
    woven = organisation_summaries({last.organisation_id for _room, last in heard if last.organisation_id})
    names = names_in(last.body for _room, last in heard)
    lines = []
    for room_id, last in heard:
        name, patch = last.person.name if last.person else _("Somebody"), woven.get(last.organisation_id or 0)
        unread = talks[room_id].unread
        lines.append(
            CatchUpLine(
                emphasised(_("%(name)s wrote in %(room)s"), name=name, room=headers[room_id].title),
                path_for(
                    "rooms.show", room_id=room_id, _anchor="unread" if unread else f"message-{last.event_seq}"
                ),
                ngettext("%(num)d unread message", "%(num)d unread messages", unread)
                if unread
                else _("You have read it"),
                last.created_at,
                RenderedText(last.body, talks[room_id].rendered, names).excerpt(EXCERPT_CHARS),
                foreign_language(last.lang),
                patch.weave if patch else None,
            )
        )
    return lines
