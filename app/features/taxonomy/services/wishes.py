"""Asking for a word, and the managers' answer: it is added, leads to a concept, or is declined with a sentence."""

from __future__ import annotations

from flask_babel import lazy_gettext as _l

from app.core.actors import Actor
from app.core.audit import record
from app.core.clock import now
from app.core.database import db
from app.core.errors import Conflict, Invalid
from app.core.i18n import ALL_LANGUAGES
from app.core.notices import notify
from app.core.permissions import authorize
from app.core.text import fold
from app.core.validation import checked_field, known_language, required_line
from app.features.taxonomy.models import (
    MANAGED_KINDS,
    MAX_LABEL_CHARS,
    MAX_SENTENCE_CHARS,
    Concept,
    ConceptKind,
    ConceptWish,
    ConceptWishPerson,
    WishState,
)
from app.features.taxonomy.queries import concepts_named
from app.features.taxonomy.queries.wishes import askers_of, lock_wish, wish_called
from app.features.taxonomy.services.editing import add_synonym

NOTICE = "taxonomy.wish"


def ask_for_word(actor: Actor, kind: ConceptKind, text: str, lang: str) -> ConceptWish:
    """Keep that somebody misses a word of a kind; once for each word, whoever asks. Raises Invalid at the field "text"."""
    authorize(actor, "taxonomy.ask")
    with checked_field("text"):
        text = required_line(text, MAX_LABEL_CHARS)
    folded = fold(text)
    if kind not in MANAGED_KINDS or not folded:
        raise Invalid(fields={"text": [_l("Write a word for it.")]})
    if concepts_named(kind, [text])[text]:
        raise Invalid(fields={"text": [_l("This word is there by now: choose it from the list.")]})
    wish = wish_called(kind, folded)
    if wish is None:
        wish = ConceptWish(kind=kind, folded=folded, text=text, lang=known_language(lang, ALL_LANGUAGES))
        db.session.add(wish)
        db.session.flush()
    if actor.person_id not in askers_of(wish.id):
        db.session.add(ConceptWishPerson(wish_id=wish.id, person_id=actor.person_id or 0))
    return wish


def grant_wish(actor: Actor, wish_id: int, concept: Concept) -> ConceptWish:
    """Let a word lead to a concept and tell those who asked. Raises NotFound, Conflict and Invalid at "concept"."""
    authorize(actor, "taxonomy.manage")
    wish = _lock_open(actor, wish_id)
    add_synonym(actor, concept, wish.lang, wish.text)
    wish.concept_id = concept.id
    _answer(actor, wish, WishState.ADDED)
    return wish


def decline_wish(actor: Actor, wish_id: int, answer: str, lang: str) -> ConceptWish:
    """Say in a sentence why a word is not added, to those who asked. Raises NotFound, Conflict and Invalid at "answer"."""
    authorize(actor, "taxonomy.manage")
    wish = _lock_open(actor, wish_id)
    with checked_field("answer"):
        wish.answer = required_line(answer, MAX_SENTENCE_CHARS)
    wish.answer_lang = known_language(lang, ALL_LANGUAGES)
    _answer(actor, wish, WishState.DECLINED)
    return wish


def _lock_open(actor: Actor, wish_id: int) -> ConceptWish:
    wish = lock_wish(actor, wish_id)
    if wish.state is not WishState.OPEN:
        raise Conflict(_l("Somebody has answered it already."))
    return wish


def _answer(actor: Actor, wish: ConceptWish, state: WishState) -> None:
    wish.state, wish.answered_at = state, now()
    record(actor, f"taxonomy.wish_{state}", f"concept_wish:{wish.id}")
    db.session.flush()
    notify(NOTICE, askers_of(wish.id), wish.id)
