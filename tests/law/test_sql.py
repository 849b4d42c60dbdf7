"""The law of SQL: a feature selects in its queries (and in computed columns of its models) and writes in its services."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.law.plan import SQL_EXCEPTIONS, SQL_PARTS
from tests.law.sources import Module, assert_within, modules

TABLE_METHODS = ("insert", "update", "delete", "select")


def statements(module: Module) -> Iterator[tuple[str, int]]:
    """The statements that a module makes: kind and line."""
    names = {
        alias.asname or alias.name: alias.name
        for node in ast.walk(module.tree)
        if isinstance(node, ast.ImportFrom) and (node.module or "").split(".")[0] == "sqlalchemy"
        for alias in node.names
        if alias.name in SQL_PARTS
    }
    packages = {
        alias.asname or alias.name
        for node in ast.walk(module.tree)
        if isinstance(node, ast.Import)
        for alias in node.names
        if alias.name == "sqlalchemy"
    }
    for node in ast.walk(module.tree):
        if isinstance(node, ast.Call) and (kind := _kind(node.func, names, packages)):
            yield kind, node.lineno


def _kind(function: ast.expr, names: dict[str, str], packages: set[str]) -> str | None:
    """The kind of statement that calling `function` makes, None where it makes none."""
    if isinstance(function, ast.Name):
        return names.get(function.id)
    if not isinstance(function, ast.Attribute):
        return None
    owner = ast.unparse(function.value)
    if owner in packages or owner in ("db", "sa"):
        return function.attr if function.attr in SQL_PARTS else None
    if function.attr == "query" and owner.endswith("session"):
        return "session.query"
    is_table = owner.endswith("__table__") or owner.startswith("table_of(")
    return function.attr if is_table and function.attr in TABLE_METHODS else None


def breaches(module: Module) -> Iterator[str]:
    """The statements of a module of a feature that the plan does not allow there; the engine may have none."""
    if module.feature is None and not module.name.startswith("app.matching"):
        return
    for kind, line in statements(module):
        if module.part not in SQL_PARTS[kind]:
            allowed = " or ".join(SQL_PARTS[kind]) or "nowhere"
            yield f"{module.name}:{line} {kind}: stands in {module.part}, and belongs in {allowed}"


def test_statements_stand_where_the_plan_allows() -> None:
    assert_within(SQL_EXCEPTIONS, breaches)


@pytest.mark.parametrize(
    ("path", "source"),
    [
        ("presenters/planted.py", "from sqlalchemy import select\nselect(1)"),
        ("services/planted.py", "from sqlalchemy import select as choose\nchoose(1)"),
        ("queries.py", "from sqlalchemy import insert\ninsert(table)"),
        ("queries.py", "from sqlalchemy import update as change\nchange(table)"),
        ("queries/planted.py", "from sqlalchemy.sql import delete\ndelete(table)"),
        ("views.py", "import sqlalchemy as sa\nsa.select(1)"),
        ("queries.py", "Room.__table__.insert()"),
        ("queries.py", "table_of(Room).update()"),
        ("queries.py", "db.session.query(Room)"),
        ("services.py", "from sqlalchemy import text\ntext('SELECT 1')"),
    ],
)
def test_a_planted_statement_is_seen(path: str, source: str, tmp_path: Path) -> None:
    planted = tmp_path / "app" / "features" / "rooms" / path
    planted.parent.mkdir(parents=True)
    planted.write_text(source, encoding="utf-8")
    assert [breach for module in modules(tmp_path) for breach in breaches(module)]


@pytest.mark.parametrize(
    ("path", "source"),
    [
        ("queries/planted.py", "from sqlalchemy import select\nselect(1)"),
        ("services.py", "from sqlalchemy import delete, insert, update\ndelete(a), insert(b), update(c)"),
        ("models.py", "from sqlalchemy import text\ntext('state = 1')"),
        ("presenters.py", "from sqlalchemy import select\nselection.select(1)"),
    ],
)
def test_a_statement_in_its_place_is_allowed(path: str, source: str, tmp_path: Path) -> None:
    planted = tmp_path / "app" / "features" / "rooms" / path
    planted.parent.mkdir(parents=True)
    planted.write_text(source, encoding="utf-8")
    assert not [breach for module in modules(tmp_path) for breach in breaches(module)]
