"""The published description of the API: it is valid, and real answers of every address are as it says."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
import schemathesis
from flask import Flask
from hypothesis import HealthCheck, Phase, given, settings
from jsonschema import ValidationError
from openapi_spec_validator import validate
from schemathesis.checks import CHECKS, load_all_checks

from app.core.errors import TooMany
from app.core.live.commands import commands_of
from app.features.design import api as design_api
from app.features.design.projections.private_state import own_state
from tests.support.contracts import Undocumented, compare, document
from tests.support.door import Door
from tests.support.factories import Cast, Make

Doors = Callable[..., Door]
DESIGN = "/api/v1/design-sessions/{design}"


@pytest.fixture
def places(make: Make, cast: Cast) -> dict[str, Any]:
    """A design session that goes on, with a card, and a room's stream with a message."""
    initiative = make.initiative(cast.organisation)
    design = make.design_session(cast.facilitator, initiative)
    make.card(design)
    room = make.room(initiative)
    make.message(room, cast.member, cast.organisation)
    return {"design": design.id, "stream": room.stream_id, "design_stream": design.stream_id}


def test_the_published_description_is_valid_openapi(app: Flask, door: Doors) -> None:
    published = door().get("/api/v1/openapi.json").json
    validate(published)
    assert published["paths"] == document(app)["paths"]
    scheme = published["components"]["securitySchemes"]["sign_in"]
    assert scheme == {"type": "apiKey", "in": "cookie", "name": "trama"}


def test_every_json_address_is_described(app: Flask) -> None:
    described = set(document(app)["paths"])
    rules = {rule.rule for rule in app.url_map.iter_rules() if rule.rule.startswith("/api/")}
    there = {rule.replace("<int:", "{").replace("<", "{").replace(">", "}") for rule in rules}
    assert there - {"/api/v1/openapi.json", "/api/v1/commands/{event}"} <= described
    assert {f"/api/v1/commands/{event}" for event in commands_of(app)} <= described


@pytest.mark.parametrize(
    ("who", "address", "status"),
    [
        ("facilitator", f"{DESIGN}/state", 200),
        ("facilitator", f"{DESIGN}/mine", 200),
        ("facilitator", f"{DESIGN}/desk", 200),
        ("facilitator", f"{DESIGN}/breakouts?groups=2", 200),
        ("facilitator", f"{DESIGN}/breakouts?rotate=1", 200),
        ("member", "/api/v1/streams/{stream}/events", 200),
        ("member", "/api/v1/streams/{stream}/events?before=9&limit=1", 200),
        ("member", "/api/v1/streams/{design_stream}/events?after=0", 200),
        (None, "/health", 200),
        *((None, f"{DESIGN}/{what}", 401) for what in ("state", "mine", "desk", "breakouts")),
        (None, "/api/v1/streams/{stream}/events", 401),
        *(("newcomer", f"{DESIGN}/{what}", 404) for what in ("state", "mine", "desk", "breakouts")),
        ("newcomer", "/api/v1/streams/{stream}/events", 404),
        *(("member", f"{DESIGN}/{what}", 403) for what in ("desk", "breakouts")),
        *(("facilitator", f"{DESIGN}/breakouts?{name}=0", 400) for name in ("groups", "size")),
        ("facilitator", f"{DESIGN}/breakouts?rotate=yes", 400),
        *(("member", f"/api/v1/streams/{{stream}}/events?{name}=x", 400) for name in ("after", "before", "limit")),
    ],
)  # fmt: skip
def test_a_real_answer_is_as_its_schema_says(
    app: Flask, door: Doors, cast: Cast, places: dict[str, Any], who: str | None, address: str, status: int
) -> None:
    """The application under test compares every answer with the description (tests/support/contracts.py)."""
    path = address.format(**places)
    answer = door(getattr(cast, who) if who else None).get(path)
    assert answer.status == status
    if status == 400:
        name = path.partition("?")[2].partition("=")[0]
        assert list(answer.json["fields"]) == [name] and all(answer.json["fields"][name])


def test_a_full_queue_is_answered_as_described(
    door: Doors, cast: Cast, places: dict[str, Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse() -> None:
        raise TooMany

    monkeypatch.setattr(design_api, "require_turn", refuse)
    answer = door(cast.facilitator).get(f"{DESIGN}/breakouts".format(**places))
    assert (answer.status, answer.json["code"]) == (429, "too_many")


def test_a_payload_that_breaks_its_schema_fails_the_test_that_caused_it(
    app: Flask, door: Doors, cast: Cast, places: dict[str, Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(design_api, "own_state", lambda context: {**own_state(context), "budget": "five"})
    with pytest.raises(ValidationError, match="'five' is not of type 'integer'"):
        door(cast.facilitator).get(f"{DESIGN}/mine".format(**places))


def test_a_planted_answer_without_a_description_is_seen(app: Flask) -> None:
    with pytest.raises(Undocumented, match="418"):
        compare(document(app), "/health", 418, "application/json", {})


def test_schemathesis_finds_no_undocumented_answer(
    app: Flask, door: Doors, cast: Cast, places: dict[str, Any]
) -> None:
    """Calls drawn by lot, of visitors and of the facilitator, about what exists and what does not."""
    load_all_checks()
    checks = CHECKS.get_by_names(
        [f"{name}_conformance" for name in ("status_code", "content_type", "response_schema")]
    )
    schema = schemathesis.openapi.from_wsgi("/api/v1/openapi.json", app)
    browser = door(cast.facilitator).client
    cookie = browser.get_cookie("trama")
    assert cookie is not None
    own = {"trama": cookie.value}
    known = {"design_id": places["design"], "stream_id": places["design_stream"]}
    seen: set[tuple[str, int]] = set()
    for operation in (found.ok() for found in schema.include(method="GET").get_all_operations()):

        @settings(max_examples=12, phases=[Phase.generate], suppress_health_check=list(HealthCheck))
        @given(case=operation.as_strategy())
        def call(case: Any) -> None:
            drawn = case.path_parameters or {}
            for values, cookies in ((drawn, {}), (drawn, own), ({name: known[name] for name in drawn}, own)):
                case.path_parameters, case.cookies = values, cookies
                response = case.call_and_validate(checks=checks, headers={"Accept-Encoding": "identity"})
                seen.add((case.path, response.status_code))

        call()
    assert {path for path, status in seen if status == 200} == {
        path for path, methods in document(app)["paths"].items() if "get" in methods
    }
