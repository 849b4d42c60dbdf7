"""The best of those who were looked at, in the order in which they are shown."""

from __future__ import annotations

from collections import Counter, defaultdict, deque
from dataclasses import dataclass

import numpy as np

from app.matching.arrays import Flags, Floats, Ints

POOL = 1_000
"""How many of the best are looked at again when countries are spread."""

DECIMALS = 9
"""Scores equal to so many decimals are a tie, so that the order of sums cannot decide it."""


@dataclass(frozen=True)
class Ranked:
    """A candidate taken into a list: where it stands among the best, and what repeating its country has cost it."""

    at: int
    repeated: float


def best_places(ids: Ints, totals: Floats, shown: Flags, k: int) -> Ints:
    """Where the k highest totals among the shown stand, the smaller number first among equals."""
    at = np.flatnonzero(shown)
    if len(at) > k:
        edge = np.partition(totals[at], len(at) - k)[len(at) - k]
        at = at[totals[at] >= edge]
    return at[np.lexsort((ids[at], -totals[at]))[:k]]


def spread(countries: Ints, totals: Floats, toll: float, k: int) -> list[Ranked]:
    """The best k of some in their order, each country that comes again losing `toll` each time."""
    if not toll:
        return [Ranked(at, 0.0) for at in range(min(k, len(totals)))]
    if len(totals) > k:  # nobody loses more than the toll of a whole list
        few = int(np.searchsorted(-totals, toll * k - totals[k - 1], side="right"))
        countries, totals = countries[:few], totals[:few]
    waiting = defaultdict[int, deque[tuple[float, int]]](deque)
    for at, (country, total) in enumerate(zip(countries.tolist(), totals.tolist(), strict=True)):
        waiting[country].append((total, -at))
    seen, chosen = Counter[int](), list[Ranked]()
    for _ in range(min(k, len(totals))):
        country = max(waiting, key=lambda one: (waiting[one][0][0] - toll * seen[one], waiting[one][0][1]))
        chosen.append(Ranked(-waiting[country].popleft()[1], -toll * seen[country]))
        seen[country] += 1
        if not waiting[country]:
            del waiting[country]
    return chosen
