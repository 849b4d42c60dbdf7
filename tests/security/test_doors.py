"""What a stranger may put into an address: an answer, never a mistake of ours."""

from __future__ import annotations

import base64
import json
from collections.abc import Callable

import pytest
from flask import Flask

from app.features.taxonomy.queries import CACHE
from tests.support.door import Door
from tests.support.factories import Cast, Make

Doors = Callable[..., Door]


def token(content: bytes) -> str:
    """A forged token of a list's next page."""
    return base64.urlsafe_b64encode(content).decode().rstrip("=")


@pytest.mark.parametrize(
    "question", ["endpoint=x", "_scheme=javascript&_external=1", "_anchor=x", "_method=POST", "slug=other"]
)
def test_a_question_named_like_something_of_ours_changes_no_link(
    door: Doors, cast: Cast, question: str
) -> None:
    path = f"/en/organisations/{cast.organisation.slug}"
    seen = door().get(f"{path}?{question}")
    assert seen.status == 200
    links = [str(link["href"]) for link in seen.soup.select("a[hreflang], a[lang]")]
    assert links
    assert all(link.split("?")[0].endswith(path.removeprefix("/en")) for link in links)


def test_a_question_named_like_a_part_of_the_address_does_not_break_the_page(
    door: Doors, cast: Cast, make: Make
) -> None:
    room = make.room(make.initiative(cast.organisation))
    assert door(cast.member).get(f"/en/rooms/{room.id}?room_id=abc").status == 200


@pytest.mark.parametrize(
    "forged",
    [
        token(b"[" * 5000),
        token(json.dumps(["0001-01-01T00:00:00+05:00", 1]).encode()),
        token(json.dumps(["9999-12-31T23:59:59-05:00", 1]).encode()),
        token(b"[" + b"9" * 5000 + b",1]"),
    ],
)
@pytest.mark.parametrize("path", ["/en/rooms", "/en/initiatives"])
def test_a_forged_token_of_a_page_is_refused(door: Doors, cast: Cast, path: str, forged: str) -> None:
    assert door(cast.member).get(f"{path}?after={forged}").status == 400


def test_what_strangers_ask_for_is_not_kept_for_ever(app: Flask, door: Doors) -> None:
    browser = door()
    browser.get("/en/organisations?sector=sector:food")
    kept = len(app.extensions[CACHE])
    for number in range(3):
        asked = "&".join(f"sector=x{number}-{each}" for each in range(20))
        assert browser.get(f"/en/organisations?{asked}").status == 200
    assert len(app.extensions[CACHE]) == kept


def test_a_page_to_come_back_to_that_is_endless_is_forgotten(door: Doors, cast: Cast) -> None:
    sent = door(cast.member).post("/en/theme", {"theme": "dark", "next": "/" + "a" * 5000})
    assert sent.location == "/en/"
