"""Every page prints as people expect: on few sheets, over their whole width, without what can only be pressed."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from flask import Flask
from playwright.sync_api import BrowserContext, Page, expect

from app.features.rooms.models import Room
from tests.e2e.pages import KEYS, Visit
from tests.e2e.talk import Open, say
from tests.support.app import LiveServer
from tests.support.factories import Cast

SHEETS = {"portrait": (718, {}), "landscape": (1047, {"landscape": True}), "reduced": (1025, {"scale": 0.7})}
"""The width of A4 for the page in CSS pixels, with margins of 1 cm, and how Chromium is asked to print."""
MIN_TEXT_SHARE = 0.6
MAX_SHEETS = 12
"""Sheets of a page of the demonstration; the longest are lists of two dozen rows and the help."""
MARGINS = dict.fromkeys(("top", "right", "bottom", "left"), "1cm")
TEXT_WIDTH = "() => (document.querySelector('main') ?? document.body).getBoundingClientRect().width"
MESSAGES = 40
ARE_MESSAGES_CUT = """() => {
  const box = document.querySelector("[data-scroll]");
  const last = document.querySelector("[data-messages]").lastElementChild.getBoundingClientRect();
  return [box.scrollHeight - box.clientHeight, last.bottom - box.getBoundingClientRect().bottom].some((px) => px > 1);
}"""


def count_sheets(page: Page, **options: object) -> int:
    """The number of A4 sheets that Chromium prints a page on."""
    printed = page.pdf(format="A4", margin=MARGINS, **options)  # type: ignore[arg-type]
    return printed.count(b"/Type /Page\n")


@pytest.mark.slow
@pytest.mark.xdist_group("exhibition")
def test_every_kind_of_page_prints_on_few_sheets_whose_whole_width_it_uses(
    exhibition: LiveServer, visit: Callable[[str, str], Visit], new_context: Callable[..., BrowserContext]
) -> None:
    found = []
    printed: set[str] = set()
    for role in KEYS:
        way = visit(role, "en")
        context = new_context(reduced_motion="reduce")
        context.add_cookies([{"name": "trama", "value": way.cookie, "url": exhibition.url}])
        page = context.new_page()
        for path in (paths[0] for kind, paths in way.pages.items() if kind not in printed):
            page.goto(exhibition.url + path)
            page.emulate_media(media="print")
            for name, (width, options) in SHEETS.items():
                sheets = count_sheets(page, **options)
                page.set_viewport_size({"width": width, "height": 900})
                share = page.evaluate(TEXT_WIDTH) / width
                if not 1 <= sheets <= MAX_SHEETS or share < MIN_TEXT_SHARE:
                    found.append(f"{path} {name}: {sheets} sheets, text on {share:.0%} of the width")
            page.emulate_media(media="screen")
        printed |= way.pages.keys()
    assert len(printed) > 25
    assert not found, "\n".join(found)


@pytest.mark.usefixtures("patience")
def test_a_room_prints_all_messages_of_its_page_without_the_composer(
    app: Flask, open_room: Open, room: Room, cast: Cast
) -> None:
    giulia = open_room(cast.member)
    for number in range(MESSAGES):
        say(giulia, f"Number {number}")
    expect(giulia.locator(f"#message-{MESSAGES}")).to_be_attached()
    giulia.emulate_media(media="print")
    assert count_sheets(giulia) >= 2
    giulia.set_viewport_size({"width": SHEETS["portrait"][0], "height": 900})
    assert not giulia.evaluate(ARE_MESSAGES_CUT)
    for piece in ("[data-composer]", ".room-side", ".message-tools", ".rail"):
        expect(giulia.locator(piece).first).to_be_hidden()
