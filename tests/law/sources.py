"""What the law tests read: our own modules as syntax trees, by the floor on which they stand."""

from __future__ import annotations

import ast
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from app.registry import FEATURES
from config import ROOT
from tests.law.plan import FLOORS, OWN_MODULES

SHARED = ("models", "announcements", "labels", "policy", "queries", "projections", "presenters", "services")
"""What a later feature may use of an earlier one, besides the modules of its own that it declares to be open."""


@dataclass(frozen=True)
class Module:
    """One of our modules: its dotted name and its syntax tree."""

    name: str
    tree: ast.Module
    path: Path

    @property
    def feature(self) -> str | None:
        """The feature that it belongs to."""
        parts = self.name.split(".")
        return parts[2] if parts[:2] == ["app", "features"] and len(parts) > 2 else None

    @property
    def part(self) -> str:
        """Which room of its feature it is: "services" also for the modules in a folder of that name."""
        parts = self.name.split(".")
        return parts[3] if len(parts) > 3 else ""


def modules(root: Path = ROOT) -> Iterator[Module]:
    """All modules of the application below `root`."""
    for path in sorted((root / "app").rglob("*.py")):
        name = ".".join(path.relative_to(root).with_suffix("").parts).removesuffix(".__init__")
        yield Module(name, ast.parse(path.read_text(encoding="utf-8")), path)


def imports(module: Module) -> Iterator[tuple[str, int, bool]]:
    """What a module imports: the dotted name, the line, and whether that is inside a function."""
    inside = {
        node
        for function in ast.walk(module.tree)
        if isinstance(function, ast.FunctionDef | ast.AsyncFunctionDef)
        for node in ast.walk(function)
    }
    for node in ast.walk(module.tree):
        if isinstance(node, ast.Import):
            for alias in node.names:
                yield alias.name, node.lineno, node in inside
        elif isinstance(node, ast.ImportFrom):
            for alias in node.names:
                yield f"{node.module}.{alias.name}", node.lineno, node in inside


def floor_of(feature: str, part: str) -> int | None:
    """The floor of a module of a feature; None where the plan does not know the module."""
    for floor, parts in enumerate(FLOORS):
        if part in parts:
            return floor
    return 1 if part in OWN_MODULES.get(feature, ()) else None


def rank(feature: str) -> int:
    """A feature's place in the registry."""
    return FEATURES.index(feature)


def assert_within(exceptions: Mapping[str, int], breaches: Callable[[Module], Iterable[str]]) -> None:
    """Fail where a feature has more breaches than its number in a list of exceptions."""
    found: dict[str, list[str]] = {}
    for module in modules():
        for breach in breaches(module):
            found.setdefault(module.feature or module.name, []).append(breach)
    for feature in {*found, *exceptions}:
        now, allowed = found.get(feature, []), exceptions.get(feature, 0)
        assert len(now) <= allowed, f"{feature}: {len(now)}, allowed {allowed}\n" + "\n".join(now)
