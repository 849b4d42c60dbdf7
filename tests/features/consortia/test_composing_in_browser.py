"""In real browsers: a consortium invited seat by seat until the coverage bar is full, and a message without a network."""

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


Browse = Callable[..., Page]


@pytest.fixture
def browser_of(
    door: Callable[..., Door], live_server: LiveServer, new_context: Callable[..., BrowserContext]
) -> Browse:
    """Open a page of the server in a browser in which a person is signed in."""

    def browse(person: Person, path: str, **options: Any) -> Page:
        context = new_context(**options)
        visitor = door(person)
        visitor.get("/en/initiatives")
        cookie = visitor.client.get_cookie(visitor.app.config["SESSION_COOKIE_NAME"])
        assert cookie is not None
        context.add_cookies([{"name": cookie.key, "value": cookie.value, "url": live_server.url}])
        page = context.new_page()
        page.goto(f"{live_server.url}{path}")
        return page

    return browse


@pytest.mark.slow
def test_a_consortium_is_invited_seat_by_seat_until_the_coverage_bar_is_full(
    make: Make, cast: Cast, browser_of: Browse
) -> None:
    """The lead on a phone without JavaScript, the invited each with a browser of her own."""
    initiative = make.initiative(cast.organisation, roles=(("Kitchen", 1), ("Festival", 1)), wants=[KITCHEN])
    guests = {}
    for name, country in (("Forno Solidale", "FR"), ("Cuisine du Nord", "BE")):
        guests[name] = make.person(f"Chef of {name}")
        make.organisation(name, country=country, offers=[KITCHEN], editor=guests[name])
    address = f"/en/initiatives/{initiative.slug}"
    lead = browser_of(cast.member, address, viewport={"width": 375, "height": 780}, java_script_enabled=False)
    filled = lead.locator("#roles .coverage rect")
    expect(filled).to_have_count(0)
    lead.get_by_role("link", name="Compose a consortium").click()
    lead.get_by_text("Add a few words to your invitation").click()
    words = lead.get_by_label("Your invitation")
    words.fill("Shall we cook together?")
    for name, chef in guests.items():
        lead.get_by_role("button", name=f"Invite ({name})").first.click()
        expect(lead.get_by_role("status")).to_contain_text(f"Invited just now: {name}")
        expect(lead.get_by_role("status")).to_be_in_viewport()
        expect(words).to_have_value("Shall we cook together?")
        invited = browser_of(chef, address)
        expect(invited.locator("#main")).to_contain_text("Shall we cook together?")
        invited.get_by_role("button", name="Take the seat").click()
        expect(invited.get_by_role("status")).to_contain_text("The seat is yours")
        lead.reload()
    expect(lead.get_by_role("heading", level=1)).to_have_text("Every seat is taken")
    lead.get_by_role("link", name="Back to the initiative").click()
    expect(filled).to_have_count(2)
    expect(lead.locator("#roles")).to_contain_text("2 of 2 seats filled")


def test_a_message_that_is_sent_without_a_network_stays_where_it_was_written(
    make: Make, cast: Cast, browser_of: Browse
) -> None:
    """In a train, say; once the network is back, one press sends it."""
    words = "We cook for a school: shall we talk?"
    page = browser_of(cast.member, f"/en/introductions/ask/{cast.other_organisation.slug}")
    page.get_by_label("Your message").fill(words)
    page.context.set_offline(True)
    page.get_by_role("button", name="Ask for an introduction").click()
    expect(page.locator("#flashes")).to_contain_text("You are not connected")
    expect(page.get_by_label("Your message")).to_have_value(words)
    page.context.set_offline(False)
    page.get_by_role("button", name="Ask for an introduction").click()
    expect(page.get_by_role("status")).to_contain_text("You have asked")
