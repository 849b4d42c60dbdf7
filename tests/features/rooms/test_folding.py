"""Snapshot and events: whoever was there at any moment sees what whoever comes now sees."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from app.features.rooms.forms import fresh_cid
from app.features.rooms.models import RoomMode
from app.features.rooms.services import edit_message, pin, remove_message
from app.features.rooms.services.moderation import set_mode
from tests.features.rooms.conftest import Act, Enter, Events, Place, Send
from tests.features.rooms.folding import Around, Talk, fold, fold_around
from tests.support.app import both_databases
from tests.support.factories import Cast

STORY: list[tuple[str, str, dict[str, Any]]] = [
    ("member", "room_post", {"body": "First, with a misstake", "lang": "en"}),
    ("other", "room_post", {"body": "I answer it", "lang": "en", "reply_to": 1}),
    ("member", "room_edit", {"seq": 1, "body": "First, **mended**", "lang": "en"}),
    ("other", "room_post", {"body": "I answer it once more", "lang": "pl", "reply_to": 1}),
    ("member", "room_edit", {"seq": 1, "body": "Prima, mended twice", "lang": "it"}),
    ("other", "room_react", {"seq": 1, "word": "thanks", "on": True}),
    ("facilitator", "room_react", {"seq": 4, "word": "thanks", "on": True}),
    ("member", "room_react", {"seq": 4, "word": "concern", "on": True}),
    ("other", "room_react", {"seq": 4, "word": "thanks", "on": True}),
    ("facilitator", "room_react", {"seq": 4, "word": "thanks", "on": False}),
    ("other", "room_edit", {"seq": 2, "body": "I answer it, edited", "lang": "en"}),
    ("other", "room_post", {"body": "Nobody should read this", "lang": "en", "reply_to": 2}),
    ("member", "room_remove", {"seq": 1}),
    ("facilitator", "room_remove", {"seq": 12}),
    ("other", "room_remove", {"seq": 2}),
    ("member", "room_post", {"body": "An end", "lang": "en", "reply_to": 4}),
]


AROUND: list[tuple[str, Callable[[Any, int], object]]] = [
    ("facilitator", lambda actor, room: set_mode(actor, room, fresh_cid(), RoomMode.SLOW, 30)),
    ("member", lambda actor, room: pin(actor, room, 1, fresh_cid(), on=True)),
    ("facilitator", lambda actor, room: pin(actor, room, 2, fresh_cid(), on=True)),
    ("member", lambda actor, room: edit_message(actor, room, 1, fresh_cid(), "First, mended", "en")),
    ("manager", lambda actor, room: set_mode(actor, room, fresh_cid(), RoomMode.ANNOUNCE)),
    ("other", lambda actor, room: remove_message(actor, room, 2, fresh_cid())),
    ("facilitator", lambda actor, room: set_mode(actor, room, fresh_cid(), RoomMode.OPEN)),
]


@both_databases
def test_pins_and_who_writes_are_the_same_by_events_as_on_a_fresh_page(
    place: Place, cast: Cast, send: Send, events: Events, act: Act, door: Enter
) -> None:
    for who in ("member", "other"):
        send(getattr(cast, who), "room_post", room=place.room.id, body="Said", lang="en")

    def fresh() -> Around:
        page = door(cast.member).get(place.path).soup
        settings = page.select_one("trama-room")
        pins = [
            (int(link["data-goes-to"]), link.select("span, strong")[-1].text)
            for link in page.select(".room-pins a")
        ]
        return {"pins": pins, "settings": (settings["data-mode"], int(settings["data-slow-seconds"]))}

    def plain(around: Around) -> Around:
        settings = around["settings"]
        return {
            "pins": [(each["seq"], each["text"]) for each in around["pins"]],
            "settings": (settings["mode"], settings["slow_seconds"]),
        }

    live: Around = {"pins": [], "settings": {"mode": "open", "slow_seconds": 0}}
    for number, (who, what) in enumerate(AROUND, 3):
        act(getattr(cast, who), what, place.room.id)
        live = fold_around(live, events(number - 1))
        assert plain(live) == fresh(), f"after event {number}"
    start: Around = {"pins": [], "settings": {"mode": "open", "slow_seconds": 0}}
    assert fold_around(start, events()) == live, "whoever catches up sees the same"


@both_databases
def test_whoever_was_there_at_any_moment_ends_with_what_whoever_comes_now_sees(
    place: Place, cast: Cast, send: Send, events: Events
) -> None:
    """Snapshot + events = fresh snapshot: from each moment on, read at once, in portions, or live as it happened."""
    snapshots: list[Talk] = [{}]
    live: Talk = {}
    for number, (who, command, values) in enumerate(STORY, 1):
        assert send(getattr(cast, who), command, room=place.room.id, **values)["seq"] == number
        live = fold(live, events(number - 1))
        snapshots.append({event["seq"]: event for event in events() if event["kind"] == "message"})
    history, fresh = events(), snapshots[-1]
    assert live == fresh
    for after, snapshot in enumerate(snapshots):
        assert fold(snapshot, history[after:]) == fresh, f"from {after} on"
        assert fold(fold(snapshot, history[after : after + 2]), history[after + 2 :]) == fresh
    shown = [(seq, message["body"], message["removed_by"]) for seq, message in fresh.items()]
    assert shown == [
        (1, "", "author"),
        (2, "", "author"),
        (4, "I answer it once more", None),
        (12, "", "facilitator"),
        (16, "An end", None),
    ]
    assert [
        (each["word"], [person["name"] for person in each["people"]]) for each in fresh[4]["reactions"]
    ] == [
        ("thanks", ["Marek Wójcik"]),
        ("concern", ["Giulia Rossi"]),
    ]
    assert fresh[1]["reactions"] == [], "the reactions to a message go with its words"
    assert fresh[4]["quote"]["text"] == "", "the quote of a message that was removed holds no word"
    assert fold(fresh, [{**history[2], "kind": "invented later", "seq": 17}]) == fresh


def test_a_fold_that_forgets_the_quotes_is_seen(place: Place, cast: Cast, send: Send, events: Events) -> None:
    """The test above is not blind: without a step of the fold the talk differs."""
    for who, command, values in STORY[:2]:
        send(getattr(cast, who), command, room=place.room.id, **values)
    snapshot = {event["seq"]: event for event in events()}
    send(cast.member, "room_edit", room=place.room.id, seq=1, body="First, mended", lang="en")
    without = [{**events(2)[0], "quote": snapshot[2]["quote"]}]
    fresh = {event["seq"]: event for event in events() if event["kind"] == "message"}
    assert fold(snapshot, without) != fresh
    assert fold(snapshot, events(2)) == fresh
