"""The law of imports: down only, and across features only through what they share."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from config import ROOT
from tests.law.sources import SHARED, Module, floor_of, imports, modules, rank

OPEN = {
    "app.features.taxonomy.fields",
    "app.features.organisations.weave",
    "app.features.rooms.owners",
    "app.features.suggestions.engine",
}
"""Rooms of a feature that are made for later ones: a form's field, a picture, a registry, the engine."""
KEPT_FROM_MATCHING = ("flask", "sqlalchemy", "app.core", "app.features", "config")
MACHINERY = ("request", "session", "current_user")


def breaches(module: Module) -> Iterator[str]:
    """Everything that a module imports and may not."""
    for name, line, inside in imports(module):
        where = f"{module.name}:{line} imports {name}"
        ours = name.split(".")[0] in ("app", "config")
        if ours and inside:
            yield f"{where} inside a function"
        if module.name.startswith("app.matching") and name.startswith(KEPT_FROM_MATCHING):
            yield f"{where}: the engine is pure"
        if module.name.startswith("app.core") and name.startswith(("app.features", "app.matching")):
            yield f"{where}: the core stands below"
        if module.feature is not None and name.startswith("app.features."):
            yield from _across(module, name, where)
        web = name.startswith(("flask.", "flask_login.")) and name.split(".")[-1] in MACHINERY
        if module.part == "services" and web:
            yield f"{where}: a service knows no request"


def _across(module: Module, name: str, where: str) -> Iterator[str]:
    """The breaches of an import from a feature."""
    parts = name.split(".")
    feature, part = parts[2], parts[3] if len(parts) > 3 else ""
    assert module.feature is not None
    if feature == module.feature:
        if floor_of(part) > floor_of(module.part):
            yield f"{where}: up from {module.part} to {part}"
        return
    if rank(feature) > rank(module.feature):
        yield f"{where}: {feature} comes later in the registry"
    if part not in SHARED and ".".join(parts[:4]) not in OPEN:
        yield f"{where}: {part} is not shared"


def test_no_module_imports_what_stands_above_it() -> None:
    """Every import of every module goes down."""
    found = [breach for module in modules() for breach in breaches(module)]
    assert not found, "\n".join(found)


def test_only_the_transaction_commits() -> None:
    """Nobody but core/transactions.py ends a transaction."""
    allowed = {"app/core/transactions.py"}
    found = []
    for module in modules():
        place = module.path.relative_to(ROOT).as_posix()
        if place not in allowed and "session.commit(" in module.path.read_text(encoding="utf-8"):
            found.append(place)
    assert not found, found


@pytest.mark.parametrize(
    ("place", "line", "told"),
    [
        ("app/core/planted.py", "from app.features.accounts import models", "the core stands below"),
        ("app/matching/planted.py", "from flask import Flask", "the engine is pure"),
        ("app/features/accounts/queries/planted.py", "from app.features.accounts import views", "up from"),
        (
            "app/features/accounts/services/planted.py",
            "from app.features.rooms import services",
            "comes later",
        ),
        (
            "app/features/rooms/services/planted.py",
            "from app.features.accounts import views",
            "is not shared",
        ),
        ("app/features/rooms/services/planted.py", "from flask import request", "knows no request"),
        ("app/core/planted.py", "def late():\n    from app.core import clock", "inside a function"),
    ],
)
def test_a_planted_breach_is_seen(place: str, line: str, told: str, tmp_path: Path) -> None:
    """The law is not blind: each kind of breach, planted in a copy of the house, is told."""
    planted = tmp_path / place
    planted.parent.mkdir(parents=True)
    planted.write_text(f"{line}\n", encoding="utf-8")
    found = [breach for module in modules(tmp_path) for breach in breaches(module)]
    assert any(told in breach for breach in found), found
