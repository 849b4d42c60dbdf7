"""Addresses that no page has, and texts that no database takes."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import pytest

from app import create_app
from config import Settings
from tests.support.app import both_databases
from tests.support.door import Door


@both_databases
@pytest.mark.parametrize(
    "path", ["/en/rooms/99999999999999999999", "/xx/organisations", "/en/rooms/-1", "/en/nothing"]
)
def test_an_address_that_no_page_has_is_a_page_that_says_so(door: Callable[..., Door], path: str) -> None:
    """A number that no row can have is no address; nor is a language that we do not speak."""
    seen = door().get(path)
    assert seen.status == 404
    assert "We could not find that" in seen.text


@both_databases
def test_a_page_that_is_not_here_says_so_in_the_language_of_its_address(door: Callable[..., Door]) -> None:
    seen = door().get("/it/nothing")
    assert seen.status == 404 and seen.soup.html["lang"] == "it" and "Questa pagina non c’è" in seen.text


@both_databases
@pytest.mark.parametrize(
    "path", ["/en/organisations?q=%00", "/en/organisations?%00=1", "/en/organisations/a%00b"]
)
def test_a_nul_is_refused_before_it_reaches_a_database(door: Callable[..., Door], path: str) -> None:
    """Never a traceback."""
    assert door().get(path).status in (400, 404)


@both_databases
def test_a_nul_in_a_form_is_refused_too(door: Callable[..., Door]) -> None:
    """By every door."""
    assert door().post("/en/sign-in", {"email": "a\x00b@example.org", "password": "x"}).status == 400


def hosts(settings: Settings, *asked: str) -> list[bool]:
    """Which of these hosts people reach an installation under."""
    return [settings.has_host(host) for host in asked]


def test_an_installation_is_reached_under_its_public_address_and_its_origins_only(settings: Settings) -> None:
    public = replace(
        settings, public_url="https://cluster.example.org", extra_origins=("https://rete.example.it:8443",)
    )
    assert hosts(public, "cluster.example.org", "Cluster.Example.ORG", "rete.example.it:8443") == [True] * 3
    assert hosts(public, "evil.example", "localhost", "127.0.0.1:5000", "", "rete.example.it") == [False] * 5
    assert hosts(settings, "127.0.0.1:5000", "localhost:1", "[::1]:5000", "localhost") == [True] * 4
    assert hosts(settings, "evil.example", "127.0.0.1.evil.example", "localhost:evil", "") == [False] * 4


def test_behind_a_proxy_the_host_that_it_forwards_must_be_ours(settings: Settings) -> None:
    app = create_app(replace(settings, public_url="https://cluster.example.org", proxies=1))
    visitor = app.test_client()
    for host, forwarded, status in (
        ("127.0.0.1:5001", "cluster.example.org", 308),
        ("cluster.example.org", "evil.example", 421),
        ("evil.example", "cluster.example.org", 308),
    ):
        answer = visitor.get(
            "/en", headers={"Host": host, "X-Forwarded-Host": forwarded, "X-Forwarded-Proto": "https"}
        )
        assert answer.status_code == status
        assert "evil" not in answer.headers.get("Location", "") + answer.text
    assert visitor.get("/health", headers={"Host": "10.0.0.7"}).status_code == 200
