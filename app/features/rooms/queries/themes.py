"""Every SELECT of themes: what they are called, and who talks in their rooms."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence

from sqlalchemy import select, union
from sqlalchemy.orm import joinedload, selectinload

from app.core.actors import Actor
from app.core.database import db
from app.core.errors import NotFound
from app.core.i18n import SOURCE, current_language
from app.features.organisations.models import Organisation, OrganisationState
from app.features.rooms.models import Message, Room, RoomConcept, RoomKind, RoomText
from app.features.rooms.owners import visible_to
from app.features.taxonomy.models import Concept

LATEST_MESSAGES = 200
"""Who wrote in a theme is read from so many of its last messages."""


def themes_by_id(ids: Collection[int]) -> Mapping[int, Room]:
    """Rooms of themes with their texts and concepts, by their ids."""
    concept = selectinload(Room.concepts).joinedload(RoomConcept.concept).options(joinedload(Concept.broader))
    found = db.session.scalars(
        select(Room)
        .where(Room.id.in_(ids), Room.kind == RoomKind.THEME)
        .options(selectinload(Room.texts), concept)
    )
    return {room.id: room for room in found}


def get_theme(actor: Actor, room_id: int) -> Room:
    """The room of a theme with its texts and concepts; raises NotFound where there is none that the actor may see."""
    room = themes_by_id([room_id]).get(room_id)
    visible = select(Room.id).where(Room.id == room_id, visible_to(actor))
    if room is None or db.session.scalar(visible) is None:
        raise NotFound
    return room


def text_in(room: Room, lang: str | None = None) -> RoomText:
    """The words of a theme in the reader's language (or `lang`), else in English, else the first that were written."""
    lang = lang or current_language()
    return min(room.texts, key=lambda text: (text.lang != lang, text.lang != SOURCE, text.id))


def writing_organisations(room_ids: Sequence[int]) -> Mapping[int, tuple[Organisation, ...]]:
    """The admitted organisations for which somebody wrote one of the last messages of each room, by the room's id."""
    latest = [
        select(Message.room_id, Message.organisation_id)
        .where(Message.room_id == room_id, Message.removed_at.is_(None))
        .order_by(Message.event_seq.desc())
        .limit(LATEST_MESSAGES)
        .subquery()
        for room_id in room_ids
    ]
    said = union(*(select(each) for each in latest)).subquery()
    found: dict[int, list[Organisation]] = defaultdict(list)
    rows = db.session.execute(
        select(said.c.room_id, Organisation)
        .join(Organisation, Organisation.id == said.c.organisation_id)
        .where(Organisation.state == OrganisationState.ADMITTED)
        .order_by(Organisation.name, Organisation.id)
    )
    for room_id, organisation in rows:
        found[room_id].append(organisation)
    return {room_id: tuple(found[room_id]) for room_id in room_ids}
