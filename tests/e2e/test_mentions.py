"""Mentioning somebody in a real browser: "@", a few letters, Enter."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect

from tests.e2e.talk import Open, composer
from tests.support.axe import faults
from tests.support.factories import Cast

pytestmark = pytest.mark.usefixtures("patience")


def test_a_name_is_picked_by_keyboard_and_stands_out_for_whom_it_means(open_room: Open, cast: Cast) -> None:
    giulia, marek = open_room(cast.member), open_room(cast.other)
    marek.evaluate("document.documentElement.dataset.announcements = 'mentions'")
    composer(giulia).press_sequentially("Hello @woj")
    options = giulia.locator("#mention-list [role=option]")
    expect(options).to_have_text(["Marek Wójcik Zielona Spółdzielnia"])
    assert faults(giulia) == []
    giulia.keyboard.press("Enter")
    expect(composer(giulia)).to_have_value("Hello @Marek Wójcik ")
    expect(giulia.locator("#mention-list")).to_be_hidden()
    giulia.keyboard.type("and @zie")
    expect(options).to_have_count(1)
    giulia.keyboard.press("Escape")
    expect(giulia.locator("#mention-list")).to_be_hidden()
    giulia.keyboard.press("Enter")
    mention = marek.locator("#message-1 .mention")
    expect(mention).to_have_text("@Marek Wójcik")
    assert mention.get_attribute("data-mine") == ""
    expect(marek.locator("[data-announce]")).to_contain_text("Hello @Marek Wójcik")
    expect(giulia.locator("#message-1 .mention:not([data-mine])")).to_have_count(1)
    composer(giulia).press("ArrowUp")
    expect(composer(giulia)).to_have_value("Hello @Marek Wójcik and @zie")
