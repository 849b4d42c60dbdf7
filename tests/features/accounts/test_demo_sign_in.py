"""Signing in as a person of the demonstration: on its own machine, while the database holds nothing else."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest
from flask import Flask

from app.features.demo.feature import check_demo_sign_in
from config import Settings
from tests.features.accounts.conftest import PASSWORD, Post
from tests.support.app import both_databases
from tests.support.door import Door, Seen
from tests.support.factories import Make

Doors = Callable[..., Door]
REFUSED = "only on the machine that it runs on"


@pytest.fixture
def settings(settings: Settings) -> Settings:
    """A demonstration."""
    return replace(settings, demo=True)


@pytest.fixture(autouse=True)
def facilitator(make: Make) -> None:
    """Somebody invented."""
    make.person("Ioana", email="facilitator@demo.example", is_demo=True)


def be_facilitator(browser: Door, **options: Any) -> Seen:
    """Press the button of somebody invented."""
    return browser.post("/en/sign-in/demo", {"demo": "facilitator"}, follow=True, **options)


def offers(seen: Seen) -> bool:
    """Whether a page offers somebody invented."""
    return seen.soup.select_one("form.demo button[name=demo]") is not None


def test_one_click_signs_in_as_somebody_invented(door: Doors) -> None:
    visitor = door()
    button = visitor.get("/en/sign-in").soup.select_one("form.demo button[name=demo]")
    assert button is not None and button["value"] == "facilitator" and "Ioana" in button.get_text()
    assert "Ioana" in be_facilitator(visitor).text


def test_nobody_unknown_can_be_had_that_way(door: Doors) -> None:
    assert door().post("/en/sign-in/demo", {"demo": "somebody"}).status == 404


@pytest.mark.parametrize("origin", ["http://[", "http://[v1.]", "http://[::1"])
def test_an_origin_that_cannot_be_taken_apart_is_offered_nobody(door: Doors, origin: str) -> None:
    seen = door().get("/en/sign-in", headers={"Origin": origin})
    assert seen.status == 200 and not offers(seen)


@both_databases
def test_where_somebody_real_has_an_account_nobody_can_be_had(app: Flask, door: Doors, make: Make) -> None:
    make.person("Real", email="manager@demo.example")
    seen = be_facilitator(door())
    assert seen.status == 403 and REFUSED in seen.text and "Ioana" not in seen.text
    assert not offers(door().get("/en/sign-in"))
    with app.app_context():
        assert "TRAMA_DEMO=1 has no effect" in str(check_demo_sign_in())


@both_databases
def test_joining_the_demonstration_as_oneself_leaves_its_people_to_be_had(
    app: Flask, door: Doors, post: Post
) -> None:
    browser = door()
    browser.fill("/en/join", name="Anna", email="anna@example.org", password=PASSWORD)
    assert "Anna" in browser.fill(post.link("/en/verify/"), follow=True).text
    assert "Ioana" in be_facilitator(door()).text
    with app.app_context():
        assert check_demo_sign_in() is None


@pytest.mark.parametrize(
    "options",
    [
        {"environ_base": {"REMOTE_ADDR": "203.0.113.7"}},
        {"headers": {"X-Forwarded-For": "203.0.113.7"}},
        {"headers": {"X-Forwarded-For": "127.0.0.1"}},
        {"headers": {"Origin": "https://cluster.example.org"}},
        {"headers": {"Origin": "http://["}},
        {"headers": {"Origin": "null"}},
    ],
    ids=[
        "from elsewhere",
        "by a proxy",
        "by a proxy of this machine",
        "from a page of elsewhere",
        "from a malformed origin",
        "from an opaque origin",
    ],
)
def test_nobody_can_be_had_from_elsewhere(door: Doors, options: dict[str, Any]) -> None:
    seen = be_facilitator(door(), **options)
    assert seen.status == 403 and "Ioana" not in seen.text
