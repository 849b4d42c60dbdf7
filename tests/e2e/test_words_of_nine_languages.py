"""Whatever the language of the word: typed into the picker, a garden leads to what grows there."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest
from flask import Flask
from playwright.sync_api import BrowserContext, expect

from tests.e2e.conftest import PHONE, let_in
from tests.support.app import LiveServer
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
