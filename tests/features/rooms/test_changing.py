"""Changing what one said: what is refused, what arrives twice, and what happens at the same time."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

import pytest
from flask import Flask
from sqlalchemy import select

from app.core.database import db
from app.core.errors import Conflict, Invalid, NotFound
from app.features.rooms.models import LONGEST_BODY, Message
from tests.features.rooms.conftest import NEW, OLD, Events, Place, Send
from tests.support.app import both_databases, sign_in
from tests.support.factories import Cast


def test_what_cannot_be_taken_is_refused_with_a_reason_and_changes_nothing(
    place: Place, cast: Cast, send: Send, events: Events
) -> None:
    room = place.room.id
    send(cast.member, "room_post", room=room, body=OLD, lang="en")
    for field, words in (
        ("body", {"body": " \u200b", "lang": "en"}),
        ("body", {"body": "x" * (LONGEST_BODY + 1), "lang": "en"}),
        ("lang", {"body": NEW, "lang": "tlh"}),
    ):
        with pytest.raises(Invalid) as refusal:
            send(cast.member, "room_edit", room=room, seq=1, **words)
        assert list(refusal.value.fields) == [field]
    for seq in (2, 77):
        with pytest.raises(NotFound):
            send(cast.member, "room_edit", room=room, seq=seq, body=NEW, lang="en")
    assert send(cast.member, "room_edit", room=room, seq=1, body=OLD, lang="en")["seq"] == 1
    assert [(event["body"], event["edited"]) for event in events()] == [(OLD, None)], (
        "the same words are no change"
    )


@both_databases
def test_a_change_that_arrives_twice_happens_once_and_after_a_removal_none_does(
    place: Place, cast: Cast, send: Send, events: Events
) -> None:
    room = place.room.id
    send(cast.member, "room_post", room=room, body=OLD, lang="en")
    edit = {"room": room, "seq": 1, "cid": "the-same-change", "body": NEW, "lang": "en"}
    removal = {"room": room, "seq": 1, "cid": "the-same-removal"}
    assert send(cast.member, "room_edit", **edit) == send(cast.member, "room_edit", **edit)
    with pytest.raises(Conflict):
        send(cast.member, "room_edit", **{**edit, "body": "Something else"})
    assert send(cast.member, "room_remove", **removal) == send(cast.member, "room_remove", **removal)
    assert send(cast.member, "room_edit", **edit)["seq"] == 2, "its answer is kept"
    for person, command, more in (
        (cast.member, "room_edit", {"body": "Too late", "lang": "en"}),
        (cast.member, "room_remove", {}),
        (cast.facilitator, "room_remove", {}),
    ):
        with pytest.raises(Conflict):
            send(person, command, room=room, seq=1, **more)
    with pytest.raises(Invalid):
        send(cast.other, "room_post", room=room, body="I answer", lang="en", reply_to=1)
    assert [event["seq"] for event in events()] == [1, 2, 3]


@both_databases
def test_changes_at_the_same_time_stand_in_one_order_and_the_last_one_holds(
    app: Flask, place: Place, cast: Cast, send: Send, events: Events
) -> None:
    """Eight pages of one person edit a message while a facilitator removes another one."""
    room = place.room.id
    for body in (OLD, "Another"):
        send(cast.member, "room_post", room=room, body=body, lang="en")

    author, facilitator = sign_in(app, cast.member), sign_in(app, cast.facilitator)

    def act(number: int) -> int:
        if number == 4:
            return int(send(facilitator, "room_remove", room=room, seq=2)["seq"])
        return int(send(author, "room_edit", room=room, seq=1, body=f"Words {number}", lang="en")["seq"])

    with ThreadPoolExecutor(8) as pool:
        numbers = list(pool.map(act, range(8)))
    assert sorted(numbers) == list(range(3, 11))
    told = events()
    changes = [event for event in told if event["kind"] == "edited"]
    assert [bool(change["body"]) for change in changes] == [False] * 6 + [True]
    assert told[0]["body"] == changes[-1]["body"] == f"Words {numbers.index(changes[-1]['seq'])}"
    with app.app_context():
        bodies = db.session.scalars(select(Message.body).order_by(Message.event_seq)).all()
    assert bodies == [told[0]["body"], ""]
