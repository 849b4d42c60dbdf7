"""A consortium in real browsers: composed, invited seat by seat, until the coverage bar is full; also without JavaScript."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from playwright.sync_api import BrowserContext, Page, expect

from app.features.accounts.models import Person
from tests.support.app import LiveServer
from tests.support.door import Door
from tests.support.factories import Cast, Make

pytestmark = pytest.mark.browser
KITCHEN = "skill:catering"


@pytest.mark.slow
def test_a_consortium_is_invited_seat_by_seat_until_the_coverage_bar_is_full(
    make: Make,
    cast: Cast,
    door: Callable[..., Door],
    live_server: LiveServer,
    new_context: Callable[..., BrowserContext],
) -> None:
    """The lead on a phone without JavaScript, the invited each with a browser of her own."""
    initiative = make.initiative(cast.organisation, roles=(("Kitchen", 1), ("Festival", 1)), wants=[KITCHEN])
    guests = {}
    for name, country in (("Forno Solidale", "FR"), ("Cuisine du Nord", "BE")):
        guests[name] = make.person(f"Chef of {name}")
        make.organisation(name, country=country, offers=[KITCHEN], editor=guests[name])
    address = f"{live_server.url}/en/initiatives/{initiative.slug}"

    def browser(person: Person, **options: Any) -> Page:
        context = new_context(**options)
        visitor = door(person)
        visitor.get("/en/initiatives")
        cookie = visitor.client.get_cookie(visitor.app.config["SESSION_COOKIE_NAME"])
        assert cookie is not None
        context.add_cookies([{"name": cookie.key, "value": cookie.value, "url": live_server.url}])
        page = context.new_page()
        page.goto(address)
        return page

    lead = browser(cast.member, viewport={"width": 375, "height": 780}, java_script_enabled=False)
    filled = lead.locator("#roles .coverage rect")
    expect(filled).to_have_count(0)
    lead.get_by_role("link", name="Compose a consortium").click()
    for name, chef in guests.items():
        lead.get_by_role("button", name=f"Invite ({name})").first.click()
        expect(lead.get_by_role("status")).to_contain_text("They are invited")
        invited = browser(chef)
        invited.get_by_role("button", name="Take the seat").click()
        expect(invited.get_by_role("status")).to_contain_text("The seat is yours")
        lead.reload()
    expect(lead.get_by_role("heading", level=1)).to_have_text("Every seat is taken")
    lead.get_by_role("link", name="Back to the initiative").click()
    expect(filled).to_have_count(2)
    expect(lead.locator("#roles")).to_contain_text("2 of 2 seats filled")
