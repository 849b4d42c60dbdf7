"""The rooms of introductions: for the members of the two organisations that met, and for nobody else."""

from __future__ import annotations

from collections.abc import Sequence

from flask_babel import gettext as _
from sqlalchemy import ColumnElement, and_, false

from app.core.actors import Actor
from app.core.i18n import current_language, path_for
from app.features.introductions.models import Introduction
from app.features.introductions.queries import accepted_introductions, introductions_by_id
from app.features.organisations.policy import acts_for_admitted
from app.features.rooms.models import Room, RoomKind, RoomRow
from app.features.rooms.owners import RoomHeader, RoomOwner
from app.features.rooms.queries import is_visible


def visible(actor: Actor) -> ColumnElement[bool]:
    """Rooms of the accepted introductions of the organisation that the actor acts for."""
    own = actor.organisation_id
    if own is None or not acts_for_admitted(actor):
        return false()
    return and_(Room.kind == RoomKind.INTRODUCTION, Room.introduction_id.in_(accepted_introductions(own)))


def may_post(actor: Actor, room: Room | RoomRow) -> bool:
    """A person who may read the room of an introduction may write in it."""
    return room.kind == RoomKind.INTRODUCTION and is_visible(actor, room.stream_id)


def headers(rooms: Sequence[Room | RoomRow]) -> dict[int, RoomHeader]:
    """The names of the two organisations."""
    if not rooms:
        return {}
    introductions = introductions_by_id(room.introduction_id for room in rooms if room.introduction_id)
    return {
        room.id: _header(introductions[room.introduction_id])
        for room in rooms
        if room.introduction_id is not None
    }


def _header(introduction: Introduction) -> RoomHeader:
    asked = introduction.high if introduction.asked_by == introduction.low_id else introduction.low
    asking = introduction.low if asked is introduction.high else introduction.high
    return RoomHeader(
        title=_("%(one)s and %(other)s", one=asking.name, other=asked.name),
        lang=current_language(),
        label=_("Introduction"),
        readers=_("Read only by %(one)s and %(other)s", one=asking.name, other=asked.name),
        url=path_for("introductions.index"),
        organisations=(asking, asked),
    )


OWNER = RoomOwner(RoomKind.INTRODUCTION, visible, visible, may_post, may_post, headers)
