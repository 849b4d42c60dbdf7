"""The part of a text in which something was found, with what was found in it marked."""

from __future__ import annotations

import re
from collections.abc import Collection

from markupsafe import Markup, escape

from app.core.fair_scheduler import checkpoint
from app.core.lemmas import Lemmas
from app.core.text import fold
from app.features.search.terms import MAX_WORD_CHARS, SPACED, Search, Token, words_of

EXCERPT_CHARS = 220
BEFORE_CHARS = 60
"""So much stands before the first word that was found."""
MARKUP_SIGNS = re.compile(r"[*_`#~]+|^\s*>|\]\([^)\s]*\)|!?\[", re.MULTILINE)


def excerpt(text: str, lang: str, search: Search, lemmas: Lemmas) -> Markup:
    """Some words of a text around the first that was found, as HTML with a `mark` around each of those that were."""
    plain = " ".join(MARKUP_SIGNS.sub(" ", text).split())
    tokens = {token for term in search.terms for token in term.tokens()}
    spots = [each.span() for each in SPACED.finditer(plain) if _is_found(each[0], lang, tokens, lemmas)]
    start = _start_at(plain, spots[0][0]) if spots else 0
    end = _end_at(plain, start)
    shown, reached = Markup("…") if start else Markup(), start
    for begin, stop in spots:
        if stop > end:
            break
        shown += escape(plain[reached:begin]) + Markup("<mark>{}</mark>").format(plain[begin:stop])
        reached = stop
    return shown + escape(plain[reached:end]) + ("…" if end < len(plain) else "")


def has_found(text: str, lang: str, search: Search, lemmas: Lemmas) -> bool:
    """Whether a text has one of the words that are searched for."""
    tokens = {token for term in search.terms for token in term.tokens()}
    return any(_is_found(each[0], lang, tokens, lemmas) for each in SPACED.finditer(text))


def _is_found(word: str, lang: str, tokens: Collection[Token], lemmas: Lemmas) -> bool:
    checkpoint()
    forms = {*words_of(word), fold(word).replace("-", "")[:MAX_WORD_CHARS]}
    forms |= {fold(lemmas.lemma(form, lang))[:MAX_WORD_CHARS] for form in {word, word.lower()} if lang}
    return any(token.fits(form) for token in tokens for form in forms)


def _start_at(text: str, first: int) -> int:
    """Where the excerpt begins: at a word, not far before the first that was found."""
    if first <= BEFORE_CHARS:
        return 0
    return text.find(" ", first - BEFORE_CHARS, first) + 1 or first


def _end_at(text: str, start: int) -> int:
    end = start + EXCERPT_CHARS
    if end >= len(text):
        return len(text)
    cut = text.rfind(" ", start, end)
    return cut if cut > start else end
