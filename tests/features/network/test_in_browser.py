"""The network in a real browser: by keyboard from one organisation to the next, its table, and nothing that axe finds."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

import pytest
from playwright.sync_api import expect

from tests.support.app import LiveServer
from tests.support.axe import faults
from tests.support.door import Door
from tests.support.factories import Cast, Make

pytestmark = pytest.mark.browser


@pytest.mark.slow
def test_the_network_is_walked_by_keyboard_and_its_table_says_the_same(
    make: Make,
    cast: Cast,
    door: Callable[..., Door],
    live_server: LiveServer,
    new_context: Callable[..., Any],
) -> None:
    """On a phone in the dark and at a desk in the light."""
    third = make.organisation("Atelier du Lin", country="FR")
    make.collaboration("Old linen", cast.organisation, cast.other_organisation, third)
    make.organisation("Fondo Ponte")
    visitor = door(cast.facilitator)
    visitor.get("/en/network")
    cookie = visitor.client.get_cookie(visitor.app.config["SESSION_COOKIE_NAME"])
    assert cookie is not None
    for width, scheme in ((375, "dark"), (1360, "light")):
        context = new_context(viewport={"width": width, "height": 800}, color_scheme=scheme)
        context.add_cookies([{"name": cookie.key, "value": cookie.value, "url": live_server.url}])
        page = context.new_page()
        page.goto(f"{live_server.url}/en/network")
        canvas, said = (
            page.get_by_role("application", name="Picture of the network"),
            page.locator("[data-said]"),
        )
        canvas.focus()
        expect(said).to_contain_text("Old linen")
        met = set()
        for key in (
            "ArrowLeft",
            "ArrowUp",
            "ArrowRight",
            "ArrowRight",
            "ArrowDown",
            "ArrowDown",
            "ArrowLeft",
        ):
            canvas.press(key)
            met.add(said.locator("p a").first.inner_text())
        rows = page.locator("#table tbody th > a")
        assert len(met) >= 2 and met <= set(rows.all_inner_texts())
        page.evaluate("document.querySelectorAll('details').forEach((part) => (part.open = true))")
        assert faults(page) == []
        assert page.evaluate("document.documentElement.scrollWidth - innerWidth") <= 0
        assert page.locator(".table-scroll").evaluate("box => box.scrollWidth - box.clientWidth") == 0
        expect(page.get_by_role("row", name="Atelier du Lin")).to_contain_text("France", use_inner_text=True)
        opened = said.locator("p a").first.get_attribute("href")
        canvas.press("+")
        canvas.press("Enter")
        expect(page).to_have_url(re.compile(f"{opened}$"))
