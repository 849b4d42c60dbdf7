"""A misspelt name fails when the application starts, with a sentence that says where it stands."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from flask_babel import lazy_gettext as _l

import app as trama
from app.core import name_checks
from app.core.actors import VISITOR
from app.core.feature import NavigationItem
from app.core.live.commands import LiveCommand, SocketCommand, register_commands
from app.core.live.server import serve
from app.core.name_checks import (
    UnknownName,
    check_names,
    check_source_names,
    unknown_source_names,
)
from app.core.permissions import authorize
from app.core.source_names import SourceName, python_names, template_names
from app.core.streams.services import append, open_stream
from app.core.transactions import write_transaction
from config import Settings


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
            plant_item(group="wrok"),
            "The navigation item rooms.index names the group 'wrok', which no manifest has.",
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


def test_every_permission_and_event_that_code_and_templates_name_is_declared(app: Flask) -> None:
    check_source_names(app)
    found = [
        *python_names(Path(app.root_path)),
        *template_names(app.jinja_env, Path(app.root_path, "templates")),
    ]
    assert len(found) > 100, "the check reads what it should"


DECLARED = (
    "def authorize(actor: Actor, permission: PermissionName, subject: Any = None) -> None: ...\n"
    "def append(stream_id: str, kind: EventKind, payload: dict[str, Any]) -> None: ...\n"
)


@pytest.mark.parametrize(
    ("path", "line", "sentence"),
    [
        (
            "services.py",
            'authorize(actor, "room.raed", room)',
            "services.py:1 names the permission 'room.raed', which no policy declares.",
        ),
        (
            "services.py",
            'authorize(\n    find(actor), "room.read" if mine else "room.raed"\n)',
            "services.py:1 names the permission 'room.raed', which no policy declares.",
        ),
        (
            "services.py",
            'authorize(actor, permission="room.raed")',
            "services.py:1 names the permission 'room.raed', which no policy declares.",
        ),
        (
            "services.py",
            'event = append(room.stream_id, "mesage", {"text": "(" + text})',
            "services.py:1 names the event 'mesage', which no stream has.",
        ),
        (
            "services.py",
            'append(stream_id, f"crad_{mark}", {})',
            "services.py:1 names the event 'crad_{…}', which no stream has.",
        ),
        (
            "services.py",
            'MAY: Mapping[State, PermissionName] = {State.OPEN: "room.read", State.SHUT: "room.raed"}',
            "services.py:1 names the permission 'room.raed', which no policy declares.",
        ),
        (
            "services.py",
            'MESSAGE: EventKind = "mesage"',
            "services.py:1 names the event 'mesage', which no stream has.",
        ),
        (
            "templates/rooms/planted.html",
            '{% if can("room.raed", room) %}{% endif %}',
            "templates/rooms/planted.html:1 names the permission 'room.raed', which no policy declares.",
        ),
    ],
)
def test_misspelt_name_in_a_service_or_a_template_fails_at_start_with_a_sentence(
    app: Flask, tmp_path: Path, path: str, line: str, sentence: str
) -> None:
    planted = tmp_path / "app" / path
    planted.parent.mkdir(parents=True)
    (tmp_path / "app" / "declared.py").write_text(DECLARED, encoding="utf-8")
    planted.write_text(line.replace("raed", "read").replace("mesage", "message").replace("crad", "card"))
    assert list(unknown_source_names(app, tmp_path / "app")) == []
    planted.write_text(line)
    assert list(unknown_source_names(app, tmp_path / "app")) == [f"app/{sentence}"]


def test_a_process_with_a_misspelt_permission_does_not_serve(
    app: Flask, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(app, "root_path", "nowhere")
    monkeypatch.setattr(
        name_checks,
        "python_names",
        lambda folder: [SourceName("here:1", "PermissionName", "room.raed", "room.raed")],
    )
    with pytest.raises(UnknownName, match=r"here:1 names the permission 'room\.raed'"):
        serve(app, settings)


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
