"""The manifest of the introductions feature."""

from __future__ import annotations

from flask import Flask
from flask_babel import lazy_gettext as _l

from app.core.feature import Feature, NavigationItem
from app.core.permissions import SIGNED_IN
from app.core.transactions import write_transaction
from app.features.introductions import queries, views
from app.features.introductions.forms import AcceptForm
from app.features.introductions.introduction_rooms import OWNER
from app.features.introductions.notices import NOTICES
from app.features.introductions.policy import POLICY
from app.features.introductions.services.introductions import expire, note_room_read
from app.features.rooms.announcements import RoomRead
from app.features.rooms.owners import register_owner


def expire_in_transaction(introduction_id: int) -> None:
    """The job that lets an introduction expire which nobody answered."""
    with write_transaction():
        expire(introduction_id)


def prepare(app: Flask) -> None:
    """Give the rooms of introductions their owner."""
    register_owner(app, OWNER)


FEATURE = Feature(
    name="introductions",
    blueprints=(views.blueprint,),
    policy=POLICY,
    navigation=(
        NavigationItem(
            _l("Introductions"),
            "introductions.index",
            SIGNED_IN,
            group="find",
            badge=queries.count_waiting,
            icon="people",
            order=11,
            says=_l("Who would like to meet you, and whom you asked."),
        ),
    ),
    notices=NOTICES,
    listens=((RoomRead, note_room_read),),
    globals={"accept_form": AcceptForm},
    jobs={"introduction.expire": expire_in_transaction},
    prepare=prepare,
)
