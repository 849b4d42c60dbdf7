"""The manifest of the rooms feature."""

from __future__ import annotations

from flask import Flask
from flask_babel import lazy_gettext as _l

from app.core.feature import Feature, NavigationItem
from app.core.permissions import SIGNED_IN
from app.core.streams.kinds import StreamKind
from app.core.streams.services import revoke
from app.core.transactions import write_transaction
from app.features.initiatives.announcements import InitiativeOpened, PartnerLeft
from app.features.rooms import initiative_rooms, theme_rooms
from app.features.rooms.api import blueprint as api_blueprint
from app.features.rooms.fragments import on_initiative_page, own_weave
from app.features.rooms.models import RoomKind
from app.features.rooms.notices import NOTICES
from app.features.rooms.owners import register_owner
from app.features.rooms.policy import POLICY
from app.features.rooms.presenters.events import EVENTS, present
from app.features.rooms.queries import count_for_badge, is_visible
from app.features.rooms.queries.reports import count_open
from app.features.rooms.services import (
    FORGET_REPORT_JOB,
    NOTICE_JOB,
    STREAM,
    delete_report,
    notify_unread,
    open_room_for,
)
from app.features.rooms.sockets import COMMANDS
from app.features.rooms.views import blueprint, reports


def open_for_partners(opened: InitiativeOpened) -> None:
    """Give an initiative that leaves its draft a place to talk."""
    open_room_for(RoomKind.INITIATIVE, opened.initiative_id)


def close_to_former_partner(left: PartnerLeft) -> None:
    """Have the open sockets of an organisation that left looked at again, so that nothing more reaches them."""
    revoke(org_id=left.organisation_id)


def notify_unread_in_transaction(room_id: int) -> None:
    """The job that notifies those who did not read what was written in a room."""
    with write_transaction():
        notify_unread(room_id)


def delete_report_in_transaction(report_id: int) -> None:
    """The job that deletes a report which was kept long enough."""
    with write_transaction():
        delete_report(report_id)


def register_owners(app: Flask) -> None:
    """Rooms of initiatives and of themes are this feature's own; later features register theirs."""
    register_owner(app, initiative_rooms.OWNER)
    register_owner(app, theme_rooms.OWNER)


FEATURE = Feature(
    name="rooms",
    blueprints=(blueprint, reports, api_blueprint),
    policy=POLICY,
    listens=((InitiativeOpened, open_for_partners), (PartnerLeft, close_to_former_partner)),
    streams=(StreamKind(STREAM, is_visible, present, EVENTS, has_markdown=True),),
    commands=COMMANDS,
    navigation=(
        NavigationItem(
            _l("Rooms"),
            "rooms.index",
            SIGNED_IN,
            group="work",
            badge=count_for_badge,
            icon="rooms",
            says=_l("Where you talk, with your partners and with those whom you met."),
        ),
        NavigationItem(
            _l("Reports"),
            "reports.report_list",
            "report.settle",
            group="cluster",
            badge=count_open,
            icon="rooms",
            order=41,
            says=_l("Messages that somebody wants you to look at."),
        ),
    ),
    notices=NOTICES,
    jobs={NOTICE_JOB: notify_unread_in_transaction, FORGET_REPORT_JOB: delete_report_in_transaction},
    fragments={"initiative.page": on_initiative_page, "site.weave": own_weave},
    prepare=register_owners,
)
