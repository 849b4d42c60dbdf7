"""One of four words to a message: who may say it, who reads it, and what it does not do."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import func, select

from app.core.database import db
from app.core.errors import Conflict, NotFound
from app.core.transactions import write_transaction
from app.features.accounts.services.account_status import forget
from app.features.notifications.models import Notification
from app.features.rooms.models import Reaction
from tests.features.rooms.conftest import Enter, Events, Place, Send
from tests.features.rooms.test_unread import badge
from tests.support.app import both_databases
from tests.support.factories import Cast, Make


@pytest.fixture
def said(place: Place, cast: Cast, send: Send) -> int:
    """The number of a message that Giulia wrote in the room."""
    return int(
        send(cast.member, "room_post", room=place.room.id, body="We can host in May", lang="en")["seq"]
    )


@both_databases
def test_a_word_is_said_once_and_taken_back(
    place: Place, cast: Cast, send: Send, events: Events, said: int
) -> None:
    thanks = {"room": place.room.id, "seq": said, "word": "thanks"}
    assert send(cast.other, "room_react", **thanks, on=True, cid="the-same-press") == {
        "seq": 2,
        "room": place.room.id,
        "target": said,
    }
    assert send(cast.other, "room_react", **thanks, on=True)["seq"] == said, (
        "nothing changed, nothing is told"
    )
    assert send(cast.facilitator, "room_react", **thanks, on=True)["seq"] == 3
    people = [person["name"] for person in events()[0]["reactions"][0]["people"]]
    assert people == ["Marek Wójcik", "Ioana Facilitator"]
    assert send(cast.other, "room_react", **thanks, on=False)["seq"] == 4
    assert send(cast.other, "room_react", **thanks, on=True, cid="the-same-press")["seq"] == 2, "it was done"
    message, *reactions = events()
    assert [event["kind"] for event in reactions] == ["reaction"] * 3
    assert all(event["reactions"] == message["reactions"] for event in reactions), "as they stand now"
    assert [person["name"] for person in message["reactions"][0]["people"]] == ["Ioana Facilitator"]


def test_a_reaction_calls_nobody(
    app: Flask, place: Place, cast: Cast, door: Enter, send: Send, said: int
) -> None:
    send(cast.member, "room_read", room=place.room.id, seq=said)
    before = badge(door(cast.other))
    send(cast.other, "room_react", room=place.room.id, seq=said, word="question", on=True)
    assert badge(door(cast.member)) == ""
    assert badge(door(cast.other)) == before == "1", "nor is the message read by it"
    with app.app_context():
        assert db.session.scalar(select(func.count()).select_from(Notification)) == 0


def test_reactions_go_with_the_message_and_with_the_person(
    app: Flask, place: Place, cast: Cast, door: Enter, send: Send, events: Events, said: int
) -> None:
    other = send(cast.other, "room_post", room=place.room.id, body="Good", lang="en")["seq"]
    for person in (cast.other, cast.facilitator):
        for seq in (said, other):
            send(person, "room_react", room=place.room.id, seq=seq, word="agree", on=True)
    send(cast.member, "room_remove", room=place.room.id, seq=said)
    assert events()[0]["reactions"] == []
    with pytest.raises(Conflict):
        send(cast.facilitator, "room_react", room=place.room.id, seq=said, word="agree", on=True)
    with app.app_context(), write_transaction():
        forget(cast.facilitator.email)
    assert [person["name"] for person in events()[1]["reactions"][0]["people"]] == ["Marek Wójcik"]
    assert "Ioana" not in door(cast.member).get(place.path).text
    with app.app_context():
        assert db.session.scalar(select(func.count()).select_from(Reaction)) == 1


def test_who_may_not_read_the_room_may_not_react(place: Place, cast: Cast, send: Send, said: int) -> None:
    for seq in (said, 99):
        with pytest.raises(NotFound):
            send(cast.newcomer, "room_react", room=place.room.id, seq=seq, word="agree", on=True)
    with pytest.raises(NotFound):
        send(cast.member, "room_react", room=place.room.id, seq=99, word="agree", on=True)


def test_without_a_script_one_reacts_on_the_page_of_the_message(
    place: Place, cast: Cast, door: Enter, said: int
) -> None:
    browser = door(cast.other)
    page = browser.get(place.path).soup
    assert page.select_one(".messages .reactions") is None
    path = page.select_one(f"#message-{said} [data-more]")["href"]
    for word in ("concern", "thanks"):
        button = browser.get(path).soup.select_one(f"button[value={word}]")
        assert button["form"] == browser.get(path).soup.select_one("form#reacting")["id"]
        assert browser.post(button["formaction"], {button["name"]: word}).status == 303
    shown = browser.get(place.path).soup.select_one(f"#message-{said} .reactions")
    assert [each.get_text() for each in shown.select("button")] == ["Thanks 1: you", "Concern 1: you"]
    assert shown.select_one("[data-reply]").get_text() == "Say more"
    assert (
        door(cast.member).get(place.path).soup.select_one(f"#message-{said} .reactions [data-reply]") is None
    )
    taken = shown.select_one("button[value=concern]")
    assert (taken["name"], taken["aria-pressed"]) == ("drop", "true")
    browser.post(taken["formaction"], {"drop": "concern"})
    assert "Concern" not in browser.get(place.path).soup.select_one(f"#message-{said}").get_text()
    assert browser.post(taken["formaction"], {"add": "love"}).status == 400


def test_a_page_of_reactions_asks_no_more_than_a_page_without(
    place: Place, cast: Cast, door: Enter, make: Make, send: Send, count_queries: Callable[[], Any]
) -> None:
    numbers = [make.message(place.room, cast.other, cast.other_organisation) for _each in range(12)]
    browser = door(cast.member)
    browser.get(place.path)
    with count_queries() as before:
        browser.get(place.path)
    for seq in numbers:
        send(cast.facilitator, "room_react", room=place.room.id, seq=seq, word="thanks", on=True)
    with count_queries() as after:
        browser.get(place.path)
    assert len(after) == len(before) + 1
