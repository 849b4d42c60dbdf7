"""Whose rooms there are: each kind's owner says who may enter, who may write and what the room is called.

Rooms keep no list of members. A later feature adds its kind by `register_owner` in its manifest's `prepare`.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from flask import Flask, current_app
from sqlalchemy import ColumnElement, or_

from app.core.actors import Actor
from app.features.organisations.models import Organisation
from app.features.organisations.weave import Weave
from app.features.rooms.models import Room, RoomKind, RoomRow


@dataclass(frozen=True)
class RoomHeader:
    """What a room shows of its owner: the title in the language `lang`, in what kind of room one is, who can read it
    (a whole sentence), the owner's page, the organisations that meet there, and a weave of its own where it has one."""

    title: str
    lang: str
    label: str
    readers: str
    url: str
    organisations: tuple[Organisation, ...]
    weave: Weave | None = None


@dataclass(frozen=True)
class RoomOwner:
    """How rooms of one kind are owned.

    `visible(actor)` is the condition on Room under which the actor may read it; it depends on her role in the cluster,
    on the state of the organisation that she acts for and on the ids of both, on nothing else. `concerns(actor)` is
    the condition under which its unread messages wait for her (a facilitator may read many rooms, but not all of them
    call her), `may_post(actor, room)` whether she may write in a room that
    she may read and that is open, `may_pin(actor, room)` whether she
    may choose what stands above its talk, `headers(rooms)` what each room shows, for all rooms at once so that the number of
    queries does not grow with them.
    """

    kind: RoomKind
    visible: Callable[[Actor], ColumnElement[bool]]
    concerns: Callable[[Actor], ColumnElement[bool]]
    may_post: Callable[[Actor, Room | RoomRow], bool]
    may_pin: Callable[[Actor, Room | RoomRow], bool]
    headers: Callable[[Sequence[Room | RoomRow]], Mapping[int, RoomHeader]]


def register_owner(app: Flask, owner: RoomOwner) -> None:
    """Make a kind of rooms known to the application."""
    _owners(app)[owner.kind] = owner


def owner_of(kind: RoomKind) -> RoomOwner:
    """The owner of rooms of this kind."""
    return _owners(current_app)[kind]


def visible_to(actor: Actor) -> ColumnElement[bool]:
    """The condition on Room under which the actor may read it, whatever its kind."""
    return or_(*(owner.visible(actor) for owner in owners_in(current_app)))


def waiting_for(actor: Actor) -> ColumnElement[bool]:
    """The condition on Room under which what is unread in it waits for the actor."""
    return or_(*(owner.concerns(actor) for owner in _owners(current_app).values()))


def owners_in(app: Flask) -> tuple[RoomOwner, ...]:
    """The owners of all kinds of rooms."""
    return tuple(_owners(app).values())


def room_headers(rooms: Sequence[Room | RoomRow]) -> dict[int, RoomHeader]:
    """What each of the rooms shows of its owner, by the room's id."""
    found: dict[int, RoomHeader] = {}
    for kind, owner in _owners(current_app).items():
        found.update(owner.headers([room for room in rooms if room.kind == kind]))
    return found


def _owners(app: Flask) -> dict[RoomKind, RoomOwner]:
    owners: dict[RoomKind, RoomOwner] = app.extensions.setdefault("trama.room_owners", {})
    return owners
