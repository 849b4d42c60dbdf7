"""Who may enter rooms and write in them; each room's owner decides, this says for whom. A closed room is only read."""

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


def _pinning(kind: RoomKind, word: LazyString | str) -> Condition:
    return Condition(
        lambda actor, room: room is not None and room.kind == kind and owner_of(kind).may_pin(actor, room),
        word,
    )


def _either(word: LazyString | str, *conditions: Condition) -> Condition:
    return Condition(
        lambda actor, subject: any(condition.holds(actor, subject) for condition in conditions), word
    )


def _while_open(condition: Condition) -> Condition:
    return Condition(
        lambda actor, room: room is not None and not room.is_closed and condition.holds(actor, room),
        condition.word,
    )


def _said(actor: Actor, message: Message) -> bool:
    """Whether she wrote it, in a room where she may write, for an organisation that she still belongs to (or for none)."""
    ours = {None, *(organisation.id for organisation in actor.organisations)}
    return (
        message.person_id == actor.person_id
        and message.organisation_id in ours
        and owner_of(message.room.kind).may_post(actor, message.room)
    )


def _is_moderated(actor: Actor, room: Room | RoomRow | None) -> bool:
    """Whether a room that she may read, be it closed, is one that facilitators and managers look after."""
    return room is not None and room.kind in MODERATED


MODERATED = (RoomKind.INITIATIVE, RoomKind.THEME)
THEME = Condition(lambda actor, room: room is not None and room.kind == RoomKind.THEME, _l("themes"))
OWN_INTRODUCTION = _in_a_room_of(RoomKind.INTRODUCTION, _l("of own introductions"))
OWN_INITIATIVE = _in_a_room_of(RoomKind.INITIATIVE, "●")
IN_THEME = _in_a_room_of(RoomKind.THEME, _l("themes"))
OWN_OR_THEME = _either(_l("of own introductions, and themes"), OWN_INTRODUCTION, IN_THEME)
MODERATORS = _either(_l("of initiatives, and themes"), OWN_INITIATIVE, IN_THEME)
OWN_WORDS = Condition(_said, _l("own words"))
OWN_WORDS_WHILE_OPEN = Condition(
    lambda actor, message: not message.room.is_closed and _said(actor, message), _l("own words")
)
IS_MODERATED = Condition(_is_moderated, _l("of initiatives, and themes"))
OWN_OR_MODERATED = Condition(
    lambda actor, message: _said(actor, message) or _is_moderated(actor, message.room),
    _l("own words, and those in rooms of initiatives and themes"),
)


POLICY: Policy = {
    "room.read": Rule(
        _l("Read in a room"),
        person=THEME,
        representative=_either(_l("of own introductions, and themes"), OWN_INTRODUCTION, THEME),
        editor=_either(_l("of own introductions, and themes"), OWN_INTRODUCTION, THEME),
        partner=OWN_INITIATIVE,
        facilitator=MODERATORS,
        manager=MODERATORS,
    ),
    "room.post": Rule(
        _l("Write in a room"),
        representative=_while_open(OWN_OR_THEME),
        editor=_while_open(OWN_OR_THEME),
        partner=_while_open(OWN_INITIATIVE),
        facilitator=_while_open(MODERATORS),
        manager=_while_open(MODERATORS),
    ),
    "room.pin": Rule(
        _l("Pin a message above the talk"),
        representative=_pinning(RoomKind.INTRODUCTION, _l("of own introductions")),
        editor=_pinning(RoomKind.INTRODUCTION, _l("of own introductions")),
        partner=_pinning(RoomKind.INITIATIVE, _l("if lead")),
        facilitator=IS_MODERATED,
        manager=IS_MODERATED,
    ),
    "room.edit": Rule(
        _l("Change what was written in a room"),
        representative=OWN_WORDS_WHILE_OPEN,
        editor=OWN_WORDS_WHILE_OPEN,
        facilitator=OWN_WORDS_WHILE_OPEN,
        manager=OWN_WORDS_WHILE_OPEN,
    ),
    "room.remove": Rule(
        _l("Remove what was written in a room"),
        representative=OWN_WORDS,
        editor=OWN_WORDS,
        facilitator=OWN_OR_MODERATED,
        manager=OWN_OR_MODERATED,
    ),
    "room.moderate": Rule(
        _l("Moderate a room: who writes, how often, mute a person for some days"),
        facilitator=IS_MODERATED,
        manager=IS_MODERATED,
    ),
    "theme.open": Rule(_l("Open the room of a theme"), facilitator=ALWAYS, manager=ALWAYS),
    "theme.edit": Rule(_l("Change a theme, close its room"), facilitator=THEME, manager=THEME),
    "report.settle": Rule(_l("Read and settle reports of messages"), facilitator=ALWAYS, manager=ALWAYS),
}
