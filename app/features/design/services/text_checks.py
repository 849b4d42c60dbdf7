"""Checks of texts that people write, and of the language that they say they write in."""

from __future__ import annotations

from flask_babel import lazy_gettext as _l

from app.core.errors import Invalid
from app.core.i18n import ALL_LANGUAGES
from app.core.text import tidy


def require_text(text: str, max_length: int, field: str = "text") -> str:
    """The text without needless spaces; raises Invalid at `field` where nothing is left of it or too much."""
    text = tidy(text)
    if not text:
        raise Invalid(fields={field: [_l("Write something first.")]})
    if len(text) > max_length:
        over = len(text) - max_length
        raise Invalid(fields={field: [_l("Too long by %(over)s characters. Shorten it.", over=over)]})
    return text


def optional_text(text: str, max_length: int, field: str) -> str:
    """The text without needless spaces, which may be empty; raises Invalid at `field` where it is too long."""
    text = tidy(text)
    if len(text) > max_length:
        raise Invalid(fields={field: [_l("At most %(max)d characters.", max=max_length)]})
    return text


def require_language(lang: str) -> None:
    """Raise Invalid for a language that is not in the list."""
    if lang not in ALL_LANGUAGES:
        raise Invalid(fields={"lang": [_l("Choose the language that you write in.")]})
