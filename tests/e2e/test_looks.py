"""What people stumble over on a page: a search that asks twice, menus, switches that are missing, tiles out of line."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from playwright.sync_api import BrowserContext, Page, expect

from tests.e2e.conftest import DESK, PHONE, Walk
from tests.support.app import LiveServer
from tests.support.axe import faults

pytestmark = [pytest.mark.slow, pytest.mark.xdist_group("exhibition")]
TOPS_OF_PARTS = """(cards, part) => cards.map((card) => {
  const found = card.querySelector(`:scope > ${part}`);
  return found ? Math.round(found.getBoundingClientRect().top) : null;
})"""
TOPS = "cards => cards.map((card) => Math.round(card.getBoundingClientRect().top))"
NARROW_PAGES = ("/en/sign-in", "/en/join", "/en/forgot", "/en/verify/unknown", "/en/nothing-is-here")
A_ROOM = "the first of her rooms"
PAGES_WITH_MENUS = (
    *("/", "/organisations", "/organisations/il-filo-verde", "/initiatives", "/suggestions"),
    *("/network", "/rooms", A_ROOM, "/account", "/help"),
)


def open_page(new_context: Callable[..., BrowserContext], viewport: dict[str, int]) -> Page:
    """A page of a visitor's browser."""
    return new_context(viewport=viewport, reduced_motion="reduce").new_page()


@pytest.mark.parametrize("path", ["/en/organisations", "/en/initiatives"])
def test_enter_in_a_search_field_asks_once_and_back_leads_back(
    path: str, exhibition: LiveServer, new_context: Callable[..., BrowserContext]
) -> None:
    page = open_page(new_context, DESK)
    page.goto(exhibition.url + path)
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url) if "q=" in request.url else None)
    before = page.evaluate("history.length")
    page.locator("#q").fill("zzz")
    page.locator("#q").press("Enter")
    page.wait_for_url("**q=zzz**")
    expect(page.locator(".empty")).to_be_visible()
    assert len(asked) == 1
    assert page.evaluate("history.length") == before + 1
    page.go_back()
    page.wait_for_url(f"**{path}")
    expect(page.locator(".rows > .row").first).to_be_visible()


def test_axe_finds_nothing_in_open_menus(exhibition: LiveServer, walk: Walk) -> None:
    """The first time with the whole page around the menu, on further pages in the menu alone."""
    found = {}
    for viewport in (DESK, PHONE):
        known: set[str] = set()
        giulia = walk(exhibition, "en", viewport)
        giulia.sign_in_as("member-it")
        for path in PAGES_WITH_MENUS:
            if path == A_ROOM:
                giulia.page.locator("main a[href*='/rooms/']").first.click()
            else:
                giulia.open(path)
            menus = giulia.page.locator("[popover]").evaluate_all("menus => menus.map(({ id }) => id)")
            assert "me" in menus and "more" in menus
            for menu in menus:
                giulia.page.evaluate("id => document.getElementById(id).showPopover()", menu)
                within = f"#{menu}" if menu in known else None
                found[f"{path} {menu} {viewport['width']}"] = faults(giulia.page, within)
                giulia.page.evaluate("id => document.getElementById(id).hidePopover()", menu)
            known.update(menus)
    assert {where: wrong for where, wrong in found.items() if wrong} == {}


@pytest.mark.parametrize("path", NARROW_PAGES)
def test_pages_without_a_rail_switch_language_and_appearance(
    path: str, exhibition: LiveServer, new_context: Callable[..., BrowserContext]
) -> None:
    page = open_page(new_context, PHONE)
    page.goto(exhibition.url + path)
    page.get_by_role("button", name="Dark", exact=True).click()
    expect(page.locator("html")).to_have_attribute("data-theme", "dark")
    page.get_by_role("link", name="Italiano").click()
    page.wait_for_url("**/it/**")
    expect(page.locator("html")).to_have_attribute("lang", "it")


def test_a_missing_page_offers_search_and_home(
    exhibition: LiveServer, new_context: Callable[..., BrowserContext]
) -> None:
    page = open_page(new_context, PHONE)
    page.goto(f"{exhibition.url}/en/nothing-is-here")
    expect(page.get_by_role("link", name="Go to the home page")).to_be_visible()
    page.get_by_role("searchbox").fill("filo verde")
    page.get_by_role("searchbox").press("Enter")
    expect(page.get_by_role("link", name="Il Filo Verde")).to_be_visible()


def test_tiles_of_one_row_have_names_and_chips_on_one_line(
    exhibition: LiveServer, new_context: Callable[..., BrowserContext]
) -> None:
    page = open_page(new_context, DESK)
    page.goto(f"{exhibition.url}/en/")
    cards = page.locator(".tiles > .card-of-organisation")
    tops = cards.evaluate_all(TOPS)
    assert len(tops) >= 3
    for part in (".line a", ".chips"):
        parts = cards.evaluate_all(TOPS_OF_PARTS, part)
        rows: dict[int, set[int]] = {}
        for top, place in zip(tops, parts, strict=True):
            if place is not None:  # a listing may offer nothing
                rows.setdefault(top, set()).add(place)
        assert rows
        assert all(len(places) == 1 for places in rows.values()), (part, rows)


@pytest.mark.parametrize("width", [320, 680])
def test_the_count_at_more_stands_at_its_icon(width: int, exhibition: LiveServer, walk: Walk) -> None:
    giulia = walk(exhibition, "en", {"width": width, "height": 700})
    giulia.sign_in_as("member-it")
    more = giulia.page.locator(".bar-item[popovertarget=more]")
    more.evaluate(
        "item => item.insertAdjacentHTML('beforeend', '<span class=\"badge\" data-planted><span>99+</span></span>')"
    )
    badge, icon = more.locator("[data-planted]").bounding_box(), more.locator(".icon").bounding_box()
    assert badge is not None and icon is not None
    assert badge["x"] + badge["width"] <= width
    assert badge["x"] < icon["x"] + icon["width"] + 12
    assert badge["x"] + badge["width"] > icon["x"]


def test_picture_of_the_network_is_moved_by_buttons(exhibition: LiveServer, walk: Walk) -> None:
    giulia = walk(exhibition, "en", PHONE)
    giulia.sign_in_as("member-it")
    giulia.open("/network")
    canvas = giulia.page.locator("trama-network canvas")
    expect(canvas).to_be_visible()
    for name in ("Larger", "Right", "Down", "Left", "Up", "Smaller"):
        before = canvas.evaluate("canvas => canvas.toDataURL()")
        giulia.page.get_by_role("button", name=name, exact=True).click()
        giulia.page.wait_for_function(
            "before => document.querySelector('trama-network canvas').toDataURL() !== before", arg=before
        )
