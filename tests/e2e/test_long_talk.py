"""A room in a real browser with ten thousand messages: light, without a gap, and nothing moves under the reader."""

from __future__ import annotations

from typing import Any

import pytest
from flask import Flask
from playwright.sync_api import BrowserType, expect
from sqlalchemy import insert, update

from app.core.clock import now
from app.core.database import db
from app.core.streams.models import Event, Stream
from app.core.transactions import write_transaction
from app.features.rooms.models import Message, Room
from tests.e2e.conftest import PHONE, let_in
from tests.e2e.talk import Open, composer, go_offline, numbers, say
from tests.support.app import LiveServer
from tests.support.factories import Cast

pytestmark = pytest.mark.usefixtures("patience")
MANY = 10_000
MOST_SHOWN = 210
"""Messages in the page at any moment: a window, and what is fetched at once beside it."""
WATCH = """() => {
  window.drawn = [];
  const note = (changes) => {
    for (const { addedNodes } of changes) {
      const messages = [...addedNodes].filter((node) => node.matches?.(".message[data-seq]"));
      if (messages.length) window.drawn.push(messages.length);
    }
  };
  new MutationObserver(note).observe(document.querySelector("[data-messages]"), { childList: true });
}"""


def fill_with(app: Flask, room: Room, cast: Cast, many: int) -> None:
    """A long talk, put into the database at once."""
    said_at = now()
    columns = {"created_at": said_at, "kind": "message"}
    with app.app_context(), write_transaction():
        for start in range(1, many + 1, 1000):
            some = range(start, min(start + 1000, many + 1))
            words = [{"body": f"Number {seq}", "lang": "en", "reply_to": None} for seq in some]
            people = [cast.other.id if seq % 3 else cast.member.id for seq in some]
            events = [
                {**columns, "stream_id": room.stream_id, "seq": seq, "payload": told, "actor_id": person}
                for seq, told, person in zip(some, words, people, strict=True)
            ]
            messages = [
                {"created_at": said_at, "room_id": room.id, "event_seq": seq, "person_id": person, **told}
                for seq, told, person in zip(some, words, people, strict=True)
            ]
            db.session.execute(insert(Event), events)
            db.session.execute(insert(Message), messages)
        db.session.execute(update(Stream).where(Stream.id == room.stream_id).values(head=many))


@pytest.mark.slow
def test_a_talk_of_ten_thousand_messages_stays_light_and_in_its_place(
    app: Flask, open_room: Open, room: Room, cast: Cast
) -> None:
    fill_with(app, room, cast, MANY)
    giulia, marek = open_room(cast.member), open_room(cast.other)
    box = giulia.locator("[data-scroll]")
    for _ in range(10):
        first = min(numbers(giulia))
        box.evaluate("box => { box.scrollTop = -1e9 }")
        giulia.wait_for_function(
            "first => !document.querySelector(`#message-${first - 1}`) === false", arg=first
        )
    shown = numbers(giulia)
    assert len(shown) <= MOST_SHOWN and max(shown) < MANY - 100
    assert shown == list(range(shown[0], shown[-1] + 1)), "no gap"
    place = f"document.querySelector('#message-{shown[60]}').getBoundingClientRect().top"
    giulia.locator(f"#message-{shown[60]}").evaluate("item => item.scrollIntoView({ block: 'start' })")
    giulia.wait_for_timeout(300)
    before = giulia.evaluate(place)
    say(marek, "Said meanwhile")
    expect(giulia.locator("[data-jump]")).to_have_text("One new message")
    marek.locator(f"#message-{MANY + 1} [data-edit]").click()
    say(marek, "Said meanwhile, and changed\n\nwith a second line")
    expect(marek.locator(f"#message-{MANY + 1} .message-edited")).to_be_visible()
    assert abs(giulia.evaluate(place) - before) < 2, "what is being read stays where it is"
    assert giulia.locator("body *").count() < 60 * MOST_SHOWN
    giulia.get_by_label("Your message", exact=True).press_sequentially("I type while I read back")
    for _ in range(3):
        last = max(numbers(giulia))
        box.evaluate("box => { box.scrollTop = 0 }")
        giulia.wait_for_function(
            "last => !document.querySelector(`#message-${last + 1}`) === false", arg=last
        )
    shown = numbers(giulia)
    assert len(shown) <= MOST_SHOWN and shown == list(range(shown[0], shown[-1] + 1))
    giulia.locator("[data-jump]").click()
    expect(giulia.locator(f"#message-{MANY + 1}")).to_be_in_viewport()
    expect(giulia.locator(f"#message-{MANY + 1}")).to_contain_text("and changed")
    composer(giulia).fill("")
    say(giulia, "I am back")
    expect(giulia.locator(f"#message-{MANY + 3}")).to_be_in_viewport()
    assert len(numbers(giulia)) <= MOST_SHOWN


def test_messages_that_come_at_once_are_drawn_at_once(
    app: Flask, open_room: Open, room: Room, cast: Cast
) -> None:
    giulia = open_room(cast.member)
    giulia.evaluate(WATCH)
    go_offline(giulia)
    fill_with(app, room, cast, 30)
    giulia.context.set_offline(False)
    expect(giulia.locator("#message-30")).to_be_in_viewport()
    assert giulia.evaluate("window.drawn") == [30]


def test_what_is_not_drawn_is_reached_by_focus_and_address(
    app: Flask, open_room: Open, room: Room, cast: Cast
) -> None:
    fill_with(app, room, cast, 40)
    giulia = open_room(cast.member)
    first, last = giulia.locator("#message-1"), giulia.locator("#message-40")
    expect(last).to_be_in_viewport()
    expect(first).not_to_be_in_viewport()
    for message in (first, last, first):
        message.locator("[data-reply]").focus()
        expect(message.locator("[data-reply]")).to_be_in_viewport()
    giulia.goto(f"{giulia.url}#message-20")
    expect(giulia.locator("#message-20")).to_be_in_viewport()


def test_what_is_not_drawn_is_read_aloud(
    app: Flask,
    live_server: LiveServer,
    room: Room,
    cast: Cast,
    browser_type: BrowserType,
    browser_type_launch_args: dict[str, Any],
) -> None:
    fill_with(app, room, cast, 40)
    options = dict(browser_type_launch_args)
    # as where a screen reader runs: else a browser tells of nothing that it has not laid out
    options["args"] = [*options.get("args", ()), "--force-renderer-accessibility"]
    with browser_type.launch(**options) as browser:
        context = browser.new_context(viewport=PHONE)
        let_in(context, app, cast.member, live_server.url)
        page = context.new_page()
        page.goto(f"{live_server.url}/en/rooms/{room.id}")
        expect(page.locator("#message-40")).to_be_in_viewport()
        nodes = context.new_cdp_session(page).send("Accessibility.getFullAXTree")["nodes"]
        names = {node.get("name", {}).get("value") for node in nodes}
        assert {f"Number {number}" for number in range(1, 41)} <= names
