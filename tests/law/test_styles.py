"""The law of styles: a page loads the style sheet of every class that it has."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from config import ROOT

TEMPLATES = ROOT / "app" / "templates"
STYLES = ROOT / "app" / "static" / "src" / "css"
IMPORT = re.compile(r'@import url\("\./(.+?)"\)')
COMMENT = re.compile(r"/\*.*?\*/", re.DOTALL)
SELECTOR = re.compile(r"([^{};]+)\{")
JINJA = re.compile(r"\{#.*?#\}|\{%.*?%\}|\{\{.*?\}\}", re.DOTALL)
BROUGHT_IN = re.compile(r'\{% (?:include|import|from) "(.+?)"')
CLASSES = re.compile(r'\bclass="([^"]*)"')


def classes_of(sheet: str) -> set[str]:
    """The classes that a style sheet and those that it imports have rules for."""
    text = COMMENT.sub("", (STYLES / sheet).read_text(encoding="utf-8"))
    selectors = (each for each in SELECTOR.findall(text) if not each.strip().startswith("@"))
    found = {name for each in selectors for name in re.findall(r"\.([a-z][a-z0-9-]*)", each)}
    return found.union(*(classes_of(each) for each in IMPORT.findall(text)))


def classes_in(template: Path) -> set[str]:
    """The classes that stand in a template and in those that it brings in."""
    source = template.read_text(encoding="utf-8")
    found = {name for value in CLASSES.findall(JINJA.sub(" ", source)) for name in value.split()}
    return found.union(*(classes_in(TEMPLATES / each) for each in BROUGHT_IN.findall(source)))


def unstyled(template: Path) -> list[str]:
    """The style sheets that a page lacks, each with the classes for which it needs it."""
    loaded = re.findall(r"css/([\w-]+\.css)", template.read_text(encoding="utf-8"))
    lacks = classes_in(template).difference(*(classes_of(sheet) for sheet in ("app.css", *loaded)))
    needs = {path.name: sorted(lacks & classes_of(path.name)) for path in sorted(STYLES.glob("*.css"))}
    return [
        f"{template.name} lacks {sheet} for {', '.join(names)}" for sheet, names in needs.items() if names
    ]


PAGES = sorted(
    path
    for path in TEMPLATES.rglob("*.html")
    if '{% extends "layouts/' in path.read_text(encoding="utf-8") and path.parent.name != "layouts"
)


def test_a_page_loads_the_styles_of_its_classes() -> None:
    assert [each for page in PAGES for each in unstyled(page)] == []


@pytest.mark.parametrize("sheet", ["room.css", "board.css", "network.css"])
def test_a_page_without_the_styles_of_its_classes_is_seen(sheet: str, tmp_path: Path) -> None:
    name = {"room.css": "message-text", "board.css": "desk", "network.css": "network-said"}[sheet]
    planted = tmp_path / "planted.html"
    planted.write_text(f'{{% extends "layouts/site.html" %}}<p class="soft {name}"></p>', encoding="utf-8")
    assert unstyled(planted) == [f"planted.html lacks {sheet} for {name}"]


SCROLLS = re.compile(r"overflow(?:-[xy])?:\s*(?:auto|scroll)")
PLACED = re.compile(r"position:\s*(?:relative|absolute|fixed|sticky)")
RULE = re.compile(r"([^{};]+)\{([^{}]*)\}")
IN_TOP_LAYER = {".room-side", ".desk-more", ".dialog", ".sheet-up"}
"""Dialogs and popovers, which the browser positions."""


def unplaced(css: str) -> list[str]:
    """The scrolling boxes that text which is only read aloud, and thus absolute, is not positioned in."""
    rules = [(selector.strip(), body) for selector, body in RULE.findall(COMMENT.sub("", css))]
    scrolling = {selector for selector, body in rules if SCROLLS.search(body)}
    placed = {selector for selector, body in rules if PLACED.search(body)}
    return sorted(scrolling - placed - IN_TOP_LAYER)


def test_what_is_only_read_aloud_stays_inside_the_box_that_scrolls() -> None:
    """Else it makes the document as high as all that the box holds, and a swipe past its end shows an empty screen."""
    sheets = sorted(STYLES.rglob("*.css"))
    assert [each for sheet in sheets for each in unplaced(sheet.read_text(encoding="utf-8"))] == []


def test_a_scrolling_box_that_does_not_hold_its_hidden_text_is_seen() -> None:
    assert unplaced(".list { overflow-y: auto; }") == [".list"]
    assert unplaced(".list { overflow-y: auto; } @media (--rail) { .list { position: relative; } }") == []
