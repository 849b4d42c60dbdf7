"""Reactions and the menu of a message in real browsers: two who look at the same room, by keyboard, mouse and finger."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect

from tests.e2e.talk import Open, go_offline, say
from tests.support.axe import faults
from tests.support.factories import Cast

pytestmark = pytest.mark.usefixtures("patience")


def test_a_word_is_said_by_keyboard_and_finger_and_everybody_sees_who_said_it(
    open_room: Open, cast: Cast
) -> None:
    giulia = open_room(cast.member)
    marek = open_room(cast.other, viewport={"width": 375, "height": 780}, has_touch=True, is_mobile=True)
    say(giulia, "We can host the exchange in May.")
    expect(marek.locator("#message-1 [data-reply]")).to_be_hidden()
    marek.locator("#message-1 [data-more]").tap()
    expect(marek.locator("#message-menu")).to_contain_text("Giulia Rossi: We can host")
    assert faults(marek) == []
    marek.locator("#message-menu [data-says=question]").tap()
    expect(marek.locator("#message-1 .reaction")).to_have_text("Question 1: you")
    expect(marek.locator("[data-announce]")).to_have_text("You said: Question.")
    expect(giulia.locator("#message-1 .reaction")).to_have_text("Question 1: Marek Wójcik")
    expect(giulia.locator("[data-announce]")).to_have_text("Marek Wójcik says to your message: Question")
    expect(giulia.locator("#message-1 .reaction-reply")).to_have_count(0)
    marek.locator("#message-1 .reaction-reply").tap()
    expect(marek.get_by_label("Your message")).to_be_focused()
    say(marek, "Which week?")
    giulia.locator("#message-1").focus()
    giulia.keyboard.press("Enter")
    giulia.locator("#message-1 [data-more]").press("Enter")
    giulia.locator("#message-menu [data-says=thanks]").press("Enter")
    expect(giulia.locator("#message-menu")).to_be_hidden()
    expect(giulia.locator("#message-1 [data-more]")).to_be_focused()
    expect(marek.locator("#message-1 .reaction")).to_have_text(["Thanks 1: Giulia Rossi", "Question 1: you"])
    giulia.locator("#message-1 .reaction").first.hover()
    expect(giulia.locator("#message-1 .reaction-who").first).to_be_visible()
    giulia.locator("#message-1 [data-word=question]").press("Enter")
    expect(marek.locator("#message-1 [data-word=question]")).to_have_text("Question 2: you and Giulia Rossi")
    expect(giulia.locator("#message-1 [data-word=question]")).to_be_focused()
    go_offline(marek)
    marek.locator("#message-1 [data-word=question]").tap()
    expect(marek.locator("#message-1 .reactions-waiting [data-word=question]")).to_have_text(
        "Question 1: Giulia Rossi"
    )
    marek.context.set_offline(False)
    expect(giulia.locator("#message-1 [data-word=question]")).to_have_text("Question 1: you")
    expect(marek.locator("#message-1 .reactions-waiting")).to_have_count(0)
    rows = "() => [...document.querySelectorAll('.message .reaction')].map((each) => each.innerText)"
    live = marek.evaluate(rows)
    marek.reload()
    assert marek.evaluate(rows) == live


def test_what_is_pinned_stands_above_the_talk_until_it_is_removed(open_room: Open, cast: Cast) -> None:
    giulia, marek = open_room(cast.member), open_room(cast.other)
    say(giulia, "We can host the exchange in May.")
    expect(marek.locator("#message-1")).to_be_visible()
    giulia.locator("#message-1 [data-more]").press("Enter")
    giulia.get_by_role("button", name="Pin it above the talk").press("Enter")
    expect(marek.locator("[data-pins] summary")).to_have_text("Pinned: 1")
    expect(marek.locator("[data-announce]")).to_contain_text("Giulia Rossi pinned a message: We can host")
    marek.locator("[data-pins] summary").click()
    marek.locator("[data-pins] a").click()
    expect(marek.locator("#message-1")).to_be_focused()
    giulia.locator("#message-1 [data-more]").press("Enter")
    giulia.locator("#message-menu").get_by_role("button", name="Remove").press("Enter")
    giulia.locator("[data-removes]").press("Enter")
    expect(marek.locator("#message-1 .reaction, #message-1 [data-more]")).to_have_count(0)
    expect(marek.locator("[data-pins]")).to_be_hidden()
    assert faults(giulia) == []


def test_the_link_to_a_message_opens_the_room_at_it(open_room: Open, cast: Cast) -> None:
    giulia = open_room(cast.member)
    say(giulia, "Look here")
    giulia.context.grant_permissions(["clipboard-read", "clipboard-write"])
    giulia.locator("#message-1 [data-more]").press("Enter")
    giulia.get_by_role("button", name="Copy the link").press("Enter")
    expect(giulia.locator("[data-announce]")).to_contain_text("The link is copied.")
    link = giulia.evaluate("navigator.clipboard.readText()")
    giulia.goto(link)
    assert giulia.url.endswith("#message-1")
    expect(giulia.locator("#message-1:target")).to_be_in_viewport()
