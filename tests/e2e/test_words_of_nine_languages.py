"""Whatever the language of the word: typed into the picker, a garden leads to what grows there."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest
from flask import Flask
from playwright.sync_api import BrowserContext, expect
from sqlalchemy import select

from app.core.database import db
from app.features.taxonomy.models import ConceptWish
from tests.e2e.conftest import PHONE, let_in
from tests.support.app import LiveServer
from tests.support.axe import faults
from tests.support.factories import Cast

pytestmark = pytest.mark.slow
GARDEN = {
    "pl": "ogród",
    "it": "orto",
    "en": "garden",
    "el": "κήπος",
    "hr": "vrt",
    "fr": "jardin",
    "nl": "tuin",
    "de": "Garten",
    "sl": "vrtnar",
}


def test_a_garden_is_offered_in_nine_languages(
    app: Flask, live_server: LiveServer, new_context: Callable[..., BrowserContext], cast: Cast
) -> None:
    context = new_context(viewport=PHONE, locale="it")
    let_in(context, app, cast.newcomer, live_server.url)
    page = context.new_page()
    page.goto(live_server.url + "/it/organisations/new")
    picker = page.locator("concept-picker[data-name=offers]").get_by_role("combobox")
    for lang, word in GARDEN.items():
        picker.fill(word)
        offered = page.get_by_role("option").filter(has_text=re.compile("Giardinaggio|Orticoltura"))
        expect(offered.first, lang).to_be_visible()
    offered.first.click()
    expect(page.locator(".picker-chip")).to_have_text(re.compile("Giardinaggio|Orticoltura"))


def test_the_tree_is_browsed_by_keyboard_and_a_word_that_is_missing_is_asked_for(
    app: Flask, live_server: LiveServer, new_context: Callable[..., BrowserContext], cast: Cast
) -> None:
    context = new_context(viewport=PHONE, locale="en")
    let_in(context, app, cast.newcomer, live_server.url)
    page = context.new_page()
    page.goto(live_server.url + "/en/organisations/new")
    element = page.locator("concept-picker[data-name=offers]")
    picker = element.get_by_role("combobox")
    picker.press("ArrowDown")
    groups = element.get_by_role("treeitem")
    expect(groups).to_have_count(11)
    expect(element.get_by_role("status")).to_contain_text("Groups: 11.")
    picker.press("ArrowDown")
    picker.press("ArrowRight")
    expect(groups.first).to_have_attribute("aria-expanded", "true")
    assert faults(page) == []
    assert page.evaluate("document.documentElement.scrollWidth") <= PHONE["width"]
    picker.press("ArrowRight")
    name = groups.nth(1).locator("span").first.inner_text()
    expect(groups.nth(1)).to_have_attribute("aria-selected", "true")
    picker.press("ArrowLeft")
    expect(groups).to_have_count(11)
    expect(groups.first).to_have_attribute("aria-selected", "true")
    picker.press("Enter")
    picker.press("ArrowDown")
    picker.press("Enter")
    expect(element.locator(".picker-chip")).to_have_text(name)
    picker.press_sequentially("Qqxzwvaa")
    asks = element.get_by_role("option", name="Ask for “Qqxzwvaa”")
    expect(asks).to_be_visible()
    picker.press("ArrowDown")
    picker.press("Enter")
    expect(element.get_by_role("status")).to_contain_text("We pass it on")
    with app.app_context():
        assert db.session.scalars(select(ConceptWish.text)).all() == ["Qqxzwvaa"]
