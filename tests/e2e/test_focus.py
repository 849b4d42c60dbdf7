"""Where the focus is on pages: never under the bar, never behind an open sheet, and at what was just done."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest
from flask import Flask
from playwright.sync_api import BrowserContext, Dialog, Page, expect
from sqlalchemy import select

from app.core.actors import Actor
from app.core.database import db
from app.core.transactions import write_transaction
from app.features.accounts.models import Person
from app.features.design.models.board import BoardColumn
from app.features.design.services.board import add_card
from tests.e2e.conftest import PHONE, Walk, let_in
from tests.support.app import LiveServer
from tests.support.factories import Cast, Make
from tests.support.factories.design import OPEN_PHASE

pytestmark = pytest.mark.slow
SMALL = {"width": 375, "height": 667}
LOW = {"width": 320, "height": 256}
"""A screen of 1280 × 1024 at 400 %."""
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


@pytest.mark.usefixtures("patience")
def test_a_board_at_four_times_the_size_is_run_and_written_on_by_keyboard(
    app: Flask, live_server: LiveServer, make: Make, cast: Cast, new_context: Callable[..., BrowserContext]
) -> None:
    design = make.design_session(
        cast.facilitator, phases=[{**OPEN_PHASE, "prompt": "What could we share? " * 8}]
    )
    with app.app_context(), write_transaction():
        column = db.session.scalars(select(BoardColumn.id).where(BoardColumn.design_id == design.id)).one()
        actor = Actor(db.session.get_one(Person, cast.facilitator.id))
        for number in range(25):
            text = f"Card {number}: we could host the first exchange of seeds in May"
            add_card(actor, design.id, f"a-card-{number}", column=column, text=text, lang="en")
    context = new_context(viewport=LOW)
    let_in(context, app, cast.facilitator, live_server.url)
    page = context.new_page()
    page.goto(f"{live_server.url}/en/design-sessions/{design.id}/board")
    cards = page.locator("[data-columns] .card")
    expect(cards).to_have_count(25)
    assert page.evaluate("document.documentElement.scrollWidth") == LOW["width"]
    assert covered_stops(page) == []
    field = page.locator("[data-card-form] textarea")
    field.focus()
    page.keyboard.type("And the lorry")
    page.keyboard.press("Enter")
    expect(cards).to_have_count(26)
    expect(field).to_be_in_viewport(ratio=1)
    expect(field).to_be_focused()
    cards.first.focus()
    page.keyboard.press("ArrowDown")
    expect(cards.nth(1)).to_be_focused()
    expect(cards.nth(1)).to_be_in_viewport()
    cards.nth(1).locator("[data-card-more]").press("Enter")
    sheet = page.locator("[data-card-sheet]")
    expect(sheet).to_be_visible()
    for button in sheet.locator("button:visible").all():
        button.focus()
        expect(button).to_be_in_viewport(ratio=0.9)
    page.keyboard.press("Escape")
    expect(sheet).to_be_hidden()
    page.locator("[popovertarget=desk-more]").press("Enter")
    page.locator("#desk-more [data-do=pause]:visible").press("Enter")
    expect(page.locator("[data-paused]")).to_be_visible()


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
