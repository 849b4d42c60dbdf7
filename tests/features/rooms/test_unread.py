"""What others said and one has not read yet."""

from __future__ import annotations

import pytest

from app.core.errors import NotFound
from tests.features.rooms.conftest import Enter, Place, Send
from tests.support.app import both_databases
from tests.support.door import Door
from tests.support.factories import Cast, Make


def badge(door: Door) -> str:
    """The number beside Rooms in the rail; empty without one."""
    found = door.get("/en/rooms").soup.select_one(".rail-nav a[aria-current] .badge [aria-hidden]")
    return found.get_text() if found else ""


@both_databases
def test_what_others_say_waits_until_it_is_read(place: Place, cast: Cast, door: Enter, send: Send) -> None:
    for number in range(3):
        send(cast.other, "room_post", room=place.room.id, body=f"Number {number}", lang="en")
    send(cast.member, "room_post", room=place.room.id, body="My own does not wait", lang="en")
    assert badge(door(cast.member)) == "3"
    assert badge(door(cast.other)) == "1"
    assert send(cast.member, "room_read", room=place.room.id, seq=2) == {
        "room": place.room.id,
        "seq": 2,
        "unread": 1,
    }
    page = door(cast.member).get(place.path).soup
    assert page.select_one(".messages-unread").find_next_sibling("article")["id"] == "message-3"
    assert send(cast.member, "room_read", room=place.room.id, seq=1)["seq"] == 2, "a mark never goes back"
    assert send(cast.member, "room_read", room=place.room.id, seq=10_000)["seq"] == 4, "nor beyond the last"
    assert badge(door(cast.member)) == ""


def test_more_than_a_hundred_messages_are_counted_as_they_are(
    make: Make, place: Place, cast: Cast, door: Enter
) -> None:
    for _number in range(103):
        make.message(place.room, cast.other, cast.other_organisation)
    page = door(cast.member).get("/en/rooms")
    assert page.soup.select_one("h1").get_text(strip=True) == "103 messages wait for you"
    assert "More than 99 wait for you" in page.soup.select_one(".rail-nav a[aria-current]").get_text()
    assert "103 messages wait for you" in door(cast.member).get("/en/").text


def test_without_a_script_one_says_that_one_has_read_it(
    place: Place, cast: Cast, door: Enter, send: Send
) -> None:
    send(cast.other, "room_post", room=place.room.id, body="Read me", lang="en")
    browser = door(cast.member)
    assert badge(browser) == "1"
    assert browser.fill(place.path, "form.room-read").location == place.path
    assert badge(browser) == ""


def test_opening_a_page_marks_nothing(place: Place, cast: Cast, door: Enter, send: Send) -> None:
    send(cast.other, "room_post", room=place.room.id, body="Read me", lang="en")
    door(cast.member).get(place.path)
    assert badge(door(cast.member)) == "1"


def test_a_facilitator_is_called_only_by_rooms_that_she_reads(
    place: Place, cast: Cast, door: Enter, send: Send
) -> None:
    send(cast.other, "room_post", room=place.room.id, body="One", lang="en")
    assert badge(door(cast.facilitator)) == ""
    send(cast.facilitator, "room_read", room=place.room.id, seq=1)
    send(cast.other, "room_post", room=place.room.id, body="Two", lang="en")
    assert badge(door(cast.facilitator)) == "1"


def test_nobody_marks_a_room_that_she_cannot_read(place: Place, cast: Cast, send: Send) -> None:
    with pytest.raises(NotFound):
        send(cast.newcomer, "room_read", room=place.room.id, seq=0)
