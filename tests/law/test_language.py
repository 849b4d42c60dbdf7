"""The law of language: on an Italian page nothing that we say is in English, whoever reads and whatever she did."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from html.parser import HTMLParser
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select, update

from app.core.catalogues import gather, read
from app.core.database import db
from app.core.jobs import Job
from app.core.transactions import write_transaction
from app.features.accounts.models import Person
from tests.permissions.rows import ROWS
from tests.permissions.world import World, build
from tests.support.door import Door, Seen
from tests.support.factories import Make

READER = "it"
READERS = ("visitor", "person", "editor", "manager")
LOST = ("visitor", "editor")
"""Who asks for what is not there, too: it is answered in the same way to all who are signed in."""
WORDS = 3
"""Shorter texts may be the same in both languages, or be part of a name."""
VALUE = re.compile(r"%\(\w+\)[sd]")
PIECE = 8
"""The first characters of a sentence, without spaces, by which a page is asked whether it could be there."""
FARTHEST = 200
"""How many characters may stand where a sentence has a value."""


@pytest.fixture(scope="module")
def english() -> dict[str, list[str]]:
    """Every sentence of the sources that reads otherwise in Italian, in the parts between its values."""
    return dict(_sentences())


def _sentences() -> Iterator[tuple[str, list[str]]]:
    catalogue = read(READER)
    for message in gather():
        known = catalogue.get(message.id) if message.id else None
        if known is None:
            continue
        sources, texts = (
            each if isinstance(each, tuple | list) else [each] for each in (message.id, known.string)
        )
        for source in sources:
            if source not in texts and len(VALUE.sub(" ", source).split()) >= WORDS:
                yield source, [part for part in map(_squeezed, VALUE.split(source)) if part]


def _squeezed(text: str) -> str:
    """A text without its spaces, which markup puts where it likes."""
    return "".join(text.split())


class Words(HTMLParser):
    """What a page says to its reader, but for what is marked as written in another language.

    A reader of its own: the tree of a page, in which each text would be looked for, costs ten times as much.
    """

    VOID = frozenset(
        ("area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "source", "track", "wbr")
    )

    def __init__(self, html: str) -> None:
        super().__init__()
        self.lang: str | None = None
        self._said: list[str] = []
        self._foreign: list[str] = []
        """The open elements from the outermost one on in which nothing is ours."""
        self.feed(html)
        self.close()

    def __str__(self) -> str:
        assert not self._foreign, f"{self._foreign[0]} is never closed"
        return _squeezed(" ".join(self._said))

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Take the sentences among the attributes, or begin to pass over an element."""
        values = dict(attrs)
        if tag == "html":
            self.lang = values.get("lang")
        is_foreign = tag in ("script", "style") or (tag != "html" and values.get("lang", READER) != READER)
        if not self._foreign and not is_foreign:
            self._said += [value for value in values.values() if value and " " in value]
        elif tag not in self.VOID:
            self._foreign.append(tag)

    def handle_endtag(self, tag: str) -> None:
        """End an element that is passed over, with what stands open in it."""
        if tag in self._foreign:
            del self._foreign[len(self._foreign) - 1 - self._foreign[::-1].index(tag) :]

    def handle_data(self, data: str) -> None:
        """Take a text."""
        if not self._foreign:
            self._said.append(data)


def left_over(words: str, english: Mapping[str, list[str]]) -> list[str]:
    """The English sentences among these words."""
    pieces = {words[place : place + PIECE] for place in range(len(words))}
    return [
        source
        for source, parts in english.items()
        if (len(parts[0]) < PIECE or parts[0][:PIECE] in pieces) and _stands_in(words, parts)
    ]


def _stands_in(words: str, parts: list[str]) -> bool:
    """Whether the parts of a sentence follow each other somewhere, with its values between them."""
    if not all(part in words for part in parts):
        return False
    between = f".{{1,{FARTHEST}}}?"
    return re.search(between.join(map(re.escape, parts)), words) is not None


def _visits(
    door: Door, values: Mapping[str, dict[str, Any]], sides: Sequence[str]
) -> Iterator[tuple[str, Seen]]:
    """Every page there is, then every form and button, from the smallest step to signing out, at its Italian address."""
    pages = [row for row in ROWS if row.path.startswith("/en/")]
    for side in sides:
        for row in pages:
            if row.method == "GET":
                yield _said(row.path, values[side]), door.get(_said(row.path, values[side]), follow=True)
    for row in reversed(pages):
        if row.method == "POST":
            data = {name: _said(value, values["own"]) for name, value in row.data.items()}
            path = _said(row.path, values["own"])
            yield f"POST {path}", door.post(path, data, follow=True)


def _said(text: Any, values: Mapping[str, Any]) -> str:
    return re.sub("^/en/", f"/{READER}/", str(text).format(**values))


@pytest.mark.parametrize("role", READERS)
def test_an_italian_page_says_nothing_in_english(
    role: str, app: Flask, make: Make, door: Callable[..., Door], english: dict[str, list[str]]
) -> None:
    """Pages, what they say after an action or a mistake, refusals and mails are whole in the reader's language."""
    world = _italian_world(app, make)
    found = []
    sides = ("own", "other", "missing") if role in LOST else ("own", "other")
    for visit, seen in _visits(door(world.people[role]), world.values, sides):
        if seen.response.mimetype != "text/html":
            continue
        page = Words(seen.html)
        if "<html" in seen.html and page.lang != READER:
            found.append(f"{visit} is no Italian page")
        found += [f"{visit}: {sentence}" for sentence in left_over(str(page), english)]
    for subject, body in _mails(app):
        found += [
            f"mail “{subject}”: {sentence}" for sentence in left_over(_squeezed(subject + body), english)
        ]
    assert not found, "\n".join(found)


def _italian_world(app: Flask, make: Make) -> World:
    """The small world, with everybody's mails in Italian."""
    world = build(make)
    with app.app_context(), write_transaction():
        db.session.execute(update(Person).values(locale=READER))
    return world


def _mails(app: Flask) -> list[tuple[str, str]]:
    """What was sent meanwhile: subjects and bodies."""
    with app.app_context():
        payloads = db.session.scalars(select(Job.payload).where(Job.kind == "mail")).all()
    return [(payload["subject"], payload["body"]) for payload in payloads]


def test_an_english_page_is_seen_as_one(door: Callable[..., Door], english: dict[str, list[str]]) -> None:
    """The law is not blind."""
    found = left_over(str(Words(door().get("/en/").html)), english)
    assert "Find the partner abroad who does what you lack" in found
    assert "Skip to the content" in found
