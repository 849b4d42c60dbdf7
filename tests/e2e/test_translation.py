"""A message in the reader's own language, in a real browser."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from flask import Flask
from playwright.sync_api import BrowserContext, expect

from app.features.rooms.models import Room
from config import Settings
from tests.e2e.conftest import PHONE, let_in
from tests.e2e.talk import Open, composer
from tests.support.app import LiveServer
from tests.support.axe import faults
from tests.support.factories import Cast, Make
from tests.support.nursery import ForkedServer, Nursery
from tests.support.translator import Translator

Contexts = Callable[..., BrowserContext]
pytestmark = pytest.mark.usefixtures("patience")


@pytest.fixture
def live_server(
    nursery: Nursery, settings: Settings, tmp_path: Path, translator: Translator
) -> Iterator[LiveServer]:
    """A server with a translation service."""
    server = ForkedServer(nursery, settings, tmp_path, TRAMA_TRANSLATE_URL=translator.url)
    server.start()
    yield server
    server.kill()


def test_a_message_is_translated_under_its_words_until_they_change(
    open_room: Open, cast: Cast, make: Make, room: Room, translator: Translator
) -> None:
    make.message(room, cast.member, cast.organisation, "Look at https://example.org/a, **please**")
    elena, giulia = open_room(cast.other, "it", viewport=PHONE), open_room(cast.member)
    message, act = elena.locator("#message-1"), elena.get_by_role("button", name="Traduci in italiano")
    message.locator("[data-more]").click()
    act.click()
    translation = message.locator("details.translation")
    expect(translation.locator("summary")).to_have_text("Traduzione automatica, lingua originale: inglese")
    expect(translation.locator(".prose")).to_have_text("LOOK AT https://example.org/a, PLEASE")
    expect(translation.locator("a[href='https://example.org/a']")).to_be_visible()
    expect(message.locator(".message-text")).to_contain_text("Look at")
    assert faults(elena) == []
    mending = elena.context.new_page()
    mending.goto(translation.get_by_role("link").last.evaluate("link => link.href"))
    expect(mending.locator("main textarea")).to_have_value("LOOK AT https://example.org/a, **PLEASE**")
    assert faults(mending) == []
    message.locator("[data-more]").click()
    expect(elena.get_by_role("dialog")).to_be_visible()
    expect(act).to_have_count(0)
    elena.keyboard.press("Escape")
    elena.locator("#body").fill("Dzień dobry, chcielibyśmy was poznać")
    hint = elena.locator("[data-language-hint]")
    expect(hint).to_contain_text("Sembra scritto in polacco.")
    assert faults(elena) == []
    hint.get_by_role("button").click()
    expect(hint).to_be_hidden()
    elena.locator("#body").press("Enter")
    expect(giulia.locator("#message-2 .message-text[lang=pl]")).to_be_visible()
    composer(giulia).press("ArrowUp")
    composer(giulia).fill("Another wording")
    composer(giulia).press("Enter")
    expect(message.locator(".message-text")).to_have_text("Another wording")
    expect(translation).to_have_count(0)
    translator.answer = lambda question: (500, b"")
    message.locator("[data-more]").click()
    act.click()
    expect(message.locator(".message-note[data-translation]")).to_contain_text("non ha risposto")
    expect(translation).to_have_count(0)
    giulia.locator("#message-1 [data-more]").click()
    expect(giulia.get_by_role("dialog")).to_be_visible()
    expect(giulia.locator("#message-menu [data-translate]")).to_have_count(0)


def test_a_card_is_translated_in_its_sheet(
    app: Flask, live_server: LiveServer, cast: Cast, make: Make, new_context: Contexts
) -> None:
    design = make.design_session(cast.facilitator, make.initiative(cast.organisation))
    context = new_context(viewport=PHONE)
    let_in(context, app, cast.member, live_server.url)
    board, address = context.new_page(), f"/design-sessions/{design.id}"
    board.goto(f"{live_server.url}/en{address}")
    board.get_by_role("button", name="Enter").click()
    field = board.locator("[data-card-form] textarea").first
    field.fill("Share the lorry")
    field.press("Enter")
    expect(board.locator(".card[data-can-move]")).to_have_count(1)
    board.goto(f"{live_server.url}/it{address}/board")
    board.locator("[data-card-more]").first.click()
    board.get_by_role("button", name="Traduci in italiano").click()
    sheet = board.locator("[data-card-sheet]")
    expect(sheet.locator("details.translation .prose")).to_have_text("SHARE THE LORRY")
    expect(sheet.locator("[data-sheet-text]")).to_have_text("Share the lorry")
    assert faults(board) == []
