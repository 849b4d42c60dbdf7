"""Two people claim one listing: by mail on a phone in Italian, then against each other before a manager at a desk."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from flask import Flask
from playwright.sync_api import BrowserContext, Page, expect
from sqlalchemy import update

from app.core.database import db
from app.core.transactions import write_transaction
from app.features.accounts.models import Person, digest
from app.features.claims.models import Claim
from tests.support.app import LiveServer
from tests.support.axe import faults
from tests.support.door import Door
from tests.support.factories import Cast, Make

pytestmark = pytest.mark.browser
Enter = Callable[..., Door]
Open = Callable[[Person, str, dict[str, int], str], Page]
PHONE, DESK = {"width": 375, "height": 812}, {"width": 1360, "height": 900}


def _is_sound(page: Page) -> None:
    assert faults(page) == [], page.url
    assert page.evaluate("document.documentElement.scrollWidth - innerWidth") <= 0, page.url


@pytest.fixture
def open_page(door: Enter, live_server: LiveServer, new_context: Callable[..., BrowserContext]) -> Open:
    """Opens a page of a person in a language, on a phone or at a desk."""

    def open_page(person: Person, path: str, viewport: dict[str, int], lang: str) -> Page:
        context = new_context(viewport=viewport, locale=lang, reduced_motion="reduce")
        browser = door(person)
        browser.get(f"/{lang}/initiatives")
        cookie = browser.client.get_cookie(browser.app.config["SESSION_COOKIE_NAME"])
        assert cookie is not None
        context.add_cookies([{"name": cookie.key, "value": cookie.value, "url": live_server.url}])
        page = context.new_page()
        page.goto(f"{live_server.url}{path}")
        return page

    return open_page


def _known_secret(app: Flask) -> str:
    """A secret in the place of the one that was mailed, since the server sends its mails away."""
    with app.app_context(), write_transaction():
        db.session.execute(update(Claim).where(Claim.email != "").values(token_hash=digest("known-secret")))
    return "known-secret"


def test_claim_by_mail_and_contest(
    app: Flask, cast: Cast, make: Make, live_server: LiveServer, open_page: Open
) -> None:
    listed = make.organisation("Orto Comune", city="Asti", unclaimed=True, website="https://ortocomune.it")
    second = make.person("Seconda Voce", locale="it")
    # By mail at its own domain.
    first = open_page(cast.newcomer, f"/it/organisations/{listed.slug}", PHONE, "it")
    _is_sound(first)
    first.get_by_role("link", name="È la tua?").click()
    first.locator("[name=email]").fill("info@altrove.example")
    first.get_by_role("button", name="Rivendica").click()
    expect(first.locator("#email-error")).to_contain_text("ortocomune.it")
    _is_sound(first)
    first.locator("[name=email]").fill("info@ortocomune.it")
    first.get_by_role("button", name="Rivendica").click()
    expect(first.get_by_text("Abbiamo mandato un link a info@ortocomune.it")).to_be_visible()
    _is_sound(first)
    first.goto(f"{live_server.url}/it/claims/prove/{_known_secret(app)}")
    _is_sound(first)
    first.get_by_role("button", name="Sì, la curo io").click()
    expect(first.get_by_role("heading", level=1)).to_contain_text("Orto Comune")
    expect(first.get_by_text("Nessuno di questa organizzazione")).to_have_count(0)

    # Somebody else claims it: both sides' words, and a manager's decision.
    other = open_page(second, f"/it/organisations/{listed.slug}/claim", PHONE, "it")
    other.locator("[name=note]").fill("La presidente sono io.")
    other.get_by_role("button", name="Rivendica").click()
    expect(other.get_by_text("Altri curano questa pagina")).to_be_visible()
    _is_sound(other)
    first.goto(f"{live_server.url}/it/notifications")
    first.get_by_role("button", name="Leggi e rispondi").first.click()
    expect(first.get_by_text("La presidente sono io.")).to_be_visible()
    _is_sound(first)
    first.locator("[name=answer]").fill("Non lavora più con noi.")
    first.get_by_role("button", name="Invia").click()
    manager = open_page(cast.manager, "/en/manage/claims", DESK, "en")
    _is_sound(manager)
    manager.get_by_role("link", name="Orto Comune").click()
    expect(manager.get_by_text("Non lavora più con noi.")).to_be_visible()
    _is_sound(manager)
    manager.get_by_label("The claimant becomes an editor").check()
    manager.get_by_label("They leave").check()
    manager.get_by_role("button", name="Decide").click()
    expect(manager.get_by_text("Decided.")).to_be_visible()
    first.goto(f"{live_server.url}/it/organisations/{listed.slug}/edit")
    expect(first.get_by_role("heading", level=1)).not_to_contain_text("Orto Comune")
    other.goto(f"{live_server.url}/it/organisations/{listed.slug}/members")
    expect(other.get_by_role("heading", name="Seconda Voce")).to_be_visible()
