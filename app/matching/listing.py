"""The best of those who were looked at, in the order in which they are shown."""

from __future__ import annotations

from collections import defaultdict, deque
from dataclasses import dataclass
from heapq import heapify, heappop, heappush

import numpy as np

from app.matching.arrays import Floats, Ints

POOL = 1_000
"""How many of the best are looked at again when countries are spread."""

DECIMALS = 9
"""Scores equal to so many decimals are a tie, so that the order of sums cannot decide it."""


@dataclass(frozen=True)
class Ranked:
    """A candidate taken into a list: where it stands among the best, and what repeating its country has cost it."""

    at: int
    repeated: float


def best_places(ids: Ints, totals: Floats, k: int) -> Ints:
    """Where the k highest totals stand, the smaller number first among equals."""
    if len(totals) <= k:
        return np.lexsort((ids, -totals))
    edge = np.partition(totals, len(totals) - k)[len(totals) - k]
    at = np.flatnonzero(totals >= edge)
    return at[np.lexsort((ids[at], -totals[at]))[:k]]


def spread(countries: Ints, totals: Floats, toll: float, k: int) -> list[Ranked]:
    """The best k of some in their order, each country that comes again losing `toll` each time."""
    if not toll:
        return [Ranked(at, 0.0) for at in range(min(k, len(totals)))]
    if len(totals) > k:  # nobody loses more than the toll of a whole list
        few = int(np.searchsorted(-totals, toll * k - totals[k - 1], side="right"))
        countries, totals = countries[:few], totals[:few]
    worth, waiting = totals.tolist(), defaultdict[int, deque[int]](deque)
    for at, country in enumerate(countries.tolist()):
        waiting[country].append(at)
    heads = [(-worth[of_country[0]], of_country[0], country, 0) for country, of_country in waiting.items()]
    heapify(heads)
    chosen = list[Ranked]()
    while heads and len(chosen) < k:
        _, at, country, before = heappop(heads)
        chosen.append(Ranked(at, -toll * before))
        waiting[country].popleft()
        if waiting[country]:
            after = waiting[country][0]
            heappush(heads, (toll * (before + 1) - worth[after], after, country, before + 1))
    return chosen
