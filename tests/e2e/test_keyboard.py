"""Somebody without a pointer joins, creates her organisation and asks for an introduction."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Locator, expect

from tests.e2e.conftest import Walk
from tests.e2e.walker import Walker
from tests.support.app import LiveServer

pytestmark = pytest.mark.slow
ADDRESS = "ada@orto-di-ada.example"
FURTHEST = 120
SEEN = """element => element.matches(":focus-visible") && [element, element.closest(".picker-box")]
  .some((each) => each && getComputedStyle(each).outlineStyle !== "none")"""


def go_to(walker: Walker, target: Locator) -> None:
    """Press Tab until something has the focus, and see that one can see it."""
    expect(target).to_be_visible()
    for _ in range(FURTHEST):
        if target.evaluate("element => element === document.activeElement"):
            break
        walker.page.keyboard.press("Tab")
    expect(target).to_be_focused()
    assert target.evaluate(SEEN), target.evaluate("element => element.outerHTML")


def write(walker: Walker, name: str, text: str) -> None:
    """Go to a field of the page's form and type."""
    go_to(walker, walker.main.locator(f"[name={name}]"))
    walker.page.keyboard.type(text)


def press(walker: Walker, target: Locator) -> None:
    """Go to a link or a button and press Enter."""
    go_to(walker, target)
    walker.page.keyboard.press("Enter")


def pick(walker: Walker, label: str, typed: str, code: str) -> None:
    """Go to a picker, type, and take what it offers first."""
    go_to(walker, walker.main.get_by_role("combobox", name=label))
    walker.choose(label, typed, code)


def test_from_joining_to_asking_without_a_pointer(demo: LiveServer, walk: Walk) -> None:
    ada = walk(demo)
    ada.open("/")
    ada.page.keyboard.press("Tab")
    expect(ada.page.get_by_role("link", name="Skip to the content")).to_be_focused()
    ada.page.keyboard.press("Enter")
    press(ada, ada.link("Join"))
    write(ada, "name", "Ada Orsi")
    write(ada, "email", ADDRESS)
    write(ada, "password", "nine hens in the rain")
    ada.page.keyboard.press("Enter")
    expect(ada.page).to_have_url(re.compile("/join/sent"))
    ada.page.goto(ada.link_of_mail(ADDRESS, "verify"))
    press(ada, ada.button("Yes, it is mine"))
    press(ada, ada.link("Create your organisation").first)

    write(ada, "name", "L'orto di Ada")
    write(ada, "type", "Coop")
    write(ada, "country", "Ital")
    pick(ada, "What field do you work in?", "giardinaggio", "sector:green-gardening")
    pick(ada, "What are you good at?", "job coaching", "skill:job-coaching")
    pick(ada, "What do you look for in a partner?", "beekeeping", "skill:beekeeping")
    press(ada, ada.button("Create the organisation"))
    expect(ada.page).not_to_have_url(re.compile("/organisations/new"))

    press(ada, ada.page.locator(".rail").get_by_role("link", name="Suggestions"))
    row = ada.main.locator("li.row").filter(has_text="Zielona Spółdzielnia")
    press(ada, row.locator("details.row-more > summary"))
    expect(row.get_by_role("table")).to_be_visible()
    press(ada, row.get_by_role("link", name="Ask for an introduction"))
    write(ada, "message", "We would like to keep bees. May we ask you how to begin?")
    press(ada, ada.button("Ask for an introduction"))
    expect(ada.page).not_to_have_url(re.compile("/introductions/ask/"))
    expect(ada.main).to_contain_text("Zielona Spółdzielnia")
    assert ada.problems == []
