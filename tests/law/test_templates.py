"""The law of templates: nothing inline, everything translated, every page in a layout."""

from __future__ import annotations

import re
from collections.abc import Iterator
from html.parser import HTMLParser
from pathlib import Path

import pytest

from config import ROOT

TEMPLATES = ROOT / "app" / "templates"
JINJA = re.compile(r"\{#.*?#\}|\{%.*?%\}|\{\{.*?\}\}", re.DOTALL)
SPOKEN = ("alt", "title", "placeholder", "aria-label", "aria-description")
CLASS_NAME = re.compile(r"\{% block body_class %\}.*?\{% endblock %\}")
ATTRIBUTE = re.compile(r'[\w-]+="[^"]*"')
WORD = re.compile(r"[A-Za-zÀ-ÿ]{2,}")
NAMES = {"Trama"}


class _Reader(HTMLParser):
    """Notes what a template holds that it should not."""

    def __init__(self) -> None:
        super().__init__()
        self.found: list[str] = []
        self.silent = 0

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        for name, value in attrs:
            if name == "style" or name.startswith("on"):
                self.found.append(f"line {self.getpos()[0]}: the attribute {name}")
            if name in SPOKEN and _speaks(value or ""):
                self.found.append(f"line {self.getpos()[0]}: untranslated {name}=“{value}”")
        names = dict(attrs)
        if tag == "style" or (
            tag == "script" and "src" not in names and "json" not in (names.get("type") or "")
        ):
            self.found.append(f"line {self.getpos()[0]}: an inline {tag}")
        if tag in ("script", "code"):
            self.silent += 1

    def handle_endtag(self, tag: str) -> None:
        if tag in ("script", "code"):
            self.silent -= 1

    def handle_data(self, data: str) -> None:
        if not self.silent and _speaks(ATTRIBUTE.sub("", data)):
            self.found.append(f"line {self.getpos()[0]}: untranslated “{' '.join(data.split())[:60]}”")


POST_FORM = re.compile(r'<form\b(?:[^">]|"[^"]*")*method="post".*?</form>', re.DOTALL)
HIDDEN = re.compile(r"hidden_tag\(\)|hidden_fields\(|name=\"acting_as\"")
"""What puts the token and the actor for whom the page is made into a form."""


def _speaks(text: str) -> bool:
    """Whether words remain that gettext did not give."""
    return any(word not in NAMES for word in WORD.findall(text))


def breaches(path: Path) -> Iterator[str]:
    """What a template holds that the law forbids."""
    source = path.read_text(encoding="utf-8")
    named = CLASS_NAME.sub("", source)
    bare = JINJA.sub(lambda hit: " " + "\n" * hit.group().count("\n"), named)
    reader = _Reader()
    reader.feed(bare)
    yield from (f"{path.name} {found}" for found in reader.found)
    is_page = not path.name.startswith("_") and path.parent.name not in ("macros", "layouts", "emails")
    for form in POST_FORM.findall(source):
        if not HIDDEN.search(form):
            yield f"{path.name} has a form that does not say for whom it is: {form[:60]}"
    if path.suffix == ".html" and is_page and "{% extends" not in source:
        yield f"{path.name} stands outside the layouts"


def test_templates_hold_nothing_inline_and_nothing_untranslated() -> None:
    """No style attribute, no inline script, no bare word, no page without a layout."""
    places = [path for path in TEMPLATES.rglob("*.html") if path.is_file()]
    found = [f"{path.parent.name}/{breach}" for path in places for breach in breaches(path)]
    assert not found, "\n".join(found)


@pytest.mark.parametrize(
    ("source", "told"),
    [
        ('<p style="color: red"></p>', "style"),
        ('<p onclick="go()"></p>', "onclick"),
        ("<script>go()</script>", "inline script"),
        ("<p>Good morning</p>", "untranslated"),
        ('<img alt="A garden">', "untranslated alt"),
        ("<p></p>", "outside the layouts"),
        ('<form method="post" action="/en/x">{{ csrf_token() }}</form>', "does not say for whom"),
        ('<form class="a" action="{{ f(\'>\') }}" method="post"></form>', "does not say for whom"),
    ],
)
def test_a_planted_breach_is_seen(source: str, told: str, tmp_path: Path) -> None:
    """The law is not blind."""
    planted = tmp_path / "planted.html"
    planted.write_text(source, encoding="utf-8")
    assert any(told in breach for breach in breaches(planted))
