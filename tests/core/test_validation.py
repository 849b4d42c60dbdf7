"""Checks of values: what is kept, and the one sentence of each refusal."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from app.core.errors import Invalid
from app.core.validation import (
    FieldErrors,
    InvalidValue,
    bounded_integer,
    checked_field,
    known_language,
    limited_line,
    limited_text,
    required_line,
    required_text,
    unused_slug,
)


@pytest.mark.parametrize(
    ("check", "kept"),
    [
        (lambda: limited_text("  one\r\ntwo ", 7), "one\ntwo"),
        (lambda: limited_text(None, 5), ""),
        (lambda: limited_line(" one \n two", 20), "one two"),
        (lambda: required_text("12345", 5), "12345"),
        (lambda: required_line("one\ntwo", 7), "one two"),
        (lambda: known_language("it"), "it"),
        (lambda: known_language("ar", {"ar"}), "ar"),
        (lambda: bounded_integer(1, 1, 5, "From 1 to 5."), 1),
        (lambda: bounded_integer(5, 1, 5, "From 1 to 5."), 5),
    ],
)
def test_good_value_is_returned_as_it_is_kept(check: Callable[[], object], kept: object) -> None:
    assert check() == kept


@pytest.mark.parametrize(
    ("check", "sentence"),
    [
        (lambda: limited_text("123456", 5), "Too long: shorten it. Characters over: 1"),
        (lambda: required_text("123456", 5), "Too long: shorten it. Characters over: 1"),
        (lambda: required_text(" \u200b ", 5), "Write something first."),
        (lambda: required_line("", 5, "Give it a title."), "Give it a title."),
        (lambda: known_language("xx"), "Choose the language that it is written in."),
        (lambda: known_language("ar"), "Choose the language that it is written in."),
        (lambda: bounded_integer(0, 1, 5, "From 1 to 5."), "From 1 to 5."),
        (lambda: bounded_integer(6, 1, 5, "From 1 to 5."), "From 1 to 5."),
        (lambda: bounded_integer(True, 1, 5, "From 1 to 5."), "From 1 to 5."),
        (lambda: bounded_integer("3", 1, 5, "From 1 to 5."), "From 1 to 5."),
        (lambda: bounded_integer(None, 1, 5, "From 1 to 5."), "From 1 to 5."),
    ],
)
def test_wrong_value_is_refused_with_one_sentence(check: Callable[[], object], sentence: str) -> None:
    with pytest.raises(InvalidValue) as refused:
        check()
    assert str(refused.value.sentence) == sentence


def test_errors_of_several_fields_are_raised_together() -> None:
    errors = FieldErrors()
    with errors.collect("name"):
        required_text("", 5, "Write a name.")
    with errors.collect("lang"):
        known_language("en")
    errors.add("name", "Another sentence.")
    with pytest.raises(Invalid) as refused:
        errors.raise_any()
    assert refused.value.fields == {"name": ["Write a name.", "Another sentence."]}


def test_no_errors_raise_nothing() -> None:
    FieldErrors().raise_any()


def test_checked_names_the_field_of_a_wrong_value() -> None:
    with pytest.raises(Invalid) as refused, checked_field("body"):
        limited_text("123456", 5)
    assert {name: list(map(str, said)) for name, said in refused.value.fields.items()} == {
        "body": ["Too long: shorten it. Characters over: 1"]
    }


def test_unused_slug_takes_first_free_number() -> None:
    assert unused_slug("The garden", "page", ()) == "the-garden"
    assert unused_slug("The garden", "page", {"the-garden", "the-garden-2"}) == "the-garden-3"
    assert unused_slug("…", "page", {"page"}) == "page-2"
