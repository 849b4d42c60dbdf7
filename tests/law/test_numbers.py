"""The law of numbers: what comes from outside is read as one of the bounded types of `app/core/numbers.py`."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from pydantic import BaseModel, create_model

from app.core.live.commands import LiveCommand, commands_of
from app.core.live.connection_handler import SignalRequest, SubscribeRequest
from app.core.numbers import MAX_INTEGER
from tests.law.sources import Module, modules

HOME = "app.core.numbers"
UNBOUNDED_FIELDS = {"IntegerField", "IntegerRangeField", "DecimalField", "FloatField"}


def unbounded(form: type[BaseModel]) -> Iterator[str]:
    """Where a command takes a number, in whatever it holds, that has no bounds or wider ones than a column has."""
    yield from _unbounded(form.model_json_schema(), form.__name__)


def _unbounded(schema: Any, path: str) -> Iterator[str]:
    if isinstance(schema, list):
        for part in schema:
            yield from _unbounded(part, path)
    if not isinstance(schema, dict):
        return
    if schema.get("type") in ("integer", "number"):
        low, high = schema.get("minimum"), schema.get("maximum")
        if low is None or high is None or low < -MAX_INTEGER or high > MAX_INTEGER:
            yield path
    for name, part in schema.items():
        yield from _unbounded(part, f"{path}.{name}")


def readings(module: Module) -> Iterator[str]:
    """Where a module reads a number past the one type: `type=int`, `coerce=int`, a field of WTForms, `isdigit`, 2**31."""
    for node in ast.walk(module.tree):
        if _reads_a_number(node):
            yield f"{module.name}:{getattr(node, 'lineno', 0)}"


def _reads_a_number(node: ast.AST) -> bool:
    if isinstance(node, ast.keyword):
        return node.arg in ("type", "coerce") and _names(node.value, {"int", "float"})
    if isinstance(node, ast.Call):
        return _names(node.func, UNBOUNDED_FIELDS)
    if isinstance(node, ast.Attribute):
        return node.attr in ("isdigit", "isdecimal", "isnumeric")
    if isinstance(node, ast.BinOp):
        return ast.unparse(node) == "2 ** 31"
    return isinstance(node, ast.Constant) and node.value == MAX_INTEGER


def _names(node: ast.AST, names: set[str]) -> bool:
    return (isinstance(node, ast.Name) and node.id in names) or (
        isinstance(node, ast.Attribute) and node.attr in names
    )


def test_every_number_of_a_command_is_bounded(app: Flask) -> None:
    forms = [command.form for command in commands_of(app).values()]
    assert [breach for form in (*forms, SubscribeRequest, SignalRequest) for breach in unbounded(form)] == []


@pytest.mark.parametrize("kind", [int, int | None, list[int], dict[str, int], float, int | str])
def test_a_planted_command_with_a_plain_number_is_seen(kind: Any) -> None:
    assert list(unbounded(create_model("Planted", __base__=LiveCommand, planted=(kind, ...))))


def test_numbers_are_read_in_one_place() -> None:
    assert [breach for module in modules() if module.name != HOME for breach in readings(module)] == []


@pytest.mark.parametrize(
    "planted",
    [
        'request.args.get("after", type=int)',
        'field = IntegerField("Seats")',
        'field = wtforms.IntegerField("Seats")',
        "field = SelectField(coerce=int)",
        'option = click.option("--many", type=int)',
        "number = int(text) if text.isdigit() else 0",
        "MOST = 2**31 - 1",
        "MOST = 2147483647",
    ],
)
def test_a_planted_reading_past_the_one_type_is_seen(planted: str) -> None:
    assert list(readings(Module("app.planted", ast.parse(planted), Path("planted.py"))))
