"""Where the focus is on pages: never under the bar, never behind an open sheet, and at what was just done."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Dialog, Page, expect

from tests.e2e.conftest import PHONE, Walk
from tests.support.app import LiveServer

pytestmark = pytest.mark.slow
SMALL = {"width": 375, "height": 667}
ZOOMED = {"width": 640, "height": 400}
"""A screen of 1280 × 800 at 200 %."""
MOST_STOPS = 90
COVERED = """() => {
  const focused = document.activeElement;
  if (!focused || focused === document.body) return "";
  const { left, top, right, bottom } = focused.getBoundingClientRect();
  const spots = [[0.5, 0.5], [0.1, 0.1], [0.9, 0.1], [0.1, 0.9], [0.9, 0.9]]
    .map(([x, y]) => document.elementFromPoint(left + x * (right - left), top + y * (bottom - top)));
  const label = document.querySelector(`label[for="${CSS.escape(focused.id)}"]`) ?? focused.closest("label");
  const isSeen = spots.some((spot) => spot && (focused.contains(spot) || spot.contains(focused) || label?.contains(spot)));
  return isSeen ? "" : focused.outerHTML.slice(0, 120);
}"""
IS_OUTSIDE = "() => document.activeElement !== document.body && !document.activeElement.closest('#more')"
IS_LAST = "() => document.activeElement === document.body || document.activeElement.matches('.skip')"


def covered_stops(page: Page) -> list[str]:
    """The stops of Tab on this page of which nothing can be seen when they have the focus."""
    found = []
    page.keyboard.press("Tab")
    for _ in range(MOST_STOPS):
        page.keyboard.press("Tab")
        if page.evaluate(IS_LAST):
            break
        if stop := page.evaluate(COVERED):
            found.append(stop)
    return found


@pytest.mark.parametrize("viewport", [SMALL, ZOOMED], ids=["phone", "zoom"])
def test_no_control_with_the_focus_is_wholly_covered(
    exhibition: LiveServer, walk: Walk, viewport: dict[str, int]
) -> None:
    giulia = walk(exhibition, viewport=viewport)
    giulia.sign_in_as("member-it")
    assert covered_stops(giulia.page) == []
    giulia.open("/organisations/il-filo-verde/edit")
    assert covered_stops(giulia.page) == []


def test_a_sheet_closes_when_the_focus_leaves_it(exhibition: LiveServer, walk: Walk) -> None:
    giulia = walk(exhibition, viewport=PHONE)
    giulia.open("/organisations")
    more = giulia.page.locator("#more")
    giulia.page.locator(".bar button[popovertarget=more]").press("Enter")
    expect(more).to_be_focused()
    for _ in range(MOST_STOPS):
        giulia.page.keyboard.press("Tab")
        if giulia.page.evaluate(IS_OUTSIDE):
            break
    expect(more).to_be_hidden()


def test_what_was_saved_or_refused_has_the_focus_and_the_title(demo: LiveServer, walk: Walk) -> None:
    giulia = walk(demo)
    giulia.sign_in_as("member-it")
    giulia.open("/account")
    giulia.field("Your name").fill("")
    giulia.button("Save").click()
    expect(giulia.page).to_have_title(re.compile("^Error: Your account"))
    expect(giulia.main.locator("[data-focus-here]")).to_be_focused()
    expect(giulia.main.locator("#name-error")).to_have_text("Enter your name.")
    giulia.field("Your name").fill("Giulia F.")
    giulia.button("Save").click()
    expect(giulia.main.get_by_role("group", name="Salvato.")).to_be_focused()


def test_the_button_of_another_form_asks_before_words_are_lost(demo: LiveServer, walk: Walk) -> None:
    giulia = walk(demo)
    giulia.sign_in_as("member-it")
    giulia.open("/organisations/il-filo-verde/members")
    giulia.field("Email address").press_sequentially("new@example.org")
    asked: list[str] = []

    def stay(dialog: Dialog) -> None:
        asked.append(dialog.type)
        dialog.dismiss()

    giulia.page.on("dialog", stay)
    giulia.page.locator(".rail-foot .who").click()
    giulia.page.get_by_role("button", name="Sign out").click()
    expect(giulia.field("Email address")).to_have_value("new@example.org")
    assert asked == ["beforeunload"]


def test_twice_the_size_of_text_scrolls_no_page_sideways(exhibition: LiveServer, walk: Walk) -> None:
    reader = walk(exhibition, viewport={"width": 1280, "height": 800})
    reader.context.new_cdp_session(reader.page).send(
        "Page.setFontSizes", {"fontSizes": {"standard": 32, "fixed": 26}}
    )
    for path in ("/help", "/organisations", "/"):
        reader.open(path)
        wider = reader.page.evaluate(
            "document.documentElement.scrollWidth - document.documentElement.clientWidth"
        )
        assert wider <= 0, path
