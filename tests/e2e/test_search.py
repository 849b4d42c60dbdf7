"""Search by keyboard, on a desk and on a phone: from any page to the words in their place."""

from __future__ import annotations

import os
import re
from collections.abc import Callable

import pytest
from flask import Flask
from playwright.sync_api import BrowserContext, expect

from tests.e2e.conftest import DESK, PHONE, let_in
from tests.support.app import LiveServer
from tests.support.axe import faults
from tests.support.factories import Cast, Make

pytestmark = pytest.mark.slow
PICTURES = os.environ.get("TRAMA_TEST_PICTURES", "")
"""A folder for pictures of the page, for who wants to look at it."""


def test_a_slash_leads_from_any_page_to_the_message(
    app: Flask,
    live_server: LiveServer,
    new_context: Callable[..., BrowserContext],
    make: Make,
    cast: Cast,
) -> None:
    initiative = make.initiative(cast.organisation, "Gardens of three towns")
    make.partner(initiative, cast.other_organisation)
    room = make.room(initiative)
    for words in ("The garden shed needs a key", "Good morning", "A garden without a fence, I would say"):
        make.message(room, cast.member, cast.organisation, words)
    make.organisation("Garden Works", story="We keep gardens for those who cannot.", sectors=["sector:food"])
    make.card(make.design_session(cast.facilitator, initiative), "One garden in each town")
    context = new_context(viewport=DESK)
    let_in(context, app, cast.other, live_server.url)
    page = context.new_page()
    page.goto(f"{live_server.url}/en/")
    page.keyboard.press("/")
    page.keyboard.type("garden/")
    expect(page.locator("#rail-search")).to_have_value("garden/")
    page.keyboard.press("Backspace")
    page.keyboard.press("Enter")
    expect(page).to_have_title(re.compile("“garden” · Search"))
    kinds = ["Organisations", "Initiatives", "Messages", "Cards of design sessions"]
    expect(page.locator(".found h2")).to_have_text(kinds)
    expect(page.locator(".found mark").first).to_be_visible()
    for width, name in ((DESK, "1360"), (PHONE, "375")):
        page.set_viewport_size(width)
        for scheme in ("light", "dark"):
            page.emulate_media(color_scheme=scheme)
            assert faults(page) == []
            if PICTURES:
                page.screenshot(path=f"{PICTURES}/search-{name}-{scheme}.png", full_page=True)
        assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    page.locator("details.unfold summary").click()
    page.locator("#search-kind").select_option("message")
    page.get_by_role("button", name="Show these").click()
    expect(page.locator(".found .row")).to_have_count(2)
    if PICTURES:
        page.goto(page.url.replace("/en/", "/it/"))
        page.screenshot(path=f"{PICTURES}/search-375-it.png", full_page=True)
        page.goto(f"{live_server.url}/it/search?q=permacultura")
        page.screenshot(path=f"{PICTURES}/search-none-375-it.png", full_page=True)
        page.goto(f"{live_server.url}/en/search?q=garden&kind=message")
    page.locator(".found .row a").last.click()
    expect(page).to_have_url(re.compile(rf"/en/rooms/{room.id}#message-1$"))
    expect(page.locator("#message-1")).to_be_in_viewport()
