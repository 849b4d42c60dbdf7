"""The form of an initiative in a real browser: rows that come and go without a reload, and nothing that axe finds."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from app.features.initiatives.models import InitiativeState
from tests.support.app import LiveServer
from tests.support.axe import faults
from tests.support.door import Door
from tests.support.factories import Cast, Make

pytestmark = pytest.mark.browser


def sign_in(page: Page, door: Door, server: LiveServer) -> None:
    """Give a browser the cookie that a door carries."""
    door.get("/en/initiatives")
    cookie = door.client.get_cookie(door.app.config["SESSION_COOKIE_NAME"])
    assert cookie is not None
    page.context.add_cookies([{"name": cookie.key, "value": cookie.value, "url": server.url}])


def test_roles_come_and_go_where_they_stand(
    cast: Cast, door: Callable[..., Door], live_server: LiveServer, page: Page
) -> None:
    sign_in(page, door(cast.member), live_server)
    page.goto(f"{live_server.url}/en/initiatives/new")
    page.evaluate("window.stayed = true")
    page.get_by_label("Title", exact=True).fill("Seeds across borders")
    page.get_by_label("In short", exact=True).fill("Five cities swap seeds.")
    first = page.get_by_role("group", name="Role 1")
    first.get_by_label("What they would do").fill("Logistics")
    skills = first.get_by_role("combobox", name="Skills you look for")
    skills.press_sequentially("ristor")
    expect(first.get_by_role("option").first).to_be_visible()
    skills.press("Enter")
    expect(first.locator('input[name="roles-0-skills"]')).to_have_value("skill:catering")

    page.get_by_role("button", name="Add a role").click()
    second = page.get_by_role("group", name="Role 2")
    expect(second.get_by_label("What they would do")).to_be_focused()
    second.get_by_label("What they would do").fill("Evaluation")
    second.get_by_label("Seats").fill("2")
    page.get_by_text("Role 1: Logistics").click()
    expect(first.locator('input[name="roles-0-skills"]')).to_have_value("skill:catering")

    first.get_by_role("button", name="Remove Logistics").click()
    expect(page.get_by_role("group", name="Role 2")).to_have_count(0)
    expect(page.get_by_label("What they would do")).to_have_value("Evaluation")
    expect(page.get_by_label("Title", exact=True)).to_have_value("Seeds across borders")
    assert page.evaluate("window.stayed") is True

    page.get_by_label("Title", exact=True).press("Enter")
    expect(page.get_by_role("heading", level=1)).to_have_text("Seeds across borders")
    expect(page.locator("#roles h3")).to_have_text(["Evaluation"])
    page.get_by_role("button", name="Open it").click()
    expect(page.locator("#roles")).to_contain_text("2 seats are still free")


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_axe_finds_nothing_and_nothing_is_wider_than_a_phone(
    scheme: Any,
    make: Make,
    cast: Cast,
    door: Callable[..., Door],
    live_server: LiveServer,
    new_context: Callable[..., Any],
) -> None:
    initiative = make.initiative(cast.organisation, roles=(("Logistics", 2), ("Evaluation", 1)), lang="it")
    draft = make.initiative(cast.organisation, "Draft", state=InitiativeState.DRAFT)
    role = make.roles(initiative)[0]
    make.partner(initiative, make.organisation("Zaadgoed", country="BE"), role)
    make.application(role, cast.other_organisation, cast.other)
    context = new_context(
        viewport={"width": 375, "height": 812}, color_scheme=scheme, reduced_motion="reduce"
    )
    page = context.new_page()
    paths = ("", f"/{initiative.slug}", f"/{initiative.slug}/edit", f"/{draft.slug}", "/new", "?q=nothing")
    for person in (cast.member, cast.other):
        sign_in(page, door(person), live_server)
        for path in paths if person is cast.member else paths[1:2]:
            page.goto(f"{live_server.url}/en/initiatives{path}")
            assert page.url.endswith(f"/en/initiatives{path}")
            page.evaluate("document.querySelectorAll('details').forEach((part) => (part.open = true))")
            assert faults(page) == [], path
            assert page.evaluate("document.documentElement.scrollWidth - innerWidth") <= 0, path
