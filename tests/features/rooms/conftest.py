"""A room in which two organisations talk."""

from __future__ import annotations

import secrets
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from flask import Flask, g

from app.core.http.request_actor import actor_transaction
from app.core.live.commands import commands_of
from app.features.accounts.models import Person
from app.features.initiatives.models import Initiative
from app.features.rooms.models import Room
from tests.support.app import sign_in
from tests.support.door import Door
from tests.support.factories import Cast, Make

Send = Callable[..., dict[str, Any]]
Act = Callable[..., Any]
Enter = Callable[..., Door]
Events = Callable[..., list[dict[str, Any]]]
Stored = Callable[[], list[Path]]
OLD, NEW = "Old and wrong", "New and right"


@dataclass(frozen=True)
class Place:
    """The initiative and its room."""

    initiative: Initiative
    room: Room

    @property
    def path(self) -> str:
        """The room's page in English."""
        return f"/en/rooms/{self.room.id}"

    @property
    def catch_up(self) -> str:
        """The room's stream by the API."""
        return f"/api/v1/streams/{self.room.stream_id}/events"


@pytest.fixture
def place(make: Make, cast: Cast) -> Place:
    """The room of an initiative that Il Filo Verde leads and Zielona Spółdzielnia takes part in."""
    initiative = make.initiative(cast.organisation)
    make.partner(initiative, cast.other_organisation)
    return Place(initiative, make.room(initiative))


@pytest.fixture
def send(app: Flask) -> Send:
    """The live door without its network: `send(person, "room_post", room=…, body=…)` returns the ack.

    Instead of a person it may be told the token of her sign-in.
    """

    def carry_out(person: Person | str, event: str, /, **values: Any) -> dict[str, Any]:
        token = person if isinstance(person, str) else sign_in(app, person)
        command = commands_of(app)[event]
        form = command.form.model_validate({"v": 2, "cid": secrets.token_urlsafe(12), **values})
        with app.app_context():
            g.token = token
            with actor_transaction() as actor:
                return command.handle(actor, form)

    return carry_out


@pytest.fixture
def act(app: Flask) -> Act:
    """A service as its page calls it: `act(person, service, …)` gives the actor to it first and returns what it returns."""

    def carry_out(person: Person, service: Callable[..., Any], /, *values: Any, **more: Any) -> Any:
        with app.app_context():
            g.token = sign_in(app, person)
            with actor_transaction() as actor:
                return service(actor, *values, **more)

    return carry_out


@pytest.fixture
def events(place: Place, cast: Cast, door: Enter) -> Events:
    """The room's events past a number, as every reader gets them now."""
    browser = door(cast.member)
    return lambda after=0: browser.get(f"{place.catch_up}?after={after}").json["events"]


@pytest.fixture
def stored(app: Flask) -> Stored:
    """The files that people sent and that lie in the folder now."""
    folder = app.extensions["trama.settings"].instance / "files"
    return lambda: sorted(path for path in folder.rglob("*") if path.is_file())


def rooms_of(door: Door) -> list[str]:
    """The titles of the rooms that somebody's list shows, in its order."""
    return [title.get_text(strip=True) for title in door.get("/en/rooms").soup.select(".room-row .row-title")]
