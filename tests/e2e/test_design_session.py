"""A whole design session in real browsers: a facilitator and five people, two of them on phones, with accidents."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import timedelta

import pytest
from flask import Flask
from playwright.sync_api import BrowserContext, expect

from app.core.clock import now
from app.core.database import db
from app.core.transactions import write_transaction
from app.features.accounts.models import ClusterRole
from app.features.design.models.board import SealedAuthor
from app.features.design.models.sessions import DesignSession
from tests.e2e.conftest import DESK
from tests.e2e.meeting import ORDERED, PATIENCE, Meeting, button, state_of, write
from tests.e2e.touch import drag_by_touch, hold_at_the_edge
from tests.support.app import LiveServer
from tests.support.factories import Make

pytestmark = pytest.mark.slow
CANARY = "Nobody may know that I wrote this"


@pytest.fixture(autouse=True)
def patience() -> Iterator[None]:
    """A busy machine may take its time; what is expected stays the same."""
    expect.set_options(timeout=PATIENCE)
    yield
    expect.set_options(timeout=5000)


@pytest.fixture
def meeting(
    app: Flask, live_server: LiveServer, make: Make, new_context: Callable[..., BrowserContext]
) -> Meeting:
    """The people of a meeting; nothing is prepared yet."""
    return Meeting(app, live_server, make, new_context)


def prepare_and_come_in(meeting: Meeting) -> None:
    """A facilitator prepares the session on an initiative's page and begins it; the five come in."""
    meeting.desk = meeting.browser(meeting.facilitator, DESK)
    meeting.desk.goto(f"{meeting.server.url}/en/initiatives/{meeting.initiative.slug}")
    meeting.desk.get_by_role("link", name="New design session").click()
    meeting.desk.get_by_label("What is it called?").fill("Seeds in five soils")
    meeting.desk.get_by_role("button", name="Prepare it").click()
    meeting.desk.wait_for_url("**/prepare")
    meeting.id = int(meeting.desk.url.rstrip("/").split("/")[-2])
    meeting.desk.get_by_role("button", name="Begin now").click()
    meeting.desk.wait_for_url("**/board")
    meeting.come_in()


def write_in_silence(meeting: Meeting) -> None:
    """Silent writing: nobody sees what others write, and one of them loses the network."""
    meeting.go_on("Discover")
    expect(meeting.giulia.locator("[data-phases] [aria-current]")).to_contain_text("Scoprire")
    write(meeting.giulia, "Vogliamo scambiare i semi")
    write(meeting.camille, "La chaleur abîme les graines", 1)
    write(meeting.eleni, "Ζέστη στο ταχυδρομείο", 1)
    write(meeting.pieter, CANARY, 2)
    meeting.marek.context.set_offline(True)
    write(meeting.marek, "Szkoły oddają nasiona")
    expect(meeting.marek.locator(".card-pending")).to_have_count(1)
    meeting.marek.context.set_offline(False)
    expect(meeting.desk.locator("[data-column-count]").first).to_have_text("2 cards are written")
    expect(meeting.desk.locator(".card")).to_have_count(0)
    for page in (meeting.giulia, meeting.desk):
        assert page.evaluate("document.documentElement.scrollHeight <= innerHeight"), (
            "the page itself scrolls"
        )
    assert CANARY not in meeting.desk.content() and CANARY not in meeting.giulia.content()


def lose_the_process(meeting: Meeting) -> None:
    """The process dies while somebody writes; the half-typed card is still there."""
    meeting.eleni.locator(".card-input").nth(2).fill("Μισή σκέψη")
    meeting.server.kill()
    meeting.server.start()
    expect(meeting.eleni.locator(".card-input").nth(2)).to_have_value("Μισή σκέψη")


def reveal(meeting: Meeting) -> None:
    """The reveal is the same for all, without names."""
    meeting.go_on("Read")
    for page in (meeting.desk, meeting.camille, meeting.eleni, meeting.pieter):
        expect(page.locator(".columns .card, [data-columns] .card")).to_have_count(5)
    # A phone makes the cards of the column that it shows, and of no other.
    tabs, cards = (
        meeting.marek.locator("[data-column-tabs] button"),
        meeting.marek.locator("[data-columns] .card"),
    )
    for column, texts in ((1, ["La chaleur", "Ζέστη"]), (0, ["Vogliamo", "Szkoły"])):
        tabs.nth(column).click()
        expect(cards).to_have_count(len(texts))
        for text in texts:
            expect(meeting.marek.locator(".column[data-current] .card", has_text=text)).to_be_visible()
    for card in meeting.rows()["cards"].values():
        assert "author" not in card and "country" not in card


def move_and_put_together(meeting: Meeting) -> None:
    """A finger moves a card; putting together by keyboard alone."""
    meeting.go_on("Define")
    cards = meeting.giulia.locator(".column[data-current] .card[data-can-move]")
    expect(cards).to_have_count(2)
    upper = cards.first.locator("[data-card-text]").inner_text()
    hold_at_the_edge(meeting.giulia, cards.first)
    drag_by_touch(meeting.giulia, cards.first, cards.last)
    expect(cards.last).to_contain_text(upper)
    boxes = meeting.camille.locator("[data-columns] [data-card-pick]:visible")
    expect(boxes.first).to_be_visible()
    first = meeting.camille.locator("[data-columns] .card").first
    said = first.locator("[data-card-text]").inner_text()
    expect(first.locator("[data-card-more]")).to_have_accessible_description(said)
    for place in (0, 1):
        boxes.nth(place).focus()
        meeting.camille.keyboard.press("Space")
    meeting.camille.get_by_label("Name of the group").fill("Warmth and post")
    meeting.camille.keyboard.press("Enter")
    expect(meeting.desk.locator("[data-cluster-name]")).to_have_text("Warmth and post")


def ask_and_vote(meeting: Meeting) -> None:
    """How might we, then the vote: three points each, not one more."""
    meeting.go_on("How might we")
    write(meeting.pieter, "How might we lend seed boxes?", 3)
    expect(meeting.desk.locator("[data-columns] .card", has_text="lend seed boxes")).to_be_attached()
    next_phase = meeting.desk.locator('[data-desk] > [data-do="next"]')
    next_phase.dblclick()
    meeting.are_at("Vote")
    expect(meeting.desk.locator("[data-board-problem]")).to_contain_text("changed already")
    more = meeting.pieter.locator(".cluster-box [data-vote='1']").first
    for _ in range(3):
        more.click()
    expect(more).to_be_disabled()
    meeting.marek.locator("[data-column-tabs] button").nth(3).click()
    expect(meeting.marek.locator(".column[data-current] [data-vote='1']").first).to_be_visible()
    meeting.marek.context.set_offline(True)
    meeting.marek.locator(".column[data-current] [data-vote='1']").first.click()
    meeting.marek.context.set_offline(False)
    expect(meeting.marek.locator("[data-asked]")).to_contain_text("2")


def lose_the_desk(meeting: Meeting) -> None:
    """The facilitator's browser dies: a manager takes the desk after a minute, and she takes it back."""
    context = meeting.desk.context
    meeting.desk.close()
    with meeting.app.app_context(), write_transaction():
        held = db.session.get_one(DesignSession, meeting.id)
        held.desk_seen_at = now() - timedelta(seconds=70)
    manager = meeting.browser(meeting.make.person("Sofia Lind", role=ClusterRole.MANAGER), DESK)
    manager.goto(meeting.path("/board"))
    manager.locator("[data-take-desk]").get_by_role("button", name="Take the desk").click()
    expect(manager.locator("[data-desk]")).to_be_visible()
    manager.locator("[data-desk] .desk-open").click()
    expect(manager.locator("#desk-more [data-do=repeat]")).to_be_visible()
    manager.context.close()
    meeting.desk = context.new_page()
    meeting.desk.goto(meeting.path("/board"))
    expect(meeting.desk.locator("[data-desk]")).to_be_visible()
    meeting.desk.locator("[data-desk] .desk-open").click()
    meeting.desk.locator("#desk-more [data-do=take]").click()
    expect(meeting.desk.locator("#desk-more [data-do=take]")).to_be_hidden()
    meeting.desk.keyboard.press("Escape")
    meeting.go_on("Develop")
    assert sum(meeting.rows()["votes"]["totals"].values()) == 4


def work_in_small_groups(meeting: Meeting) -> None:
    """Two small groups, merged back with where they came from."""
    button(meeting.desk, "breakouts")
    meeting.desk.locator("[data-breakouts-sheet] select[name=size]").select_option("3")
    meeting.desk.get_by_role("button", name="Compose groups").click()
    expect(meeting.desk.locator("[data-groups] > li")).to_have_count(2)
    meeting.desk.get_by_role("button", name="Open these groups").click()
    for page in meeting.pages:
        expect(page.locator("[data-group-banner]")).to_be_visible()
        page.locator(".card-input:visible").first.fill("An idea of ours")
        page.locator(".card-input:visible").first.press("Enter")
        expect(page.locator(".card-pending")).to_have_count(0)
    button(meeting.desk, "breakouts")
    columns = {column["title"]: key for key, column in meeting.rows()["columns"].items()}
    expect(meeting.desk.get_by_label("Column into which their cards go")).to_have_value(columns["Ideas"])
    meeting.desk.get_by_role("button", name="Bring their cards back to everybody").click()
    expect(meeting.camille.locator("[data-group-banner]")).to_be_hidden()
    origins = {card.get("origin") for card in meeting.rows()["cards"].values()} - {None}
    assert len(origins) == 2
    ideas = {card["column"] for card in meeting.rows()["cards"].values() if card.get("origin")}
    assert [meeting.rows()["columns"][column]["title"] for column in ideas] == ["Ideas"]


OFFERED = """([id, acts]) => {
  const shown = [...document.querySelectorAll(`.proposal[data-key="${id}"] [data-decide]`)]
    .filter((each) => each.checkVisibility() && each.getAttribute("aria-disabled") !== "true");
  const names = [...new Set(shown.map((each) => each.dataset.decide))].sort();
  return names.join() === acts.join() ? "" : `shown: ${names}, allowed: ${acts}`;
}"""


def compare_offers(meeting: Meeting) -> None:
    """Every page offers exactly what the server allows its reader to do with the proposal."""
    for page in (meeting.desk, *meeting.pages):
        asked = page.request.get(f"{meeting.server.url}/api/v1/design-sessions/{meeting.id}/mine")
        for number, acts in asked.json()["decide"].items():
            page.wait_for_function(f"asked => ({OFFERED})(asked) === ''", arg=[number, sorted(acts)])


def decide(meeting: Meeting) -> None:
    """Consent with one objection that is integrated."""
    meeting.go_on("Decide")
    meeting.desk.locator("[data-winners] button").first.click()
    expect(meeting.desk.locator("[data-proposal-form] .origin")).to_have_count(2)
    meeting.desk.get_by_label("A wording that can be decided on").fill("We lend seed boxes by post.")
    meeting.desk.locator("[data-proposal-form] button[type=submit]").click()
    for name in ("On to the reactions", "On to the objections"):
        meeting.desk.get_by_role("button", name=name).click()
    agreed = meeting.desk.get_by_role("button", name="Nothing stands: agreed")
    expect(meeting.desk.locator("[data-silent]")).to_contain_text("Eleni Pavlou")
    compare_offers(meeting)
    meeting.eleni.get_by_role("button", name="I object…").click()
    expect(meeting.eleni.get_by_label("What harm would it do?")).to_be_focused()
    meeting.eleni.get_by_label("What harm would it do?").fill("Η ζέστη τους χαλάει")
    meeting.eleni.keyboard.press("Enter")
    expect(meeting.desk.locator("[data-objections]")).to_contain_text("Η ζέστη τους χαλάει")
    expect(meeting.desk.locator("[data-silent]")).not_to_contain_text("Eleni Pavlou")
    expect(agreed).to_be_hidden()
    compare_offers(meeting)
    meeting.desk.get_by_role("button", name="On to the integration").click()
    meeting.desk.get_by_role("button", name="Change the wording…").click()
    expect(meeting.desk.get_by_label("The new wording")).to_have_value("We lend seed boxes by post.")
    meeting.desk.get_by_label("The new wording").fill("We lend seed boxes by post, never in July or August.")
    meeting.desk.get_by_role("button", name="Use this wording").click()
    expect(meeting.giulia.locator("[data-wording] ins")).to_contain_text("never")
    meeting.desk.get_by_role("button", name="Test it again").click()
    expect(meeting.desk.locator("[data-objections]")).to_contain_text("not met by the new wording")
    compare_offers(meeting)
    meeting.eleni.get_by_role("button", name="It is met now").click()
    expect(meeting.desk.locator("[data-objections]")).to_contain_text("· met")
    consent = meeting.eleni.get_by_role("button", name="I consent")
    consent.click()
    expect(consent).to_have_attribute("aria-pressed", "true")
    agreed.click()
    expect(meeting.pieter.locator("[data-stages] [aria-current]")).to_have_text("Agreed")
    meeting.desk.get_by_role("button", name="Back to the objections").click()
    expect(meeting.pieter.locator("[data-stages] [aria-current]")).to_have_text("Object")
    agreed.click()
    expect(meeting.pieter.locator("[data-stages] [aria-current]")).to_have_text("Agreed")


def commit(meeting: Meeting) -> None:
    """Three commitments, each with an organisation, somebody and a day."""
    meeting.go_on("Commit")
    for page, name in (
        (meeting.camille, "Atelier du Lin"),
        (meeting.eleni, "Prasini Geitonia"),
        (meeting.pieter, "Zaadgoed"),
    ):
        form = page.locator("[data-commitment-form]")
        expect(form.locator("[name=organisation] option")).to_have_text([name])
        form.locator("[name=what]").fill(f"{name} sends the first box")
        form.locator("button[type=submit]").click()
        expect(form.locator(".field-error")).to_contain_text("Choose the day")
        form.locator("[name=by_when]").fill((now() + timedelta(days=30)).date().isoformat())
        form.locator("button[type=submit]").click()
        expect(page.locator(".commitment", has_text=name)).to_have_count(1)
    expect(meeting.desk.locator(".commitment")).to_have_count(3)


def close_and_look_back(meeting: Meeting) -> None:
    """One board everywhere, equal to the rows; the report, and the way back through it."""
    meeting.go_on("Check-out")
    expect(meeting.desk.locator(".commitment")).to_have_count(3)
    final = state_of(meeting.desk)
    for page in meeting.pages:
        page.wait_for_function(
            f"final => ({ORDERED})(document.querySelector('trama-board').state) === final", arg=final
        )
    expect(meeting.desk.locator('[data-desk] > [data-do="next"]')).to_have_text("Last phase")
    button(meeting.desk, "close")
    meeting.desk.get_by_role("alertdialog").get_by_role("button", name="Close it").click()
    meeting.desk.wait_for_url("**/report")
    expect(meeting.desk.locator("h1")).to_contain_text("1 decision")
    expect(meeting.desk.locator(".report")).to_contain_text("never in July or August")
    expect(meeting.desk.locator(".outcome a[href^='#card-']")).to_have_count(2)
    expect(meeting.desk.locator(".outcome a[href^='#vote-']")).to_contain_text("3 points")
    closed = meeting.rows()
    replay = meeting.browser(meeting.people[2], DESK)
    replay.goto(meeting.path("/replay"))
    expect(replay.locator("trama-replay[data-ready]")).to_be_attached()
    last = replay.evaluate("document.querySelector('trama-replay').states.at(-1)")
    assert last == closed
    with meeting.app.app_context():
        assert db.session.query(SealedAuthor).count() == 0


def test_ninety_minutes_with_accidents_end_with_one_board_and_a_report(meeting: Meeting) -> None:
    prepare_and_come_in(meeting)
    write_in_silence(meeting)
    lose_the_process(meeting)
    reveal(meeting)
    move_and_put_together(meeting)
    ask_and_vote(meeting)
    lose_the_desk(meeting)
    work_in_small_groups(meeting)
    decide(meeting)
    commit(meeting)
    close_and_look_back(meeting)
