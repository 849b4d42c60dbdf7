"""The list of rooms, how far back one can read in them, and what that costs."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import update

from app.core.database import db
from app.core.streams.models import Event
from app.core.transactions import write_transaction
from app.features.accounts.models import Person
from app.features.rooms.models import Room
from tests.features.rooms.conftest import Enter, Place, Send, rooms_of
from tests.support.app import both_databases
from tests.support.door import Door
from tests.support.factories import Cast, Make


@both_databases
def test_the_room_with_the_newest_talk_comes_first(
    place: Place, cast: Cast, make: Make, door: Enter, send: Send
) -> None:
    older = make.room(make.initiative(cast.organisation, "A kitchen for two towns"))
    make.room(make.initiative(cast.organisation, "Quiet so far"))
    send(cast.member, "room_post", room=place.room.id, body="Later", lang="en")
    assert rooms_of(door(cast.member)) == ["Seeds across borders", "Quiet so far", "A kitchen for two towns"]
    send(cast.member, "room_post", room=older.id, body="**Latest** of all", lang="it")
    page = door(cast.member).get("/en/rooms").soup
    last = page.select_one(".room-row-last")
    assert " ".join(last.get_text(" ").split()) == "You: Latest of all"
    assert last.select_one("[lang=it]") is not None


def test_the_list_goes_on_a_page_at_a_time(cast: Cast, make: Make, door: Enter) -> None:
    for number in range(26):
        make.initiative(cast.organisation, f"Initiative {number:02}")
    browser = door(cast.member)
    first = browser.get("/en/rooms").soup
    rest = browser.get(first.select_one("a[rel=next]")["href"]).soup
    titles = [
        title.get_text(strip=True) for page in (first, rest) for title in page.select(".room-row .row-title")
    ]
    assert sorted(titles) == [f"Initiative {number:02}" for number in range(26)]
    assert browser.get("/en/rooms?after=nonsense").status == 400


def test_a_list_without_rooms_says_what_to_do_next(cast: Cast, door: Enter) -> None:
    assert "See who fits you" in door(cast.member).get("/en/rooms").text
    assert "Create your organisation" in door(cast.newcomer).get("/en/rooms").text


def test_a_room_is_printed_in_portions_and_searched(
    place: Place, cast: Cast, door: Enter, send: Send, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("app.features.rooms.presenters.pages.PRINTED_MESSAGES", 3)
    for number in range(1, 5):
        send(cast.member, "room_post", room=place.room.id, body=f"Number **{number}**", lang="en")
    browser = door(cast.other)
    room = browser.get(place.path).soup
    printed = browser.get(room.select_one("a[href$='/print']")["href"]).soup
    said = [each.text.strip() for each in printed.select("article .message-text")]
    assert said == ["Number 2", "Number 3", "Number 4"]
    rest = browser.get(printed.select_one("a[href*='before=']")["href"]).soup
    assert [each.text.strip() for each in rest.select("article .message-text")] == ["Number 1"]
    assert browser.get(room.select_one("a[href*='/search']")["href"]).status == 200
    assert room.title.text.startswith("Seeds across borders · Room")


def test_one_can_read_back_to_the_first_message(place: Place, cast: Cast, door: Enter, send: Send) -> None:
    for number in range(1, 121):
        send(cast.member, "room_post", room=place.room.id, body=f"Number {number}", lang="en")
    browser, path, numbers = door(cast.other), place.path, []
    while path:
        page = browser.get(path).soup
        numbers = [int(each["data-seq"]) for each in page.select(".messages .message")] + numbers
        older = page.select_one("p:not([hidden]) > [data-older]")
        path = place.path + older["href"] if older else ""
    assert numbers == list(range(1, 121))
    assert browser.get(f"{place.path}?before=nonsense").status == 400
    back = browser.get(f"{place.catch_up}?before=71&limit=50").json
    assert [event["seq"] for event in back["events"]] == list(range(21, 71))


def test_messages_stand_under_their_days_and_those_close_together_share_a_head(
    app: Flask, place: Place, cast: Cast, door: Enter, send: Send
) -> None:
    for person in (cast.member, cast.member, cast.other):
        send(person, "room_post", room=place.room.id, body="Hello", lang="en")
    with app.app_context(), write_transaction():
        yesterday = datetime.now(UTC) - timedelta(days=1)
        db.session.execute(update(Event).values(created_at=yesterday).where(Event.seq <= 2))
    page = door(cast.member).get(place.path).soup
    shown = [
        each.get_text(strip=True)
        if "messages-day" in each["class"]
        else each["id"] + "+" * ("message-follows" in each["class"])
        for each in page.select(".messages > *")
    ]
    assert shown == ["Yesterday", "message-1", "message-2+", "Today", "message-3"]


def statements_for(count_queries: Callable[[], Any], browser: Door, path: str) -> int:
    """How many statements a page takes once it is warm."""
    browser.get(path)
    with count_queries() as statements:
        assert browser.get(path).status == 200
    return len(statements)


def test_no_page_asks_more_of_the_database_when_there_is_more_to_show(
    place: Place, cast: Cast, make: Make, door: Enter, send: Send, count_queries: Callable[[], Any]
) -> None:
    def say(person: Person, room: Room, **more: Any) -> None:
        send(person, "room_post", room=room.id, body="Hello", lang="en", **more)

    say(cast.member, place.room)
    say(cast.other, place.room, reply_to=1)
    browser = door(cast.member)
    paths = ("/en/rooms", place.path, place.catch_up)
    before = {path: statements_for(count_queries, browser, path) for path in paths}
    for number in range(6):
        person = make.person(f"Person {number}")
        make.partner(
            place.initiative, make.organisation(f"Organisation {number}", country="FR", editor=person)
        )
        say(person, place.room, reply_to=number + 1)
        other = make.room(make.initiative(cast.organisation, f"Initiative {number}"))
        say(cast.member, other)
    assert {path: statements_for(count_queries, browser, path) for path in paths} == before
    assert before["/en/rooms"] <= 18
    assert before[place.path] <= 25
