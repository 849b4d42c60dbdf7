"""What translation shows on the pages of earlier features; nothing without a translation service."""

from __future__ import annotations

from flask import render_template
from flask_babel import gettext as _
from markupsafe import Markup

from app.core.actors import Actor
from app.core.i18n import path_for
from app.core.permissions import can
from app.features.initiatives.models import Initiative
from app.features.initiatives.queries import text_in
from app.features.organisations.models import Organisation, TextKind
from app.features.rooms.models import RoomKind
from app.features.rooms.owners import room_headers
from app.features.rooms.queries import get_room
from app.features.translation.presenters import offer_to_translate, present_translation
from app.features.translation.queries import SourceKind, allowing_organisations, is_translatable
from app.features.translation.service_client import is_configured
from app.features.translation.sources import get_source


def under_message(actor: Actor, *, room_id: int, seq: int) -> Markup | str:
    """The translation of a message on its page."""
    return _under(actor, SourceKind.MESSAGE, f"{room_id}-{seq}")


def under_story(actor: Actor, *, organisation: Organisation, lang: str) -> Markup | str:
    """The translation of an organisation's story, of which the one in the language `lang` is shown."""
    found = [text for text in organisation.texts if text.kind is TextKind.STORY and text.lang == lang]
    return _under(actor, SourceKind.STORY, str(found[0].id)) if found else ""


def under_initiative(actor: Actor, *, initiative: Initiative) -> Markup | str:
    """The translation of an initiative's words, of which those that are nearest to the reader are shown."""
    return _under(actor, SourceKind.INITIATIVE, str(text_in(initiative).id))


def _under(actor: Actor, kind: SourceKind, place: str) -> Markup | str:
    """What stands under a text. Visitors see no translations: a machine's words are not what search engines read."""
    if actor.person is None or not is_configured():
        return ""
    shown = present_translation(get_source(actor, kind, place))
    return Markup(render_template("translation/_translation.html", shown=shown)) if shown else ""


def in_message_menu(actor: Actor, *, room_id: int) -> Markup | str:
    """What a room's script needs to offer a translation of a message."""
    return _menu(SourceKind.MESSAGE) if is_configured() and is_translatable(get_room(actor, room_id)) else ""


def in_card_sheet(actor: Actor) -> Markup | str:
    """What a board's script needs to offer a translation of a card."""
    return _menu(SourceKind.CARD) if is_configured() else ""


def _menu(kind: SourceKind) -> Markup:
    words = {
        "offer": offer_to_translate(),
        "waits": _("Being translated…"),
        "failed": _("It could not be translated. Try again later."),
    }
    address = path_for("translation.translate", kind=kind, place="-")[:-1]
    return Markup(render_template("translation/_menu.html", words=words, address=address))


def beside_room(actor: Actor, *, room_id: int) -> Markup | str:
    """In the room of an introduction: whether its two organisations allow translations, and the way to allow them."""
    if not is_configured():
        return ""
    room = get_room(actor, room_id)
    if room.kind is not RoomKind.INTRODUCTION:
        return ""
    allowing = allowing_organisations(room_id)
    others = [
        each for each in room_headers([room])[room_id].organisations if each.id != actor.organisation_id
    ]
    return Markup(
        render_template(
            "translation/_consent.html",
            room_id=room_id,
            may_allow=can(actor, "translation.allow", room),
            is_allowed=actor.organisation_id in allowing,
            others=[{"name": each.name, "allows": each.id in allowing} for each in others],
        )
    )
