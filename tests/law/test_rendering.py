"""The law of rendering: Markdown is rendered where it is written, and nothing that a reader asks for calls the renderer."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from jinja2 import Environment, nodes

from config import ROOT
from tests.law.sources import Module, imports, modules

RENDERER = ("app.core.markdown", "app.core.markdown_inline")
CHEAP = ("app.core.markdown.cut", "app.core.markdown.escaped")
"""What takes no longer than it takes to escape a text."""
ALLOWED = {"app.core.markdown", "app.core.rendered"}
WRITERS = ("services",)
"""The parts of a feature that may call `rendered`; all others read what it made."""
FILTERS = {"markdown", "excerpt", "render"}


def breaches(module: Module) -> Iterator[str]:
    """What a module imports of the renderer and may not."""
    for name, line, _inside in imports(module):
        where = f"{module.name}:{line} imports {name}"
        if name.startswith(RENDERER) and name not in CHEAP and module.name not in ALLOWED:
            yield f"{where}: only app.core.rendered renders"
        if name == "app.core.rendered.rendered" and module.part not in WRITERS:
            yield f"{where}: only what writes renders"


def template_breaches(source: str) -> Iterator[str]:
    """The filters of a template that would render."""
    tree = Environment(extensions=["jinja2.ext.i18n", "jinja2.ext.do"], autoescape=True).parse(source)
    yield from (found.name for found in tree.find_all(nodes.Filter) if found.name in FILTERS)


def test_no_template_and_no_reader_calls_the_renderer() -> None:
    """Presenters, queries, views and templates show what was rendered when it was written."""
    assert not [breach for module in modules() for breach in breaches(module)]
    templates = (ROOT / "app" / "templates").rglob("*.html")
    found = [(path.name, name) for path in templates for name in template_breaches(path.read_text("utf-8"))]
    assert not found


@pytest.mark.parametrize(
    ("name", "source"),
    [
        ("presenters", "from app.core.markdown import render"),
        ("presenters", "from app.core import markdown"),
        ("views", "from app.core.markdown_inline import inline"),
        ("presenters", "from app.core.rendered import rendered"),
    ],
)
def test_a_planted_breach_is_seen(name: str, source: str, tmp_path: Path) -> None:
    """The law is not blind to modules."""
    folder = tmp_path / "app" / "features" / "rooms"
    folder.mkdir(parents=True)
    (folder / f"{name}.py").write_text(source, encoding="utf-8")
    assert any(list(breaches(module)) for module in modules(tmp_path))


def test_a_planted_filter_is_seen() -> None:
    """The law is not blind to templates."""
    assert list(template_breaches("<p>{% if a %}{{ a.b|markdown }}{% endif %}</p>")) == ["markdown"]
