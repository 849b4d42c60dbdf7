"""Reading translations, the texts that they are of, and who allows them."""

from __future__ import annotations

import enum
from collections.abc import Mapping
from typing import Any

from sqlalchemy import Select, select
from sqlalchemy.orm import InstrumentedAttribute, joinedload

from app.core.actors import Actor
from app.core.database import db
from app.core.errors import NotFound
from app.features.design.models.board import Card
from app.features.design.models.sessions import DesignSession
from app.features.design.queries.access import find_visible
from app.features.initiatives.models import Initiative, InitiativeText
from app.features.initiatives.queries import get_initiative
from app.features.organisations.models import Organisation, OrganisationText
from app.features.organisations.queries import get_profile
from app.features.rooms.models import Message, Room, RoomKind, RoomRow
from app.features.rooms.owners import room_headers
from app.features.translation.models import Translation, TranslationConsent


class SourceKind(enum.StrEnum):
    """What can be translated."""

    MESSAGE = "message"
    STORY = "story"
    INITIATIVE = "initiative"
    CARD = "card"


MODELS: Mapping[SourceKind, type[Any]] = {
    SourceKind.MESSAGE: Message,
    SourceKind.STORY: OrganisationText,
    SourceKind.INITIATIVE: InitiativeText,
    SourceKind.CARD: Card,
}
"""Whose rows have the text of each kind."""
COLUMNS: Mapping[SourceKind, InstrumentedAttribute[int | None]] = {
    SourceKind.MESSAGE: Translation.message_id,
    SourceKind.STORY: Translation.organisation_text_id,
    SourceKind.INITIATIVE: Translation.initiative_text_id,
    SourceKind.CARD: Translation.card_id,
}
"""The column of a translation that names its text."""


def find_translation(kind: SourceKind, row_id: int, lang: str) -> Translation | None:
    """The translation of a text into a language, with who corrected it, if it is kept."""
    return db.session.scalar(
        select(Translation)
        .where(COLUMNS[kind] == row_id, Translation.lang == lang)
        .options(joinedload(Translation.corrector))
        .execution_options(populate_existing=True)
    )


def hold_source(kind: SourceKind, row_id: int) -> None:
    """Keep the row of a text as it is until the end of this transaction, and read it anew afterwards."""
    model = MODELS[kind]
    db.session.execute(select(model.id).where(model.id == row_id).with_for_update())
    db.session.expire_all()


def get_story(actor: Actor, text_id: int) -> tuple[Organisation, OrganisationText]:
    """A story and its organisation; raises NotFound where it is missing or not the actor's to see."""
    query = select(Organisation.slug).join(OrganisationText).where(OrganisationText.id == text_id)
    organisation = get_profile(actor, db.session.scalar(query) or "")
    found = next((text for text in organisation.texts if text.id == text_id), None)
    if found is None:
        raise NotFound
    return organisation, found


def get_initiative_text(actor: Actor, text_id: int) -> tuple[Initiative, InitiativeText]:
    """The words of an initiative in one language; raises NotFound where they are missing or not the actor's to see."""
    query = select(Initiative.slug).join(InitiativeText).where(InitiativeText.id == text_id)
    initiative = get_initiative(actor, db.session.scalar(query) or "")
    found = next((text for text in initiative.texts if text.id == text_id), None)
    if found is None:
        raise NotFound
    return initiative, found


def get_card(actor: Actor, key: str) -> tuple[DesignSession, Card]:
    """A card whose text all who may read its design session see; raises NotFound where it is missing or not hers to see."""
    query = select(Card).where(Card.key == key, Card.unrevealed.is_(False), Card.veiled.is_(False))
    card = db.session.scalar(query)
    design_session = find_visible(actor, card.design_id) if card is not None else None
    if card is None or design_session is None:
        raise NotFound
    return design_session, card


def allowing_organisations(room_id: int) -> set[int]:
    """The organisations that allow words of a room to be translated."""
    query = select(TranslationConsent.organisation_id).where(TranslationConsent.room_id == room_id)
    return set(db.session.scalars(query))


def is_translatable(room: Room | RoomRow) -> bool:
    """Whether words of a room may be sent to the service: of an introduction's only where both organisations allow it."""
    if room.kind is not RoomKind.INTRODUCTION:
        return True
    meeting = {organisation.id for organisation in room_headers([room])[room.id].organisations}
    return meeting <= allowing_organisations(room.id)


def messages_of(room_id: int) -> Select[int]:
    """The ids of the messages of a room, as a subquery."""
    return select(Message.id).where(Message.room_id == room_id)
