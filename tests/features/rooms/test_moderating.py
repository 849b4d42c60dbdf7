"""Who writes in a room and how often, and what happens to somebody who is muted."""

from __future__ import annotations

from datetime import timedelta

import pytest

from app.core.clock import now, standing_at
from app.core.errors import BadRequest, Conflict, Forbidden, TooMany
from app.features.introductions.models import IntroductionState
from app.features.rooms.models import RoomMode
from app.features.rooms.services.moderation import mute, set_mode
from tests.features.rooms.conftest import Act, Enter, Events, Place, Send
from tests.support.app import both_databases
from tests.support.factories import Cast, Make


@both_databases
def test_in_a_slow_room_each_person_waits_and_facilitators_do_not(
    place: Place, cast: Cast, send: Send, door: Enter, act: Act, events: Events
) -> None:
    facilitator = door(cast.facilitator)
    values = {"mode": "slow-30", "cid": "slow-room-once"}
    assert facilitator.post(f"{place.path}/mode", values).status == 303
    facilitator.post(f"{place.path}/mode", values)
    assert [event["settings"] for event in events()] == [
        {"mode": "slow", "slow_seconds": 30, "is_closed": False}
    ], "the same form twice is done once"
    said = {"room": place.room.id, "body": "Quick", "lang": "en"}
    send(cast.member, "room_post", cid="first-message", **said)
    assert send(cast.member, "room_post", cid="first-message", **said)["seq"] == 2, (
        "a repeat waits for nothing"
    )
    with pytest.raises(TooMany) as refused:
        send(cast.member, "room_post", cid="second-message", **said)
    assert 0 < refused.value.details["retry_after"] <= 30
    page = door(cast.member).get(place.path).soup
    assert 0 < int(page.select_one("trama-room")["data-wait-seconds"]) <= 30
    assert "This room is slow" in page.select_one("[data-mode-note]").text
    by_form = door(cast.member).post(place.path, {"body": "Quick too", "lang": "en", "cid": "by-the-form"})
    assert by_form.status == 429
    assert "Quick too" in by_form.text, "nothing that was typed is lost"
    send(cast.other, "room_post", **said)
    for _ in range(2):
        send(cast.facilitator, "room_post", **said)
    send(cast.member, "room_remove", room=place.room.id, seq=2)
    with pytest.raises(TooMany):
        send(cast.member, "room_post", cid="second-message", **said)
    with standing_at(now() + timedelta(seconds=31)):
        send(cast.member, "room_post", cid="second-message", **said)
    act(cast.facilitator, set_mode, place.room.id, "open-it-again", RoomMode.OPEN)
    for _ in range(2):
        send(cast.member, "room_post", **said)


@both_databases
def test_where_facilitators_begin_the_others_answer_and_react(
    place: Place, cast: Cast, send: Send, door: Enter, act: Act
) -> None:
    act(cast.manager, set_mode, place.room.id, "announce-once", RoomMode.ANNOUNCE)
    said = {"room": place.room.id, "body": "The call is open", "lang": "en"}
    with pytest.raises(Forbidden):
        send(cast.member, "room_post", **said)
    seq = send(cast.facilitator, "room_post", **said)["seq"]
    send(cast.member, "room_post", **said, reply_to=seq)
    send(cast.member, "room_react", room=place.room.id, seq=seq, word="agree", on=True)
    assert "Here facilitators" in door(cast.member).get(place.path).soup.select_one("[data-mode-note]").text
    assert door(cast.facilitator).get(place.path).soup.select_one("[data-mode-note]").has_attr("hidden")


@both_databases
def test_somebody_who_is_muted_reads_and_writes_nothing_until_it_is_over(
    place: Place, cast: Cast, send: Send, door: Enter, act: Act
) -> None:
    said = {"room": place.room.id, "body": "Loud", "lang": "en"}
    browser = door(cast.facilitator)
    seq = send(cast.other, "room_post", **said)["seq"]
    form = browser.get(place.path).soup.select_one("form[action$='/mute']")
    assert [each.text for each in form.select("[name=person] option")] == [cast.other.name]
    assert browser.post(f"{place.path}/mute", {"person": str(cast.other.id), "days": "3"}).status == 303
    with pytest.raises(Forbidden) as refused:
        send(cast.other, "room_post", **said)
    assert "muted_until" in refused.value.details
    with pytest.raises(Forbidden):
        send(cast.other, "room_edit", room=place.room.id, seq=seq, body="Louder", lang="en")
    send(cast.other, "room_react", room=place.room.id, seq=seq, word="concern", on=True)
    page = door(cast.other).get(place.path).soup
    assert page.select_one("[data-composer]") is None
    assert "A facilitator muted you" in page.select_one("[data-mode-note]").text
    assert "Loud" in page.select_one(".messages").text
    assert f"{cast.other.name} is muted until" in browser.get(place.path).text
    with standing_at(now() + timedelta(days=3, minutes=1)):
        send(cast.other, "room_post", **said)
    browser.post(f"{place.path}/mute", {"person": str(cast.other.id), "days": "0"})
    send(cast.other, "room_post", **said)
    with pytest.raises(Conflict):
        act(cast.facilitator, mute, place.room.id, cast.manager.id, 1)
    with pytest.raises(BadRequest):
        act(cast.facilitator, mute, place.room.id, cast.other.id, 8)
    for values in ({"person": "x", "days": "1"}, {"person": "1", "days": "8"}, {}):
        assert browser.post(f"{place.path}/mute", values).status == 400
    assert browser.post(f"{place.path}/mode", {"mode": "slow-7", "cid": "no-such-mode"}).status == 400


def test_nobody_moderates_between_two_organisations(cast: Cast, make: Make, act: Act, door: Enter) -> None:
    met = make.introduction(
        cast.organisation, cast.other_organisation, cast.member, IntroductionState.ACCEPTED
    )
    room = make.room(met)
    assert "Manage this room" not in door(cast.member).get(f"/en/rooms/{room.id}").text
    with pytest.raises(Forbidden):
        act(cast.member, set_mode, room.id, "announce-once", RoomMode.ANNOUNCE)
