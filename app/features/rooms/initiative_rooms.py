"""The rooms of initiatives: for the members of its partners, for facilitators and managers."""

from __future__ import annotations

from collections.abc import Sequence

from flask_babel import gettext as _
from flask_babel import ngettext
from sqlalchemy import ColumnElement, and_, false

from app.core.actors import Actor
from app.core.i18n import path_for
from app.features.initiatives.models import Initiative
from app.features.initiatives.queries import (
    admitted_partners,
    initiatives_joined_by,
    leads,
    takes_part,
    text_in,
    titled_initiatives,
)
from app.features.organisations.models import Organisation
from app.features.organisations.policy import acts_for_admitted
from app.features.rooms.models import Room, RoomKind, RoomRow
from app.features.rooms.owners import RoomHeader, RoomOwner

MODERATORS = ("facilitator", "manager")


def visible(actor: Actor) -> ColumnElement[bool]:
    """Rooms of initiatives that the actor may read."""
    if actor.cluster_role in MODERATORS:
        return Room.kind == RoomKind.INITIATIVE
    return concerns(actor)


def concerns(actor: Actor) -> ColumnElement[bool]:
    """Rooms of the initiatives in which the actor's organisation takes part."""
    if not acts_for_admitted(actor):
        return false()
    taking_part = initiatives_joined_by(actor.organisation_id)
    return and_(Room.kind == RoomKind.INITIATIVE, Room.initiative_id.in_(taking_part))


def may_post(actor: Actor, room: Room | RoomRow) -> bool:
    """A person who may read the room of an initiative may write in it: as `visible` says, asked of this one room."""
    if actor.cluster_role in MODERATORS:
        return room.kind == RoomKind.INITIATIVE
    return acts_for_admitted(actor) and takes_part(room.initiative_id, actor.organisation_id)


def may_pin(actor: Actor, room: Room | RoomRow) -> bool:
    """Facilitators and managers choose what stands above the talk, and the organisation that leads the initiative."""
    if actor.cluster_role in MODERATORS:
        return room.kind == RoomKind.INITIATIVE
    return acts_for_admitted(actor) and leads(room.initiative_id, actor.organisation_id)


def headers(rooms: Sequence[Room | RoomRow]) -> dict[int, RoomHeader]:
    """The titles of the initiatives and their partners."""
    if not rooms:
        return {}
    ids = [room.initiative_id for room in rooms if room.initiative_id is not None]
    initiatives, partners = titled_initiatives(ids), admitted_partners(ids)
    return {
        room.id: _header(initiatives[room.initiative_id], partners[room.initiative_id])
        for room in rooms
        if room.initiative_id is not None
    }


def _header(initiative: Initiative, organisations: Sequence[Organisation]) -> RoomHeader:
    text = text_in(initiative)
    if len(organisations) == 1:
        readers = _("Read by %(name)s and the facilitators", name=organisations[0].name)
    else:
        countries = len({organisation.country for organisation in organisations})
        readers = _(
            "Read by %(organisations)s from %(countries)s and by the facilitators",
            organisations=ngettext("%(num)d organisation", "%(num)d organisations", len(organisations)),
            countries=ngettext("%(num)d country", "%(num)d countries", countries),
        )
    return RoomHeader(
        title=text.title,
        lang=text.lang,
        label=_("Room of an initiative"),
        readers=readers,
        url=path_for("initiatives.show", slug=initiative.slug),
        organisations=tuple(organisations),
    )


OWNER = RoomOwner(RoomKind.INITIATIVE, visible, concerns, may_post, may_pin, headers)
