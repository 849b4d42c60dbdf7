"""A misspelt name fails when the application starts, with a sentence that says where it stands."""

from __future__ import annotations

from typing import Any

import pytest
from flask import Flask
from flask_babel import lazy_gettext as _l

import app as trama
from app.core.actors import VISITOR
from app.core.feature import NavigationItem
from app.core.live.commands import LiveCommand, SocketCommand, register_commands
from app.core.name_checks import UnknownName, check_names
from app.core.permissions import authorize
from app.core.streams.services import append, open_stream
from app.core.transactions import write_transaction


def plant_view(app: Flask) -> None:
    def planted() -> str:
        return ""

    planted.permission = "room.raed"  # type: ignore[attr-defined]
    app.view_functions["rooms.planted"] = planted


def plant_item(**changes: Any) -> Any:
    def plant(app: Flask) -> None:
        values = {"label": _l("Rooms"), "endpoint": "rooms.index", **changes}
        app.extensions["trama.navigation"].append(NavigationItem(**values))

    return plant


def plant_command(app: Flask) -> None:
    command = SocketCommand("room_planted", "room.raed", LiveCommand, lambda actor, form: {}, dict)
    register_commands(app, [command])


@pytest.mark.parametrize(
    ("plant", "sentence"),
    [
        (plant_view, "The view rooms.planted names the permission 'room.raed', which no policy declares."),
        (
            plant_command,
            "The command room_planted names the permission 'room.raed', which no policy declares.",
        ),
        (
            plant_item(permission="room.raed"),
            "The navigation item rooms.index names the permission 'room.raed', which no policy declares.",
        ),
        (
            plant_item(endpoint="rooms.idnex"),
            "The navigation item rooms.idnex names the endpoint 'rooms.idnex', which no view has.",
        ),
        (
            plant_item(bars=("rial",)),
            "The navigation item rooms.index names the bar 'rial', which no page has.",
        ),
    ],
)
def test_misspelt_name_fails_with_a_sentence(app: Flask, plant: Any, sentence: str) -> None:
    check_names(app)
    plant(app)
    with pytest.raises(UnknownName) as failed:
        check_names(app)
    assert str(failed.value) == sentence


def test_misspelt_feature_fails_with_a_sentence(app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(trama, "FEATURES", ("taxonomy", "acounts"))
    with pytest.raises(
        UnknownName, match="names the feature 'acounts', and there is no app/features/acounts"
    ):
        trama.create_app(app.extensions["trama.settings"])


def test_misspelt_permission_of_a_service_fails_with_a_sentence(app: Flask) -> None:
    with (
        app.app_context(),
        pytest.raises(LookupError, match=r"No policy declares the permission 'room\.raed'"),
    ):
        authorize(VISITOR, "room.raed")


def test_misspelt_event_fails_with_a_sentence(app: Flask) -> None:
    with app.app_context(), write_transaction():
        stream_id = open_stream("room").id
        with pytest.raises(LookupError, match="A stream of kind 'room' has no event 'mesage'"):
            append(stream_id, "mesage", {}, VISITOR)
