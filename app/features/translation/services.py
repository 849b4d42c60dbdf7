"""Keeping translations, correcting them, allowing them; and deleting them with the words that they are of."""

from __future__ import annotations

from collections import defaultdict
from typing import Any

from flask_babel import lazy_gettext as _l
from sqlalchemy import delete, event, inspect
from sqlalchemy.orm import Session as BaseSession
from sqlalchemy.orm import UOWTransaction

from app.core.actors import Actor
from app.core.audit import record
from app.core.clock import now
from app.core.database import Session, db
from app.core.errors import BadRequest, Conflict, Forbidden
from app.core.limits import count_attempt
from app.core.permissions import authorize
from app.core.rendered import without_placeholders
from app.core.validation import require_text_field
from app.features.rooms.queries import get_room
from app.features.rooms.services import with_placeholders
from app.features.translation.models import (
    MAX_SOURCE_CHARS,
    MAX_TRANSLATION_CHARS,
    Translation,
    TranslationConsent,
)
from app.features.translation.queries import (
    COLUMNS,
    MODELS,
    SourceKind,
    allowing_organisations,
    find_translation,
    hold_source,
    messages_of,
)
from app.features.translation.service_client import NO_ANSWER
from app.features.translation.sources import TranslationSource, get_source

RATES = ("30 per minute", "300 per day")
"""How many texts one person may have translated."""
_KINDS = {model: kind for kind, model in MODELS.items()}
_WORDS = ("body", "lang", "title", "summary", "challenge", "text", "unrevealed", "veiled")
"""Columns whose change is a change of the text, or of whether it is there to be read."""


def require_translatable(actor: Actor, source: TranslationSource, lang: str) -> None:
    """Raise a refusal where the actor may not have a text sent to the service now; counts what she asks for.

    Raises BadRequest for a text that is empty, too long or in this language already, Forbidden where its words may not be
    sent, TooMany past RATES.
    """
    if not source.text or len(source.text) > MAX_SOURCE_CHARS or source.lang == lang:
        raise BadRequest
    if not source.is_allowed:
        raise Forbidden
    for rate in RATES:
        count_attempt(
            "translation",
            rate,
            str(actor.person_id),
            say=_l("You had many texts translated. Try again later."),
        )


def keep_translation(actor: Actor, source: TranslationSource, lang: str, body: str) -> None:
    """Keep what the machine made of a text, unless there is a translation by now.

    Raises NotFound where the actor may not read the text any more, Forbidden where its words may not be translated any
    more, Conflict where it was changed or removed meanwhile.
    """
    hold_source(source.kind, source.row_id)
    if len(body) > MAX_TRANSLATION_CHARS:
        raise Conflict(NO_ANSWER)
    now_there = get_source(actor, source.kind, source.place)
    if not now_there.is_allowed:
        raise Forbidden
    if (now_there.row_id, now_there.text, now_there.lang) != (source.row_id, source.text, source.lang):
        raise Conflict(_l("The text was changed meanwhile. Have it translated anew."))
    if find_translation(source.kind, source.row_id, lang) is None:
        column = COLUMNS[source.kind].key
        db.session.add(Translation(lang=lang, body=body, **{column: source.row_id}))
        db.session.flush()


def correct_translation(
    actor: Actor, kind: str, place: str, lang: str, *, body: str, version: str
) -> TranslationSource:
    """Put better words in the place of a translation; it says from then on who corrected it. Returns what it is of.

    Raises NotFound, Forbidden, Invalid, and Conflict where the text was changed since the page was made.
    """
    source = get_source(actor, kind, place)
    if not (source.may_correct and source.is_allowed):
        raise Forbidden
    body = require_text_field(body, MAX_TRANSLATION_CHARS, "body")
    body = with_placeholders(source.room, body) if source.room is not None else without_placeholders(body)
    hold_source(source.kind, source.row_id)
    source = get_source(actor, kind, place)
    found = find_translation(source.kind, source.row_id, lang)
    if found is None or found.version(source.text) != version:
        raise Conflict(_l("The text or its translation was changed meanwhile. Look at both again."))
    found.body, found.corrected_at, found.corrected_by = body, now(), actor.person_id
    record(actor, "translation.correct", f"translation:{found.id}")
    db.session.flush()
    return source


def allow_translation(actor: Actor, room_id: int, *, on: bool) -> None:
    """Note that the organisation that the actor acts for allows words of a room to be translated, or does not any more.

    Without it all translations of the room's messages are deleted. Raises NotFound and Forbidden.
    """
    room = get_room(actor, room_id)
    authorize(actor, "translation.allow", room)
    allowing = actor.organisation_id in allowing_organisations(room_id)
    if on and not allowing:
        db.session.add(TranslationConsent(room_id=room_id, organisation_id=actor.organisation_id))
    elif allowing and not on:
        mine = (
            TranslationConsent.room_id == room_id,
            TranslationConsent.organisation_id == actor.organisation_id,
        )
        db.session.execute(delete(TranslationConsent).where(*mine))
        db.session.execute(delete(Translation).where(Translation.message_id.in_(messages_of(room_id))))
    if on != allowing:
        record(actor, "translation.allow", f"room:{room_id}", after={"allowed": on})
    db.session.flush()


# Translations go with the words that they are of.


def listen_to_changes() -> None:
    """See from now on which texts are changed, once for the process."""
    if not event.contains(Session, "after_flush", _delete_stale):
        event.listen(Session, "after_flush", _delete_stale)


def _delete_stale(session: BaseSession, _flushed: UOWTransaction) -> None:
    """Delete the translations of what this flush changes; those of what it deletes go by their foreign keys."""
    changed: dict[SourceKind, list[int]] = defaultdict(list)
    for written in session.dirty:
        kind = _KINDS.get(type(written))
        if kind is not None and _has_other_words(written):
            changed[kind].append(written.id)
    for kind, ids in changed.items():
        db.session.execute(delete(Translation).where(COLUMNS[kind].in_(ids)))


def _has_other_words(written: object) -> bool:
    state: Any = inspect(written)
    attributes = state.attrs
    return any(name in attributes and attributes[name].history.has_changes() for name in _WORDS)
