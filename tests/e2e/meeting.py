"""A facilitator and five people at a design session, each with a browser of her own, two of them on phones."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from flask import Flask
from playwright.sync_api import BrowserContext, Page, expect

from app.core.database import db
from app.features.accounts.models import ClusterRole, Person
from app.features.design.models.sessions import DesignSession
from app.features.design.projections.public_state import public_state
from tests.e2e.conftest import DESK, PHONE, let_in
from tests.support.app import LiveServer
from tests.support.factories import Make

PATIENCE = 40_000
PEOPLE = (
    ("Giulia Ravera", "Il Filo Verde", "IT", "it", PHONE),
    ("Marek Wójcik", "Zielona Spółdzielnia", "PL", "pl", PHONE),
    ("Camille Dubois", "Atelier du Lin", "FR", "fr", DESK),
    ("Eleni Pavlou", "Prasini Geitonia", "CY", "el", DESK),
    ("Pieter Claes", "Zaadgoed", "BE", "en", DESK),
)
ORDERED = """state => JSON.stringify(state, (key, value) => value && typeof value === "object" && !Array.isArray(value)
  ? Object.fromEntries(Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1))) : value)"""


class Meeting:
    """Everybody with a browser of her own, at one design session."""

    desk: Page
    giulia: Page
    marek: Page
    camille: Page
    eleni: Page
    pieter: Page
    pages: list[Page]

    def __init__(
        self, app: Flask, server: LiveServer, make: Make, new_context: Callable[..., BrowserContext]
    ) -> None:
        self.app, self.server, self.make, self.new_context = app, server, make, new_context
        self.facilitator = make.person("Nadia Verhaeghe", role=ClusterRole.FACILITATOR)
        self.people: list[Person] = []
        first = None
        for name, organisation, country, locale, _ in PEOPLE:
            person = make.person(name, locale=locale)
            own = make.organisation(organisation, country=country, editor=person)
            self.people.append(person)
            if first is None:
                first = make.initiative(own, title="Seeds across borders")
                make.room(first)
            else:
                make.partner(first, own)
        assert first is not None
        self.initiative = first
        self.id = 0

    def browser(self, person: Person, viewport: dict[str, int], locale: str = "en") -> Page:
        """A browser in which somebody is signed in."""
        context = self.new_context(viewport=viewport, locale=locale, has_touch=viewport is PHONE)
        context.set_default_timeout(PATIENCE)
        let_in(context, self.app, person, self.server.url)
        return context.new_page()

    def path(self, rest: str = "", lang: str = "en") -> str:
        """An address of the design session."""
        return f"{self.server.url}/{lang}/design-sessions/{self.id}{rest}"

    def enter(self, place: int) -> Page:
        """One of the five goes in from the session's page, in her own language where there is one."""
        _, _, _, locale, viewport = PEOPLE[place]
        page = self.browser(self.people[place], viewport, locale)
        page.goto(self.path(lang="it" if locale == "it" else "en"))
        page.locator('form[action$="/enter"] button').click()
        expect(page.locator("trama-board")).to_be_attached()
        return page

    def come_in(self) -> None:
        """All five enter."""
        self.pages = [self.enter(place) for place in range(len(PEOPLE))]
        self.giulia, self.marek, self.camille, self.eleni, self.pieter = self.pages

    def go_on(self, title: str) -> None:
        """The facilitator leads everybody into the next phase."""
        button(self.desk, "next")
        self.are_at(title)

    def are_at(self, title: str) -> None:
        """Everybody is in a phase, which is called so in English."""
        expect(self.desk.locator("[data-phases] [aria-current]")).to_contain_text(title)
        key = str(self.desk.locator("[data-phases] [aria-current]").get_attribute("data-key"))
        for page in self.pages:
            expect(page.locator("[data-phases] [aria-current]")).to_have_attribute("data-key", key)

    def rows(self) -> dict[str, Any]:
        """The state as the database has it."""
        with self.app.app_context():
            return public_state(db.session.get_one(DesignSession, self.id))


def button(page: Page, name: str) -> None:
    """Press a button of the desk by what it does, on whichever bar it stands."""
    page.locator(f'[data-desk] > [data-do="{name}"]').click()


def write(page: Page, text: str, column: int = 0) -> None:
    """Write a card into a column and add it."""
    tabs = page.locator("[data-column-tabs] button")
    if tabs.nth(column).is_visible():
        tabs.nth(column).click()
    field = page.locator(".column").nth(column).locator(".card-input")
    field.fill(text)
    field.press("Enter")


def state_of(page: Page) -> str:
    """What a browser has folded together, as a text that can be compared."""
    return str(page.evaluate(f"({ORDERED})(document.querySelector('trama-board').state)"))
