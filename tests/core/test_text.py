"""What people write, in the letters of nine languages: folded, tidied, made into addresses."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from app.core.text import slugify, tidy


@given(st.text())
def test_a_tidied_text_is_storable_and_stays(text: str) -> None:
    """What is kept has no character that a database or a page chokes on."""
    tidied = tidy(text)
    assert "\x00" not in tidied
    assert tidied == tidied.strip()
    tidied.encode("utf-8")
    assert tidy(tidied) == tidied


def test_names_in_greek_have_addresses_that_can_be_read() -> None:
    """ELOT 743, letter by letter; a name without letters gets the fallback."""
    assert slugify("Πράσινη Γειτονιά", "organisation") == "prasini-geitonia"
    assert slugify("Zielona Spółdzielnia", "organisation") == "zielona-spoldzielnia"
    assert slugify("協同組合", "organisation") == "organisation"
