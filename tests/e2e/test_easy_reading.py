"""Easy words in a browser: a page is read aloud by its voice, each part in its language."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from playwright.sync_api import BrowserContext, expect

from tests.e2e.conftest import PHONE
from tests.support.app import LiveServer

pytestmark = [pytest.mark.slow, pytest.mark.xdist_group("exhibition")]
VOICE = """
    window.spoken = [];
    window.cancelled = 0;
    Object.defineProperty(window, "speechSynthesis", { value: {
        speak: ({ text, lang }) => window.spoken.push([text, lang]),
        cancel: () => { window.cancelled += 1; },
    } });
"""
"""A voice that writes down what it is told to say."""


def test_page_is_read_aloud_in_the_language_of_each_part_and_stops_at_a_second_press(
    exhibition: LiveServer, new_context: Callable[..., BrowserContext]
) -> None:
    context = new_context(viewport=PHONE, reduced_motion="reduce")
    context.add_init_script(VOICE)
    context.add_cookies([{"name": "reading", "value": "easy", "url": exhibition.url}])
    page = context.new_page()
    page.goto(f"{exhibition.url}/it/organisations/zielona-spoldzielnia")
    page.get_by_role("button", name="Leggimi questa pagina").click()
    spoken = page.evaluate("spoken")
    heading = page.locator("main h1").inner_text()
    assert heading in [text for text, _lang in spoken]
    assert {"it", "en"} == {lang for _text, lang in spoken}
    assert page.evaluate("cancelled") == 1
    page.get_by_role("button", name="Smetti di leggere").click()
    assert page.evaluate("cancelled") == 2 and page.evaluate("spoken.length") == len(spoken)
    expect(page.get_by_role("button", name="Leggimi questa pagina")).to_be_visible()


def test_browser_without_a_voice_shows_no_button(
    exhibition: LiveServer, new_context: Callable[..., BrowserContext]
) -> None:
    context = new_context(viewport=PHONE, reduced_motion="reduce")
    context.add_init_script("delete window.speechSynthesis; delete Window.prototype.speechSynthesis;")
    context.add_cookies([{"name": "reading", "value": "easy", "url": exhibition.url}])
    page = context.new_page()
    page.goto(f"{exhibition.url}/en/help")
    expect(page.get_by_role("heading", level=1)).to_be_visible()
    expect(page.locator("[data-read-aloud]")).to_be_hidden()
