"""The law of shape: files and functions that can be read at once, and a docstring on what others call."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

from config import ROOT
from tests.law.sources import Module, modules

LONGEST_FILE = 320
LONGEST_FUNCTION = 40
FORBIDDEN_NAMES = {"utils", "util", "helpers", "misc", "common"}


def breaches(module: Module) -> Iterator[str]:
    """What is too long, nameless or unexplained in a module."""
    lines = module.path.read_text(encoding="utf-8").count("\n")
    if lines > LONGEST_FILE:
        yield f"{module.name} has {lines} lines"
    if FORBIDDEN_NAMES & set(module.name.split(".")):
        yield f"{module.name} is a bag, not a room"
    if not ast.get_docstring(module.tree) and module.path.read_text(encoding="utf-8").strip():
        yield f"{module.name} does not say what it is for"
    for node in ast.walk(module.tree):
        if isinstance(node, ast.FunctionDef):
            length = (node.end_lineno or node.lineno) - node.lineno + 1
            if length > LONGEST_FUNCTION:
                yield f"{module.name}.{node.name} has {length} lines"
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
        if isinstance(node, ast.FunctionDef | ast.ClassDef) and not node.name.startswith("_"):
            yield node


def test_every_module_can_be_read_at_once() -> None:
    """No file and no function is longer than a reader's patience, and each says what it is for."""
    found = [breach for module in modules() for breach in breaches(module)]
    assert not found, "\n".join(found)


def test_templates_styles_scripts_and_tests_can_be_read_at_once() -> None:
    """What is not the application's Python is no longer either."""
    places = [*(ROOT / "app" / "templates").rglob("*.*"), *(ROOT / "app" / "static" / "src").rglob("*.*")]
    places += [*(ROOT / "tests").rglob("*.py"), *(ROOT / "bench").rglob("*.py")]
    sizes = {path: path.read_text(encoding="utf-8").count("\n") for path in places if path.is_file()}
    found = {str(path.relative_to(ROOT)): size for path, size in sizes.items() if size > LONGEST_FILE}
    assert not found, found


@pytest.mark.parametrize(
    ("name", "source", "told"),
    [
        ("long", '"""Long."""\n' + "x = 1\n" * 400, "lines"),
        ("utils", '"""A bag."""\n', "bag"),
        ("mute", "x = 1\n", "what it is for"),
        ("unsaid", '"""Said."""\n\n\ndef call():\n    return 1\n', "no docstring"),
        ("endless", '"""Endless."""\n\n\ndef _f():\n' + "    x = 1\n" * 60, "_f has"),
    ],
)
def test_a_planted_breach_is_seen(name: str, source: str, told: str, tmp_path: Path) -> None:
    """The law is not blind."""
    planted = tmp_path / "app" / f"{name}.py"
    planted.parent.mkdir()
    planted.write_text(source, encoding="utf-8")
    found = [breach for module in modules(tmp_path) for breach in breaches(module)]
    assert any(told in breach for breach in found), found
