"""A whole design session in real browsers: a facilitator and five people, two of them on phones, with accidents."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import timedelta
from typing import Any

import pytest
from flask import Flask
from playwright.sync_api import BrowserContext, Locator, Page, expect

from app.core.clock import now
from app.core.database import db
from app.features.accounts.models import ClusterRole, Person
from app.features.design.models import DesignSession, SealedAuthor
from app.features.design.presenters.state import public_state
from tests.e2e.conftest import DESK, PHONE
from tests.live.conftest import cookie_of
from tests.support.app import LiveServer, sign_in
from tests.support.factories import Make

pytestmark = pytest.mark.slow
PATIENCE = 40_000
PEOPLE = (
    ("Giulia Ravera", "Il Filo Verde", "IT", "it", PHONE),
    ("Marek Wójcik", "Zielona Spółdzielnia", "PL", "pl", PHONE),
    ("Camille Dubois", "Atelier du Lin", "FR", "fr", DESK),
    ("Eleni Pavlou", "Prasini Geitonia", "CY", "el", DESK),
    ("Pieter Claes", "Zaadgoed", "BE", "en", DESK),
)
CANARY = "Nobody may know that I wrote this"
ORDERED = """state => JSON.stringify(state, (key, value) => value && typeof value === "object" && !Array.isArray(value)
  ? Object.fromEntries(Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1))) : value)"""


@pytest.fixture(autouse=True)
def patience() -> Iterator[None]:
    """A busy machine may take its time; what is expected stays the same."""
    expect.set_options(timeout=PATIENCE)
    yield
    expect.set_options(timeout=5000)


class Meeting:
    """Everybody with a browser of her own, at one design session."""

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
        cookie = cookie_of(self.app, sign_in(self.app, person))
        context.add_cookies([{"name": "trama", "value": cookie, "url": self.server.url}])
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

    def rows(self) -> dict[str, Any]:
        """The state as the database has it."""
        with self.app.app_context():
            return public_state(db.session.get_one(DesignSession, self.id))


@pytest.fixture
def meeting(
    app: Flask, live_server: LiveServer, make: Make, new_context: Callable[..., BrowserContext]
) -> Meeting:
    """The people of a meeting; nothing is prepared yet."""
    return Meeting(app, live_server, make, new_context)


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


def drag_by_touch(page: Page, card: Locator, beyond: Locator) -> None:
    """Hold a card with a finger until it comes off, and let it go below another."""
    card.evaluate("card => card.scrollIntoView({ block: 'start' })")
    begin, end = card.bounding_box(), beyond.bounding_box()
    assert begin and end
    touches = page.context.new_cdp_session(page)

    def touch(kind: str, *points: tuple[float, float]) -> None:
        told = [{"x": x, "y": y} for x, y in points]
        touches.send("Input.dispatchTouchEvent", {"type": kind, "touchPoints": told})

    x, y, bottom = begin["x"] + 20, begin["y"] + 15, end["y"] + end["height"]
    touch("touchStart", (x, y))
    expect(page.locator(".card-ghost")).to_be_attached()
    for part in (0.3, 0.7, 1):
        touch("touchMove", (x, y + (bottom - y) * part))
    touch("touchEnd")


def hold_at_the_edge(page: Page, card: Locator) -> None:
    """Hold a card with a finger at the foot of a small screen until the board has scrolled, then let it be."""
    whole = page.viewport_size
    assert whole
    page.set_viewport_size({"width": whole["width"], "height": 420})
    card.evaluate("card => card.scrollIntoView({ block: 'center' })")
    board, box = page.locator(".board-main"), card.bounding_box()
    room = board.bounding_box()
    assert box and room
    before = board.evaluate("board => board.scrollTop")
    touches = page.context.new_cdp_session(page)
    x, y, foot = box["x"] + 20, box["y"] + 15, min(room["y"] + room["height"], 420) - 2
    for kind, at in (("touchStart", y), ("touchMove", foot)):
        touches.send("Input.dispatchTouchEvent", {"type": kind, "touchPoints": [{"x": x, "y": at}]})
        expect(page.locator(".card-ghost")).to_be_attached()
    page.wait_for_function("before => document.querySelector('.board-main').scrollTop > before", arg=before)
    touches.send("Input.dispatchTouchEvent", {"type": "touchCancel", "touchPoints": []})
    expect(page.locator(".card-ghost")).to_have_count(0)
    page.set_viewport_size(whole)


def state_of(page: Page) -> str:
    """What a browser has folded together, as a text that can be compared."""
    return str(page.evaluate(f"({ORDERED})(document.querySelector('trama-board').state)"))


def wait_for_phase(pages: list[Page], title: str) -> None:
    """Wait until everybody is in a phase."""
    for page in pages:
        expect(page.locator("[data-phases] [aria-current]")).to_contain_text(title)


def test_ninety_minutes_with_accidents_end_with_one_board_and_a_report(meeting: Meeting) -> None:
    desk = meeting.browser(meeting.facilitator, DESK)
    desk.goto(f"{meeting.server.url}/en/initiatives/{meeting.initiative.slug}")
    desk.get_by_role("link", name="New design session").click()
    desk.get_by_label("What is it called?").fill("Seeds in five soils")
    desk.get_by_role("button", name="Prepare it").click()
    desk.wait_for_url("**/prepare")
    meeting.id = int(desk.url.rstrip("/").split("/")[-2])
    desk.get_by_role("button", name="Begin now").click()
    desk.wait_for_url("**/board")
    pages = [meeting.enter(place) for place in range(5)]
    giulia, marek, camille, eleni, pieter = pages

    # Silent writing: nobody sees what others write, and one of them loses the network.
    button(desk, "next")
    wait_for_phase(pages, "Discover")
    write(giulia, "Vogliamo scambiare i semi")
    write(camille, "La chaleur abîme les graines", 1)
    write(eleni, "Ζέστη στο ταχυδρομείο", 1)
    write(pieter, CANARY, 2)
    marek.context.set_offline(True)
    write(marek, "Szkoły oddają nasiona")
    expect(marek.locator(".card-pending")).to_have_count(1)
    marek.context.set_offline(False)
    expect(desk.locator("[data-column-count]").first).to_have_text("2 cards are written")
    expect(desk.locator(".card")).to_have_count(0)
    assert CANARY not in desk.content() and CANARY not in giulia.content()

    # The process dies while somebody writes; the half-typed card is still there.
    eleni.locator(".card-input").nth(2).fill("Μισή σκέψη")
    meeting.server.kill()
    meeting.server.start()
    expect(eleni.locator(".card-input").nth(2)).to_have_value("Μισή σκέψη")

    # The reveal is the same for all, without names.
    button(desk, "next")
    wait_for_phase(pages, "Read")
    for page in (desk, camille, eleni, pieter):
        expect(page.locator(".columns .card, [data-columns] .card")).to_have_count(5)
    for card in meeting.rows()["cards"].values():
        assert "author" not in card and "country" not in card

    # A finger moves a card; putting together by keyboard alone.
    button(desk, "next")
    wait_for_phase(pages, "Define")
    cards = giulia.locator(".column[data-current] .card[data-can-move]")
    expect(cards).to_have_count(2)
    upper = cards.first.locator("[data-card-text]").inner_text()
    hold_at_the_edge(giulia, cards.first)
    drag_by_touch(giulia, cards.first, cards.last)
    expect(cards.last).to_contain_text(upper)
    boxes = camille.locator("[data-columns] [data-card-pick]:visible")
    expect(boxes.first).to_be_visible()
    first = camille.locator("[data-columns] .card").first
    said = first.locator("[data-card-text]").inner_text()
    expect(first.locator("[data-card-more]")).to_have_accessible_description(said)
    for place in (0, 1):
        boxes.nth(place).focus()
        camille.keyboard.press("Space")
    camille.get_by_label("Name of the group").fill("Warmth and post")
    camille.keyboard.press("Enter")
    expect(desk.locator("[data-cluster-name]")).to_have_text("Warmth and post")

    # How might we, then the vote: three points each, not one more.
    button(desk, "next")
    wait_for_phase(pages, "How might we")
    write(pieter, "How might we lend seed boxes?", 3)
    button(desk, "next")
    wait_for_phase(pages, "Vote")
    more = pieter.locator(".cluster-box [data-vote='1']").first
    for _ in range(3):
        more.click()
    expect(more).to_be_disabled()
    marek.context.set_offline(True)
    marek.locator("[data-column-tabs] button").nth(3).click()
    marek.locator(".column[data-current] [data-vote='1']").first.click()
    marek.context.set_offline(False)
    expect(marek.locator("[data-asked]")).to_contain_text("2")

    # The facilitator's browser dies and comes back to the desk.
    context = desk.context
    desk.close()
    desk = context.new_page()
    desk.on("dialog", lambda dialog: dialog.accept())
    desk.goto(meeting.path("/board"))
    expect(desk.locator("[data-desk]")).to_be_visible()
    button(desk, "next")
    wait_for_phase(pages, "Develop")
    assert sum(meeting.rows()["votes"]["totals"].values()) == 4

    # Two small groups, merged back with where they came from.
    button(desk, "breakouts")
    desk.locator("[data-breakouts-sheet] select[name=size]").select_option("3")
    desk.get_by_role("button", name="Compose groups").click()
    expect(desk.locator("[data-groups] > li")).to_have_count(2)
    desk.get_by_role("button", name="Open these groups").click()
    for page in pages:
        expect(page.locator("[data-group-banner]")).to_be_visible()
        page.locator(".card-input:visible").first.fill("An idea of ours")
        page.locator(".card-input:visible").first.press("Enter")
        expect(page.locator(".card-pending")).to_have_count(0)
    button(desk, "breakouts")
    desk.get_by_role("button", name="Bring their cards back to everybody").click()
    expect(camille.locator("[data-group-banner]")).to_be_hidden()
    origins = {card.get("origin") for card in meeting.rows()["cards"].values()} - {None}
    assert len(origins) == 2

    # Consent with one objection that is integrated.
    button(desk, "next")
    wait_for_phase(pages, "Decide")
    desk.locator("[data-winners] button").first.click()
    expect(desk.locator("[data-proposal-form] .origin")).to_have_count(2)
    desk.get_by_label("A wording that can be decided on").fill("We lend seed boxes by post.")
    desk.locator("[data-proposal-form] button[type=submit]").click()
    for name in ("On to the reactions", "On to the objections"):
        desk.get_by_role("button", name=name).click()
    eleni.get_by_label("What harm would it do?").fill("Η ζέστη τους χαλάει")
    eleni.locator("[data-objection-form] button").click()
    expect(desk.locator("[data-objections]")).to_contain_text("Η ζέστη τους χαλάει")
    desk.get_by_role("button", name="On to the integration").click()
    desk.get_by_label("The new wording").fill("We lend seed boxes by post, never in July or August.")
    desk.get_by_role("button", name="Use this wording").click()
    expect(giulia.locator("[data-wording] ins")).to_contain_text("never")
    eleni.get_by_role("button", name="It is met now").click()
    expect(desk.locator("[data-objections]")).to_contain_text("· met")
    desk.get_by_role("button", name="Test it again").click()
    desk.get_by_role("button", name="Nothing stands: agreed").click()
    expect(pieter.locator("[data-stages] [aria-current]")).to_have_text("Agreed")

    # Three commitments, each with an organisation, somebody and a day.
    button(desk, "next")
    wait_for_phase(pages, "Commit")
    for page, name in ((camille, "Atelier du Lin"), (eleni, "Prasini Geitonia"), (pieter, "Zaadgoed")):
        form = page.locator("[data-commitment-form]")
        form.locator("[name=organisation]").select_option(label=name)
        form.locator("[name=what]").fill(f"{name} sends the first box")
        form.locator("button[type=submit]").click()
        expect(form.locator("[data-problem]")).to_contain_text("Choose the day")
        form.locator("[name=by_when]").fill((now() + timedelta(days=30)).date().isoformat())
        form.locator("button[type=submit]").click()
        expect(page.locator(".commitment", has_text=name)).to_have_count(1)
    expect(desk.locator(".commitment")).to_have_count(3)

    # One board everywhere, equal to the rows; the report, and the way back through it.
    button(desk, "next")
    wait_for_phase(pages, "Check-out")
    expect(desk.locator(".commitment")).to_have_count(3)
    final = state_of(desk)
    for page in pages:
        page.wait_for_function(
            f"final => ({ORDERED})(document.querySelector('trama-board').state) === final", arg=final
        )
    button(desk, "close")
    desk.wait_for_url("**/report")
    expect(desk.locator("h1")).to_contain_text("1 decision")
    expect(desk.locator(".report")).to_contain_text("never in July or August")
    expect(desk.locator(".outcome a[href^='#card-']")).to_have_count(2)
    expect(desk.locator(".outcome a[href^='#vote-']")).to_contain_text("3 points")
    closed = meeting.rows()
    replay = meeting.browser(meeting.people[2], DESK)
    replay.goto(meeting.path("/replay"))
    expect(replay.locator("trama-replay[data-ready]")).to_be_attached()
    last = replay.evaluate("document.querySelector('trama-replay').states.at(-1)")
    assert last == closed
    with meeting.app.app_context():
        assert db.session.query(SealedAuthor).count() == 0
