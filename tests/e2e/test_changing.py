"""A room in real browsers: words that change, a talk of ten thousand messages, and what is read on another device."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import pytest
from flask import Flask
from playwright.sync_api import BrowserContext, Page, expect
from sqlalchemy import insert, update

from app.core.clock import now
from app.core.database import db
from app.core.streams.models import Event, Stream
from app.features.rooms.models import Message, Room
from config import ROOT
from tests.e2e.talk import Open, connected, go_offline, numbers, said, say
from tests.live.conftest import cookie_of
from tests.support.app import LiveServer, sign_in
from tests.support.factories import Cast

pytestmark = pytest.mark.usefixtures("patience")
AXE = ROOT / "node_modules" / "axe-core" / "axe.min.js"
MANY = 10_000
TOLD = 1_500
"""Milliseconds after which the server knows what she has read: it is told after 600, which a reload starts anew."""
MOST_SHOWN = 210
"""Messages in the page at any moment: a window, and what is fetched at once beside it."""

LIST = """() => [...document.querySelectorAll("[data-messages] > li")].map((item) => ({
  id: item.id,
  kind: [...item.classList].filter((name) => name !== "message-found").sort(),
  text: item.querySelector("[data-part=text]")?.innerHTML.trim(),
  lang: item.querySelector("[data-part=text]")?.lang,
  body: item.dataset.body,
  edited: [item.dataset.edited, item.querySelector("[data-part=edited]")?.textContent.trim()],
  quote: item.querySelector(".message-quote q")?.textContent.trim(),
  tools: [...item.querySelectorAll(".message-tools a")].map((a) => new URL(a.href).pathname + a.textContent.trim()),
  more: item.querySelectorAll("[data-overlay]").length,
}))"""


def listed(page: Page) -> list[dict[str, Any]]:
    """Everything that the list shows."""
    shown: list[dict[str, Any]] = page.evaluate(LIST)
    return json.loads(json.dumps(shown).replace("\\u00a0", " "))  # type: ignore[no-any-return]


def same_as_fresh(page: Page) -> None:
    """What the page made of events is what the server draws anew."""
    live = listed(page)
    for _ in range(10):
        page.reload()
        connected(page)
        if listed(page) == live:
            return
        page.wait_for_timeout(TOLD)
    assert listed(page) == live


def composer(page: Page) -> Any:
    """Where one writes."""
    return page.get_by_label("Your message", exact=True)


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
    expect(giulia.locator("[data-offline]")).to_contain_text("You are offline")
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


def fill_with(app: Flask, room: Room, cast: Cast, many: int) -> None:
    """A long talk, put into the database at once."""
    said_at = now()
    columns = {"created_at": said_at, "kind": "message"}
    with app.app_context():
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
        db.session.commit()


@pytest.mark.slow
def test_a_talk_of_ten_thousand_messages_stays_light_and_in_its_place(
    app: Flask, open_room: Open, room: Room, cast: Cast
) -> None:
    fill_with(app, room, cast, MANY)
    giulia, marek = open_room(cast.member), open_room(cast.other)
    box = giulia.locator("[data-scroll]")
    for _ in range(8):
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
    with giulia.expect_response("**/rooms/waiting"):
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
    context = new_context(viewport={"width": 1360, "height": 880})
    cookie = {"name": "trama", "value": cookie_of(app, sign_in(app, cast.member)), "url": live_server.url}
    context.add_cookies([cookie])
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


def test_axe_finds_nothing_while_one_edits_or_removes(open_room: Open, cast: Cast) -> None:
    giulia = open_room(cast.member, color_scheme="dark", viewport={"width": 375, "height": 800})
    for text in ("First", "Second"):
        say(giulia, text)
    expect(giulia.locator("#message-2")).to_be_visible()
    giulia.evaluate(AXE.read_text(encoding="utf-8"))
    run = "axe.run().then((found) => found.violations.map(({ id, nodes }) => [id, nodes[0].html]))"
    giulia.locator("#message-1 [data-edit]").click()
    say(giulia, "First, edited")
    expect(giulia.locator("#message-1 .message-edited")).to_be_visible()
    composer(giulia).press("ArrowUp")
    assert giulia.evaluate(run) == []
    giulia.locator("#message-1 [data-remove]").click()
    assert giulia.evaluate(run) == []
