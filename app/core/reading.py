"""Easy reading: plain variants of the sentences that matter, which catalogues hold in the context "easy"."""

from __future__ import annotations

from typing import Any

from flask import g, has_request_context, request
from flask_babel import gettext, pgettext

EASY_CONTEXT = "easy"
READING_COOKIE = "reading"
READINGS = ("usual", "easy")


def reads_easy() -> bool:
    """Whether the reader of this page chose easy words: her account says it, else this browser's cookie."""
    if not has_request_context():
        return False
    actor = g.get("actor")
    chosen = actor.person.reads_easy if actor is not None and actor.person is not None else None
    return request.cookies.get(READING_COOKIE) == "easy" if chosen is None else bool(chosen)


def easy(text: str, /, **values: Any) -> str:
    """`gettext`, and its plain variant for readers of easy words where the catalogue of their language has one.

    The variants, the English ones too, stand in the catalogues under the same text in the context "easy".
    """
    if reads_easy() and (plain := pgettext(EASY_CONTEXT, text)) != text:
        return plain % values if values else plain
    return gettext(text, **values)
