"""A theme in real browsers: a facilitator opens it by keyboard and makes it slow, a member on a phone waits for her turn."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page, expect

from tests.e2e.talk import Open
from tests.support.axe import faults
from tests.support.factories import Cast

pytestmark = pytest.mark.usefixtures("patience")


def write(page: Page, text: str) -> None:
    """Write something and press Enter, whatever the language of the page."""
    page.locator("#body").fill(text)
    page.locator("#body").press("Enter")


def test_a_facilitator_opens_a_theme_and_slows_it_down_and_a_member_waits_for_her_turn(
    open_room: Open, cast: Cast
) -> None:
    nadia = open_room(cast.facilitator)
    giulia = open_room(
        cast.member, "it", viewport={"width": 375, "height": 780}, has_touch=True, is_mobile=True
    )
    origin = nadia.url.split("/en/")[0]
    nadia.goto(f"{origin}/en/rooms")
    nadia.get_by_role("link", name="Open a theme").press("Enter")
    nadia.locator("#title_en").fill("Public contracts that include")
    nadia.locator("#about_en").fill("How towns buy from us.")
    nadia.locator("summary", has_text="Say it in other languages too").press("Enter")
    nadia.locator("#title_it").fill("Appalti che includono")
    nadia.get_by_role("combobox", name="Fields of work").fill("gardening")
    nadia.get_by_role("option").first.click()
    assert faults(nadia) == []
    nadia.get_by_role("button", name="Open the room").press("Enter")
    expect(nadia.locator("h1")).to_have_text("Public contracts that include")
    place = nadia.url.split("/rooms/")[1]
    giulia.goto(f"{origin}/it/rooms/{place}")
    expect(giulia.locator("h1")).to_have_text("Appalti che includono")
    nadia.locator("summary", has_text="Manage this room").press("Enter")
    nadia.get_by_label("Who writes here?").select_option("slow-30")
    assert faults(nadia) == []
    nadia.locator("form[action$='/mode'] button").press("Enter")
    expect(nadia.locator("#flashes")).to_contain_text("Everybody in the room sees it.")
    expect(giulia.locator("[data-mode-note]")).to_contain_text("Questa stanza è lenta")
    write(giulia, "Il primo")
    expect(giulia.locator("[data-turn]")).to_contain_text("Puoi scrivere di nuovo fra")
    write(giulia, "Il secondo")
    expect(giulia.locator(".message-waiting .message-note")).to_have_text("Aspetta il suo turno")
    expect(nadia.locator(".message-text")).to_have_text(["Il primo"])
    giulia.locator("#message-2 [data-more]").tap()
    giulia.locator("#message-menu [data-says=thanks]").tap()
    expect(nadia.locator("#message-2 .reaction")).to_have_text("Thanks 1: Giulia Rossi")
    nadia.locator("#message-2").focus()
    nadia.keyboard.press("r")
    nadia.locator("#message-menu [data-says=agree]").press("Enter")
    expect(nadia.locator("#message-2 [data-word=agree]")).to_have_text("Agree 1: you")
    assert faults(giulia) == []
    nadia.locator("summary", has_text="Manage this room").press("Enter")
    nadia.get_by_label("Who writes here?").select_option("open-0")
    nadia.locator("form[action$='/mode'] button").press("Enter")
    expect(giulia.locator("[data-turn]")).to_be_hidden()
    expect(nadia.locator(".message-text")).to_have_text(["Il primo", "Il secondo"])
