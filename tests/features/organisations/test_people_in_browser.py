"""A second organisation that waits and an invitation for another address, on a phone, in Italian."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest
from flask import Flask
from playwright.sync_api import BrowserContext, Page, expect
from sqlalchemy import select

from app.core.database import db
from app.core.jobs import Job
from app.features.accounts.models import Person
from tests.support.app import LiveServer
from tests.support.axe import faults
from tests.support.door import Door
from tests.support.factories import Cast, Make

pytestmark = pytest.mark.browser
Enter = Callable[..., Door]
Open = Callable[[Person, str], Page]


@pytest.fixture
def phone(door: Enter, live_server: LiveServer, new_context: Callable[..., BrowserContext]) -> Open:
    """Opens a page on a person's phone, signed in."""

    def open_page(person: Person, path: str) -> Page:
        context = new_context(viewport={"width": 375, "height": 812}, locale="it-IT", reduced_motion="reduce")
        browser = door(person)
        browser.get("/it/initiatives")
        cookie = browser.client.get_cookie(browser.app.config["SESSION_COOKIE_NAME"])
        assert cookie is not None
        context.add_cookies([{"name": cookie.key, "value": cookie.value, "url": live_server.url}])
        page = context.new_page()
        page.goto(f"{live_server.url}{path}")
        return page

    return open_page


def _is_sound(page: Page) -> None:
    assert faults(page) == [], page.url
    assert page.evaluate("document.documentElement.scrollWidth - innerWidth") <= 0, page.url


def test_second_organisation_under_a_known_name_is_asked_about_and_waits(
    make: Make, cast: Cast, phone: Open
) -> None:
    make.organisation("La Prima", editor=cast.newcomer, created_by=cast.newcomer.id)
    page = phone(cast.newcomer, "/it/organisations/new")
    page.locator("[name=name]").fill("Il Filo-Verde")
    page.locator("[name=type]").select_option("cooperative")
    page.locator("[name=country]").select_option("IT")
    field = page.get_by_role("combobox", name="In che settore lavori?")
    field.press_sequentially("ristor")
    expect(page.locator("[role=option][aria-selected=true]:visible")).to_be_visible()
    field.press("Enter")
    page.get_by_role("button", name="Crea l’organizzazione").click()
    expect(page.locator("#name-error")).to_contain_text("Esiste già «Il Filo Verde» (Italia). È la tua?")
    _is_sound(page)
    page.get_by_label("È un’altra organizzazione").check()
    page.get_by_role("button", name="Crea l’organizzazione").click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("Il Filo-Verde")
    expect(page.get_by_text("In attesa di ammissione")).to_be_visible()
    expect(page.get_by_text("Ha il nome di un’altra organizzazione dello stesso paese.")).to_be_visible()
    _is_sound(page)
    queue = phone(cast.manager, "/it/organisations")
    waiting = queue.locator("section[aria-labelledby=waiting]")
    expect(waiting).to_contain_text("Ha il nome di un’altra organizzazione dello stesso paese.")
    _is_sound(queue)
    waiting.get_by_role("button").first.click()
    expect(queue.locator("section[aria-labelledby=waiting]")).to_have_count(0)


def test_invitation_opened_with_another_account_is_confirmed_by_the_inviter(
    app: Flask, cast: Cast, door: Enter, phone: Open
) -> None:
    members = f"/it/organisations/{cast.organisation.slug}/members"
    door(cast.member).fill(members, "main section.sheet form", email="invited@example.org")
    with app.app_context():
        body = db.session.scalars(select(Job.payload).where(Job.kind == "mail")).one()["body"]
    found = re.search(r"https?://[^/\s]+(/\S+invitations/\S+)", body)
    assert found
    page = phone(cast.newcomer, found.group(1))
    expect(page.get_by_text("Questo invito è per invited@example.org.")).to_be_visible()
    expect(page.get_by_role("button", name="Accetta l’invito")).to_have_count(0)
    _is_sound(page)
    page.get_by_role("button", name="Chiedi di accettare questo indirizzo").click()
    expect(page.get_by_text("Hai già chiesto.")).to_be_visible()
    hers = phone(cast.member, members)
    expect(hers.get_by_text("È qui con l’invito per invited@example.org.")).to_be_visible()
    _is_sound(hers)
    hers.get_by_role("button", name="Accogli").click()
    expect(hers.get_by_text("Da ora questa persona agisce per l’organizzazione.")).to_be_visible()
    page.goto(page.url.split("/it/")[0] + members)
    expect(page.get_by_role("heading", level=1)).to_contain_text("Il Filo Verde")
