"""Two tabs of one browser: what is written in one is nobody else's, and acts for whom its page was made."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from flask import Flask
from playwright.sync_api import BrowserContext, Page, expect

from tests.e2e.conftest import let_in
from tests.e2e.talk import Open, composer, connected, said, say
from tests.support.app import LiveServer
from tests.support.factories import Cast, Make

pytestmark = pytest.mark.usefixtures("patience")


def second_tab(page: Page, path: str = "/en/account") -> Page:
    """Another tab of the same browser."""
    other = page.context.new_page()
    other.goto(f"{page.url.split('/en/')[0]}{path}")
    return other


def act_for(page: Page, name: str) -> None:
    """Choose an organisation in a tab."""
    page.locator(".rail-foot .who").click()
    page.locator("#me").get_by_role("button", name=name).click()
    expect(page.locator(".rail-foot .who strong")).to_have_text(name)


@pytest.mark.parametrize(
    "choice", ["Send it as Zielona Spółdzielnia", "Go back to Il Filo Verde and send it"]
)
def test_message_written_for_the_organisation_of_before_is_asked_about(
    open_room: Open, make: Make, cast: Cast, choice: str
) -> None:
    make.member(cast.member, cast.other_organisation)
    page = open_room(cast.member)
    act_for(second_tab(page), "Zielona Spółdzielnia")
    say(page, "For whom is this?")
    question = page.locator("[data-actor-question]")
    expect(question).to_contain_text(
        "You now act for Zielona Spółdzielnia. This page was made for Il Filo Verde."
    )
    expect(page.locator(".message-waiting")).to_have_count(1)
    question.get_by_role("button", name=choice).click()
    expect(page.locator("#message-1")).to_contain_text("For whom is this?")
    name = choice.removeprefix("Send it as ").removeprefix("Go back to ").removesuffix(" and send it")
    expect(page.locator("#message-1 .message-meta")).to_contain_text(name)
    expect(page.locator(".rail-foot .who strong")).to_have_text(name)
    assert len(said(page)) == 1


def test_form_of_the_organisation_of_before_is_asked_about(
    app: Flask, live_server: LiveServer, new_context: Callable[..., BrowserContext], make: Make, cast: Cast
) -> None:
    make.member(cast.member, cast.other_organisation)
    context = new_context()
    let_in(context, app, cast.member, live_server.url)
    page = context.new_page()
    page.goto(f"{live_server.url}/en/account")
    act_for(second_tab(page), "Zielona Spółdzielnia")
    page.get_by_label("Your name").fill("Giulia with a long new name")
    page.locator("main form.form button[type=submit]").first.click()
    expect(page.get_by_role("heading", level=1)).to_have_text("For whom is this?")
    page.get_by_role("button", name="Go back to Il Filo Verde and send it").click()
    expect(page.locator(".rail-foot .who")).to_contain_text("Giulia with a long new name")
    expect(page.locator(".rail-foot .who strong")).to_have_text("Il Filo Verde")


def test_a_draft_stays_in_its_tab_and_comes_back_after_the_tab_is_gone(open_room: Open, cast: Cast) -> None:
    first = open_room(cast.member)
    composer(first).fill("In the first tab")
    second = connected(second_tab(first, first.url.partition("/en")[1] + first.url.partition("/en")[2]))
    expect(composer(second)).to_have_value("")
    composer(second).fill("In the second tab")
    composer(second).fill("")
    first.reload()
    expect(composer(first)).to_have_value("In the first tab")
    first.close()
    second.reload()
    expect(composer(second)).to_have_value("In the first tab")


def test_the_next_person_of_the_browser_finds_nothing_and_the_page_says_so(
    app: Flask, live_server: LiveServer, open_room: Open, cast: Cast
) -> None:
    page = open_room(cast.member)
    composer(page).fill("Half a thought of Giulia")
    let_in(page.context, app, cast.other, live_server.url)
    marek = page.context.new_page()
    marek.goto(page.url)
    connected(marek)
    expect(composer(marek)).to_have_value("")
    composer(page).fill("Half a thought of Giulia, gone on")
    assert not marek.evaluate("Object.values(localStorage).join().includes('Half a thought')")


def test_signing_out_in_another_tab_is_told_as_it_is(open_room: Open, cast: Cast) -> None:
    page = open_room(cast.member)
    composer(page).fill("Half a thought")
    other = second_tab(page)
    other.locator(".rail-foot .who").click()
    other.get_by_role("button", name="Sign out").click()
    expect(page.locator("[data-signed-out]")).to_contain_text("What you wrote is only on this page")
    expect(composer(page)).to_have_value("Half a thought")
    composer(page).fill("Half a thought, gone on")
    assert not page.evaluate("Object.values(localStorage).join().includes('Half a thought')")


def test_the_enter_that_ends_a_composition_sends_nothing(open_room: Open, cast: Cast) -> None:
    page = open_room(cast.member)
    composer(page).focus()
    devtools = page.context.new_cdp_session(page)
    devtools.send("Input.imeSetComposition", {"text": "caff", "selectionStart": 4, "selectionEnd": 4})
    enter = {"key": "Enter", "code": "Enter", "windowsVirtualKeyCode": 229}
    devtools.send("Input.dispatchKeyEvent", {"type": "rawKeyDown", **enter})
    devtools.send("Input.insertText", {"text": "caffè"})
    page.evaluate(
        "document.activeElement.dispatchEvent(new KeyboardEvent('keydown', "
        "{ key: 'Enter', keyCode: 229, bubbles: true, cancelable: true }))"
    )
    expect(composer(page)).to_have_value("caffè")
    assert said(page) == []
    composer(page).press("Enter")
    expect(page.locator("#message-1")).to_contain_text("caffè")


@pytest.fixture
def board(
    app: Flask, live_server: LiveServer, new_context: Callable[..., BrowserContext], make: Make, cast: Cast
) -> Page:
    """Giulia's browser at the board of a design session, where her two organisations meet."""
    make.member(cast.member, cast.other_organisation)
    initiative = make.initiative(cast.organisation)
    make.partner(initiative, cast.other_organisation)
    design = make.design_session(cast.facilitator, initiative)
    context = new_context(viewport={"width": 1360, "height": 880})
    let_in(context, app, cast.member, live_server.url)
    page = context.new_page()
    page.goto(f"{live_server.url}/en/design-sessions/{design.id}")
    page.get_by_role("button", name="Enter").click()
    expect(page.locator("[data-card-form] textarea").first).to_be_visible()
    return page


def test_card_written_for_the_organisation_of_before_is_asked_about(board: Page) -> None:
    act_for(second_tab(board), "Zielona Spółdzielnia")
    field = board.locator("[data-card-form] textarea").first
    field.fill("A card for whom?")
    field.press("Enter")
    question = board.locator("[data-actor-question]")
    expect(question).to_contain_text("You now act for Zielona Spółdzielnia.")
    expect(board.locator(".card[data-can-move]")).to_have_count(0)
    question.get_by_role("button", name="Go back to Il Filo Verde and send it").click()
    expect(board.locator(".column .card", has_text="A card for whom?")).to_have_count(1)
    expect(board.locator("[data-actor-question]")).to_be_hidden()


def test_card_half_written_is_not_in_the_form_of_the_next_person(
    app: Flask, live_server: LiveServer, board: Page, cast: Cast
) -> None:
    field = board.locator("[data-card-form] textarea").first
    field.fill("Half a card of Giulia")
    board.reload()
    expect(field).to_have_value("Half a card of Giulia")
    let_in(board.context, app, cast.other, live_server.url)
    board.goto(board.url.removesuffix("/board"))
    board.get_by_role("button", name="Enter").click()
    expect(field).to_have_value("")
    assert not board.evaluate("Object.values(localStorage).join().includes('Half a card')")
