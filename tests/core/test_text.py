"""What people write, in the letters of nine languages: folded, tidied, rendered without danger."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.core.text import excerpt, markdown, slugify, tidy


@given(st.text())
def test_a_tidied_text_is_storable_and_stays(text: str) -> None:
    """What is kept has no character that a database or a page chokes on."""
    tidied = tidy(text)
    assert "\x00" not in tidied
    assert tidied == tidied.strip()
    tidied.encode("utf-8")
    assert tidy(tidied) == tidied


@given(st.text(st.sampled_from("abÉłώπ9 ,.;:?!'\"()/%€–-*_`[&<"), max_size=12))
def test_a_line_of_words_looks_as_if_it_had_been_rendered(text: str) -> None:
    """A line that ends is always rendered; the same line without its end may be seen to need that not."""
    assert markdown(text.strip()) == markdown(text.strip() + "\n")


@pytest.mark.parametrize(
    "attack",
    [
        "<script>alert(1)</script>",
        "[x](javascript:alert(1))",
        '<img src=x onerror="alert(1)">',
        "<style>body{display:none}</style>",
        "[x](data:text/html;base64,PHNjcmlwdD4=)",
    ],
)
def test_markdown_brings_nothing_alive(attack: str) -> None:
    """Whatever is written, the page only shows it."""
    html = str(markdown(attack)).lower()
    assert "<script" not in html
    assert "<img" not in html
    assert "<style" not in html
    assert 'href="javascript' not in html
    assert 'href="data' not in html


def test_markdown_keeps_what_writers_need() -> None:
    """Paragraphs, emphasis, lists and links."""
    html = str(markdown("**Seeds** and *tools*\n\n- one\n- two\n\n[site](https://example.org)"))
    assert "<strong>Seeds</strong>" in html
    assert "<li>one</li>" in html
    assert 'href="https://example.org"' in html


@given(st.text(max_size=400), st.integers(min_value=10, max_value=200))
def test_an_excerpt_is_never_longer_than_asked(text: str, length: int) -> None:
    """A card keeps its shape."""
    assert len(excerpt(text, length)) <= length


def test_names_in_greek_have_addresses_that_can_be_read() -> None:
    """ELOT 743, letter by letter; a name without letters gets the fallback."""
    assert slugify("Πράσινη Γειτονιά", "organisation") == "prasini-geitonia"
    assert slugify("Zielona Spółdzielnia", "organisation") == "zielona-spoldzielnia"
    assert slugify("協同組合", "organisation") == "organisation"
