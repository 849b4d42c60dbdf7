"""How the invented organisations met, what themes they have, and what they said to each other."""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial

from app.features.demo.services.timeline import Timeline
from app.features.demo.services.world import Record, World, read
from app.features.introductions.services import facilitation, introductions
from app.features.rooms import services as rooms
from app.features.rooms.services import themes

DAYS_TO_ANSWER = 0.5
UNREAD = 2
"""How many of the last messages of a lively talk wait for those who take part in it."""
LIVELY = 7 * 24 * 60
"""A talk in which something was said within so many minutes is lively."""


def meet(world: World, timeline: Timeline) -> None:
    """Put introductions with their answers, and those that facilitators recommend, into the timeline."""
    for introduction in read("introductions"):
        timeline.at(partial(_ask, world, introduction), days=introduction["days_ago"])
        if introduction["state"] != "asked":
            timeline.at(
                partial(_answer, world, introduction),
                days=introduction["days_ago"] - DAYS_TO_ANSWER,
            )
    for recommendation in read("recommendations"):
        timeline.at(partial(_recommend, world, recommendation), days=recommendation["days_ago"])


def open_themes(world: World, timeline: Timeline) -> None:
    """Put the rooms of themes into the timeline."""
    for theme in read("themes"):
        timeline.at(partial(_open_theme, world, theme), days=theme["days_ago"])


def talk(world: World, timeline: Timeline) -> None:
    """Put what is said in the rooms into the timeline, and that those who talk have read most of it."""
    for room in read("rooms"):
        numbers: dict[int, int] = {}
        for place, message in enumerate(room["messages"]):
            timeline.at(
                partial(_say, world, room, place, numbers),
                minutes=message["minutes_ago"],
            )
        last = room["messages"][-1]["minutes_ago"]
        unread = UNREAD if last < LIVELY else 0
        timeline.at(
            partial(_read, world, room, numbers, unread),
            minutes=last,
        )


def _ask(world: World, record: Record) -> None:
    other = world.organisations[record["to"]]
    asked = introductions.ask(world.actor(record["person"]), other.slug, record["message"], record["lang"])
    assert asked.introduction is not None
    world.introductions[record["key"]] = asked.introduction.id


def _answer(world: World, record: Record) -> None:
    actor, introduction_id = world.actor(record["answered_by"]), world.introductions[record["key"]]
    if record["state"] == "declined":
        introductions.decline(actor, introduction_id)
    else:
        world.rooms[record["key"]] = introductions.accept(actor, introduction_id).id


def _recommend(world: World, record: Record) -> None:
    one, other = (world.organisations[key].slug for key in record["between"])
    facilitation.recommend(world.actor(record["person"]), one, other)


def _open_theme(world: World, record: Record) -> None:
    actor = world.actor(record["person"])
    world.rooms[record["key"]] = themes.open_theme(actor, record["texts"], record["concepts"]).id


def _room_id(world: World, room: Record) -> int:
    return world.rooms[room.get("initiative") or room.get("introduction") or room["theme"]]


def _say(world: World, room: Record, place: int, numbers: dict[int, int]) -> None:
    """Say a message and note its number, for those that answer it."""
    message, room_id = room["messages"][place], _room_id(world, room)
    actor = world.actor(message["author"])
    answered = numbers[message["reply_to"]] if "reply_to" in message else None
    cid = f"demo-{room_id}-{place}"
    answer = rooms.post_message(actor, room_id, cid, message["body"], message["lang"], answered)
    numbers[place] = answer["seq"]


def _read(world: World, room: Record, numbers: Mapping[int, int], unread: int) -> None:
    """Those who talk here have read all but the end of it, and whatever stands before their own words."""
    end = max(numbers.values()) - unread
    said = {message["author"]: numbers[place] for place, message in enumerate(room["messages"])}
    for author, own in said.items():
        rooms.mark_read(world.actor(author), _room_id(world, room), max(own, end))
