"""A room in real browsers: what is new to whom, and what is read on one device is read on all."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest
from flask import Flask
from playwright.sync_api import BrowserContext, expect

from app.features.introductions.models import IntroductionState
from tests.e2e.conftest import DESK, let_in
from tests.e2e.talk import Open, connected, say
from tests.support.app import LiveServer
from tests.support.factories import Cast, Make

pytestmark = pytest.mark.usefixtures("patience")


def test_the_room_of_one_who_looks_away_says_what_is_new(open_room: Open, cast: Cast) -> None:
    giulia, marek = open_room(cast.member, viewport={"width": 375, "height": 700}), open_room(cast.other)
    for number in range(12):
        say(giulia, f"Number {number}\n\nwith a second line\n\nand a third")
    expect(giulia.locator(".message[data-seq]")).to_have_count(12)
    giulia.locator("[data-scroll]").evaluate("box => { box.scrollTop = -1e9 }")
    say(marek, "Look below")
    expect(giulia.locator("[data-jump]")).to_have_text("One new message")
    expect(giulia).to_have_title(re.compile(r"^\(1\) "))
    giulia.locator("[data-jump]").click()
    expect(giulia.locator("#message-13")).to_be_in_viewport()
    expect(giulia.locator(".messages-unread")).to_have_count(1)
    expect(giulia).to_have_title(re.compile(r"^Seeds"))


def test_a_message_removed_before_it_was_seen_no_longer_counts(open_room: Open, cast: Cast) -> None:
    giulia, marek = open_room(cast.member, viewport={"width": 1360, "height": 400}), open_room(cast.other)
    for number in range(12):
        say(giulia, f"Number {number}\n\nwith a second line\n\nand a third")
    expect(giulia.locator(".message[data-seq]")).to_have_count(12)
    giulia.locator("[data-scroll]").evaluate("box => { box.scrollTop = -1e9 }")
    say(marek, "Look below")
    say(marek, "No, do not")
    badge = giulia.locator(".rail-nav [aria-current] .badge [aria-hidden]")
    expect(giulia).to_have_title(re.compile(r"^\(2\) "))
    expect(badge).to_have_text("2")
    last = marek.locator("#message-14")
    last.hover()
    last.locator("[data-remove]").click()
    marek.locator("[data-removes]").click()
    expect(giulia).to_have_title(re.compile(r"^\(1\) "))
    expect(giulia.locator("[data-jump]")).to_have_text("One new message")
    expect(badge).to_have_text("1")


def test_what_waited_is_read_once_it_was_on_the_screen(open_room: Open, cast: Cast) -> None:
    marek = open_room(cast.other)
    say(marek, "Read me")
    expect(marek.locator("#message-1[data-seq]")).to_be_visible()
    giulia = open_room(cast.member)
    expect(giulia.locator(".rail-nav [aria-current] .badge")).to_have_count(0)
    giulia.goto(giulia.url.rsplit("/", 1)[0])
    expect(giulia.locator("h1")).to_have_text("You have read everything")


HIDE = """(hidden) => {
  Object.defineProperty(document, "hidden", { value: hidden, configurable: true });
  document.dispatchEvent(new Event("visibilitychange"));
}"""


def test_the_line_above_what_is_new_stays_until_one_has_read_and_comes_back(
    open_room: Open, cast: Cast
) -> None:
    giulia, marek = open_room(cast.member), open_room(cast.other)
    say(marek, "Before")
    expect(giulia.locator("#message-1")).to_be_visible()
    giulia.evaluate(HIDE, True)
    for text in ("New one", "New two"):
        say(marek, text)
    line = giulia.locator(".messages-unread + #message-2")
    expect(line).to_have_count(1)
    giulia.evaluate(HIDE, False)
    with giulia.expect_response("**/notifications/badges"):
        pass
    say(marek, "While she reads")
    expect(giulia.locator("#message-4")).to_be_visible()
    expect(line).to_have_count(1)
    giulia.wait_for_timeout(1000)
    giulia.evaluate(HIDE, True)
    say(marek, "And again")
    expect(giulia.locator(".messages-unread + #message-5")).to_have_count(1)
    expect(giulia.locator(".messages-unread")).to_have_count(1)


def test_the_list_of_rooms_is_live_and_what_is_read_on_one_device_is_read_on_all(
    app: Flask,
    live_server: LiveServer,
    open_room: Open,
    cast: Cast,
    new_context: Callable[..., BrowserContext],
) -> None:
    context = new_context(viewport=DESK)
    let_in(context, app, cast.member, live_server.url)
    rooms = context.new_page()
    rooms.goto(f"{live_server.url}/en/rooms")
    marek = open_room(cast.other)
    rooms.wait_for_function("() => document.querySelector('trama-rooms').connection?.isOpen")
    say(marek, "Who is there?")
    expect(rooms.locator(".room-row-last")).to_contain_text("Who is there?")
    expect(rooms.locator("h1")).to_have_text("1 message waits for you")
    badge = rooms.locator(".rail-nav [aria-current] .badge [aria-hidden]")
    expect(badge).to_have_text("1")
    giulia = open_room(cast.member)
    expect(giulia.locator("#message-1")).to_be_visible()
    expect(rooms.locator("h1")).to_have_text("You have read everything")
    expect(badge).to_have_count(0)


def test_the_list_beside_a_room_says_where_else_something_waits(
    make: Make, live_server: LiveServer, open_room: Open, cast: Cast
) -> None:
    elsewhere = make.organisation(name="Πράσινη Γειτονιά", country="CY")
    make.introduction(cast.organisation, elsewhere, cast.member, IntroductionState.ACCEPTED)
    giulia, marek = open_room(cast.member), open_room(cast.other)
    rows = giulia.locator(".room-list-row")
    expect(rows).to_have_count(2)
    expect(giulia.locator(".room-list-row[aria-current=page]")).to_have_count(1)
    giulia.locator(".room-list-row:not([aria-current])").click()
    connected(giulia)
    expect(giulia.locator(".room-list-row[aria-current=page]")).to_contain_text("Πράσινη Γειτονιά")
    say(marek, "Are you still there?")
    waiting = giulia.locator(".room-list-row.room-row-unread")
    expect(waiting).to_contain_text("Are you still there?")
    expect(waiting.locator(".badge [aria-hidden]")).to_have_text("1")
