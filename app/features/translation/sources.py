"""The texts that can be translated, each found by its kind and its place, by those who may read it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from app.core.actors import Actor
from app.core.errors import NotFound
from app.core.i18n import path_for
from app.core.numbers import parse_integer
from app.core.permissions import authorize, can
from app.features.rooms.models import Room
from app.features.rooms.queries import get_standing_message
from app.features.rooms.queries.mentions import names_in
from app.features.translation.queries import (
    SourceKind,
    get_card,
    get_initiative_text,
    get_story,
    is_translatable,
)


@dataclass(frozen=True)
class TranslationSource:
    """A text that the actor may read: its words, their language, and where they stand.

    `place` is its part of an address and `row_id` its row; `names` are those of its placeholders, `room` a message's room.
    `is_allowed` says whether its words may be sent to the service, `may_correct` whether the actor may correct translations.
    """

    kind: SourceKind
    place: str
    row_id: int
    text: str
    lang: str
    page: str
    may_correct: bool
    is_allowed: bool = True
    room: Room | None = None
    names: Mapping[str, str] = field(default_factory=dict)


def get_source(actor: Actor, kind: str, place: str) -> TranslationSource:
    """The text at a place: `<room>-<number>` of a message, the key of a card, else the number of its row.

    Raises NotFound where there is none that the actor may read, Conflict for a message that was removed.
    """
    if kind == SourceKind.CARD and place.isalnum() and place.isascii():
        return _card(actor, place)
    parts = place.split("-")
    numbers = [number for part in parts if (number := parse_integer(part, low=1)) is not None]
    if kind not in _FINDERS or len(numbers) != len(parts):
        raise NotFound
    count, find = _FINDERS[SourceKind(kind)]
    if len(numbers) != count:
        raise NotFound
    return find(actor, *numbers)


def _message(actor: Actor, room_id: int, seq: int) -> TranslationSource:
    message = get_standing_message(actor, room_id, seq)
    authorize(actor, "room.read", message.room)
    return TranslationSource(
        kind=SourceKind.MESSAGE,
        place=f"{room_id}-{seq}",
        row_id=message.id,
        text=message.body,
        lang=message.lang,
        page=path_for("rooms.message", room_id=room_id, seq=seq),
        may_correct=can(actor, "room.post", message.room),
        is_allowed=is_translatable(message.room),
        room=message.room,
        names=names_in([message.body]),
    )


def _story(actor: Actor, text_id: int) -> TranslationSource:
    organisation, text = get_story(actor, text_id)
    return TranslationSource(
        kind=SourceKind.STORY,
        place=str(text_id),
        row_id=text_id,
        text=text.body,
        lang=text.lang,
        page=path_for("organisations.show", slug=organisation.slug, _anchor="story"),
        may_correct=can(actor, "organisation.edit", organisation),
    )


def _initiative(actor: Actor, text_id: int) -> TranslationSource:
    initiative, text = get_initiative_text(actor, text_id)
    return TranslationSource(
        kind=SourceKind.INITIATIVE,
        place=str(text_id),
        row_id=text_id,
        text="\n\n".join(filter(None, (text.title, text.summary, text.challenge))),
        lang=text.lang,
        page=path_for("initiatives.show", slug=initiative.slug, _anchor="challenge"),
        may_correct=can(actor, "initiative.edit", initiative),
    )


def _card(actor: Actor, key: str) -> TranslationSource:
    """A card. Its author corrects translations, unless it is anonymous, and whoever runs the session."""
    design_session, card = get_card(actor, key)
    is_own = card.person_id is not None and card.person_id == actor.person_id
    return TranslationSource(
        kind=SourceKind.CARD,
        place=key,
        row_id=card.id,
        text=card.text,
        lang=card.lang,
        page=path_for("design.show", design_id=design_session.id),
        may_correct=is_own or can(actor, "design.run", design_session),
    )


_FINDERS: Mapping[SourceKind, tuple[int, Callable[..., TranslationSource]]] = {
    SourceKind.MESSAGE: (2, _message),
    SourceKind.STORY: (1, _story),
    SourceKind.INITIATIVE: (1, _initiative),
}
