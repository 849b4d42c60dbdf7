"""The law of imports: down only, and across features only through what they share."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from config import ROOT
from tests.law.plan import OWN_MODULES, PRESENTER_EXCEPTIONS
from tests.law.sources import SHARED, Module, assert_within, floor_of, imports, modules, rank

OPEN = {
    "app.features.taxonomy.fields",
    "app.features.taxonomy.places",
    "app.features.organisations.duplicates",
    "app.features.organisations.weave",
    "app.features.rooms.owners",
    "app.features.suggestions.engine_cache",
}
"""Rooms of a feature for later ones: a form's field, the towns, a likeness, a picture, a registry, the engine."""
PRESENTER = re.compile(r"presenters|\w+_presenter|\w+_rendering")
"""The names of modules that present."""
KEPT_FROM_MATCHING = ("flask", "sqlalchemy", "app.core", "app.features", "config")
MATCHING_FLOORS = (
    {"records"},
    {"index"},
    {"graph"},
    {"taxonomy"},
    {"scoring"},
    {"filters", "diversity"},
    {"topk"},
    {"engine"},
    {"consortia", "breakout_assignment", "breakouts", "network"},
    {"evaluation"},
)
"""The parts of the matching package from the lowest up; each imports from itself and from those below it only."""
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
        if module.name.startswith("app.matching.") and name.startswith("app.matching."):
            yield from _within_matching(module, name, where)
        if module.name.startswith("app.core") and name.startswith(("app.features", "app.matching")):
            yield f"{where}: the core stands below"
        if module.feature is not None and name.startswith("app.features."):
            yield from _across(module, name, where)
        web = name.startswith(("flask.", "flask_login.")) and name.split(".")[-1] in MACHINERY
        if module.part == "services" and web:
            yield f"{where}: a service knows no request"


def _within_matching(module: Module, name: str, where: str) -> Iterator[str]:
    """The breach of an import from a part of the matching package that does not stand below."""
    mine, theirs = module.name.split(".")[2], name.split(".")[2]
    floors = [
        next((at for at, some in enumerate(MATCHING_FLOORS) if part in some), -1) for part in (mine, theirs)
    ]
    if -1 in floors:
        yield f"{where}: the floor of {mine} or {theirs} is not known"
    elif mine != theirs and floors[0] < floors[1]:
        yield f"{where}: up from {mine} to {theirs}"


def _across(module: Module, name: str, where: str) -> Iterator[str]:
    """The breaches of an import from a feature."""
    parts = name.split(".")
    feature, part = parts[2], parts[3] if len(parts) > 3 else ""
    assert module.feature is not None
    if feature == module.feature:
        own, imported = floor_of(feature, module.part), floor_of(feature, part)
        if own is not None and imported is not None and imported > own:
            yield f"{where}: up from {module.part} to {part}"
        return
    if rank(feature) > rank(module.feature):
        yield f"{where}: {feature} comes later in the registry"
    if part not in SHARED and ".".join(parts[:4]) not in OPEN:
        yield f"{where}: {part} is not shared"


def unplanned(module: Module) -> Iterator[str]:
    """The sentence about a module of a feature that the plan does not know."""
    if module.feature is None or not module.part:
        return
    if module.feature not in OWN_MODULES:
        yield f"{module.name}: tests/law/plan.py has no feature {module.feature}; add it to OWN_MODULES"
    elif floor_of(module.feature, module.part) is None:
        yield (
            f"{module.name}: the plan has no module {module.part}. Use a name of FLOORS in tests/law/plan.py, "
            "or add it to OWN_MODULES there if the feature needs a module of its own"
        )


def presenter_imports(module: Module) -> Iterator[str]:
    """The imports of presenters, of any feature, in a service."""
    if module.part != "services":
        return
    for name, line, _inside in imports(module):
        if name.startswith("app.features.") and PRESENTER.fullmatch(name.split(".")[3]):
            yield f"{module.name}:{line} imports {name}: a service does not present"


def test_every_module_of_a_feature_is_in_the_plan() -> None:
    found = [breach for module in modules() for breach in unplanned(module)]
    assert not found, "\n".join(found)


def test_no_service_imports_a_presenter() -> None:
    assert_within(PRESENTER_EXCEPTIONS, presenter_imports)


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
        (
            "app/matching/index/planted.py",
            "from app.matching.engine import Engine",
            "up from index to engine",
        ),
        ("app/matching/planted.py", "from app.matching.records import Profile", "is not known"),
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
        (
            "app/features/rooms/services/planted.py",
            "from app.features.rooms.presenters import pages",
            "does not present",
        ),
        (
            "app/features/rooms/services/planted.py",
            "from app.features.accounts.presenters import pages",
            "does not present",
        ),
        ("app/features/rooms/planted.py", "", "the plan has no module planted"),
        ("app/features/gardens/models.py", "", "has no feature gardens"),
        ("app/core/planted.py", "def late():\n    from app.core import clock", "inside a function"),
    ],
)
def test_a_planted_breach_is_seen(place: str, line: str, told: str, tmp_path: Path) -> None:
    """The law is not blind: each kind of breach, planted in a copy of the house, is told."""
    planted = tmp_path / place
    planted.parent.mkdir(parents=True)
    planted.write_text(f"{line}\n", encoding="utf-8")
    checks = (unplanned, presenter_imports) if not line or "presenters" in line else (breaches,)
    found = [breach for module in modules(tmp_path) for check in checks for breach in check(module)]
    assert any(told in breach for breach in found), found
