"""What browsers and proxies may keep of the answers that a signed-in person gets: nothing."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest
from flask import Flask

from app.features.accounts.queries import mails_to
from tests.support.door import Door
from tests.support.factories import Cast

Doors = Callable[..., Door]
PRIVATE = "private, no-store"


@pytest.mark.parametrize(
    "path",
    [
        "/en/",
        "/en/account",
        "/en/help",
        "/en/organisations",
        "/en/no-such-page",
        "/api/v1/no-such-thing",
        "/en/organisations/{slug}",
    ],
)
def test_nothing_that_a_signed_in_person_gets_is_stored(door: Doors, cast: Cast, path: str) -> None:
    seen = door(cast.member).get(path.format(slug=cast.organisation.slug))
    assert seen.response.headers["Cache-Control"] == PRIVATE


def test_a_mistake_of_ours_at_a_signed_in_person_is_not_stored(
    app: Flask, door: Doors, cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(app.view_functions, "accounts.account", lambda: 1 / 0)
    app.config["PROPAGATE_EXCEPTIONS"] = False
    app.testing = False
    seen = door(cast.member).get("/en/account")
    assert seen.status == 500
    assert seen.response.headers["Cache-Control"] == PRIVATE


def test_a_built_file_is_kept_for_ever_also_by_a_signed_in_person(door: Doors, cast: Cast) -> None:
    page = door(cast.member).get("/en/")
    sheet = page.soup.select_one("link[rel=stylesheet]")
    assert sheet is not None
    assert "immutable" in door(cast.member).get(str(sheet["href"])).response.headers["Cache-Control"]


@pytest.mark.parametrize("path", ["/en/", "/en/help", "/en/organisations", "/en/sign-in"])
def test_a_visitor_may_keep_a_public_page_and_asks_whether_it_changed(door: Doors, path: str) -> None:
    assert door().get(path).response.headers["Cache-Control"] == "private, no-cache"


def test_the_page_behind_a_mailed_link_is_not_stored(door: Doors, cast: Cast, app: Flask) -> None:
    visitor = door()
    visitor.fill("/en/forgot", email=cast.member.email)
    with app.app_context():
        link = re.search(r"/en/reset/\S+", mail_to(cast.member.email))
    assert link is not None
    shown = visitor.get(link[0])
    assert cast.member.email in shown.text and shown.response.headers["Cache-Control"] == PRIVATE


def test_a_refused_form_with_what_was_typed_is_not_stored(door: Doors) -> None:
    seen = door().post("/en/sign-in", {"email": "anna@example.org", "password": ""})
    assert seen.status == 422 and seen.response.headers["Cache-Control"] == PRIVATE


def mail_to(address: str) -> str:
    """The body of the newest mail to an address."""
    return next(job.payload["body"] for job in reversed(mails_to(address)))
