"""Selection of the top k rows, and diversity re-ranking by country.

The n-th further suggestion from one country loses n · repeat_penalty: a greedy re-ranking in the manner of maximal
marginal relevance (Carbonell and Goldstein, SIGIR 1998) with the country as the only similarity.
"""

from __future__ import annotations

from collections import defaultdict, deque
from dataclasses import dataclass
from heapq import heapify, heappop, heappush

import numpy as np

from app.matching.index.arrays import Floats, Ints

RERANK_POOL_SIZE = 1_000
"""How many of the highest scores take part in the re-ranking."""

TIE_DECIMALS = 9
"""Scores that agree to this many decimals are ties, broken by number, so that summation order decides nothing."""


@dataclass(frozen=True)
class Ranked:
    """A selected candidate: its index `at` in the pool, and the (negative) penalty for repeating its country."""

    at: int
    penalty: float


def top_k_rows(ids: Ints, scores: Floats, k: int) -> Ints:
    """Indices of the k highest scores in descending order; ties go to the smaller id."""
    if len(scores) <= k:
        return np.lexsort((ids, -scores))
    edge = np.partition(scores, len(scores) - k)[len(scores) - k]
    at = np.flatnonzero(scores >= edge)
    return at[np.lexsort((ids[at], -scores[at]))[:k]]


def diversify(countries: Ints, scores: Floats, repeat_penalty: float, k: int) -> list[Ranked]:
    """Select k from scores in descending order, greedily by score − repeat_penalty · (earlier picks of the same country).

    `countries` and `scores` have one entry per pooled candidate. A heap holds the best remaining candidate of each
    country, so that the cost is O(n + k log c) for c countries.
    """
    if not repeat_penalty:
        return [Ranked(at, 0.0) for at in range(min(k, len(scores)))]
    if len(scores) > k:  # nobody loses more than the toll of a whole list
        few = int(np.searchsorted(-scores, repeat_penalty * k - scores[k - 1], side="right"))
        countries, scores = countries[:few], scores[:few]
    worth, waiting = scores.tolist(), defaultdict[int, deque[int]](deque)
    for at, country in enumerate(countries.tolist()):
        waiting[country].append(at)
    heads = [(-worth[of_country[0]], of_country[0], country, 0) for country, of_country in waiting.items()]
    heapify(heads)
    chosen = list[Ranked]()
    while heads and len(chosen) < k:
        _, at, country, before = heappop(heads)
        chosen.append(Ranked(at, -repeat_penalty * before))
        waiting[country].popleft()
        if waiting[country]:
            after = waiting[country][0]
            heappush(heads, (repeat_penalty * (before + 1) - worth[after], after, country, before + 1))
    return chosen
