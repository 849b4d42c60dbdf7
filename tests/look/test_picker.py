"""The concept picker in a real browser: by keyboard, by pointer, read aloud, under the strict policy of our pages."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from playwright.sync_api import Page, Route, expect

from tests.look.test_macros import skills
from tests.support.axe import faults

ROOT = Path(__file__).resolve().parents[2]
STATIC = ROOT / "app" / "static"
HOME = "http://trama.test/"
POLICY = "default-src 'none'; script-src 'self'; style-src 'self'; font-src 'self'; connect-src 'self'"
PAGE = """{% import "macros/forms.html" as forms with context %}<!doctype html>
<html lang="en"><head><title>Skills</title><link rel="icon" href="data:,">
<link rel="stylesheet" href="{{ asset('css/app.css') }}">
<script type="module" src="{{ asset('js/app.js') }}"></script></head>
<body><main><h1>Skills</h1><form class="form">
{{ forms.concept_picker(field) }}<button class="button">Go on</button>
</form></main></body></html>"""
KNOWN = [
    {"code": "catering", "label": "Catering", "match": "ristorazione", "broader": "Food"},
    {"code": "job-coaching", "label": "Job coaching", "match": None, "broader": "People"},
    {"code": "local-food", "label": "Local food", "match": None, "broader": "Food"},
]

pytestmark = pytest.mark.browser


@pytest.fixture
def show(page: Page, render: Callable[..., str]) -> Callable[..., Page]:
    """Open a page with a picker of skills; its list answers as the taxonomy's does."""

    def answer(route: Route) -> None:
        address = urlsplit(route.request.url)
        if address.path == "/":
            headers = {"Content-Security-Policy": POLICY}
            route.fulfill(body=show.html, content_type="text/html; charset=utf-8", headers=headers)  # type: ignore[attr-defined]
        elif address.path == "/en/concepts":
            asked = parse_qs(address.query).get("q", [""])[0].lower()
            found = [each for each in KNOWN if asked in f"{each['label']} {each['match']}".lower()]
            near = [KNOWN[0], KNOWN[2]] if asked.startswith("katering") else []
            note = "“Katering” is a field of work." if near else ""
            told = {"items": found, "suggestions": near, "note": note}
            route.fulfill(body=json.dumps(told), content_type="application/json")
        else:
            route.fulfill(path=STATIC / address.path.removeprefix("/static/"))

    def show(**field: Any) -> Page:
        show.html = render(PAGE, field=skills(**field))  # type: ignore[attr-defined]
        page.route(f"{HOME}**", answer)
        page.goto(HOME)
        return page

    return show


def chosen(page: Page) -> list[str]:
    """The codes that the form would send."""
    return page.evaluate("[...new FormData(document.querySelector('form')).getAll('offers')]")


def test_a_skill_is_chosen_by_typing_its_name_in_another_language(show: Callable[..., Page]) -> None:
    page = show()
    line = page.get_by_role("combobox", name="Skills")
    line.press_sequentially("ristor")
    expect(page.get_by_role("option")).to_have_count(1)
    expect(page.get_by_role("status")).to_contain_text("Suggestions: 1.")
    line.press("Enter")
    assert chosen(page) == ["catering"]
    expect(page.get_by_role("status")).to_have_text("Catering was added.")
    expect(line).to_have_value("")
    expect(line).to_be_focused()


def test_the_arrows_go_round_and_escape_leaves(show: Callable[..., Page]) -> None:
    page = show()
    line = page.get_by_role("combobox")
    line.press("ArrowDown")
    expect(page.get_by_role("option")).to_have_count(3)
    expect(line).to_have_attribute("aria-expanded", "true")
    line.press("ArrowUp")
    last = page.get_by_role("option", name="Local food")
    expect(last).to_have_attribute("aria-selected", "true")
    assert line.get_attribute("aria-activedescendant") == last.get_attribute("id")
    line.press("ArrowDown")
    expect(page.get_by_role("option", name="Catering")).to_have_attribute("aria-selected", "true")
    line.press("Escape")
    expect(line).to_have_attribute("aria-expanded", "false")
    expect(page.get_by_role("option")).to_have_count(0)
    assert chosen(page) == []


def test_backspace_and_the_cross_take_a_skill_away(
    show: Callable[..., Page], concept: Callable[..., Any]
) -> None:
    page = show(
        chosen=[
            concept("catering", "Catering"),
            concept("local-food", "Local food"),
            concept("job-coaching", "Job coaching"),
        ]
    )
    page.get_by_role("combobox").press("Backspace")
    assert chosen(page) == ["catering", "local-food"]
    expect(page.get_by_role("status")).to_have_text("Job coaching was removed.")
    page.get_by_role("button", name="Remove Catering").click()
    assert chosen(page) == ["local-food"]
    expect(page.get_by_role("combobox")).to_be_focused()


def test_what_is_chosen_is_not_offered_again_and_the_limit_is_said(
    show: Callable[..., Page], concept: Callable[..., Any]
) -> None:
    page = show(chosen=[concept("catering", "Catering")], most=2)
    line = page.get_by_role("combobox")
    line.click()
    expect(page.get_by_role("option")).to_have_count(2)
    page.get_by_role("option", name="Local food").click()
    assert chosen(page) == ["catering", "local-food"]
    line.press("ArrowDown")
    expect(page.get_by_role("status")).to_contain_text("as many as there is room for")
    expect(page.get_by_role("option")).to_have_count(0)


def test_a_name_that_fits_nothing_stays_in_the_line(show: Callable[..., Page]) -> None:
    page = show()
    line = page.get_by_role("combobox")
    line.press_sequentially("zeppelin")
    expect(page.get_by_role("status")).to_contain_text("Nothing has that name yet")
    line.press("Tab")
    assert page.evaluate("new FormData(document.querySelector('form')).get('offers_text')") == "zeppelin"


def test_what_may_be_meant_is_offered_by_keyboard_and_read_aloud(show: Callable[..., Page]) -> None:
    page = show()
    line = page.get_by_role("combobox")
    line.press_sequentially("katering")
    expect(page.get_by_role("option")).to_have_count(2)
    expect(page.get_by_role("status")).to_contain_text(
        "“Katering” is a field of work. Nothing has exactly that name."
    )
    expect(page.get_by_role("status")).to_contain_text("Catering, Local food")
    expect(page.locator(".picker-none")).to_contain_text("Did you mean one of these?")
    assert faults(page) == []
    line.press("Enter")
    assert chosen(page) == []
    expect(page.get_by_role("option")).to_have_count(2)
    line.press("ArrowDown")
    line.press("Enter")
    assert chosen(page) == ["catering"]


def test_an_answer_that_comes_late_leaves_the_option_that_was_reached(show: Callable[..., Page]) -> None:
    page = show()
    line = page.get_by_role("combobox")
    line.press_sequentially("katering")
    expect(page.get_by_role("option")).to_have_count(2)
    line.press("ArrowDown")
    with page.expect_response("**/concepts?*"):
        line.dispatch_event("input")
    expect(page.get_by_role("option", name="Catering")).to_have_attribute("aria-selected", "true")
    line.press("Enter")
    assert chosen(page) == ["catering"]


def test_enter_never_chooses_from_the_list_of_other_words(show: Callable[..., Page]) -> None:
    page = show()
    line = page.get_by_role("combobox")
    line.press_sequentially("ristor")
    expect(page.get_by_role("option", name="Catering")).to_have_attribute("aria-selected", "true")
    page.evaluate(
        """() => { const line = document.querySelector("[role=combobox]"); line.value = "coaching";
        line.dispatchEvent(new KeyboardEvent("keydown", { key: "Enter", bubbles: true, cancelable: true })) }"""
    )
    expect(page.get_by_role("option", name="Job coaching")).to_have_attribute("aria-selected", "true")
    assert chosen(page) == []


def test_after_a_round_trip_what_may_be_meant_is_one_press_away(
    show: Callable[..., Page], concept: Callable[..., Any]
) -> None:
    page = show(
        suggested=[concept("local-food", "Local food")],
        typed="lokal food",
        errors=["Do you mean “Local food”?"],
    )
    expect(page.get_by_role("combobox")).to_have_accessible_description("Do you mean “Local food”?")
    page.get_by_role("button", name="Local food").click()
    assert chosen(page) == ["local-food"]
    expect(page.get_by_role("combobox")).to_have_value("")


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_axe_finds_nothing_while_the_list_is_open(
    show: Callable[..., Page], scheme: Any, concept: Callable[..., Any]
) -> None:
    page = show(chosen=[concept("catering", "Catering")])
    page.emulate_media(color_scheme=scheme)
    page.get_by_role("combobox").press_sequentially("o")
    expect(page.get_by_role("option")).to_have_count(2)
    assert faults(page) == []
