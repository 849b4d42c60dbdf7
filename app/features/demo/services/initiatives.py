"""The invented initiatives: posted, opened, applied to, run and closed by those who take part."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from functools import partial

from app.core.actors import Actor
from app.features.demo.services.timeline import Timeline
from app.features.demo.services.world import Record, World, read
from app.features.initiatives.models import Initiative
from app.features.initiatives.queries import get_initiative
from app.features.initiatives.services import lifecycle, offers, posting, seats
from app.features.initiatives.services.checks import InitiativeFields, RoleFields
from app.features.rooms.models import RoomKind
from app.features.rooms.queries import room_of

DAYS_TO_ANSWER = 2


def begin(world: World, timeline: Timeline) -> None:
    """Put every initiative's way through its states into the timeline."""
    for initiative in read("initiatives"):
        days = initiative["days_ago"]
        timeline.at(partial(_post, world, initiative), days=days["posted"])
        for step, move in (
            ("opened", lifecycle.open_up),
            ("running", lifecycle.run),
            ("closed", lifecycle.close),
        ):
            if step in days:
                timeline.at(partial(_move, world, initiative, move), days=days[step])
        for application in (*initiative["partners"], *initiative["applications"]):
            timeline.at(partial(_apply, world, initiative, application), days=application["days_ago"])
        for partner in initiative["partners"]:
            timeline.at(
                partial(_accept, world, initiative, partner),
                days=partner["days_ago"] - DAYS_TO_ANSWER,
            )
        for offer in initiative.get("offers", ()):
            timeline.at(partial(_offer, world, initiative, offer), days=offer["days_ago"])


def _post(world: World, record: Record) -> None:
    lang = record["lang"]
    words = record["texts"][lang]
    fields = InitiativeFields(
        lang=lang,
        title=words["title"],
        summary=words["summary"],
        challenge=words["challenge"],
        sectors=[code for code in record["concepts"] if code.startswith("sector:")],
        goals=[code for code in record["concepts"] if code.startswith("goal:")],
        starts=date.fromisoformat(record["starts"]),
        ends=date.fromisoformat(record["ends"]),
        roles=[
            RoleFields(
                title=role["title"][lang],
                seats=role["seats"],
                skills=role["skills"],
                countries=role["countries"],
                types=role["types"],
            )
            for role in record["roles"]
        ],
    )
    for other, words in record["texts"].items():
        if other != lang:
            fields["other_lang"] = other
            fields["other_title"] = words["title"]
            fields["other_summary"] = words["summary"]
            fields["other_challenge"] = words["challenge"]
    initiative = posting.post(world.actor(record["person"]), **fields)
    world.initiatives[record["key"]] = initiative.slug


def _move(world: World, record: Record, move: Callable[[Actor, str], Initiative]) -> None:
    """Open, run or close it; its room is there once it is open."""
    initiative = move(world.actor(record["person"]), world.initiatives[record["key"]])
    room = room_of(RoomKind.INITIATIVE, initiative.id)
    assert room is not None
    world.rooms[record["key"]] = room.id


def _apply(world: World, record: Record, application: Record) -> None:
    actor, slug = world.actor(application["person"]), world.initiatives[record["key"]]
    role = get_initiative(actor, slug).roles[application["role"]]
    sent = seats.apply(actor, slug, role.id, application["message"], application["lang"])
    world.applications[record["key"], application["organisation"]] = sent.id


def _accept(world: World, record: Record, partner: Record) -> None:
    slug = world.initiatives[record["key"]]
    sent = world.applications[record["key"], partner["organisation"]]
    seats.accept(world.actor(record["person"]), slug, sent)


def _offer(world: World, record: Record, offer: Record) -> None:
    actor, slug = world.actor(record["person"]), world.initiatives[record["key"]]
    role, whom = (
        get_initiative(actor, slug).roles[offer["role"]],
        world.organisations[offer["organisation"]].slug,
    )
    offers.offer(actor, slug, [(role.id, whom)], offer["message"], offer["lang"])
