"""Addresses that no page has, and texts that no database takes."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from tests.support.app import both_databases
from tests.support.door import Door

pytestmark = both_databases


@pytest.mark.parametrize(
    "path", ["/en/rooms/99999999999999999999", "/xx/organisations", "/en/rooms/-1", "/en/nothing"]
)
def test_an_address_that_no_page_has_is_a_page_that_says_so(door: Callable[..., Door], path: str) -> None:
    """A number that no row can have is no address; nor is a language that we do not speak."""
    seen = door().get(path)
    assert seen.status == 404
    assert "We could not find that" in seen.text


def test_a_page_that_is_not_here_says_so_in_the_language_of_its_address(door: Callable[..., Door]) -> None:
    seen = door().get("/it/nothing")
    assert seen.status == 404 and seen.soup.html["lang"] == "it" and "Questa pagina non c’è" in seen.text


@pytest.mark.parametrize(
    "path", ["/en/organisations?q=%00", "/en/organisations?%00=1", "/en/organisations/a%00b"]
)
def test_a_nul_is_refused_before_it_reaches_a_database(door: Callable[..., Door], path: str) -> None:
    """Never a traceback."""
    assert door().get(path).status in (400, 404)


def test_a_nul_in_a_form_is_refused_too(door: Callable[..., Door]) -> None:
    """By every door."""
    assert door().post("/en/sign-in", {"email": "a\x00b@example.org", "password": "x"}).status == 400
