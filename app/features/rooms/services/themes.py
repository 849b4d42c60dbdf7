"""Themes: opened, changed, closed and opened again by those who moderate."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import Any, TypedDict

from flask_babel import lazy_gettext as _l

from app.core.actors import Actor
from app.core.audit import record
from app.core.database import db
from app.core.limits import count_attempt
from app.core.permissions import authorize
from app.core.streams.services import lock_stream, once, open_stream
from app.core.text import tidy
from app.core.validation import FieldErrors, known_language, limited_text, required_line
from app.features.rooms.models import (
    MAX_ABOUT_CHARS,
    MAX_THEME_CHARS,
    MAX_THEME_CONCEPTS,
    Room,
    RoomConcept,
    RoomKind,
    RoomText,
)
from app.features.rooms.queries.themes import get_theme
from app.features.rooms.services import STREAM
from app.features.rooms.services.moderation import tell_settings
from app.features.taxonomy.models import Concept, ConceptKind
from app.features.taxonomy.queries import concepts_by_code

THEMES_EACH = "20 per hour"
KINDS = (ConceptKind.SECTOR, ConceptKind.SKILL)
"""The kinds of concepts that a theme can be about."""


class ThemeWords(TypedDict):
    """What a theme is called in one language, and what it is about."""

    title: str
    about: str


def open_theme(actor: Actor, texts: Mapping[str, ThemeWords], concepts: Collection[str]) -> Room:
    """Open the room of a theme.

    `texts` are by language, `concepts` the codes of what it is about. Returns the room; raises Forbidden, TooMany, and
    Invalid with a sentence for each field that cannot be taken.
    """
    authorize(actor, "theme.open")
    words, known = _checked(texts, concepts)
    count_attempt("theme", THEMES_EACH, str(actor.person_id))
    room = Room(kind=RoomKind.THEME, stream_id=open_stream(STREAM).id, texts=[], concepts=[])
    _write(room, words, known)
    db.session.add(room)
    db.session.flush()
    record(actor, "theme.open", f"room:{room.id}", after={"texts": dict(words)})
    return room


def edit_theme(
    actor: Actor, room_id: int, texts: Mapping[str, ThemeWords], concepts: Collection[str]
) -> Room:
    """Put other words and concepts in the place of a theme's; raises NotFound, Forbidden and Invalid."""
    room = get_theme(actor, room_id)
    authorize(actor, "theme.edit", room)
    words, known = _checked(texts, concepts)
    lock_stream(room.stream_id)
    before = {text.lang: {"title": text.title, "about": text.about} for text in room.texts}
    _write(room, words, known)
    db.session.flush()
    record(actor, "theme.edit", f"room:{room.id}", before={"texts": before}, after={"texts": dict(words)})
    return room


def close_theme(actor: Actor, room_id: int, cid: str, *, closed: bool) -> dict[str, Any]:
    """Close the room of a theme, or open it again; once for each `cid`. Raises NotFound and Forbidden."""
    room = get_theme(actor, room_id)
    authorize(actor, "theme.edit", room)

    def act() -> dict[str, Any]:
        """Change it and tell it, now that the stream is locked."""
        before = {"is_closed": room.is_closed}
        room.is_closed = closed
        return tell_settings(actor, room, cid, "theme.close" if closed else "theme.reopen", before)

    return once(actor, cid, {"command": "theme_close", "room": room_id, "on": closed}, room.stream_id, act)


def _checked(
    texts: Mapping[str, ThemeWords], concepts: Collection[str]
) -> tuple[Mapping[str, ThemeWords], list[Concept]]:
    """The words in each language in which any are written, and the concepts; raises Invalid with all mistakes at once."""
    mistakes = FieldErrors()
    checked: dict[str, ThemeWords] = {}
    for lang, words in texts.items():
        title, about = words.get("title"), words.get("about")
        if not tidy(title) and not tidy(about):
            continue
        checked[lang] = {"title": "", "about": ""}
        with mistakes.collect("texts"):
            known_language(lang)
        with mistakes.collect(f"title_{lang}"):
            missing = _l("Give it a title in this language too.")
            checked[lang]["title"] = required_line(title, MAX_THEME_CHARS, missing)
        with mistakes.collect(f"about_{lang}"):
            checked[lang]["about"] = limited_text(about, MAX_ABOUT_CHARS)
    if not checked:
        mistakes.add("texts", _l("Give the theme a title in one language at least."))
    codes = list(dict.fromkeys(concepts))
    known = concepts_by_code(codes)
    found = [known[code] for code in codes if code in known and known[code].kind in KINDS]
    if len(found) < len(codes):
        mistakes.add("sectors", _l("One of the things you chose is not in this list. Choose again."))
    if not 1 <= len(found) <= MAX_THEME_CONCEPTS:
        mistakes.add(
            "sectors",
            _l("Choose one to %(most)s fields or skills that it is about.", most=MAX_THEME_CONCEPTS),
        )
    mistakes.raise_any()
    return checked, found


def _write(room: Room, words: Mapping[str, ThemeWords], concepts: Collection[Concept]) -> None:
    """Have the theme say what was checked, and nothing else."""
    for stale in [text for text in room.texts if text.lang not in words]:
        room.texts.remove(stale)
    by_lang = {text.lang: text for text in room.texts}
    for lang, each in words.items():
        text = by_lang.get(lang) or RoomText(lang=lang)
        if lang not in by_lang:
            room.texts.append(text)
        text.title, text.about = each["title"], each["about"]
    wanted = {concept.id for concept in concepts}
    for link in [link for link in room.concepts if link.concept_id not in wanted]:
        room.concepts.remove(link)
    held = {link.concept_id for link in room.concepts}
    for concept in concepts:
        if concept.id not in held:
            room.concepts.append(RoomConcept(concept=concept, concept_id=concept.id))
