"""The law of translations: a language has addresses when its catalogue is complete, and Italian is."""

from __future__ import annotations

import re

import pytest
from babel.messages import Catalog

from app.core.catalogues import gather, lacking, read
from app.core.i18n import languages

PLACEHOLDER = re.compile(r"%\((\w+)\)[sd]")
COMPLETE = ("it",)


@pytest.fixture(scope="module")
def gathered() -> Catalog:
    """Every text of the sources."""
    return gather()


@pytest.mark.parametrize("code", COMPLETE)
def test_every_text_is_translated(gathered: Catalog, code: str) -> None:
    """Nothing that people read is missing or only guessed."""
    assert list(lacking(read(code), gathered)) == []
    assert code in languages()


@pytest.mark.parametrize("code", COMPLETE)
def test_placeholders_survive_translation(code: str) -> None:
    """A translation names the same values as its source, or a page would break only in that language."""
    found = []
    for message in read(code):
        if not message.id:
            continue
        sources = message.id if isinstance(message.id, tuple | list) else [message.id]
        texts = message.string if isinstance(message.string, tuple | list) else [message.string]
        wanted = set(PLACEHOLDER.findall(" ".join(sources)))
        needed = set(PLACEHOLDER.findall(sources[-1]))
        for text in texts[-1:]:
            if not needed <= set(PLACEHOLDER.findall(text)) or not set(PLACEHOLDER.findall(text)) <= wanted:
                found.append(f"{sources[0]} → {text}")
    assert not found, "\n".join(found)


def test_placeholders_are_named(gathered: Catalog) -> None:
    """A translator must be able to change their order."""
    unnamed = [message.id for message in gathered if re.search(r"%[sd]|\{\w*\}", str(message.id))]
    assert not unnamed, unnamed


def test_a_planted_text_is_seen_as_lacking(gathered: Catalog) -> None:
    """The law is not blind."""
    planted = Catalog()
    planted.add("A sentence that nobody has translated yet.")
    assert list(lacking(read("it"), planted)) == ["A sentence that nobody has translated yet."]
