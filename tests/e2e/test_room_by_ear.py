"""A room for who hears it and has no pointer: each act is answered, the focus is never lost, and one key goes on."""

from __future__ import annotations

import pytest
from flask import Flask
from playwright.sync_api import Page, expect

from app.core.actors import identify
from app.core.database import db
from app.core.transactions import write_transaction
from app.features.accounts.models import Person
from app.features.rooms.models import Room
from app.features.rooms.services import mark_read, post_message
from tests.e2e.conftest import PHONE
from tests.e2e.talk import Open, composer, go_offline, say
from tests.support.app import sign_in
from tests.support.factories import Cast

pytestmark = pytest.mark.usefixtures("patience")
STOPS = """() => [...document.querySelectorAll(".messages .message, .messages .message *")]
  .filter((each) => each.tabIndex >= 0 && each.matches("[tabindex], a, button, summary")).length"""


def heard(page: Page, sentence: str) -> None:
    """Wait until the live region says it, and see that the focus is somewhere."""
    expect(page.locator("[data-announce]")).to_contain_text(sentence)
    assert page.evaluate("document.activeElement !== document.body"), "the focus is lost"


def write_as(app: Flask, person: Person, room: Room, *bodies: str) -> None:
    """Write messages without a browser."""
    token = sign_in(app, person)
    with app.app_context(), write_transaction():
        actor = identify(token)
        for body in bodies:
            post_message(actor, room.id, f"written-{body}", body, "en")


def test_each_act_in_a_room_is_answered_aloud(open_room: Open, cast: Cast) -> None:
    giulia, marek = open_room(cast.member), open_room(cast.other)
    composer(marek).focus()
    say(marek, "We can host the exchange in May.")
    heard(marek, "Your message is sent.")
    giulia.locator("#message-1 [data-reply]").press("Enter")
    expect(composer(giulia)).to_be_focused()
    expect(composer(giulia)).to_have_accessible_description(
        "You answer Marek Wójcik We can host the exchange in May."
        " Enter sends it. Shift and Enter begins a new line."
        " Arrow up in an empty field changes your last message. F6 goes to the messages."
    )
    giulia.keyboard.press("Escape")
    heard(giulia, "You do not answer it any more.")
    say(giulia, "In May we can come.")
    heard(giulia, "Your message is sent.")
    giulia.keyboard.press("ArrowUp")
    expect(composer(giulia)).to_have_value("In May we can come.")
    giulia.keyboard.press("Escape")
    heard(giulia, "Your message stays as it was.")
    giulia.keyboard.press("ArrowUp")
    say(giulia, "In June we can come.")
    heard(giulia, "Your message is changed.")
    giulia.locator("#message-2 [data-remove]").press("Enter")
    giulia.locator("[data-removes]").press("Enter")
    heard(giulia, "Your message is removed.")
    go_offline(giulia)
    say(giulia, "From the tunnel")
    giulia.context.set_offline(False)
    heard(giulia, "Your message is sent.")


def test_a_message_is_read_as_it_is_shown_in_its_language_and_not_whole(open_room: Open, cast: Cast) -> None:
    giulia, marek = open_room(cast.member), open_room(cast.other)
    marek.get_by_label("Language you write in").select_option("pl")
    say(
        marek,
        "**Ważne**: zobacz [poradnik](https://example.org/a?b=c_d)\n\n- raz\n- dwa\n\n" + "słowo " * 100,
    )
    aloud = giulia.locator("[data-announce]")
    expect(aloud).to_contain_text("Marek Wójcik: in Polish: Ważne: zobacz poradnik raz dwa słowo")
    expect(aloud.locator("[lang=pl]")).to_contain_text("Ważne: zobacz poradnik")
    assert len(aloud.inner_text()) <= 230


def test_a_person_chooses_what_is_read_aloud(app: Flask, open_room: Open, cast: Cast, room: Room) -> None:
    giulia = open_room(cast.member)
    giulia.get_by_role("link", name="Choose what is read aloud of new messages").click()
    giulia.get_by_label("Only who has written").check()
    giulia.locator("main").get_by_role("button", name="Save").first.click()
    expect(giulia.get_by_role("group", name="Saved.")).to_be_visible()
    giulia.close()
    giulia, marek = open_room(cast.member), open_room(cast.other)
    say(marek, "Not for the ear")
    expect(giulia.locator("[data-announce]")).to_have_text("Marek Wójcik has written")
    with app.app_context(), write_transaction():
        db.session.get_one(Person, cast.member.id).read_aloud = "none"
    giulia = open_room(cast.member)
    say(marek, "Not for the ear either")
    expect(giulia.locator("#message-2")).to_be_attached()
    say(giulia, "Heard: my own")
    heard(giulia, "Your message is sent.")
    expect(giulia.locator("[data-announce]")).not_to_contain_text("Marek")


def test_the_list_is_one_stop_and_arrows_go_through_it(
    app: Flask, open_room: Open, room: Room, cast: Cast
) -> None:
    write_as(app, cast.other, room, "Number 1")
    token = sign_in(app, cast.member)
    with app.app_context(), write_transaction():
        mark_read(identify(token), room.id, 1)
    write_as(app, cast.other, room, *(f"Number {number}" for number in range(2, 41)))
    giulia = open_room(cast.member)
    assert giulia.evaluate(STOPS) == 1
    giulia.keyboard.press("Tab")
    for name in ("Skip to writing", "Skip to the newest message", "Skip to what is new"):
        giulia.keyboard.press("Tab")
        expect(giulia.get_by_role("link", name=name)).to_be_focused()
    giulia.keyboard.press("Enter")
    expect(giulia.locator("#message-2")).to_be_focused()
    giulia.keyboard.press("ArrowDown")
    third = giulia.locator("#message-3")
    expect(third).to_be_focused()
    expect(third).to_have_role("article")
    expect(third).to_have_accessible_description("Number 3")
    giulia.keyboard.press("Enter")
    expect(third.locator("[data-reply]")).to_be_focused()
    giulia.keyboard.press("Escape")
    expect(third).to_be_focused()
    giulia.keyboard.press("Alt+ArrowDown")
    expect(third).to_be_focused()
    giulia.keyboard.press("End")
    expect(giulia.locator("#message-40")).to_be_focused()
    giulia.keyboard.press("Tab")
    assert not giulia.evaluate("document.querySelector('.messages').contains(document.activeElement)")
    assert giulia.evaluate(STOPS) == 1


def test_f6_goes_from_part_to_part(open_room: Open, cast: Cast) -> None:
    giulia, marek = open_room(cast.member), open_room(cast.other)
    say(marek, "Hello")
    expect(giulia.locator("#message-1")).to_be_visible()
    composer(giulia).focus()
    for part in ("#room-side", "#message-1", "#body"):
        giulia.keyboard.press("F6")
        expect(giulia.locator(part)).to_be_focused()
    giulia.keyboard.press("Shift+F6")
    expect(giulia.locator("#message-1")).to_be_focused()
    giulia.keyboard.press("Escape")
    expect(composer(giulia)).to_be_focused()
    phone = open_room(cast.member, viewport=PHONE)
    composer(phone).focus()
    phone.keyboard.press("F6")
    expect(phone.locator(".room-side-open")).to_be_focused()
    phone.keyboard.press("Enter")
    expect(phone.locator("#room-side")).to_be_focused()


def test_a_message_that_goes_leaves_the_focus_in_the_list(open_room: Open, cast: Cast) -> None:
    giulia, marek = open_room(cast.member), open_room(cast.other)
    say(marek, "A word too many")
    giulia.locator("#message-1 [data-reply]").focus()
    marek.locator("#message-1 [data-remove]").press("Enter")
    marek.locator("[data-removes]").press("Enter")
    expect(giulia.locator("#message-1")).to_have_class("message message-gone")
    expect(giulia.locator("#message-1")).to_be_focused()


def test_a_room_at_400_percent_shows_its_talk(app: Flask, open_room: Open, room: Room, cast: Cast) -> None:
    write_as(app, cast.other, room, "One", "Two", "Three")
    giulia = open_room(cast.member, viewport={"width": 320, "height": 256})
    assert giulia.locator("[data-scroll]").evaluate("box => box.clientHeight") >= 110
    expect(giulia.locator("#message-3")).to_be_in_viewport()
    expect(composer(giulia)).to_be_in_viewport()
