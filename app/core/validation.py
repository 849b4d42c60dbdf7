"""Checks of what people send, each with one sentence for its refusal, at the field that it is about.

A check returns the value as it is kept or raises InvalidValue. `FieldErrors` collects the sentences of several fields;
`checked_field(name)` refuses the first wrong value of one field.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator
from contextlib import contextmanager

from flask_babel import lazy_gettext as _l

from app.core.errors import Invalid, Text
from app.core.i18n import ALL_LANGUAGES
from app.core.text import one_line, slugify, tidy

WRITE_SOMETHING = _l("Write something first.")


class InvalidValue(ValueError):
    """A value that cannot be taken, with the sentence that says how to correct it."""

    def __init__(self, sentence: Text) -> None:
        self.sentence = sentence
        super().__init__(sentence)


class FieldErrors(dict[str, list[Text]]):
    """Sentences by the name of the field that they are about."""

    def add(self, name: str, sentence: Text) -> None:
        """Note a sentence at a field."""
        self.setdefault(name, []).append(sentence)

    @contextmanager
    def collect(self, name: str) -> Iterator[None]:
        """Note the sentence of an InvalidValue that is raised inside at the field `name`, and go on."""
        try:
            yield
        except InvalidValue as error:
            self.add(name, error.sentence)

    def raise_any(self) -> None:
        """Raise Invalid with all sentences, where there is one."""
        if self:
            raise Invalid(fields=self)


@contextmanager
def checked_field(name: str) -> Iterator[None]:
    """Turn an InvalidValue that is raised inside into Invalid with its sentence at the field `name`."""
    errors = FieldErrors()
    with errors.collect(name):
        yield
    errors.raise_any()


def too_long(excess: int) -> Text:
    """The sentence about a text with `excess` characters too many."""
    return _l("Too long: shorten it. Characters over: %(over)s", over=excess)


def limited_text(value: str | None, max_length: int) -> str:
    """The text as it is kept (`tidy`), perhaps empty. Raises InvalidValue where it has more than `max_length` characters."""
    text = tidy(value)
    if len(text) > max_length:
        raise InvalidValue(too_long(len(text) - max_length))
    return text


def required_text(value: str | None, max_length: int, missing: Text = WRITE_SOMETHING) -> str:
    """The same of a text that must be written: raises InvalidValue with the sentence `missing` where it is empty."""
    text = limited_text(value, max_length)
    if not text:
        raise InvalidValue(missing)
    return text


def limited_line(value: str | None, max_length: int) -> str:
    """The same as `limited_text` with single spaces and no line ends."""
    return limited_text(one_line(tidy(value)), max_length)


def required_line(value: str | None, max_length: int, missing: Text = WRITE_SOMETHING) -> str:
    """The same as `required_text` with single spaces and no line ends."""
    return required_text(one_line(tidy(value)), max_length, missing)


def known_language(code: str, known: Collection[str] = ALL_LANGUAGES) -> str:
    """The code of a language that texts can be written in. Raises InvalidValue for any other."""
    if code not in known:
        raise InvalidValue(_l("Choose the language that it is written in."))
    return code


def require_text_field(
    text: str | None, max_length: int, field: str = "text", missing: Text = WRITE_SOMETHING
) -> str:
    """`required_text` of one field. Raises Invalid at `field`."""
    with checked_field(field):
        return required_text(text, max_length, missing)


def limit_text_field(text: str | None, max_length: int, field: str) -> str:
    """`limited_text` of one field. Raises Invalid at `field`."""
    with checked_field(field):
        return limited_text(text, max_length)


def require_language_field(lang: str, known: Collection[str] = ALL_LANGUAGES, field: str = "lang") -> None:
    """`known_language` of one field. Raises Invalid at `field`."""
    with checked_field(field):
        known_language(lang, known)


def bounded_integer(value: object, low: int, high: int, sentence: Text) -> int:
    """A whole number from `low` to `high`. Raises InvalidValue with `sentence` for anything else."""
    if not isinstance(value, int) or isinstance(value, bool) or not low <= value <= high:
        raise InvalidValue(sentence)
    return value


def unused_slug(title: str, fallback: str, taken: Collection[str]) -> str:
    """The slug of a title that is not `taken`: with the first free number from 2 on where the plain one is."""
    slug = candidate = slugify(title, fallback)
    number = 2
    while candidate in taken:
        candidate, number = f"{slug}-{number}", number + 1
    return candidate
