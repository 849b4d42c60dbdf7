"""The rooms of initiatives: for the members of its partners, for facilitators and managers."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence

from flask_babel import gettext as _
from flask_babel import ngettext
from sqlalchemy import ColumnElement, and_, bindparam, false, select
from sqlalchemy.orm import selectinload

from app.core.actors import Actor
from app.core.compiled_sql import CompiledStatement
from app.core.database import db
from app.core.i18n import path_for
from app.features.initiatives.models import Initiative, Partner
from app.features.initiatives.presenters import text_in
from app.features.organisations.models import Organisation, OrganisationState
from app.features.organisations.policy import acts_for_admitted
from app.features.rooms.models import Place, Room, RoomKind
from app.features.rooms.owners import Face, RoomOwner

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
    taking_part = select(Partner.initiative_id).where(
        Partner.organisation_id == actor.organisation_id, Partner.left_at.is_(None)
    )
    return and_(Room.kind == RoomKind.INITIATIVE, Room.initiative_id.in_(taking_part))


# Asked for every message: made once, since making it takes longer than asking.
_TAKES_PART = CompiledStatement(
    select(Partner.id).where(
        Partner.initiative_id == bindparam("initiative"),
        Partner.organisation_id == bindparam("organisation"),
        Partner.left_at.is_(None),
    )
)


def may_post(actor: Actor, room: Room | Place) -> bool:
    """Whoever may read the room of an initiative may write in it: as `visible` says, asked of this one room."""
    if actor.cluster_role in MODERATORS:
        return room.kind == RoomKind.INITIATIVE
    asked = {"initiative": room.initiative_id, "organisation": actor.organisation_id}
    return acts_for_admitted(actor) and _TAKES_PART.one(**asked) is not None


def faces(rooms: Sequence[Room | Place]) -> dict[int, Face]:
    """The titles of the initiatives and their partners."""
    if not rooms:
        return {}
    ids = [room.initiative_id for room in rooms]
    initiatives = {
        initiative.id: initiative
        for initiative in db.session.scalars(
            select(Initiative).where(Initiative.id.in_(ids)).options(selectinload(Initiative.texts))
        )
    }
    partners = _partners(ids)
    return {
        room.id: _face(initiatives[room.initiative_id], partners[room.initiative_id])
        for room in rooms
        if room.initiative_id is not None
    }


def _partners(initiative_ids: Sequence[int | None]) -> dict[int, list[Organisation]]:
    """The organisations that take part in each initiative now and so may read, in the order in which they joined."""
    found: dict[int, list[Organisation]] = defaultdict(list)
    rows = db.session.execute(
        select(Partner.initiative_id, Organisation)
        .join(Organisation, Organisation.id == Partner.organisation_id)
        .where(
            Partner.initiative_id.in_(initiative_ids),
            Partner.left_at.is_(None),
            Organisation.state == OrganisationState.ADMITTED,
        )
        .order_by(Partner.id)
    )
    for initiative_id, organisation in rows:
        found[initiative_id].append(organisation)
    return found


def _face(initiative: Initiative, organisations: Sequence[Organisation]) -> Face:
    text = text_in(initiative)
    return Face(
        title=text.title,
        lang=text.lang,
        label=_("Room of an initiative"),
        readers=_readers(organisations),
        url=path_for("initiatives.show", slug=initiative.slug),
        organisations=tuple(organisations),
    )


def _readers(organisations: Sequence[Organisation]) -> str:
    """Who can read the room."""
    if len(organisations) == 1:
        return _("Read by %(name)s and the facilitators", name=organisations[0].name)
    countries = len({organisation.country for organisation in organisations})
    return _(
        "Read by %(organisations)s from %(countries)s and by the facilitators",
        organisations=ngettext("%(num)d organisation", "%(num)d organisations", len(organisations)),
        countries=ngettext("%(num)d country", "%(num)d countries", countries),
    )


OWNER = RoomOwner(RoomKind.INITIATIVE, visible, concerns, may_post, faces)
