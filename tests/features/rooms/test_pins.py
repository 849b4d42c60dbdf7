"""Messages above the talk: who may put them there, how many there are, and when they go."""

from __future__ import annotations

import pytest

from app.core.errors import Conflict, Forbidden
from tests.features.rooms.conftest import Enter, Events, Place, Send
from tests.support.app import both_databases
from tests.support.factories import Cast, Make


@both_databases
def test_at_most_five_are_pinned_and_one_that_is_removed_is_pinned_no_more(
    place: Place, cast: Cast, send: Send, events: Events
) -> None:
    for number in range(1, 7):
        send(cast.member, "room_post", room=place.room.id, body=f"Number **{number}**", lang="en")
    for number in range(1, 6):
        assert (
            send(cast.facilitator, "room_pin", room=place.room.id, seq=number, on=True)["seq"] == 6 + number
        )
    assert send(cast.facilitator, "room_pin", room=place.room.id, seq=5, on=True)["seq"] == 5, "it is already"
    with pytest.raises(Conflict):
        send(cast.manager, "room_pin", room=place.room.id, seq=6, on=True)
    send(cast.member, "room_remove", room=place.room.id, seq=2)
    send(cast.manager, "room_pin", room=place.room.id, seq=6, on=True)
    send(cast.member, "room_edit", room=place.room.id, seq=6, body="Number six", lang="en")
    send(cast.member, "room_pin", room=place.room.id, seq=1, on=False)
    told = [event["pins"] for event in events() if event["kind"] == "pin"]
    assert len(told) == 7
    assert all(pins == told[0] for pins in told), "each event tells how it stands now"
    assert [(pin["seq"], pin["text"]) for pin in told[0]] == [
        (6, "Number six"),
        (5, "Number 5"),
        (4, "Number 4"),
        (3, "Number 3"),
    ]


def test_partners_of_the_lead_pin_nothing(place: Place, cast: Cast, send: Send) -> None:
    send(cast.other, "room_post", room=place.room.id, body="My own", lang="en")
    with pytest.raises(Forbidden):
        send(cast.other, "room_pin", room=place.room.id, seq=1, on=True)
    send(cast.member, "room_pin", room=place.room.id, seq=1, on=True)


def test_without_a_script_one_pins_on_the_page_of_the_message(
    place: Place, cast: Cast, door: Enter, make: Make
) -> None:
    seq = make.message(place.room, cast.other, cast.other_organisation)
    browser = door(cast.member)
    path = f"{place.path}/messages/{seq}"
    assert browser.get(place.path).soup.select_one(".room-pins").has_attr("hidden")
    pinned = f"form[action$='{seq}/pin']"
    assert door(cast.other).get(path).soup.select_one(pinned) is None
    assert browser.post(f"{path}/pin", {"on": "1"}).status == 303
    link = browser.get(place.path).soup.select_one(".room-pins a")
    assert browser.get(link["href"]).location == f"{place.path}#message-{seq}"
    assert browser.get(path).soup.select_one(f"{pinned} button")["name"] == "off"
    browser.post(f"{path}/pin", {"off": "1"})
    assert browser.get(place.path).soup.select_one(".room-pins a") is None
