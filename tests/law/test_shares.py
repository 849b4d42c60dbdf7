"""The figures of readability count what they say, and imports run in no circle."""

from __future__ import annotations

from pathlib import Path

from tests.law.plan import CIRCLE_EXCEPTIONS
from tests.law.shares import figures, import_circles
from tests.law.sources import modules

A = """
from typing import Any
from app.core.b import Twice as Other

class Twice:
    def _used(self) -> dict[str, Any]:
        return {}

    def shown(self) -> dict[str, Any]:
        return self._used()

def _often() -> None: ...
_often(), _often()
"""


def test_figures_of_a_small_tree_are_counted(tmp_path: Path) -> None:
    """Two modules that import each other, with one of each kind of thing that is counted."""
    (tmp_path / "app" / "core").mkdir(parents=True)
    (tmp_path / "app" / "core" / "a.py").write_text(A, encoding="utf-8")
    (tmp_path / "app" / "core" / "b.py").write_text("import app.core.a\nclass Twice: ...\n", encoding="utf-8")
    found = {label: (value, counted) for label, value, counted in figures(list(modules(tmp_path)))}
    assert found["modules"][0] == "2"
    assert found["private functions with one use"] == ("1 of 3 functions (33.3%)", ["app.core.a._used"])
    assert found["modules with one importer"][1] == ["app.core.a", "app.core.b"]
    assert found["class names used twice or more"][1] == ["Twice"]
    assert found["dict[str, Any]"][0] == "2"
    assert found["import circles"][0] == "1"


def test_imports_run_in_no_circle() -> None:
    circles = import_circles(list(modules()))
    assert len(circles) <= CIRCLE_EXCEPTIONS, circles
