"""Commands by ordinary requests, where no socket is to be had: the same forms, permissions, limits and answers."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from flask import Flask

from app.core.live.commands import commands_of, rate_buckets
from app.core.live.protocol import MAX_MESSAGE_BYTES
from app.features.rooms.models import Room
from tests.support.app import both_databases
from tests.support.door import Door, Seen
from tests.support.factories import Cast, Make

Doors = Callable[..., Door]
POST = "/api/v1/commands/room_post"


@pytest.fixture
def room(make: Make, cast: Cast) -> Room:
    """The room of an initiative with two partners."""
    initiative = make.initiative(cast.organisation)
    make.partner(initiative, cast.other_organisation)
    return make.room(initiative)


def hello(room: Room, cid: str = "said-once-only") -> dict[str, Any]:
    """What a message carries."""
    return {"v": 3, "cid": cid, "room": room.id, "body": "Hello", "lang": "en"}


def bodies(door: Door, room: Room) -> list[str]:
    """What was said, as the catch-up by the API has it."""
    page = door.get(f"/api/v1/streams/{room.stream_id}/events").json
    return [event["body"] for event in page["events"]]


@both_databases
def test_a_message_that_is_sent_twice_by_request_is_there_once(door: Doors, cast: Cast, room: Room) -> None:
    giulia = door(cast.member)
    first, again = (giulia.command("room_post", **hello(room)) for _ in range(2))
    assert (first.status, again.status) == (200, 200)
    assert first.json["seq"] == again.json["seq"] == 1
    assert bodies(door(cast.other), room) == ["Hello"]


def test_refusals_by_request_say_why_in_the_language_of_the_page(
    app: Flask, door: Doors, cast: Cast, room: Room
) -> None:
    def refused(answer: Seen) -> tuple[int, str]:
        assert answer.response.mimetype == "application/problem+json"
        return answer.status, answer.json["code"]

    giulia = door(cast.member)
    assert refused(giulia.command("room_post", **{**hello(room), "body": ""})) == (422, "invalid")
    in_italian = giulia.command("room_post", page="it", **{**hello(room), "body": ""})
    assert in_italian.json["fields"]["body"] == ["Prima scrivi qualcosa."]
    assert refused(giulia.command("room_post", **{**hello(room), "v": 1})) == (426, "outdated")
    assert refused(giulia.command("no_such_command", cid="said-once-only")) == (404, "not_found")
    assert refused(door(cast.newcomer).command("room_post", **hello(room))) == (404, "not_found")
    assert refused(door().command("room_post", **hello(room))) == (401, "sign_in_needed")
    changed = giulia.command("room_post", **{**hello(room), "acting_as": f"{cast.member.id}:0"})
    assert refused(changed) == (409, "actor_changed")
    assert changed.json["now"]["name"] == cast.organisation.name
    assert bodies(giulia, room) == []


def test_who_reads_by_requests_says_that_she_is_there_and_is_refused_where_she_may_not_read(
    door: Doors, cast: Cast, room: Room
) -> None:
    def present(page: Door, **headers: str) -> tuple[int, Any]:
        answer = page.client.post(f"/api/v1/streams/{room.stream_id}/presence", headers=headers)
        return answer.status_code, answer.get_json()

    giulia, newcomer = door(cast.member), door(cast.newcomer)
    assert present(giulia, **{"X-CSRFToken": giulia.page_token()}) == (200, {"people": []})
    assert present(newcomer, **{"X-CSRFToken": newcomer.page_token()})[1]["code"] == "not_found"
    assert present(giulia)[1]["code"] == "expired"


def test_a_command_by_request_needs_the_token_of_a_page(door: Doors, cast: Cast, room: Room) -> None:
    giulia = door(cast.member)
    assert giulia.client.post(POST, json=hello(room)).get_json()["code"] == "expired"
    assert bodies(giulia, room) == []


@pytest.mark.parametrize(
    ("body", "status"),
    [
        (b"", 400),
        (b"[]", 400),
        (b"\xff", 400),
        (b'{"room": NaN}', 400),
        (b"[" * 20_000, 400),
        (b'{"body": "\\u0000"}', 422),
        (b'{"body": "\\ud800"}', 422),
        (b'"' + b"x" * MAX_MESSAGE_BYTES + b'"', 413),
    ],
)
def test_what_is_no_command_is_refused_with_a_sentence(
    door: Doors, cast: Cast, body: bytes, status: int
) -> None:
    giulia = door(cast.member)
    headers = {"X-CSRFToken": giulia.page_token(), "Content-Type": "application/json"}
    answer = Seen(giulia.client.post(POST, data=body, headers=headers))
    assert answer.status == status
    assert answer.json["title"]


def test_both_ways_share_one_rate(app: Flask, door: Doors, cast: Cast, room: Room) -> None:
    """Who has used up what a socket may send has nothing left by request."""
    rate = commands_of(app)["room_post"].rate
    for _ in range(rate):
        rate_buckets(app).take_token((cast.member.id, "room_post"), rate)
    answer = door(cast.member).command("room_post", **hello(room))
    assert (answer.status, answer.json["code"]) == (429, "too_many")
    assert door(cast.other).command("room_post", **hello(room)).status == 200
