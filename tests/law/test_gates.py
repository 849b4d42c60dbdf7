"""The law of gates: every address and every command names its permission, and every permission exists."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from flask import Flask

from app.core.live.commands import commands_of
from app.core.permissions import PUBLIC, SIGNED_IN, rules

WITHOUT_A_DOOR = {"static", "openapi.spec"}
"""Flask's own file route and the public description of the API: neither knows of anybody."""


def gateless(app: Flask) -> Iterator[str]:
    """Addresses and commands that name no permission, or one that nobody declared."""
    known = {PUBLIC, SIGNED_IN, *rules()}
    for rule in app.url_map.iter_rules():
        if rule.endpoint in WITHOUT_A_DOOR:
            continue
        permission = getattr(app.view_functions[rule.endpoint], "permission", None)
        if permission not in known:
            yield f"{rule.rule} ({rule.endpoint}) names {permission!r}"
    for command in commands_of(app).values():
        if command.permission not in known - {PUBLIC}:
            yield f"{command.event} names {command.permission!r}"


def test_every_door_names_its_permission(app: Flask) -> None:
    """Nothing can be reached about which nobody said who may."""
    assert list(gateless(app)) == []


def test_every_permission_is_asked_for(app: Flask) -> None:
    """A row of the policy that no door, service or template names would only look like a guard."""
    sources = [path.read_text(encoding="utf-8") for path in _sources(app)]
    unused = [name for name in rules() if sum(source.count(f'"{name}"') for source in sources) < 2]
    assert not unused, unused


def _sources(app: Flask) -> Iterator[Path]:
    root = Path(app.root_path)
    yield from root.rglob("*.py")
    yield from (root / "templates").rglob("*.html")


def test_a_planted_door_without_a_permission_is_seen(app: Flask) -> None:
    """The law is not blind."""
    app.view_functions["planted"] = lambda: ""
    app.url_map.add(app.url_rule_class("/planted", endpoint="planted"))
    assert any("/planted" in breach for breach in gateless(app))


@pytest.mark.parametrize("permission", ["", "no.such.permission"])
def test_a_planted_door_with_an_unknown_permission_is_seen(app: Flask, permission: str) -> None:
    """Neither is a misspelt permission a gate."""

    def planted() -> str:
        return ""

    planted.permission = permission  # type: ignore[attr-defined]
    app.view_functions["planted"] = planted
    app.url_map.add(app.url_rule_class("/planted", endpoint="planted"))
    assert any("/planted" in breach for breach in gateless(app))
