"""The map of organisations by keyboard, on a wide screen and on a phone, and the way from the map to its list."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import BrowserContext, Page, expect

from tests.support.app import LiveServer
from tests.support.axe import faults
from tests.support.factories import Make

pytestmark = pytest.mark.browser


@pytest.fixture(params=[("en", 1360, "light"), ("it", 375, "dark")], ids=["desk", "phone"])
def page(
    request: pytest.FixtureRequest,
    live_server: LiveServer,
    new_context: Callable[..., BrowserContext],
    make: Make,
) -> Page:
    """The map with three organisations in Turin and one in Naples."""
    for name in ("Uno", "Due", "Tre"):
        make.organisation(name, lat=45.07, lon=7.69)
    make.organisation("Ago e Mare", lat=40.85, lon=14.27)
    lang, width, scheme = request.param
    context = new_context(
        viewport={"width": width, "height": 812}, color_scheme=scheme, reduced_motion="reduce"
    )
    page = context.new_page()
    page.goto(f"{live_server.url}/{lang}/organisations?view=map")
    return page


def test_arrows_and_enter_reach_an_organisation_and_its_page(page: Page) -> None:
    picture, said = page.locator(".map-picture"), page.locator("[data-said]")
    expect(page.locator(".map-many, .map-one")).to_have_count(2)
    expect(page.locator("[data-map-table]")).not_to_have_attribute("open", "")
    assert faults(page) == []
    picture.focus()
    expect(said).to_have_text(re.compile(r"^(Italy|Italia), 3 organi[sz]"))
    page.keyboard.press("ArrowDown")
    expect(said).to_have_text("Ago e Mare")
    page.keyboard.press("ArrowUp")
    expect(said).to_contain_text(", 3 ")
    page.keyboard.press("Enter")
    only = page.locator("[data-only]")
    expect(only).to_be_visible()
    page.keyboard.press("+")
    page.keyboard.press("+")
    expect(page.locator(".map-one")).to_have_count(0)
    expect(page.locator(".map-many")).to_have_count(1)
    only.click()
    expect(page).to_have_url(re.compile("bbox="))
    expect(page.locator(".rows .row")).to_have_count(3)
    expect(page.locator(".map-many")).to_have_count(1)
    picture.focus()
    page.keyboard.press("-")
    page.keyboard.press("Escape")
    page.locator(".chosen a.chip").click()
    expect(page.locator(".rows .row")).to_have_count(4)
    picture.focus()
    expect(said).to_contain_text(", 3 ")
    page.keyboard.press("ArrowDown")
    expect(said).to_have_text("Ago e Mare")
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", level=1)).to_have_text("Ago e Mare")
