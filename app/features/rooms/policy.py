"""Who may enter rooms and write in them; each room's owner decides, this says for whom."""

from __future__ import annotations

from flask_babel import lazy_gettext as _l
from flask_babel.speaklater import LazyString

from app.core.actors import Actor
from app.core.permissions import ALWAYS, Condition, Policy, Rule
from app.features.rooms.models import Message, Room, RoomKind, RoomRow
from app.features.rooms.owners import owner_of


def _in_a_room_of(kind: RoomKind, word: LazyString | str) -> Condition:
    def holds(actor: Actor, room: Room | RoomRow | None) -> bool:
        return room is not None and room.kind == kind and owner_of(kind).may_post(actor, room)

    return Condition(holds, word)


OWN_INTRODUCTION = _in_a_room_of(RoomKind.INTRODUCTION, _l("of own introductions"))
OWN_INITIATIVE = _in_a_room_of(RoomKind.INITIATIVE, "●")
ANY_INITIATIVE = _in_a_room_of(RoomKind.INITIATIVE, _l("of initiatives"))


def _said(actor: Actor, message: Message) -> bool:
    """Whether she wrote it, in a room where she may write, for an organisation that she still belongs to (or for none)."""
    ours = {None, *(organisation.id for organisation in actor.organisations)}
    return (
        message.person_id == actor.person_id
        and message.organisation_id in ours
        and owner_of(message.room.kind).may_post(actor, message.room)
    )


def _of_initiative(actor: Actor, room: Room | RoomRow) -> bool:
    """Whether a room that she may read, be it closed, belongs to an initiative."""
    return room.kind == RoomKind.INITIATIVE


def _pinning(kind: RoomKind, word: LazyString | str) -> Condition:
    return Condition(
        lambda actor, room: room is not None and room.kind == kind and owner_of(kind).may_pin(actor, room),
        word,
    )


OWN_WORDS = Condition(_said, _l("own words"))
OF_INITIATIVES = Condition(_of_initiative, _l("of initiatives"))
OWN_OR_OF_INITIATIVES = Condition(
    lambda actor, message: _said(actor, message) or _of_initiative(actor, message.room),
    _l("own words, and those in rooms of initiatives"),
)


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
    "room.pin": Rule(
        _l("Pin a message above the talk"),
        representative=_pinning(RoomKind.INTRODUCTION, _l("of own introductions")),
        editor=_pinning(RoomKind.INTRODUCTION, _l("of own introductions")),
        partner=_pinning(RoomKind.INITIATIVE, _l("if lead")),
        facilitator=_pinning(RoomKind.INITIATIVE, _l("of initiatives")),
        manager=_pinning(RoomKind.INITIATIVE, _l("of initiatives")),
    ),
    "room.edit": Rule(
        _l("Change what was written in a room"),
        representative=OWN_WORDS,
        editor=OWN_WORDS,
        facilitator=OWN_WORDS,
        manager=OWN_WORDS,
    ),
    "room.remove": Rule(
        _l("Remove what was written in a room"),
        representative=OWN_WORDS,
        editor=OWN_WORDS,
        facilitator=OWN_OR_OF_INITIATIVES,
        manager=OWN_OR_OF_INITIATIVES,
    ),
    "report.settle": Rule(_l("Read and settle reports of messages"), facilitator=ALWAYS, manager=ALWAYS),
    "room.moderate": Rule(_l("Moderate a room"), facilitator=OF_INITIATIVES, manager=OF_INITIATIVES),
}
