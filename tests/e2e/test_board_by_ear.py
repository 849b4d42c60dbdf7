"""A design session by keyboard and by ear: every act is answered, what others do is told, the focus is never lost."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest
from flask import Flask
from playwright.sync_api import BrowserContext, Locator, Page, expect

from app.features.accounts.models import Person
from app.features.design.presenters.board_announcements import SILENT_COMMANDS
from app.features.design.services import drafts
from app.features.design.sockets import COMMANDS
from tests.e2e.conftest import DESK, let_in
from tests.e2e.listener import Listener
from tests.e2e.talk import PATIENCE
from tests.features.design.conftest import CLUSTER, COMMITMENTS, Table
from tests.support.app import LiveServer
from tests.support.axe import faults
from tests.support.factories import Make

pytestmark = pytest.mark.slow
OPEN_WRITING = {"kind": "how_might_we", "title": "Write", "prompt": "What helps?", "minutes": 10}
SILENCE = {"kind": "silent_writing", "title": "Silence", "minutes": 10}
VOTE = {"kind": "dot_vote", "title": "Vote", "minutes": 10, "policy": {"vote": 2}}
CONSENT = {"kind": "consent", "title": "Decide", "minutes": 10}
SMALL_GROUPS = {"kind": "breakout", "title": "Groups", "minutes": 10}
WITHOUT_CONTROL = {"design_commit_change"}
"""What only programs send."""


@pytest.fixture(autouse=True)
def patience() -> Iterator[None]:
    """A busy machine may take its time; what is expected stays the same."""
    expect.set_options(timeout=PATIENCE)
    yield
    expect.set_options(timeout=5000)


class Seat:
    """Somebody at the board, with a listener."""

    def __init__(self, page: Page) -> None:
        self.page = page
        self.ear = Listener(page)
        self.hears = self.ear.hears
        self.press = page.keyboard.press

    def finds_nothing(self) -> None:
        """There is nothing for axe to find in the page as it stands, with what is open."""
        assert faults(self.page) == []

    def column(self, place: int) -> Locator:
        """A column from the left."""
        return self.page.locator("[data-columns] > .column").nth(place)

    def card(self, text: str) -> Locator:
        """The card with a text."""
        return self.page.locator("[data-columns] .card", has_text=text)

    def choose(self, opener: Locator, name: str) -> None:
        """Open the dialog of a card or of a group, and press what it offers."""
        opener.click()
        self.page.locator("[data-card-sheet]").get_by_role("button", name=name).click()

    def of_card(self, text: str, name: str) -> None:
        """Do something with a card by its dialog."""
        self.choose(self.card(text).locator("[data-card-more]"), name)

    def desk(self, name: str) -> None:
        """Press a button of the desk's bar, or of its sheet."""
        button = self.page.locator(f'[data-desk] > [data-do="{name}"]')
        if not button.count():
            if not self.page.locator("#desk-more").is_visible():
                self.page.locator("[popovertarget=desk-more]").click()
            button = self.page.locator(f'#desk-more [data-do="{name}"]:visible')
        button.click()

    def confirm(self, question: str) -> None:
        """Say yes to what is asked, by keyboard; the answer that changes nothing has the focus first."""
        asks = self.page.get_by_role("alertdialog", name=question)
        expect(asks.get_by_role("button", name="Leave it as it is")).to_be_focused()
        self.finds_nothing()
        self.press("Shift+Tab")
        self.press("Enter")
        expect(asks).to_be_hidden()

    def of_person(self, name: str, act: str) -> None:
        """Do something for somebody who takes part."""
        if not self.page.locator("#board-side").is_visible():
            self.page.locator(".board-side-open").click()
        person = self.page.locator(".board-person", has_text=name)
        if person.locator("details[open]").count() == 0:
            person.locator("summary").click()
        person.get_by_role("button", name=act).click()


class Board:
    """A facilitator and a member at one board, each with a browser."""

    def __init__(
        self, app: Flask, server: LiveServer, make: Make, new_context: Callable[..., BrowserContext]
    ) -> None:
        self.app, self.server, self.new_context = app, server, new_context
        self.table = Table(app, make)
        self.table.prepare(
            *(OPEN_WRITING, SILENCE, CLUSTER, SMALL_GROUPS, VOTE, CONSENT, COMMITMENTS),
            columns=("Ideas", "Later"),
        )
        with self.table.acting(self.table.facilitator) as actor:
            drafts.open_for_cards(actor, self.table.id)
        for person in self.table.people:
            self.table.do(person, "join")
        self.desk = self.enter(self.table.facilitator)
        self.giulia = self.enter(self.table.people[0])

    def enter(self, person: Person) -> Seat:
        """Somebody opens the board."""
        context = self.new_context(viewport=DESK, locale="en")
        context.set_default_timeout(PATIENCE)
        let_in(context, self.app, person, self.server.url)
        seat = Seat(context.new_page())
        seat.page.goto(f"{self.server.url}/en/design-sessions/{self.table.id}/board")
        expect(seat.page.locator("trama-board")).to_be_attached()
        return seat

    def both_hear(self, name: str, sentence: str) -> None:
        """The desk does something, and hears it as the others do."""
        with self.giulia.hears(sentence, focused=False), self.desk.hears(sentence):
            self.desk.desk(name)


def write(board: Board) -> None:
    """Cards are written, changed, moved and removed by keyboard."""
    giulia, press = board.giulia, board.giulia.press
    board.both_hear("start", "We begin. Write. What helps?")
    with giulia.hears("Write something first."):
        giulia.column(0).locator(".card-input").focus()
        press("Enter")
    field = giulia.column(0).locator(".card-input")
    expect(field).to_have_accessible_description("Write something first.")
    giulia.finds_nothing()
    for text in ("Seeds by post", "Seed boxes", "Nothing at all", "Post vans"):
        with giulia.hears("Added to Ideas."):
            giulia.page.keyboard.type(text)
            press("Enter")
        expect(giulia.page.locator(".card-pending")).to_have_count(0)
    card = giulia.card("Seed boxes")
    with giulia.hears("Moved: 1 of 4 in Ideas."):
        card.focus()
        press("Alt+ArrowUp")
    expect(card).to_be_focused()
    with giulia.hears("Moved: 1 of 1 in Later."):
        press("Alt+ArrowRight")
    expect(giulia.column(1).locator(".card")).to_be_focused()
    press("Alt+ArrowRight")
    with giulia.hears("Moved: 4 of 4 in Ideas."):
        giulia.of_card("Seed boxes", "Move to “Ideas”")
    expect(card.locator("[data-card-more]")).to_be_focused()
    with giulia.hears("The card is changed."):
        giulia.of_card("Seed boxes", "Change the text")
        giulia.finds_nothing()
        giulia.page.locator("#card-sheet-field").fill("Seed boxes for five soils")
        giulia.page.locator("[data-sheet-form] button").click()
    with giulia.hears("The card is removed."):
        giulia.of_card("Nothing at all", "Remove it")
    expect(giulia.card("Nothing at all")).to_have_count(0)


def put_together(board: Board) -> None:
    """Arrows go from card to card, Space picks, a group is made and named."""
    desk, giulia, press = board.desk, board.giulia, board.giulia.press
    board.both_hear("next", "Now: Silence")
    board.both_hear("reveal", "The cards are revealed.")
    board.both_hear("next", "Now: Cluster")
    expect(giulia.card("five soils").locator("[data-card-pick]")).to_be_visible()
    giulia.card("five soils").focus()
    with giulia.hears("Cards picked: 1"):
        press("Space")
    press("ArrowUp")
    press("ArrowUp")
    expect(giulia.card("Seeds by post")).to_be_focused()
    press("Enter")
    expect(giulia.card("Seeds by post").locator("[data-card-pick]")).to_be_focused()
    press("Escape")
    expect(giulia.card("Seeds by post")).to_be_focused()
    with giulia.hears("Cards picked: 2"):
        press("Space")
    with giulia.hears("Cards put together: 2. Warmth"):
        giulia.page.get_by_label("Name of the group").fill("Warmth")
        press("Enter")
    expect(giulia.page.locator(".cluster-box .card")).to_have_count(2)
    expect(giulia.card("five soils")).to_be_focused()
    with giulia.hears("The group is called Warm seeds now."):
        giulia.page.locator("[data-cluster-more]").click()
        giulia.page.locator("#card-sheet-field").fill("Warm seeds")
        giulia.page.locator("[data-sheet-form] button").click()
    for mark, sentence in (
        ("Pin it to the top", "The card is pinned to the top."),
        ("Put it out of sight", "The card is out of sight."),
    ):
        with desk.hears(sentence):
            desk.of_card("Seeds by post", mark)
    expect(desk.page.locator('[data-desk] > [data-do="undo"]')).to_be_enabled()
    with desk.hears("Undone."):
        desk.desk("undo")
    with giulia.hears("Moved: 1 of 3 in Ideas."):
        giulia.of_card("Seeds by post", "Take it out of its group")
    for text in ("Seeds by post", "Post vans"):
        giulia.card(text).focus()
        press("Space")
    with giulia.hears("Cards put together: 2. Post"):
        giulia.page.get_by_label("Name of the group").fill("Post")
        press("Enter")
    expect(desk.page.locator("[data-cluster-name]")).to_have_count(2)
    post = desk.page.locator(".cluster-box", has_text="Post vans").locator("[data-cluster-more]")
    with desk.hears("The two groups are one now."):
        desk.choose(post, "Join it with “Warm seeds”")
    expect(desk.page.locator("[data-cluster-name]")).to_have_count(1)
    with desk.hears("The group is taken apart."):
        desk.choose(desk.page.locator("[data-cluster-more]"), "Take the group apart")


def run_the_desk(board: Board) -> None:
    """What the desk does is heard by all, and hands are heard at the desk."""
    desk, giulia = board.desk, board.giulia
    for name, sentence in (
        ("pause", "The time stands still."),
        ("pause", "The time goes on. Minutes left:"),
        ("add", "The time was changed. Minutes left: 1"),
        ("lock", "Writing is locked for now."),
        ("lock", "You can write again."),
        ("freeze", "Everything stands still."),
        ("freeze", "It goes on."),
        ("round", "Everybody speaks once, one after the other."),
        ("round", "The round is over."),
    ):
        board.both_hear(name, sentence)
    with giulia.hears("To everybody: in Polish: Dzień dobry", focused=False), desk.hears("in Polish"):
        desk.desk("broadcast")
        expect(desk.page.locator("#broadcast-text")).to_be_focused()
        desk.finds_nothing()
        desk.page.locator("#broadcast-text").fill("Dzień dobry")
        desk.page.locator("#broadcast-sheet select").select_option("pl")
        desk.page.locator("#broadcast-sheet [type=submit]").click()
    assert giulia.page.locator("[data-announce] [lang=pl]").inner_text() == "Dzień dobry"
    expect(desk.page.locator("[popovertarget=desk-more]")).to_be_focused()
    hand, ready = giulia.page.locator("[data-hand]"), giulia.page.locator("[data-ready]")
    with giulia.hears("Your hand is up."), desk.hears("Giulia Rossi raises a hand."):
        hand.click()
    expect(hand).to_have_attribute("aria-pressed", "true")
    expect(hand).to_have_accessible_name("Raise your hand")
    with giulia.hears("You are ready."):
        ready.click()
    for act, sentence in (
        ("Let them only read", "Marek Wójcik may only read now."),
        ("Share the desk with them", "Marek Wójcik shares the desk."),
    ):
        with desk.hears(sentence):
            desk.of_person("Marek Wójcik", act)
    desk.of_person("Marek Wójcik", "Send them away")
    asks = desk.page.get_by_role("alertdialog", name="Send Marek Wójcik away?")
    expect(asks).to_contain_text("This cannot be undone.")
    desk.press("Escape")
    expect(asks).to_be_hidden()
    expect(desk.page.locator(".board-side-open")).to_be_focused()


def work_in_groups(board: Board) -> None:
    """In small groups one hears with whom, and the desk hears who calls."""
    desk, giulia = board.desk, board.giulia
    board.both_hear("next", "Now: Groups")
    desk.desk("breakouts")
    expect(desk.page.locator("[data-breakouts-sheet] [name=size]")).to_be_focused()
    desk.page.locator("[data-breakouts-sheet] [name=size]").select_option("2")
    desk.page.get_by_role("button", name="Compose groups").click()
    with (
        giulia.hears("The small groups begin. You are in", focused=False),
        desk.hears("The small groups begin."),
    ):
        desk.page.get_by_role("button", name="Open these groups").click()
    with giulia.hears("The facilitator is called."), desk.hears("calls you."):
        giulia.page.locator("[data-call]").click()
    with desk.hears("The facilitator comes to"):
        desk.page.locator("[data-board-tabs] button", has_text="calls you").click()
    with desk.hears("Their cards are on the board of everybody."):
        desk.desk("breakouts")
        desk.page.get_by_role("button", name="Bring their cards back to everybody").click()
        target = desk.page.get_by_label("Column into which their cards go")
        expect(target).to_be_focused()
        target.select_option("Ideas")
        desk.page.get_by_role("button", name="Bring their cards back to everybody").click()


def vote_and_decide(board: Board) -> None:
    """Points, stances and objections are answered, and one sees one's own."""
    desk, giulia = board.desk, board.giulia
    board.both_hear("next", "Now: Vote")
    more = giulia.card("Seeds by post").locator("[data-vote='1']")
    with giulia.hears("Points here: 1. Points left: 1."):
        more.click()
    with giulia.hears("Points here: 2. Points left: 0."):
        more.click()
    expect(more).to_be_focused()
    board.both_hear("next", "Now: Decide")
    form = desk.page.locator("[data-proposal-form]")
    form.locator("[type=submit]").click()
    expect(form.locator("[name=text]")).to_be_focused()
    expect(form.locator("[name=text]")).to_have_accessible_description("Write the wording.")
    with (
        giulia.hears("A proposal is on the table: We lend boxes.", focused=False),
        desk.hears("on the table"),
    ):
        form.locator("[name=text]").fill("We lend boxes.")
        form.locator("[type=submit]").click()
    stances, waits = (
        giulia.page.locator(".proposal > .actions").first.locator("button:visible"),
        giulia.page.locator("[data-stance-waits]"),
    )
    expect(stances).to_have_count(0)
    expect(waits).to_have_text("Questions are being clarified. Reactions come next.")
    for name, sentence, wait, offered in (
        ("On to the reactions", "this step: React.", "Objections come next.", 2),
        ("On to the objections", "this step: Object.", "", 3),
    ):
        with giulia.hears(sentence, focused=False), desk.hears(sentence):
            desk.page.get_by_role("button", name=name).click()
        expect(stances).to_have_count(offered)
        expect(waits).to_contain_text(wait)
    concern = giulia.page.get_by_role("button", name="I have a concern")
    with giulia.hears("Your concern is counted."):
        concern.click()
    expect(concern).to_have_attribute("aria-pressed", "true")
    objection = giulia.page.locator("[data-objection-form]")
    giulia.page.get_by_role("button", name="I object…").click()
    objection.locator("button").click()
    expect(objection.locator("[name=text]")).to_have_accessible_description("Write what harm it would do.")
    giulia.finds_nothing()
    with giulia.hears("Your objection stands."), desk.hears("Giulia Rossi objects: in Italian: Fa caldo"):
        objection.locator("[name=text]").fill("Fa caldo")
        objection.locator("select").select_option("it")
        objection.locator("button").click()
    with giulia.hears("this step: Integrate."):
        desk.page.get_by_role("button", name="On to the integration").click()
    with giulia.hears("The proposal has a new wording: We lend boxes in winter."):
        desk.page.get_by_role("button", name="Change the wording…").click()
        desk.page.get_by_label("The new wording").fill("We lend boxes in winter.")
        desk.page.get_by_role("button", name="Use this wording").click()
    with giulia.hears("Your objection is met."), desk.hears("An objection is met."):
        giulia.page.get_by_role("button", name="It is met now").click()


def commit_and_close(board: Board) -> None:
    """A commitment is answered; the end is heard by all."""
    desk, giulia = board.desk, board.giulia
    board.both_hear("next", "Now: Commit")
    form = giulia.page.locator("[data-commitment-form]")
    form.locator("[name=what]").fill("We send the first box")
    form.locator("[type=submit]").click()
    expect(form.locator("[name=by_when]")).to_have_accessible_description(
        "Choose the day by which it is done."
    )
    with (
        giulia.hears("The commitment is written down."),
        desk.hears("commits to this: We send the first box"),
    ):
        form.locator("[name=by_when]").fill("2100-05-01")
        form.locator("[type=submit]").click()
    with giulia.hears("The design session is closed.", focused=False), desk.hears("is closed."):
        desk.desk("close")
        desk.confirm("Close the design session?")
    done = {command.event for command in COMMANDS} - SILENT_COMMANDS.keys() - WITHOUT_CONTROL
    assert sorted(done - desk.ear.sent - giulia.ear.sent) == []


def test_every_act_at_a_board_is_answered_and_the_focus_is_never_lost(
    app: Flask, live_server: LiveServer, make: Make, new_context: Callable[..., BrowserContext]
) -> None:
    board = Board(app, live_server, make, new_context)
    write(board)
    put_together(board)
    run_the_desk(board)
    work_in_groups(board)
    vote_and_decide(board)
    commit_and_close(board)
