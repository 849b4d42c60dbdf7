"""Every door against every role, on one's own object, another's and a missing one."""

from __future__ import annotations

import secrets
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from flask import Flask, g

from app.core.errors import AppError, SignInNeeded
from app.core.http.request_actor import actor_transaction
from app.core.live.commands import commands_of
from config import Settings
from tests.permissions.rows import COMMANDS, ROWS
from tests.permissions.rows.design import DESIGN_COMMANDS
from tests.permissions.rows.row import EVERYONE, NOBODY, Row, Said
from tests.permissions.world import ROLES, World, copied_world, world_copy
from tests.support.app import sign_in
from tests.support.door import Door, Seen
from tests.support.shared import Shared

Enter = Callable[..., Door]


@pytest.fixture
def database(shared: Shared, tmp_path: Path) -> str:
    """The address of a database in which the small world is."""
    return world_copy(shared, tmp_path)


@pytest.fixture
def settings(settings: Settings) -> Settings:
    """An installation with a translation service, which never answers."""
    return replace(settings, translate_url="http://127.0.0.1:9")


@pytest.fixture
def world(shared: Shared, app: Flask) -> World:
    """The small world."""
    return copied_world(shared, app)


def knock(door: Door, row: Row, values: dict[str, Any]) -> Seen:
    """Try a door as this person."""
    path = row.path.format(**values)
    data = {name: str(value).format(**values) for name, value in row.data.items()}
    return door.get(path) if row.method == "GET" else door.post(path, data)


def outcome(seen: Seen) -> str:
    """What an answer comes to."""
    if seen.status == 401 or "/sign-in?next=" in seen.location:
        return "sign in"
    if seen.status in (403, 404, 422):
        return str(seen.status)
    assert seen.status < 500, seen.html[:2000]
    return "let in"


def expected(row: Row, role: str, side: str) -> set[str]:
    """What must come of it."""
    allowed = row.own if side == "own" or row.other is None else row.other
    if role in allowed and side != "missing":
        gone = row.once or (row.refused == (404,) and not row.has_object)
        return {"let in", "422", "404"} if gone else {"let in", "422"}
    if role == "visitor" and allowed != EVERYONE and row.refused != (404,):
        return {"sign in"}
    refusals = {str(status) for status in row.refused}
    if role == "visitor":
        return {"sign in", *refusals}
    return {"403", "404"} if side == "missing" else refusals


@pytest.mark.parametrize("row", ROWS, ids=lambda row: f"{row.method} {row.path}")
def test_every_door_lets_in_whom_it_should_and_nobody_else(row: Row, world: World, door: Enter) -> None:
    """Those who may not try first, so that those who may cannot have changed what they find."""
    wrong = []
    sides = ["own", "other", "missing"] if row.has_object else ["own"]
    for side in sides if row.other is not None or not row.has_object else ("own", "missing"):
        allowed = row.own if side == "own" or row.other is None else row.other
        for role in sorted(ROLES, key=lambda role: role in allowed and side != "missing"):
            came = outcome(knock(door(world.people[role]), row, world.values[side]))
            if side == "missing" and allowed == EVERYONE and came == "404":
                continue
            wanted = expected(row, role, side)
            if came not in wanted:
                wrong.append(f"{role} at {side}: {came}, not {' or '.join(sorted(wanted))}")
    assert not wrong, "\n".join(wrong)


def test_every_door_has_its_row(app: Flask) -> None:
    """A new door is not built without saying who may go through it."""
    known = {(row.door, row.method) for row in ROWS}
    doors = {
        (rule.endpoint, method)
        for rule in app.url_map.iter_rules()
        for method in (rule.methods or set()) - {"HEAD", "OPTIONS"}
        if rule.endpoint not in ("static", "openapi.spec")
    }
    assert doors - known == set(), "without a row"
    assert known - doors == set(), "rows without a door"
    assert set(commands_of(app)) == set(COMMANDS)


ALONE = [event for event in COMMANDS if event not in DESIGN_COMMANDS]


@pytest.mark.parametrize("event", ALONE)
def test_every_command_of_the_socket_is_taken_from_whom_it_should_be(
    event: str, world: World, app: Flask
) -> None:
    """The live door knows the same rules."""
    assert list(mistaken(event, world, app)) == []


@pytest.mark.slow
def test_every_command_of_a_design_session_is_taken_from_whom_it_should_be(world: World, app: Flask) -> None:
    """So does each of the many of design sessions, one after the other in one world."""
    assert [wrong for event in DESIGN_COMMANDS for wrong in mistaken(event, world, app)] == []


def mistaken(event: str, world: World, app: Flask) -> Iterator[str]:
    """Where a command is taken from somebody from whom it should not be, or refused to somebody who may."""
    said = COMMANDS[event]
    sides = (
        ("own", said.own, said.own_seen),
        ("other", said.other, said.other_seen),
        ("missing", NOBODY, NOBODY),
    )
    for side, allowed, seen in sides:
        for role in sorted(ROLES, key=lambda role: role in allowed):
            came = say(app, world.people[role], event, said, world.values[side])
            refused = "forbidden" if role in seen else "not_found"
            wanted = "let in" if role in allowed else "sign_in_needed" if role == "visitor" else refused
            if came != wanted:
                yield f"{event} by {role} at {side}: {came}, not {wanted}"


def say(app: Flask, person: Any, event: str, said: Said, values: dict[str, Any]) -> str:
    """Send a command as the live door would, without its network; returns the code of what came of it."""
    filled = {
        name: values[value[1:-1]] if str(value).startswith("{") else value
        for name, value in said.content.items()
    }
    command = commands_of(app)[event]
    form = command.form.model_validate({"v": 2, "cid": secrets.token_urlsafe(12), **filled})
    token = sign_in(app, person) if person is not None else None
    with app.app_context():
        g.token = token
        try:
            with actor_transaction() as actor:
                if actor.person is None:
                    raise SignInNeeded
                command.handle(actor, form)
        except AppError as error:
            early = said.may_come_too_early and error.code in ("conflict", "invalid")
            return "let in" if early else error.code
    return "let in"
