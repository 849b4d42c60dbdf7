"""An installation with a translation service, and a room in it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select

from app.core.database import db
from app.features.rooms.models import Room
from app.features.translation.models import Translation
from config import Settings
from tests.support.door import Door
from tests.support.factories import Cast, Make
from tests.support.translator import Translator

Enter = Callable[..., Door]
Kept = Callable[[], list[str]]


@pytest.fixture
def settings(settings: Settings, translator: Translator) -> Settings:
    """An installation with a translation service."""
    return replace(settings, translate_url=translator.url, translate_key="secret-key")


@pytest.fixture
def room(make: Make, cast: Cast) -> Room:
    """The room of an initiative that Il Filo Verde leads and Zielona Spółdzielnia takes part in."""
    initiative = make.initiative(cast.organisation)
    make.partner(initiative, cast.other_organisation)
    return make.room(initiative)


@pytest.fixture
def kept(app: Flask) -> Kept:
    """The translations that are kept."""

    def read() -> list[str]:
        with app.app_context():
            return list(db.session.scalars(select(Translation.body).order_by(Translation.id)))

    return read


def address(room: Room, seq: int, lang: str = "it") -> str:
    """Where a message is translated."""
    return f"/{lang}/translations/message/{room.id}-{seq}"


def translate(door: Door, path: str) -> Any:
    """Have a text translated as the room's script does."""
    return door.post(path, {"part": "1"})
