"""Numbers, days and texts beyond all bounds at every door: a refusal in words, never a mistake of ours."""

from __future__ import annotations

import random
import re
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any
from urllib.parse import quote

import pytest
from flask import Flask

from app.features.design.models.sessions import DesignState
from tests.live.client import Client
from tests.live.conftest import cookie_of
from tests.permissions.rows import COMMANDS, ROWS
from tests.permissions.rows.row import Row
from tests.permissions.world import World, build
from tests.support.app import LiveServer, both_databases, sign_in
from tests.support.door import Door
from tests.support.factories import Cast, Make

Doors = Callable[..., Door]
pytestmark = both_databases

TEXTS = (
    "2147483647",
    "2147483648",
    "99999999999",
    "c99999999999",
    "9223372036854775808",
    "9" * 400,
    "9" * 5000,
    "-1",
    "-2147483649",
    "1.5",
    "NaN",
    "1e400",
    "²",
    "a\0b",
    "9999-12-31",
    "10000-01-01",
    "0000-01-01",
    "0001-01-01",
)
VALUES: tuple[Any, ...] = (
    *TEXTS,
    "\ud800",
    2**31,
    2**63,
    10**399,
    -1,
    1.5,
    1e308,
    True,
    [2**31],
    [{"group": "b99999999999"}],
    {"vote": 2**31},
)
IN_AN_ADDRESS = re.compile(r"(?:args|asked)\.get(?:list)?\(\s*\"(\w+)\"|number_arguments?\(\"(\w+)\"")
IN_A_FORM = re.compile(r"form\.get\(\"(\w+)\"|number_sent\(\"(\w+)\"|^    (\w+) = \w+\(", re.MULTILINE)


def names(app: Flask, pattern: re.Pattern[str], files: str) -> list[str]:
    """The names that the sources read by a pattern."""
    sources = [path.read_text(encoding="utf-8") for path in Path(app.root_path).rglob(files)]
    found = {name for source in sources for groups in pattern.findall(source) for name in groups if name}
    return sorted(found)


def requests_to(
    row: Row, values: dict[str, Any], asked: list[str], chance: random.Random
) -> Iterator[tuple[str, dict[str, Any]]]:
    """Requests to a row's door with one value in it beyond bounds, as addresses and forms."""
    for place in re.findall(r"\{(\w+)\}", row.path):
        for text in chance.sample(TEXTS, 2):
            yield row.path.format(**{**values, place: quote(text[:2000])}), {}
    path = row.path.format(**values)
    data = {name: str(value).format(**values) for name, value in row.data.items()}
    if row.method == "GET":
        for name in chance.sample(asked, 3):
            yield f"{path}?{name}={quote(chance.choice(TEXTS))}", {}
        yield f"{path}?after=%ED%A0%80", {}
        return
    for name in [*data, *chance.sample(asked, 2)]:
        yield path, {**data, name: chance.choice(TEXTS)}


@pytest.mark.slow
@pytest.mark.parametrize("method", ["GET", "POST"])
def test_no_address_and_no_form_breaks_over_values_beyond_bounds(
    app: Flask, door: Doors, make: Make, method: str
) -> None:
    world, chance = build(make), random.Random(20_480)
    asked = names(app, IN_AN_ADDRESS, "*.py") if method == "GET" else names(app, IN_A_FORM, "*.py")
    assert {"after", "before", "since"} <= set(asked) or {"to", "person", "minutes", "day"} <= set(asked)
    broken, count = [], 0
    for row in (row for row in ROWS if row.method == method and row.door != "accounts.sign_out"):
        # Whoever may most of those who may: refused early, nothing would be read.
        roles = ("facilitator", "manager", "editor", *sorted(row.own), "visitor")
        role = next(each for each in roles if each in row.own or each == "visitor")
        browser = door(world.people[role])
        for path, data in requests_to(row, world.values["own"], asked, chance):
            seen = browser.get(path) if method == "GET" else browser.post(path, data)
            count += 1
            if seen.status >= 500:
                broken.append(f"{role}: {path[:200]} {str(data)[:200]}: {seen.status}")
    assert not broken, "\n".join(broken)
    assert count > 150


def payloads(event: str, world: World, chance: random.Random) -> Iterator[dict[str, Any]]:
    """What could be sent under an event: each of its values in turn beyond bounds."""
    values = world.values["own"]
    content = {
        name: values[value[1:-1]] if str(value).startswith("{") else value
        for name, value in COMMANDS[event].content.items()
    }
    for name in content:
        for value in chance.sample(VALUES, max(2, 16 // len(content))):
            yield {**content, name: value}


def enter(app: Flask, server: LiveServer, person: Any) -> Client:
    """A person's socket."""
    return Client(server.url, cookie_of(app, sign_in(app, person))).join()


@pytest.mark.slow
def test_no_command_of_a_socket_breaks_over_values_beyond_bounds(
    app: Flask, make: Make, live_server: LiveServer
) -> None:
    world, chance = build(make), random.Random(20_480)
    clients = [enter(app, live_server, world.people[role]) for role in ("facilitator", "editor")]
    broken, refused = [], set()
    for event in COMMANDS:
        client = clients[not event.startswith("design")]
        for number, payload in enumerate(payloads(event, world, chance)):
            answer = client.ask(event, v=2, cid=f"cid-{event[:40]}-{number:04}", **payload)
            refused.add(answer.get("code"))
            if answer.get("code") == "broken":
                broken.append(f"{event}: {str(payload)[:200]}")
    assert not broken, "\n".join(broken)
    assert {"invalid", "not_found"} <= refused


@pytest.mark.parametrize(
    ("event", "named"),
    [("subscribe", ("stream", "after")), ("unsubscribe", ("stream",)), ("signal", ("stream", "kind"))],
)
def test_what_is_no_command_of_a_socket_breaks_no_more(
    app: Flask, cast: Cast, make: Make, live_server: LiveServer, event: str, named: tuple[str, ...]
) -> None:
    stream = make.room(make.initiative(cast.organisation)).stream_id
    known = {"stream": stream, "kind": "typing", "after": 0}
    client = enter(app, live_server, cast.member)
    client.ask("subscribe", v=2, stream=stream)
    chance = random.Random(20_480)
    for name in named:
        for value in chance.sample(VALUES, 18):  # not more in all than may be sent in ten seconds
            answer = client.ask(event, **{**{each: known[each] for each in named}, name: value, "v": 2})
            assert answer.get("code") in (None, "invalid", "not_found", "forbidden"), (name, value, answer)


@pytest.mark.parametrize("text", ["2147483648", "9" * 400, "-1", "x", "²"])
def test_a_number_of_the_api_beyond_bounds_is_a_bad_request(
    door: Doors, cast: Cast, make: Make, text: str
) -> None:
    stream = make.room(make.initiative(cast.organisation)).stream_id
    for name in ("after", "before", "limit"):
        answer = door(cast.member).get(f"/api/v1/streams/{stream}/events?{name}={quote(text)}")
        assert (answer.status, answer.json["code"]) == (400, "bad_request"), name


@pytest.mark.parametrize("day", ["0001-01-01", "9999-12-31", "1899-12-31", "2200-01-01"])
def test_a_day_at_the_ends_of_the_calendar_gets_a_sentence(
    door: Doors, cast: Cast, make: Make, day: str
) -> None:
    session = make.design_session(cast.facilitator, state=DesignState.DRAFT)
    path = f"/en/design-sessions/{session.id}"
    browser = door(cast.facilitator)
    said = browser.post(f"{path}/date", {"day": day, "hour": "23:59"})
    assert said.status == 422 and "Choose a day in the years from 1900 to 2199." in said.text
    assert browser.get(path).status == 200


@pytest.mark.parametrize("number", ["2147483648", "9" * 400, "9" * 5000, "-1", "1e9", "²"])
def test_a_number_of_a_form_beyond_bounds_gets_a_sentence(
    door: Doors, cast: Cast, make: Make, number: str
) -> None:
    initiative = make.initiative(cast.organisation)
    browser = door(cast.member)
    room = make.room(initiative)
    said = browser.post(
        f"/en/rooms/{room.id}", {"body": "Hello", "lang": "en", "reply_to": number, "cid": "12345678"}
    )
    assert said.status == 422 and "Hello" in said.html
    seats = browser.post(
        f"/en/initiatives/{initiative.slug}/edit", {"roles-0-title": "x", "roles-0-seats": number}
    )
    assert seats.status == 422 and "Write a number of seats from 1 to" in seats.text
