"""Facets of a list: the values that one can choose, and how many entries each choice gives."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Collection, Iterable
from dataclasses import dataclass

from app.core.text import fold

MAX_CHOSEN = 50
"""More values than this of one facet are ignored."""


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
    counts: Counter[str], chosen: Collection[str], label: Callable[[str], str]
) -> tuple[FacetChoice, ...]:
    """The values of a facet by label: those that give something, and those that are chosen."""
    given = {value for value, count in counts.items() if count}
    found = [FacetChoice(value, label(value), counts[value], value in chosen) for value in {*given, *chosen}]
    return tuple(sorted(found, key=lambda choice: (fold(choice.label), choice.value)))
