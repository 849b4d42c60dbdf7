"""Saying something in a room, by every door."""

from __future__ import annotations

import secrets
from typing import Any

import pytest
from flask import Flask
from pydantic import ValidationError
from sqlalchemy import func, select

from app.core.database import db
from app.core.errors import Conflict, Invalid, NotFound, SignInNeeded
from app.core.streams.models import Event
from app.features.rooms.models import LONGEST_BODY, Message
from tests.features.rooms.conftest import Enter, Place, Send
from tests.support.app import both_databases
from tests.support.door import Door
from tests.support.factories import Cast, Make


def said_in(door: Door, place: Place) -> list[str]:
    """The bodies of the room's messages as the API tells them."""
    return [event["body"] for event in door.get(place.catch_up).json["events"]]


@both_databases
def test_what_is_sent_by_a_form_and_by_a_socket_is_read_by_all_in_one_order(
    place: Place, cast: Cast, door: Enter, send: Send
) -> None:
    sent = door(cast.member).fill(place.path, "form.composer", body="Dzień dobry!\r\nŁódź czeka.", lang="pl")
    answer = send(cast.other, "room_post", room=place.room.id, body="Καλημέρα σε όλους", lang="el")
    assert (sent.status, sent.location) == (303, f"{place.path}#message-1")
    assert answer == {"seq": 2, "room": place.room.id}
    events = door(cast.facilitator).get(place.catch_up).json["events"]
    assert [(event["seq"], event["body"], event["lang"]) for event in events] == [
        (1, "Dzień dobry!\nŁódź czeka.", "pl"),
        (2, "Καλημέρα σε όλους", "el"),
    ]
    assert [event["organisation"]["name"] for event in events] == ["Il Filo Verde", "Zielona Spółdzielnia"]
    page = door(cast.representative).get(place.path).soup
    assert [
        (text["lang"], text.get_text(" ", strip=True)) for text in page.select(".messages .message-text")
    ] == [
        ("pl", "Dzień dobry! Łódź czeka."),
        ("el", "Καλημέρα σε όλους"),
    ]


@both_databases
def test_a_message_that_arrives_twice_is_said_once(place: Place, cast: Cast, door: Enter, send: Send) -> None:
    same = {"room": place.room.id, "cid": "the-same-message", "body": "Once", "lang": "en"}
    assert send(cast.member, "room_post", **same) == send(cast.member, "room_post", **same)
    assert send(cast.other, "room_post", **same)["seq"] == 2, "another person's id is another message"
    assert said_in(door(cast.member), place) == ["Once", "Once"]


def test_a_form_that_is_sent_twice_says_it_once(place: Place, cast: Cast, door: Enter) -> None:
    browser = door(cast.member)
    form = {"cid": secrets.token_urlsafe(12), "body": "Pressed twice", "lang": "en"}
    assert browser.post(place.path, form).location == browser.post(place.path, form).location
    assert said_in(browser, place) == ["Pressed twice"]


def test_other_words_under_an_id_that_was_used_are_refused_and_kept(
    place: Place, cast: Cast, door: Enter, send: Send
) -> None:
    browser = door(cast.member)
    cid = secrets.token_urlsafe(12)
    browser.post(place.path, {"cid": cid, "body": "First", "lang": "en"})
    again = browser.post(place.path, {"cid": cid, "body": "Second", "lang": "en"})
    assert again.status == 409
    assert "was sent before with other words" in again.text
    form = again.soup.select_one("form.composer")
    assert form.select_one("textarea").get_text().strip() == "Second"
    assert form.select_one("[name=cid]")["value"] != cid
    with pytest.raises(Conflict):
        send(cast.member, "room_post", room=place.room.id, cid=cid, body="Third", lang="en")


@pytest.mark.parametrize("body", ["", "  \n ", "\u200b\u2060"])
def test_an_empty_message_is_refused_by_every_door(
    place: Place, cast: Cast, door: Enter, send: Send, body: str
) -> None:
    page = door(cast.member).post(place.path, {"cid": "an-empty-one", "body": body, "lang": "en"})
    assert page.status == 422
    assert page.soup.select_one("form.composer textarea")["aria-invalid"] == "true"
    with pytest.raises(Invalid) as refusal:
        send(cast.member, "room_post", room=place.room.id, body=body, lang="en")
    assert list(refusal.value.fields) == ["body"]
    assert said_in(door(cast.member), place) == []


def test_an_over_long_message_is_refused_with_its_text_and_by_how_much(
    place: Place, cast: Cast, door: Enter, send: Send
) -> None:
    body = "ł" * (LONGEST_BODY + 3)
    page = door(cast.member).post(place.path, {"cid": "a-long-one", "body": body, "lang": "pl"})
    assert page.status == 422
    assert page.soup.select_one("form.composer textarea").get_text().strip() == body
    assert page.soup.select_one("option[selected]")["value"] == "pl"
    with pytest.raises(Invalid) as refusal:
        send(cast.member, "room_post", room=place.room.id, body=body, lang="pl")
    assert "3" in str(refusal.value.fields["body"][0])
    assert send(cast.member, "room_post", room=place.room.id, body=body[3:], lang="pl")["seq"] == 1


def test_a_language_that_nobody_speaks_here_is_refused(
    place: Place, cast: Cast, door: Enter, send: Send
) -> None:
    assert (
        door(cast.member).post(place.path, {"cid": "in-klingon", "body": "Qapla", "lang": "tlh"}).status
        == 422
    )
    with pytest.raises(Invalid) as refusal:
        send(cast.member, "room_post", room=place.room.id, body="Qapla", lang="tlh")
    assert list(refusal.value.fields) == ["lang"]


def test_a_socket_takes_nothing_that_is_not_in_the_command(place: Place, cast: Cast, send: Send) -> None:
    for wrong in ({"room": "1"}, {"actor": 1}, {"body": None}, {"reply_to": 0}, {"cid": "short"}):
        with pytest.raises(ValidationError):
            send(cast.member, "room_post", **{"room": place.room.id, "body": "Hello", "lang": "en", **wrong})


def test_nothing_is_said_in_the_name_of_who_signed_in_after_it_was_written(
    place: Place, cast: Cast, door: Enter, send: Send
) -> None:
    written = {"room": place.room.id, "body": "By Giulia", "lang": "en", "person": cast.member.id}
    with pytest.raises(SignInNeeded):
        send(cast.other, "room_post", **written)
    assert send(cast.member, "room_post", **written)["seq"] == 1
    assert said_in(door(cast.member), place) == ["By Giulia"]


def test_an_answer_shows_what_it_answers(place: Place, cast: Cast, door: Enter, send: Send) -> None:
    send(cast.other, "room_post", room=place.room.id, body="We can **host** the exchange in May.", lang="en")
    browser = door(cast.member)
    link = browser.get(place.path).soup.select_one("#message-1 [data-reply]")["href"]
    page = browser.get(place.path + link).soup
    assert "We can host the exchange in May." in page.select_one(".composer-reply").get_text()
    browser.fill(place.path + link, "form.composer", body="Ottimo.", lang="it")
    quote = browser.get(place.path).soup.select_one("#message-2 .message-quote")
    assert "We can host the exchange in May." in quote.get_text()
    event = browser.get(place.catch_up).json["events"][1]
    assert (event["reply_to"], event["quote"]["name"]) == (1, "Marek Wójcik")


def test_one_cannot_answer_a_message_that_is_not_in_the_room(
    app: Flask, place: Place, make: Make, cast: Cast, send: Send
) -> None:
    elsewhere = make.room(make.initiative(cast.organisation, "Another initiative"))
    send(cast.member, "room_post", room=elsewhere.id, body="Only there", lang="en")
    with pytest.raises(Invalid) as refusal:
        send(cast.member, "room_post", room=place.room.id, body="Yes", lang="en", reply_to=1)
    assert list(refusal.value.fields) == ["reply_to"]
    with app.app_context():
        in_place = select(func.count()).where(Message.room_id == place.room.id)
        assert db.session.scalar(in_place) == 0


def test_what_people_write_is_shown_as_text_and_never_run(
    place: Place, cast: Cast, door: Enter, send: Send
) -> None:
    body = "<img src=x onerror=alert(1)> **bold** [x](javascript:alert(1)) <b>"
    send(cast.member, "room_post", room=place.room.id, body=body, lang="en")
    text = door(cast.other).get(place.path).soup.select_one("#message-1 .message-text")
    assert [tag.name for tag in text.find_all(True)] == ["p", "strong"]
    html = door(cast.other).get(place.catch_up).json["events"][0]["html"]
    assert "<img" not in html and 'href="javascript' not in html


def test_a_message_and_its_event_share_their_number(app: Flask, place: Place, cast: Cast, send: Send) -> None:
    for number in range(1, 4):
        send(cast.member, "room_post", room=place.room.id, body=f"Number {number}", lang="en")
    with app.app_context():
        messages = db.session.scalars(select(Message.event_seq).order_by(Message.id)).all()
        events = db.session.scalars(select(Event.seq).where(Event.stream_id == place.room.stream_id)).all()
    assert list(messages) == sorted(events) == [1, 2, 3]


def test_those_who_write_too_fast_by_the_form_keep_their_words(place: Place, cast: Cast, door: Enter) -> None:
    browser = door(cast.member)
    for number in range(30):
        browser.post(place.path, {"cid": f"message-{number}", "body": f"Number {number}", "lang": "en"})
    page = browser.post(place.path, {"cid": "one-too-many", "body": "And another", "lang": "en"})
    assert page.status == 429
    assert page.soup.select_one("form.composer textarea").get_text().strip() == "And another"


def test_nobody_outside_can_write_by_any_door(
    place: Place, cast: Cast, make: Make, door: Enter, send: Send
) -> None:
    outsider = make.person("Olga Outsider")
    make.organisation("Atelier du Lin", country="FR", editor=outsider)
    form: dict[str, Any] = {"cid": "from-outside", "body": "Let me in", "lang": "en"}
    for person in (outsider, cast.newcomer):
        assert door(person).post(place.path, form).status == 404
        with pytest.raises(NotFound):
            send(person, "room_post", room=place.room.id, body="Let me in", lang="en")
    visitor = door().post(place.path, form)
    assert visitor.status == 401 and "Let me in" in visitor.html
    assert said_in(door(cast.member), place) == []
