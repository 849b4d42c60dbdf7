"""The columns that an import takes, and the guess which column of a file is which, by what it is called."""

from __future__ import annotations

import json
from collections.abc import Sequence
from functools import cache
from pathlib import Path

from app.core.text import fold, name_key
from app.features.organisations.labels import FIELD_LABELS

DATA = Path(__file__).with_name("data")


@cache
def _known_headers() -> dict[str, str]:
    """Key of a header → field."""
    names: dict[str, list[str]] = json.loads((DATA / "headers.json").read_text(encoding="utf-8"))
    known = {name_key(name): field for field, several in names.items() for name in several}
    return known | {name_key(field): field for field in FIELD_LABELS}


@cache
def _known_words() -> dict[frozenset[str], str]:
    """The words of a header → field, for headers that say more than they need."""
    names: dict[str, list[str]] = json.loads((DATA / "headers.json").read_text(encoding="utf-8"))
    return {frozenset(_words(name)): field for field, several in names.items() for name in several}


def _words(text: str) -> list[str]:
    return "".join(letter if letter.isalnum() else " " for letter in fold(text)).split()


def guess_mapping(header: Sequence[str]) -> dict[str, str]:
    """Which column (its index as text) is which field; each field once, columns that say nothing known left out.

    What is called exactly so comes first, then what has all words of a known header among its own, the most first.
    """
    exact = [(at, _known_headers().get(name_key(text))) for at, text in enumerate(header)]
    mapping: dict[str, str] = {}
    for at, field in [*exact, *((at, _by_words(text)) for at, text in enumerate(header))]:
        if field and field not in mapping.values() and str(at) not in mapping:
            mapping[str(at)] = field
    return mapping


def _by_words(header: str) -> str | None:
    words = set(_words(header))
    found = [(len(known), sorted(known), field) for known, field in _known_words().items() if known <= words]
    # A name of one or two letters ("ei", "he") is too little among other words.
    found = [each for each in found if sum(map(len, each[1])) > 2]
    return max(found)[2] if found else None


@cache
def type_words() -> dict[str, str]:
    """Key of a word for a kind of organisation, in nine languages → the value of its OrganisationType."""
    names: dict[str, list[str]] = json.loads((DATA / "types.json").read_text(encoding="utf-8"))
    return {name_key(name): value for value, several in names.items() for name in (*several, value)}
