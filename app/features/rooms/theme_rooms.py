"""The rooms of themes: read by everybody who is signed in, written in by admitted organisations and those who moderate."""

from __future__ import annotations

from collections.abc import Sequence

from flask_babel import gettext as _
from sqlalchemy import ColumnElement, false

from app.core.actors import Actor
from app.core.i18n import path_for
from app.features.organisations.models import Relation
from app.features.organisations.policy import acts_for_admitted
from app.features.organisations.weave import weave_from
from app.features.rooms.initiative_rooms import MODERATORS
from app.features.rooms.models import Room, RoomKind, RoomRow
from app.features.rooms.owners import RoomHeader, RoomOwner
from app.features.rooms.queries.themes import text_in, themes_by_id, writing_organisations


def visible(actor: Actor) -> ColumnElement[bool]:
    """All rooms of themes, for everybody who is signed in."""
    return Room.kind == RoomKind.THEME if actor.person is not None else false()


def concerns(actor: Actor) -> ColumnElement[bool]:
    """A theme calls nobody who was never in its room."""
    return false()


def may_post(actor: Actor, room: Room | RoomRow) -> bool:
    """Who acts for an admitted organisation writes in the room of a theme, and who moderates."""
    return room.kind == RoomKind.THEME and (moderates(actor, room) or acts_for_admitted(actor))


def moderates(actor: Actor, room: Room | RoomRow) -> bool:
    """Facilitators and managers choose what stands above the talk."""
    return room.kind == RoomKind.THEME and actor.cluster_role in MODERATORS


def headers(rooms: Sequence[Room | RoomRow]) -> dict[int, RoomHeader]:
    """The titles of the themes, and the organisations that wrote there lately."""
    if not rooms:
        return {}
    ids = [room.id for room in rooms]
    themes, organisations = themes_by_id(ids), writing_organisations(ids)
    return {
        number: RoomHeader(
            title=text_in(theme).title,
            lang=text_in(theme).lang,
            label=_("Closed theme") if theme.is_closed else _("Theme"),
            readers=_("Read by everybody who is signed in"),
            url=path_for("rooms.about", room_id=number),
            organisations=organisations[number],
            weave=weave_from(
                (
                    Relation.SECTOR if place % 2 == 0 else Relation.OFFERS,
                    link.concept.code,
                    link.concept.dye or (link.concept.broader.dye if link.concept.broader else None),
                    link.concept.tone,
                )
                for place, link in enumerate(sorted(theme.concepts, key=lambda each: each.concept.code))
            ),
        )
        for number, theme in themes.items()
    }


OWNER = RoomOwner(RoomKind.THEME, visible, concerns, may_post, moderates, headers)
