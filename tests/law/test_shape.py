"""The law of shape: one idea a file, and a docstring on what others call; ruff bounds the complexity of functions."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

from config import ROOT
from tests.law.sources import Module, modules

MAX_FILE_LINES = 600
"""A longer file is likely to hold two ideas."""
FORBIDDEN_NAMES = {"utils", "util", "helpers", "misc", "common"}


def breaches(module: Module) -> Iterator[str]:
    """What is too long, nameless or unexplained in a module."""
    lines = module.path.read_text(encoding="utf-8").count("\n")
    if lines > MAX_FILE_LINES:
        yield f"{module.name} has {lines} lines"
    if FORBIDDEN_NAMES & set(module.name.split(".")):
        yield f"{module.name} is a bag, not a room"
    if not ast.get_docstring(module.tree) and module.path.read_text(encoding="utf-8").strip():
        yield f"{module.name} does not say what it is for"
    yield from (f"{module.name}.{name} has no docstring" for name in _unexplained(module.tree))


def _unexplained(tree: ast.Module) -> Iterator[str]:
    """Public functions, classes and their public methods without a docstring."""
    for node in _public(tree.body):
        if not ast.get_docstring(node):
            yield node.name
        methods = _public(node.body) if isinstance(node, ast.ClassDef) else ()
        yield from (f"{node.name}.{method.name}" for method in methods if not ast.get_docstring(method))


def _public(body: list[ast.stmt]) -> Iterator[ast.FunctionDef | ast.ClassDef]:
    """What others may call."""
    for node in body:
        if not isinstance(node, ast.FunctionDef | ast.ClassDef) or node.name.startswith("_"):
            continue
        decorators = {each.id for each in node.decorator_list if isinstance(each, ast.Name)}
        if "overload" not in decorators:
            yield node


def is_made(path: Path) -> bool:
    """Whether a file is written by a program and read by another."""
    return path.name.endswith(".d.ts")


def test_every_module_has_a_bounded_length_and_says_what_it_is_for() -> None:
    found = [breach for module in modules() for breach in breaches(module)]
    assert not found, "\n".join(found)


def test_templates_styles_scripts_and_tests_have_a_bounded_length() -> None:
    places = [*(ROOT / "app" / "templates").rglob("*.*"), *(ROOT / "app" / "static" / "src").rglob("*.*")]
    places += [*(ROOT / "tests").rglob("*.py"), *(ROOT / "bench").rglob("*.py")]
    sizes = {
        path: path.read_text(encoding="utf-8").count("\n")
        for path in places
        if path.is_file() and not is_made(path)
    }
    found = {str(path.relative_to(ROOT)): size for path, size in sizes.items() if size > MAX_FILE_LINES}
    assert not found, found


@pytest.mark.parametrize(
    ("name", "source", "told"),
    [
        ("long", '"""Long."""\n' + "x = 1\n" * 700, "lines"),
        ("utils", '"""A bag."""\n', "bag"),
        ("mute", "x = 1\n", "what it is for"),
        ("unsaid", '"""Said."""\n\n\ndef call():\n    return 1\n', "no docstring"),
    ],
)
def test_a_planted_breach_is_seen(name: str, source: str, told: str, tmp_path: Path) -> None:
    """The law is not blind."""
    planted = tmp_path / "app" / f"{name}.py"
    planted.parent.mkdir()
    planted.write_text(source, encoding="utf-8")
    found = [breach for module in modules(tmp_path) for breach in breaches(module)]
    assert any(told in breach for breach in found), found
