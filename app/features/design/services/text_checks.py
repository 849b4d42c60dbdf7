"""The checks of core/validation for one field of a command."""

from __future__ import annotations

from app.core.validation import checked_field, known_language, limited_text, required_text


def require_text(text: str, max_length: int, field: str = "text") -> str:
    """The text as it is kept; raises Invalid at `field` where it is empty or longer than `max_length` characters."""
    with checked_field(field):
        return required_text(text, max_length)


def optional_text(text: str | None, max_length: int, field: str) -> str:
    """The text as it is kept, perhaps empty; raises Invalid at `field` where it is too long."""
    with checked_field(field):
        return limited_text(text, max_length)


def require_language(lang: str) -> None:
    """Raise Invalid at the field "lang" for a language that texts cannot be written in."""
    with checked_field("lang"):
        known_language(lang)
