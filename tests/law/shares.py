"""Prints figures of readability of a tree: `python -m tests.law.shares [ROOT]`; ROOT is this project when left out.

Each is one line: the count or share, and with `--list` the names that it counts.
"""

from __future__ import annotations

import argparse
import ast
from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping
from graphlib import CycleError, TopologicalSorter
from pathlib import Path

import tests.law.test_sql as sql
from config import ROOT
from tests.law.sources import Module, imports, modules

Figure = tuple[str, str, list[str]]
"""What is measured, its value, and what was counted."""


def main() -> None:
    """Print the figures of the tree that the command line names."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("root", nargs="?", type=Path, default=ROOT)
    parser.add_argument("--list", action="store_true", help="print what each figure counts")
    options = parser.parse_args()
    for label, value, counted in figures(list(modules(options.root))):
        print(f"{label:48} {value}")
        if options.list:
            print(*(f"    {each}" for each in counted), sep="\n")


def figures(tree: list[Module]) -> Iterator[Figure]:
    """All figures of the modules of a tree."""
    importers = importers_of(tree)
    yield "modules", str(len(tree)), []
    single, functions = single_use_functions(tree)
    yield "private functions with one use", share(len(single), functions, "functions"), single
    lonely = sorted(name for name, users in importers.items() if len(users) == 1)
    yield "modules with one importer", share(len(lonely), len(tree), "modules"), lonely
    classes = Counter(
        node.name for module in tree for node in module.tree.body if isinstance(node, ast.ClassDef)
    )
    twice = sorted(name for name, count in classes.items() if count > 1)
    yield "class names used twice or more", str(len(twice)), twice
    loose = [
        f"{module.name}:{node.lineno}" for module in tree for node in ast.walk(module.tree) if is_loose(node)
    ]
    yield "dict[str, Any]", str(len(loose)), loose
    misplaced = [breach for module in tree for breach in sql.breaches(module)]
    yield "statements of SQL outside their place", str(len(misplaced)), misplaced
    circles = import_circles(tree)
    yield "import circles", str(len(circles)), [" → ".join(circle) for circle in circles]


def share(part: int, whole: int, noun: str) -> str:
    """A count with its share of a whole."""
    return f"{part} of {whole} {noun} ({part / max(whole, 1):.1%})"


def single_use_functions(tree: list[Module]) -> tuple[list[str], int]:
    """The private functions and methods that their module names once beside their definition, and the number of all."""
    found, functions = [], 0
    for module in tree:
        uses = Counter(_names(module.tree))
        for node in ast.walk(module.tree):
            if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
                functions += 1
                private = node.name.startswith("_") and not node.name.startswith("__")
                if private and uses[node.name] == 1:
                    found.append(f"{module.name}.{node.name}")
    return found, functions


def _names(tree: ast.Module) -> Iterator[str]:
    for node in ast.walk(tree):
        if isinstance(node, ast.Name):
            yield node.id
        elif isinstance(node, ast.Attribute):
            yield node.attr


def importers_of(tree: list[Module]) -> Mapping[str, set[str]]:
    """For each module that others import, their names; what a package only contains is not counted as its import."""
    known = {module.name for module in tree}
    found: dict[str, set[str]] = defaultdict(set)
    for module in tree:
        for name, _line, _inside in imports(module):
            target = name if name in known else name.rpartition(".")[0]
            if target in known and target != module.name:
                found[target].add(module.name)
    return found


def is_loose(node: ast.AST) -> bool:
    """Whether a node is the type `dict[str, Any]`."""
    return isinstance(node, ast.Subscript) and ast.unparse(node) == "dict[str, Any]"


def import_circles(tree: list[Module]) -> list[list[str]]:
    """Circles of imports, one after the other with an edge of each circle taken away."""
    above: dict[str, set[str]] = defaultdict(set)
    for name, users in importers_of(tree).items():
        for user in users:
            above[user].add(name)
    circles = []
    while True:
        try:
            TopologicalSorter(above).prepare()
        except CycleError as error:
            circle: list[str] = error.args[1]
            circles.append(circle)
            above[circle[1]].discard(circle[0])
            above[circle[0]].discard(circle[1])
        else:
            return circles


if __name__ == "__main__":
    main()
