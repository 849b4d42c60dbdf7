"""The manifest of the translation feature."""

from __future__ import annotations

from flask import Flask

from app.core.feature import Feature
from app.features.translation.api import blueprint as api_blueprint
from app.features.translation.fragments import (
    beside_room,
    in_card_sheet,
    in_message_menu,
    under_initiative,
    under_message,
    under_story,
)
from app.features.translation.policy import POLICY
from app.features.translation.service_client import service_host
from app.features.translation.services import listen_to_changes
from app.features.translation.views import blueprint


def prepare(_app: Flask) -> None:
    """See from now on which texts are changed."""
    listen_to_changes()


FEATURE = Feature(
    name="translation",
    blueprints=(blueprint, api_blueprint),
    policy=POLICY,
    fragments={
        "message.page": under_message,
        "organisation.story": under_story,
        "initiative.text": under_initiative,
        "board.sheet": in_card_sheet,
        "room.menu": in_message_menu,
        "room.side": beside_room,
    },
    globals={"translation_host": service_host},
    prepare=prepare,
)
