"""The pages of accounts and of home, as axe judges them: light and dark, wide and on a phone."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from flask import Flask
from playwright.sync_api import BrowserContext, Page

from app.features.accounts.models import Person
from tests.e2e.conftest import let_in
from tests.support.app import LiveServer
from tests.support.axe import faults
from tests.support.factories import Cast, Make

FOR_VISITORS = ("", "help", "privacy", "join", "sign-in", "forgot", "verify/used", "no-such-page")
FOR_MEMBERS = ("", "account", "account/password")
LOOKS = [
    pytest.param({"color_scheme": "light", "viewport": {"width": 1360, "height": 880}}, id="light, wide"),
    pytest.param({"color_scheme": "dark", "viewport": {"width": 375, "height": 812}}, id="dark, phone"),
]


def findings(page: Page, server: LiveServer, paths: tuple[str, ...]) -> dict[str, object]:
    """What axe finds, and whether a page is wider than the screen, by path."""
    found: dict[str, object] = {}
    for path in paths:
        page.goto(f"{server.url}/en/{path}")
        found[path] = faults(page) + page.evaluate(
            "document.documentElement.scrollWidth > innerWidth ? ['wider than the screen'] : []"
        )
    return {path: each for path, each in found.items() if each}


@pytest.fixture
def member(make: Make, cast: Cast) -> Person:
    """Somebody whose first page has everything on it."""
    make.introduction(cast.other_organisation, cast.organisation, cast.other)
    initiative = make.initiative(cast.organisation)
    make.application(make.roles(initiative)[0], cast.other_organisation, cast.other)
    make.organisation(
        "Atelier du Lin", country="FR", offers=["skill:catering"], sectors=["sector:food-catering"]
    )
    make.organisation(
        "Rue Verte", country="BE", seeks=["skill:catering"], story="We cook for a whole street."
    )
    return cast.member


@pytest.mark.parametrize("look", LOOKS)
def test_axe_finds_nothing_on_the_pages_of_accounts_and_home(
    app: Flask,
    live_server: LiveServer,
    member: Person,
    new_context: Callable[..., BrowserContext],
    look: dict[str, object],
) -> None:
    context = new_context(**look)
    page = context.new_page()
    assert findings(page, live_server, FOR_VISITORS) == {}
    page.goto(f"{live_server.url}/en/join")
    page.get_by_role("button", name="Join").click()
    assert faults(page) == []
    let_in(context, app, member, live_server.url)
    assert findings(page, live_server, FOR_MEMBERS) == {}
