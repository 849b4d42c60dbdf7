"""Notices: what concerns people and must find them although they are not looking.

A feature declares its kinds in its manifest, and its services announce a `Notice` inside their transaction. Only ids are
told and kept: the words are made when somebody reads them, from what she may see at that moment.
"""

from __future__ import annotations

import enum
from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass

from flask import Flask, current_app
from flask_babel.speaklater import LazyString
from markupsafe import Markup, escape

from app.core.actors import Actor
from app.core.announcements import announce
from app.core.weave import WeaveLike


class Channel(enum.StrEnum):
    """How soon a notice is mailed to somebody who has not read it."""

    NOW = "now"
    DAILY = "daily"
    WEEKLY = "weekly"
    NEVER = "never"


@dataclass(frozen=True)
class NoticeText:
    """A notice in the reader's language.

    `sentence` can be a heading, `label` the button that leads to `url`, `about` what kind of thing it is. `words` is what
    somebody wrote with it, in the language `lang` ("" for the reader's own), `author` who that was. `room_id` is the room
    in which an answer belongs, 0 where there is none.
    """

    sentence: Markup
    url: str
    label: str
    about: str
    weave: WeaveLike | None = None
    words: str = ""
    lang: str = ""
    author: str = ""
    room_id: int = 0


PresentNotices = Callable[[Actor, Collection[int]], Mapping[int, NoticeText]]
"""Loads subjects in bulk: by id the text of each that is there and that the actor may see."""


@dataclass(frozen=True)
class NoticeKind:
    """A kind of notice.

    `says` names it in the list of choices, `channel` is its default. `asks` is whether it waits for the reader to do
    something. `rank` orders what is unread, the most pressing first; `on_home` is whether the first page shows it, False
    where that page says the same from the thing itself. `push` is whether
    it is sent to push subscriptions, too, without its words. `topic` is the action item that it makes superfluous there.
    """

    name: str
    says: LazyString
    present: PresentNotices
    channel: Channel = Channel.NOW
    asks: bool = False
    rank: int = 50
    on_home: bool = True
    push: bool = False
    topic: str = ""


@dataclass(frozen=True)
class Notice:
    """An announcement: something that concerns these people, as members of the organisation if one is named."""

    kind: str
    person_ids: tuple[int, ...]
    subject_id: int
    organisation_id: int | None = None


@dataclass(frozen=True)
class NoticesRead:
    """An announcement: nobody needs to look at this any more, or only the person who just did."""

    kinds: tuple[str, ...]
    subject_id: int
    person_id: int | None = None


def register_notices(app: Flask, kinds: Iterable[NoticeKind]) -> None:
    """Make kinds of notices known. Raises ValueError for a name that is taken."""
    known = app.extensions.setdefault("trama.notices", {})
    for kind in kinds:
        if kind.name in known:
            raise ValueError(f"The kind of notice {kind.name!r} is declared twice.")
        known[kind.name] = kind


def notice_kinds() -> Mapping[str, NoticeKind]:
    """All kinds by name, in the order of the registry."""
    kinds: Mapping[str, NoticeKind] = current_app.extensions.get("trama.notices", {})
    return kinds


def notify(kind: str, person_ids: Iterable[int], subject_id: int, organisation_id: int | None = None) -> None:
    """Announce a notice to some people, if there are any. Raises LookupError for a kind that no manifest declares."""
    if kind not in notice_kinds():
        raise LookupError(f"No manifest declares the kind of notice {kind!r}.")
    people = tuple(dict.fromkeys(person_ids))
    if people:
        announce(Notice(kind, people, subject_id, organisation_id))


def emphasised(sentence: str, **names: object) -> Markup:
    """A translated sentence with its values in bold."""
    return Markup(escape(sentence)) % {
        name: Markup("<strong>{}</strong>").format(value) for name, value in names.items()
    }
