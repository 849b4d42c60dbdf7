"""The law of payloads: every event and every acknowledgement has a type, and its types are those of the wire."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator

import pytest
from flask import Flask
from pydantic import ValidationError
from typing_extensions import is_typeddict

from app.core.live.commands import commands_of
from app.core.live.payloads import ANSWERS, PUSHES
from app.core.payloads import check
from app.core.streams.kinds import kinds_of
from app.features.design.presenters.payloads import EVENTS, DesignEvent
from tests.law.sources import Module, modules

WRITERS = {"publish_changes": 1, "publish_action": 1, "append": 1}
"""What writes events, and at which of its arguments the kind of the event stands."""


def kinds_written(module: Module) -> Iterator[str]:
    """Patterns of the kinds of the events that a module of design sessions writes; what a variable holds is any."""
    for call in (node for node in ast.walk(module.tree) if isinstance(node, ast.Call)):
        name = call.func.id if isinstance(call.func, ast.Name) else ""
        if name in WRITERS and len(call.args) > WRITERS[name]:
            yield from _patterns(call.args[WRITERS[name]])


def _patterns(node: ast.expr) -> Iterator[str]:
    if isinstance(node, ast.Constant):
        yield re.escape(str(node.value))
    elif isinstance(node, ast.IfExp):
        yield from (*_patterns(node.body), *_patterns(node.orelse))
    elif isinstance(node, ast.JoinedStr):
        parts = (
            re.escape(str(part.value)) if isinstance(part, ast.Constant) else ".+" for part in node.values
        )
        yield "".join(parts)


def test_every_event_and_every_acknowledgement_has_a_type(app: Flask) -> None:
    for stream in kinds_of(app).values():
        assert stream.events, f"{stream.name} has no types of events"
        assert all(is_typeddict(kind) for kind in stream.events.values()), stream.name
    untyped = [each.event for each in commands_of(app).values() if not is_typeddict(each.answer)]
    assert not untyped, untyped
    assert all(is_typeddict(kind) for kind in (*PUSHES.values(), *ANSWERS.values()))


def test_every_kind_of_event_that_design_sessions_write_is_registered() -> None:
    services = [module for module in modules() if module.name.startswith("app.features.design.services")]
    written = {pattern for module in services for pattern in kinds_written(module)}
    assert len(written) > 30
    unknown = [pattern for pattern in written if not any(re.fullmatch(pattern, kind) for kind in EVENTS)]
    assert not unknown, unknown
    unwritten = [kind for kind in EVENTS if not any(re.fullmatch(pattern, kind) for pattern in written)]
    assert not unwritten, unwritten


@pytest.mark.parametrize(
    "payload",
    [
        '{"seq": 1, "kind": "card_added", "at": null, "actor": null, "patch": {"now": {"phase": 5}}}',
        '{"seq": 1, "kind": "card_added", "at": null, "actor": null, "patch": {"cards": {"a": {"texts": "x"}}}}',
        '{"seq": 1, "kind": "unheard_of", "at": null, "actor": null, "patch": {}}',
        '{"seq": "1", "kind": "card_added", "at": null, "actor": null, "patch": {}}',
        '{"seq": 1, "kind": "card_added", "at": null, "actor": null}',
    ],
)
def test_a_planted_wrong_event_is_seen(payload: str) -> None:
    with pytest.raises(ValidationError):
        check(DesignEvent, payload)


def test_a_patch_may_name_any_part_of_the_state_and_take_any_away() -> None:
    patch = '{"cards": {"a": {"text": "x"}, "b": null}, "now": null, "design": {"frozen": true, "starts_at": null}}'
    check(DesignEvent, f'{{"seq": 1, "kind": "closed", "at": null, "actor": 3, "patch": {patch}}}')
