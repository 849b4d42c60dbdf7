"""Facets of a list: the values that one can choose, and how many entries each choice gives."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from app.core.text import fold

_folded = lru_cache(maxsize=4096)(fold)
MAX_CHOSEN = 50
"""So many values of one facet are taken."""


@dataclass(frozen=True)
class FacetChoice:
    """One value of a facet: how many entries choosing it gives, and whether it is chosen."""

    value: str
    label: str
    count: int
    chosen: bool


def printable_values(values: Iterable[str]) -> tuple[str, ...]:
    """The values of an address that could be values of a facet, each once."""
    return tuple(dict.fromkeys(value for value in values if value and value.isprintable()))[:MAX_CHOSEN]


def facet_choices(
    counts: Mapping[str, int],
    chosen: Collection[str],
    label: Callable[[str], str],
    *,
    order: Callable[[FacetChoice], Any] | None = None,
) -> tuple[FacetChoice, ...]:
    """The values of a facet: those that give something, and those that are chosen, by label or in another order."""
    given = {value for value, count in counts.items() if count}
    found = [
        FacetChoice(value, label(value), counts.get(value, 0), value in chosen) for value in {*given, *chosen}
    ]
    return tuple(sorted(found, key=order or by_label))


def by_label(choice: FacetChoice) -> tuple[str, str]:
    """The order of a list that one looks for a name in."""
    return _folded(choice.label), choice.value


def most_first(choice: FacetChoice) -> tuple[int, str, str]:
    """The order of a long list, whose first values are those that most have."""
    return -choice.count, *by_label(choice)
