"""Who may enter rooms and write in them; each room's owner decides, this says for whom."""

from __future__ import annotations

from flask_babel import lazy_gettext as _l
from flask_babel.speaklater import LazyString

from app.core.actors import Actor
from app.core.permissions import Condition, Policy, Rule
from app.features.rooms.models import Room, RoomKind
from app.features.rooms.owners import owner_of


def _in_a_room_of(kind: RoomKind, word: LazyString | str) -> Condition:
    def holds(actor: Actor, room: Room | None) -> bool:
        return room is not None and room.kind == kind and owner_of(kind).may_post(actor, room)

    return Condition(holds, word)


OWN_INTRODUCTION = _in_a_room_of(RoomKind.INTRODUCTION, _l("of own introductions"))
OWN_INITIATIVE = _in_a_room_of(RoomKind.INITIATIVE, "●")
ANY_INITIATIVE = _in_a_room_of(RoomKind.INITIATIVE, _l("of initiatives"))


def _rule(says: LazyString) -> Rule:
    return Rule(
        says,
        representative=OWN_INTRODUCTION,
        editor=OWN_INTRODUCTION,
        partner=OWN_INITIATIVE,
        facilitator=ANY_INITIATIVE,
        manager=ANY_INITIATIVE,
    )


POLICY: Policy = {
    "room.read": _rule(_l("Read in a room")),
    "room.post": _rule(_l("Write in a room")),
}
