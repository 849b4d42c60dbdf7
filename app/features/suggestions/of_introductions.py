"""The rooms of introductions: for the members of the two organisations that met, and for nobody else."""

from __future__ import annotations

from collections.abc import Sequence

from flask_babel import gettext as _
from sqlalchemy import ColumnElement, and_, false, or_, select
from sqlalchemy.orm import joinedload

from app.core.actors import Actor
from app.core.database import db
from app.core.i18n import current_language, path_for
from app.features.organisations.policy import acts_for_admitted
from app.features.rooms.models import Place, Room, RoomKind
from app.features.rooms.owners import Face, RoomOwner
from app.features.rooms.queries import is_visible
from app.features.suggestions.models import Introduction, IntroductionState


def visible(actor: Actor) -> ColumnElement[bool]:
    """Rooms of the accepted introductions of the organisation that the actor acts for."""
    own = actor.organisation_id
    if own is None or not acts_for_admitted(actor):
        return false()
    accepted = select(Introduction.id).where(
        Introduction.state == IntroductionState.ACCEPTED,
        or_(Introduction.low_id == own, Introduction.high_id == own),
    )
    return and_(Room.kind == RoomKind.INTRODUCTION, Room.introduction_id.in_(accepted))


def may_post(actor: Actor, room: Room | Place) -> bool:
    """Whoever may read the room of an introduction may write in it."""
    return room.kind == RoomKind.INTRODUCTION and is_visible(actor, room.stream_id)


def faces(rooms: Sequence[Room | Place]) -> dict[int, Face]:
    """The names of the two organisations."""
    if not rooms:
        return {}
    introductions = {
        introduction.id: introduction
        for introduction in db.session.scalars(
            select(Introduction)
            .where(Introduction.id.in_([room.introduction_id for room in rooms]))
            .options(joinedload(Introduction.low), joinedload(Introduction.high))
        )
    }
    return {
        room.id: _face(introductions[room.introduction_id])
        for room in rooms
        if room.introduction_id is not None
    }


def _face(introduction: Introduction) -> Face:
    asked = introduction.high if introduction.asked_by == introduction.low_id else introduction.low
    asking = introduction.low if asked is introduction.high else introduction.high
    return Face(
        title=_("%(one)s and %(other)s", one=asking.name, other=asked.name),
        lang=current_language(),
        label=_("Introduction"),
        readers=_("Read only by %(one)s and %(other)s", one=asking.name, other=asked.name),
        url=path_for("introductions.index"),
        organisations=(asking, asked),
    )


OWNER = RoomOwner(RoomKind.INTRODUCTION, visible, visible, may_post, faces)
