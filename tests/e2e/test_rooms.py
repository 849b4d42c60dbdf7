"""A room in real browsers: what people say arrives once and in one order, however the network behaves."""

from __future__ import annotations

import re

import pytest
from flask import Flask
from playwright.sync_api import Response, expect
from sqlalchemy import delete

from app.core.actors import identify
from app.core.database import db
from app.core.streams.services import revoke
from app.core.transactions import write_transaction
from app.features.accounts.models import Login
from app.features.rooms.models import LONGEST_BODY, Room
from app.features.rooms.services import post_message
from tests.e2e.talk import Open, go_offline, numbers, said, say
from tests.support.app import LiveServer, sign_in
from tests.support.axe import faults
from tests.support.factories import Cast

HEAVIEST = 120 * 1024
pytestmark = pytest.mark.usefixtures("patience")


def test_what_one_says_the_other_reads_at_once(open_room: Open, cast: Cast) -> None:
    giulia, marek = open_room(cast.member), open_room(cast.other)
    say(giulia, "Ciao **Marek**")
    expect(marek.locator("#message-1 .message-text strong")).to_have_text("Marek")
    say(marek, "Cześć, Łódź pozdrawia")
    expect(giulia.locator("#message-2")).to_contain_text("Łódź pozdrawia")
    expect(giulia.locator("#message-2 .message-meta")).to_contain_text("Zielona Spółdzielnia · PL")
    assert said(giulia) == said(marek) == ["Ciao Marek", "Cześć, Łódź pozdrawia"]
    expect(giulia.locator("[data-announce]")).to_contain_text("Marek Wójcik: Cześć, Łódź pozdrawia")
    expect(giulia.locator("[data-here]")).to_contain_text("Marek Wójcik")


def test_two_who_write_while_one_is_offline_end_with_the_same_list(open_room: Open, cast: Cast) -> None:
    giulia, marek = open_room(cast.member), open_room(cast.other)
    say(giulia, "Before the tunnel")
    for page in (giulia, marek):
        expect(page.locator("#message-1")).to_be_visible()
    go_offline(giulia)
    expect(giulia.locator("[data-network]")).to_contain_text("You are offline")
    for number in range(3):
        say(giulia, f"From the tunnel {number}")
        say(marek, f"From outside {number}")
    expect(giulia.locator("[data-network]")).to_contain_text("that wait: 3")
    expect(giulia.locator(".message-waiting")).to_have_count(3)
    expect(marek.locator(".message")).to_have_count(4)
    giulia.context.set_offline(False)
    expect(giulia.locator(".message[data-seq]")).to_have_count(7)
    expect(giulia.locator("[data-network]")).to_be_hidden()
    expect(marek.locator(".message[data-seq]")).to_have_count(7)
    assert numbers(giulia) == numbers(marek) == list(range(1, 8))
    assert said(giulia) == said(marek)
    assert said(giulia)[4:] == [f"From the tunnel {number}" for number in range(3)]
    expect(giulia.locator(".message-waiting")).to_have_count(0)


def test_what_waits_survives_that_the_page_is_closed(open_room: Open, cast: Cast) -> None:
    giulia, marek = open_room(cast.member), open_room(cast.other)
    context, address = giulia.context, giulia.url
    go_offline(giulia)
    say(giulia, "Written offline")
    expect(giulia.locator(".message-waiting")).to_have_count(1)
    giulia.get_by_label("Your message").fill("Not finished yet")
    giulia.close()
    context.set_offline(False)
    again = context.new_page()
    again.goto(address)
    expect(again.locator("#message-1")).to_contain_text("Written offline")
    expect(again.get_by_label("Your message")).to_have_value("Not finished yet")
    expect(marek.locator("#message-1")).to_contain_text("Written offline")
    again.reload()
    expect(again.locator(".message")).to_have_count(1)


def test_a_server_that_dies_under_a_message_loses_and_doubles_nothing(
    open_room: Open, live_server: LiveServer, cast: Cast
) -> None:
    giulia, marek = open_room(cast.member), open_room(cast.other)
    say(giulia, "Before the power cut")
    expect(marek.locator("#message-1")).to_be_visible()
    live_server.kill()
    say(giulia, "During it")
    say(marek, "Is anybody there?")
    expect(giulia.locator("[data-network]")).to_contain_text("One message waits")
    live_server.start()
    for page in (giulia, marek):
        expect(page.locator(".message[data-seq]")).to_have_count(3, timeout=30_000)
        expect(page.locator(".message-waiting")).to_have_count(0)
    assert said(giulia) == said(marek)


def test_a_message_that_is_refused_comes_back_with_the_reason(open_room: Open, cast: Cast) -> None:
    giulia = open_room(cast.member)
    say(giulia, "x" * (LONGEST_BODY + 7))
    expect(giulia.locator("[data-problem]")).to_contain_text("Characters over: 7")
    assert len(giulia.get_by_label("Your message").input_value()) == LONGEST_BODY + 7
    say(giulia, "   ")
    expect(giulia.locator("[data-problem]")).to_contain_text("Write something first.")
    giulia.evaluate("document.querySelector('[data-composer] [name=lang] option').value = 'tlh'")
    giulia.get_by_label("Language you write in").select_option("tlh")
    say(giulia, "Refused by the server")
    expect(giulia.locator("[data-problem]")).to_contain_text("Choose the language")
    expect(giulia.get_by_label("Your message")).to_have_value("Refused by the server")
    expect(giulia.locator(".message")).to_have_count(0)


def test_answering_by_keyboard_shows_what_is_answered(open_room: Open, cast: Cast) -> None:
    giulia, marek = open_room(cast.member), open_room(cast.other)
    say(marek, "We can host the exchange in May.")
    giulia.locator("#message-1 [data-reply]").press("Enter")
    expect(giulia.get_by_label("Your message")).to_be_focused()
    expect(giulia.locator("[data-answering]")).to_contain_text("We can host")
    giulia.keyboard.type("First line")
    giulia.keyboard.press("Shift+Enter")
    giulia.keyboard.type("second line")
    giulia.keyboard.press("Enter")
    expect(marek.locator("#message-2 .message-quote")).to_contain_text("We can host the exchange in May.")
    expect(marek.locator("#message-2 .message-text br")).to_have_count(1)
    expect(giulia.locator("[data-answering]")).to_be_hidden()


def test_one_who_writes_is_seen_writing(open_room: Open, cast: Cast) -> None:
    giulia, marek = open_room(cast.member), open_room(cast.other)
    marek.get_by_label("Your message").press_sequentially("Hm")
    expect(giulia.locator("[data-typing]")).to_have_text("Marek Wójcik is writing…")
    say(marek, "Done")
    expect(giulia.locator("[data-typing]")).to_be_empty()


def test_scrolling_back_brings_the_past_without_a_jump(
    app: Flask, open_room: Open, room: Room, cast: Cast
) -> None:
    token = sign_in(app, cast.other)
    with app.app_context(), write_transaction():
        actor = identify(token)
        for number in range(1, 131):
            post_message(actor, room.id, f"message-{number}", f"Number {number}", "en")
    giulia = open_room(cast.member)
    assert numbers(giulia) == list(range(81, 131)), "the page brings the last ones itself"
    expect(giulia.locator("#message-130")).to_be_in_viewport()
    before = giulia.evaluate(SCROLL_BACK)
    expect(giulia.locator("#message-56")).to_be_attached()
    after = giulia.evaluate("document.querySelector('#message-90').getBoundingClientRect().top")
    assert abs(after - before) < 2, "what is being read stays where it is"
    while giulia.locator("[data-older]").is_visible():
        giulia.evaluate("document.querySelector('[data-scroll]').scrollTop = -1e9")
        giulia.wait_for_timeout(50)
    assert numbers(giulia) == list(range(1, 131))


SCROLL_BACK = """() => {
  document.querySelector("#message-90").scrollIntoView({ block: "start" });
  return document.querySelector("#message-90").getBoundingClientRect().top;
}"""


def test_one_who_was_signed_out_keeps_her_words(app: Flask, open_room: Open, cast: Cast) -> None:
    giulia = open_room(cast.member)
    giulia.get_by_label("Your message").fill("Half a thought")
    with app.app_context(), write_transaction():
        db.session.execute(delete(Login))
        revoke(person_id=cast.member.id)
    expect(giulia.locator("[data-signed-out]")).to_contain_text("You were signed out")
    expect(giulia.get_by_role("link", name="Sign in again")).to_be_visible()
    expect(giulia.get_by_label("Your message")).to_have_value("Half a thought")


def test_signing_out_leaves_nothing_of_what_was_written_in_the_browser(open_room: Open, cast: Cast) -> None:
    giulia = open_room(cast.member)
    giulia.get_by_label("Your message").fill("Not for the next person")
    kept = "Object.values(localStorage).join().includes('next person')"
    assert giulia.evaluate(kept)
    giulia.locator(".rail-foot .who").click()
    giulia.get_by_role("button", name="Sign out").click()
    giulia.wait_for_url(re.compile(r"^(?!.*/rooms/)"))
    assert not giulia.evaluate(kept)


def test_axe_finds_nothing_in_a_room_light_or_dark_wide_or_narrow(open_room: Open, cast: Cast) -> None:
    marek = open_room(cast.other)
    for scheme, width in (("light", 1360), ("dark", 375)):
        giulia = open_room(cast.member, color_scheme=scheme, viewport={"width": width, "height": 800})
        say(marek, f"Is it {scheme}?")
        expect(giulia.locator(".message[data-seq]").last).to_contain_text(scheme)
        giulia.locator(".message [data-reply]").last.click()
        go_offline(giulia)
        say(giulia, "A message that waits")
        assert faults(giulia) == []


def test_a_live_room_is_light(open_room: Open, live_server: LiveServer, cast: Cast) -> None:
    giulia = open_room(cast.member)
    responses: list[Response] = []
    giulia.on("response", lambda response: responses.append(response))
    giulia.reload(wait_until="networkidle")
    ours = [response.request.sizes() for response in responses if response.url.startswith(live_server.url)]
    sizes = [each["responseBodySize"] + each["responseHeadersSize"] for each in ours]
    assert len(sizes) > 3
    assert sum(sizes) <= HEAVIEST
