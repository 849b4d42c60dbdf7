"""The manifest of the rooms feature."""

from __future__ import annotations

from flask import Flask
from flask_babel import lazy_gettext as _l

from app.core.feature import Feature, NavigationItem
from app.core.permissions import SIGNED_IN
from app.core.streams.kinds import StreamKind
from app.core.streams.services import revoke
from app.features.initiatives.announcements import InitiativeOpened, PartnerLeft
from app.features.rooms.fragments import on_initiative_page
from app.features.rooms.initiative_rooms import OWNER
from app.features.rooms.models import RoomKind
from app.features.rooms.owners import register_owner
from app.features.rooms.policy import POLICY
from app.features.rooms.presenters.events import EVENTS, present
from app.features.rooms.queries import count_for_badge, is_visible
from app.features.rooms.services import STREAM, open_room_for
from app.features.rooms.sockets import COMMANDS
from app.features.rooms.views import blueprint


def open_for_partners(opened: InitiativeOpened) -> None:
    """Give an initiative that leaves its draft a place to talk."""
    open_room_for(RoomKind.INITIATIVE, opened.initiative_id)


def close_to_former_partner(left: PartnerLeft) -> None:
    """Have the open sockets of an organisation that left looked at again, so that nothing more reaches them."""
    revoke(org_id=left.organisation_id)


def register_initiatives(app: Flask) -> None:
    """Rooms of initiatives are this feature's own; later features register theirs."""
    register_owner(app, OWNER)


FEATURE = Feature(
    name="rooms",
    blueprints=(blueprint,),
    policy=POLICY,
    listens=((InitiativeOpened, open_for_partners), (PartnerLeft, close_to_former_partner)),
    streams=(StreamKind(STREAM, is_visible, present, EVENTS, has_markdown=True),),
    commands=COMMANDS,
    navigation=(
        NavigationItem(
            _l("Rooms"),
            "rooms.index",
            SIGNED_IN,
            bars=("rail", "bar", "more"),
            badge=count_for_badge,
            badge_page="rooms.waiting",
            icon="rooms",
        ),
    ),
    fragments={"initiative.page": on_initiative_page},
    prepare=register_initiatives,
)
