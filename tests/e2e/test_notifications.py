"""Nobody has to be looking: what one person does stands at the other's bell, in her title and on her first page at once."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest
from flask import Flask
from playwright.sync_api import BrowserContext, Page, expect

from app.features.introductions.models import IntroductionState
from tests.e2e.conftest import DESK, PHONE, let_in
from tests.support.app import LiveServer
from tests.support.axe import faults
from tests.support.factories import Cast, Make

pytestmark = pytest.mark.slow
SOON = 2_000
Enter = Callable[..., Page]


@pytest.fixture
def enter(app: Flask, live_server: LiveServer, new_context: Callable[..., BrowserContext]) -> Enter:
    """Opens a page for somebody, in a browser of her own."""

    def open_page(person: object, path: str, viewport: dict[str, int] = DESK, **options: object) -> Page:
        context = new_context(viewport=viewport, **options)
        let_in(context, app, person, live_server.url)  # type: ignore[arg-type]
        page = context.new_page()
        page.goto(live_server.url + path)
        return page

    return open_page


def test_elena_asks_and_marek_accepts(enter: Enter, make: Make, cast: Cast) -> None:
    elena = enter(cast.member, "/it/", PHONE, locale="it")
    marek = enter(cast.other, "/en/")
    marek.wait_for_function("document.title.includes('Home')")
    elena.goto(elena.url.replace("/it/", f"/it/introductions/ask/{cast.other_organisation.slug}"))
    elena.locator("main textarea").fill("Buongiorno, vi va di parlarne?")
    elena.locator("main form.form button[type=submit]").click()
    expect(marek.locator(".bell .badge")).to_contain_text("1", timeout=SOON)
    expect(marek).to_have_title(re.compile(r"^\(1\) "))
    expect(marek.locator("h1")).to_contain_text("would like to meet you", timeout=SOON)
    marek.locator(".rail .bell").focus()
    marek.keyboard.press("Enter")
    expect(marek.locator("#bell h2")).to_have_text("1 thing asks for you")
    expect(marek.locator("#bell .row")).to_contain_text("would like to meet you")
    marek.keyboard.press("Escape")
    expect(marek.locator("#bell")).to_be_hidden()
    expect(marek.locator(".rail .bell")).to_be_focused()
    elena.goto(elena.url.split("/it/")[0] + "/it/")
    expect(elena.locator(".bell .badge")).to_have_count(0)
    marek.goto(marek.url.split("/en/")[0] + "/en/introductions")
    marek.locator(".answer summary").click()
    marek.locator(".answer textarea").fill("Gladly. Two dates are free in May.")
    marek.locator(".answer button[type=submit]").click()
    expect(elena.locator(".bell .badge")).to_contain_text("1", timeout=SOON)
    expect(elena.locator("h1")).to_have_text(re.compile("Zielona Spółdzielnia"), timeout=SOON)
    expect(elena.locator(".home-words")).to_contain_text("Two dates are free in May.")
    expect(elena).to_have_title(re.compile(r"^\(1\) "))
    other = enter(cast.member, "/it/notifications", PHONE, locale="it")
    expect(other.locator(".notification-unread")).to_have_count(1)
    elena.locator(".home-news button").click()
    expect(elena.locator("trama-room")).to_contain_text("Buongiorno, vi va di parlarne?")
    expect(elena.locator("trama-room")).to_contain_text("Two dates are free in May.")
    expect(other.locator(".bell .badge")).to_have_count(0, timeout=SOON)
    expect(other.locator(".notification-unread")).to_have_count(0, timeout=SOON)
    expect(other).to_have_title(re.compile(r"^Notifiche"))


def test_a_word_in_a_room_stands_in_the_navigation_of_another_page_and_goes_when_it_is_read(
    enter: Enter, make: Make, cast: Cast
) -> None:
    introduction = make.introduction(
        cast.organisation, cast.other_organisation, cast.member, IntroductionState.ACCEPTED
    )
    path = f"/en/rooms/{make.room(introduction).id}"
    giulia, marek = enter(cast.member, "/en/organisations"), enter(cast.other, path)
    work = giulia.locator("[data-badge=group-work] .badge").first
    expect(work).to_have_count(0)
    marek.locator("trama-room textarea").fill("Are you there?")
    marek.keyboard.press("Enter")
    expect(work).to_contain_text("1", timeout=15_000)
    expect(giulia.locator(".bell .badge")).to_contain_text("1")
    reading = enter(cast.member, path)
    expect(reading.locator("trama-room")).to_contain_text("Are you there?")
    expect(work).to_have_count(0, timeout=15_000)
    expect(giulia.locator(".bell .badge")).to_have_count(0)


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("viewport", [DESK, PHONE], ids=["desk", "phone"])
def test_bell_list_and_first_page_are_open_to_everybody(
    enter: Enter, make: Make, cast: Cast, viewport: dict[str, int], scheme: str
) -> None:
    for number in range(3):
        other = make.organisation(f"Organisation Nr {number}", country="FR")
        make.introduction(other, cast.organisation, cast.other)
        met = make.introduction(cast.organisation, other, cast.member, IntroductionState.ACCEPTED)
        make.notification(cast.member, "introduction.accepted", met.id, cast.organisation)
    page = enter(cast.member, "/it/notifications", viewport, locale="it", color_scheme=scheme)
    for path in ("/it/notifications", "/it/", "/it/find", "/it/work"):
        page.goto(page.url.split("/it/")[0] + path)
        if viewport == DESK and path != "/it/notifications":
            page.locator(".rail .bell").click()
            expect(page.locator("#bell .row")).to_have_count(3)
        assert faults(page) == [], path
        assert page.evaluate("document.documentElement.scrollWidth <= document.documentElement.clientWidth")
