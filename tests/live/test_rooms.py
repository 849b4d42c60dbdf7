"""Rooms by real sockets: words that change reach everybody, and what is read reaches one's own other devices."""

from __future__ import annotations

import secrets
from collections.abc import Callable
from typing import Any

import pytest

from app.features.rooms.models import Room
from tests.features.rooms.folding import Talk, fold
from tests.live.client import Client
from tests.support.app import both_databases
from tests.support.factories import Cast, Make

Enter = Callable[..., Client]


@pytest.fixture
def room(make: Make, cast: Cast) -> Room:
    """The room of an initiative with two partners."""
    initiative = make.initiative(cast.organisation)
    make.partner(initiative, cast.other_organisation)
    return make.room(initiative)


def send(client: Client, event: str, **content: Any) -> dict[str, Any]:
    """Send a command under an id of its own."""
    return client.ask(event, **{"cid": secrets.token_urlsafe(12), **content})


@both_databases
def test_words_that_change_reach_everybody_and_are_refused_with_a_code(
    enter: Enter, room: Room, cast: Cast
) -> None:
    """What was followed event by event equals what is read afterwards."""
    author, reader = enter(cast.member, room.stream_id), enter(cast.other, room.stream_id)
    words = {"room": room.id, "lang": "en"}
    assert send(author, "room_post", body="A misstake", **words)["seq"] == 1
    edit = {"cid": "the-same-change", "seq": 1, "body": "A mistake", **words}
    assert send(author, "room_edit", **edit) == send(author, "room_edit", **edit)
    assert send(reader, "room_post", body="I see", reply_to=1, **words)["seq"] == 3
    for client, event, content, code in (
        (reader, "room_edit", {"seq": 1, "body": "Mine", **words}, "forbidden"),
        (reader, "room_remove", {"seq": 1, "room": room.id}, "forbidden"),
        (author, "room_edit", {"seq": 2, "body": "No message", **words}, "not_found"),
        (author, "room_edit", {"seq": 1, "body": " ", **words}, "invalid"),
        (author, "room_remove", {"seq": "1", "room": room.id}, "invalid"),
        (author, "room_edit", {**edit, "body": "Other words"}, "conflict"),
    ):
        answer = send(client, event, **content)
        assert (answer["ok"], answer["code"]) == (False, code) and answer["message"]
    assert send(author, "room_remove", seq=1, room=room.id)["seq"] == 4
    assert send(author, "room_edit", seq=1, body="Too late", **words)["code"] == "conflict"
    talk: Talk = {}
    seen = 0
    while seen < 4:
        events = reader.next("events")["events"]
        talk, seen = fold(talk, events), events[-1]["seq"]
    read = enter(cast.member).ask("subscribe", stream=room.stream_id, after=0)["events"]
    assert talk == {event["seq"]: event for event in read if event["kind"] == "message"}
    assert [message["body"] for message in talk.values()] == ["", "I see"]


def test_what_is_read_on_one_device_is_told_to_ones_others_and_to_nobody_else(
    enter: Enter, room: Room, cast: Cast
) -> None:
    one, other = enter(cast.member), enter(cast.member)
    neighbour = enter(cast.other, room.stream_id)
    assert send(neighbour, "room_post", room=room.id, body="Read me", lang="en")["seq"] == 1
    assert send(one, "room_read", room=room.id, seq=1)["unread"] == 0
    assert other.next("signal") == {"stream": room.stream_id, "kind": "read", "seq": 1}
    assert neighbour.silent_for(0.5, "signal")
    assert send(one, "room_read", room=room.id, seq=1)["ok"], "nothing new"
    assert other.silent_for(0.5, "signal")
    assert neighbour.ask("signal", stream=room.stream_id, kind="read", seq=9)["code"] == "invalid"
