"""A room in real browsers: words that change and go, in place, by keyboard and without a network."""

from __future__ import annotations

import json
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from tests.e2e.talk import Open, composer, connected, go_offline, said, say
from tests.support.axe import faults
from tests.support.factories import Cast

pytestmark = pytest.mark.usefixtures("patience")
TOLD = 1_500
"""Milliseconds after which the server knows what she has read: it is told after 600, which a reload starts anew."""
LIST = """() => {
  // The hour in words beside the hour itself: each side has its own form for it. Which message Tab leads to is the reader's.
  const isCompared = (name, element) =>
    !(name === "title" && element.matches("time")) && !(name === "tabindex" && element.matches("article"));
  const look = (node) => {
    if (node.nodeType === Node.TEXT_NODE) return node.data.replace(/\\s+/g, " ").trim();
    const classes = (value) => value.split(/\\s+/).filter((each) => each && each !== "message-found").sort().join(" ");
    const attributes = [...node.attributes]
      .filter(({ name }) => isCompared(name, node))
      .map(({ name, value }) => [name, name === "class" ? classes(value) : value]);
    return [node.localName, Object.fromEntries(attributes), ...[...node.childNodes].map(look).filter(Boolean)];
  };
  return [...document.querySelectorAll("[data-messages] > article")].map(look);
}"""


def listed(page: Page) -> list[Any]:
    """The markup of the list: names, attributes and texts."""
    shown: list[Any] = page.evaluate(LIST)
    return json.loads(json.dumps(shown).replace("\\u00a0", " "))  # type: ignore[no-any-return]


def same_as_fresh(page: Page) -> None:
    """What the page made of events is what the server draws anew."""
    live = listed(page)
    assert live, "there is something to compare"
    for _ in range(10):
        page.reload()
        connected(page)
        if listed(page) == live:
            return
        page.wait_for_timeout(TOLD)
    assert listed(page) == live


def test_one_edits_and_removes_in_place_by_keyboard_and_the_draft_waits(open_room: Open, cast: Cast) -> None:
    giulia, marek = open_room(cast.member), open_room(cast.other)
    say(giulia, "We meet on Tuseday")
    expect(marek.locator("#message-1")).to_be_visible()
    say(marek, "Which Tuesday?")
    marek.locator("#message-1 [data-reply]").press("Enter")
    say(marek, "This one?")
    expect(giulia.locator("#message-3 .message-quote")).to_contain_text("Tuseday")
    composer(giulia).press("ArrowUp")
    expect(composer(giulia)).to_have_value("We meet on Tuseday")
    expect(giulia.locator("[data-editing]")).to_contain_text("You are changing your message")
    composer(giulia).fill("Nonsense")
    composer(giulia).press("Escape")
    expect(composer(giulia)).to_have_value("")
    composer(giulia).fill("Half a thought")
    giulia.locator("#message-1 [data-edit]").press("Enter")
    expect(composer(giulia)).to_be_focused()
    say(giulia, "We meet on **Tuesday**")
    expect(composer(giulia)).to_have_value("Half a thought")
    for page in (giulia, marek):
        expect(page.locator("#message-1 .message-text strong")).to_have_text("Tuesday")
        expect(page.locator("#message-1 .message-edited")).to_contain_text("edited ")
        expect(page.locator("#message-3 .message-quote")).to_contain_text("We meet on Tuesday")
    expect(giulia.locator("[data-announce]")).to_have_text("Your message is changed.")
    expect(marek.locator("#message-1 [data-edit], #message-1 [data-remove]")).to_have_count(0)
    same_as_fresh(giulia)
    expect(composer(giulia)).to_have_value("Half a thought")
    giulia.locator("#message-1 [data-remove]").press("Enter")
    dialog = giulia.get_by_role("dialog", name="Remove this message?")
    expect(dialog).to_contain_text("We meet on Tuesday")
    giulia.keyboard.press("Escape")
    expect(giulia.locator("#message-1 [data-remove]")).to_be_focused()
    giulia.keyboard.press("Enter")
    dialog.get_by_role("button", name="Remove it").press("Enter")
    for page in (giulia, marek):
        expect(page.locator("#message-1 .message-text")).to_have_text("This message was removed.")
        expect(page.locator("#message-3 .message-quote")).to_contain_text("a message that was removed")
        same_as_fresh(page)
    assert "Tuesday" not in giulia.locator("[data-messages]").inner_html().replace("Which Tuesday?", "")


def test_changes_made_without_a_network_survive_a_reload_and_arrive_in_their_order(
    open_room: Open, cast: Cast
) -> None:
    giulia, marek = open_room(cast.member), open_room(cast.other)
    for text in ("Keep me", "Mend me", "Take me away"):
        say(giulia, text)
    for page in (giulia, marek):
        expect(page.locator("#message-3")).to_be_visible()
    context, address = giulia.context, giulia.url
    go_offline(giulia)
    expect(giulia.locator("[data-network]")).to_contain_text("You are offline")
    giulia.locator("#message-2 [data-edit]").click()
    say(giulia, "Mended, once")
    giulia.locator("#message-2 [data-edit]").click()
    say(giulia, "Mended, twice")
    giulia.locator("#message-3 [data-remove]").click()
    giulia.get_by_role("button", name="Remove it").click()
    say(giulia, "Said offline")
    expect(giulia.locator("#message-2")).to_contain_text("Your change waits for the network")
    expect(giulia.locator("#message-2 .message-overlay .message-text")).to_have_text("Mended, twice")
    expect(giulia.locator("#message-3")).to_contain_text("Its removal waits for the network")
    giulia.locator("#message-1 [data-edit]").click()
    composer(giulia).fill("Not finished")
    giulia.close()
    context.set_offline(False)
    again = context.new_page()
    again.goto(address)
    connected(again)
    expect(composer(again)).to_have_value("Not finished")
    expect(again.locator("[data-editing]")).to_be_visible()
    composer(again).press("Escape")
    for page in (again, marek):
        expect(page.locator(".message[data-seq]")).to_have_count(4)
        expect(page.locator("#message-3")).to_contain_text("This message was removed.")
        expect(page.locator(".message-waiting, [data-overlay]")).to_have_count(0)
        assert said(page) == ["Keep me", "Mended, twice", "This message was removed.", "Said offline"]
        same_as_fresh(page)


def test_what_the_server_will_not_change_comes_back_and_a_facilitator_is_asked(
    open_room: Open, cast: Cast
) -> None:
    giulia, ioana = open_room(cast.member), open_room(cast.facilitator)
    say(giulia, "Not nice")
    expect(ioana.locator("#message-1")).to_be_visible()
    expect(giulia.locator("#message-1")).to_be_visible()
    go_offline(giulia)
    giulia.locator("#message-1 [data-edit]").click()
    say(giulia, "Nicer words")
    expect(ioana.locator("#message-1 [data-edit]")).to_have_count(0)
    ioana.locator("#message-1 [data-remove]").click()
    dialog = ioana.get_by_role("dialog")
    expect(dialog).to_contain_text("The room says that a facilitator removed it.")
    dialog.get_by_role("button", name="Remove it").click()
    expect(ioana.locator("#message-1")).to_contain_text("This message was removed by a facilitator.")
    giulia.context.set_offline(False)
    expect(giulia.locator("#message-1")).to_contain_text("removed by a facilitator")
    expect(composer(giulia)).to_have_value("Nicer words")
    expect(giulia.locator("[data-problem]")).to_contain_text("removed meanwhile")


def test_axe_finds_nothing_while_one_edits_or_removes(open_room: Open, cast: Cast) -> None:
    giulia = open_room(cast.member, color_scheme="dark", viewport={"width": 375, "height": 800})
    for text in ("First", "Second"):
        say(giulia, text)
    expect(giulia.locator("#message-2")).to_be_visible()
    giulia.locator("#message-1 [data-edit]").click()
    say(giulia, "First, edited")
    expect(giulia.locator("#message-1 .message-edited")).to_be_visible()
    composer(giulia).press("ArrowUp")
    assert faults(giulia) == []
    giulia.locator("#message-1 [data-remove]").click()
    assert faults(giulia) == []
