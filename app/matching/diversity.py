"""Selection of the top k rows, and greedy re-ranking of a list by needs and countries.

The value of candidate b after the selection S is

    score(b) + bonus · [b meets a need that nobody in S meets]
             − repeat_penalty · |{s ∈ S: country(s) = country(b)}| − lift(b) · (1 − 0.5^|{s ∈ S: lift(s) > 0}|)

with the part lift(b) of the score that a newcomer has for being one, which each newcomer in S halves,
and the largest value is selected, k times: a greedy cover of the needs, with the maximal marginal relevance of Carbonell
and Goldstein (SIGIR 1998) and the country as the only similarity. Returns diminish: no value grows while the list does.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass

import numpy as np

from app.matching.index.arrays import Floats, Ints

RERANK_POOL_SIZE = 1_000
"""How many of the highest scores take part in the re-ranking."""
COVER_POOL_SIZE = 50
"""How many of the highest scores among those who meet a need take part for that need too."""

TIE_DECIMALS = 9
"""Scores that agree to this many decimals are ties, broken by number, so that summation order decides nothing."""

UNITS = 10**TIE_DECIMALS
"""Values of a list are whole numbers of 1 / UNITS points, so that no order of sums decides."""
TAKEN = np.int64(-(2**62))
"""Value of a candidate that was selected."""
NEWCOMER = -1
"""The key under which newcomers are counted beside countries."""


@dataclass(frozen=True)
class ListRule:
    """The weights of a list: `repeat_penalty` for each earlier one of a country, `bonus` for a need met first."""

    repeat_penalty: float
    bonus: float = 0.0


@dataclass(frozen=True)
class Ranked:
    """A selected candidate: its index `at` in the pool, and its `value` in the list.

    `penalty` (negative) is for its country; `first_to_meet` are the needs that nobody before it meets, as bits;
    `newcomers` stand before it.
    """

    at: int
    penalty: float
    first_to_meet: int = 0
    value: float = 0.0
    newcomers: int = 0


def top_k_rows(ids: Ints, scores: Floats, k: int) -> Ints:
    """Indices of the k highest scores in descending order; ties go to the smaller id."""
    if len(scores) <= k:
        return np.lexsort((ids, -scores))
    edge = np.partition(scores, len(scores) - k)[len(scores) - k]
    at = np.flatnonzero(scores >= edge)
    return at[np.lexsort((ids[at], -scores[at]))[:k]]


def rerank_pool(ids: Ints, scores: Floats, needs: Ints, k: int) -> Ints:
    """Indices of those that take part in the re-ranking, in descending order of scores; ties go to the smaller id.

    The highest scores, and for each need those who meet it: `needs` has a set of needs per candidate, as bits.
    """
    best = top_k_rows(ids, scores, max(k, RERANK_POOL_SIZE))
    if len(best) == len(scores):
        return best
    chosen, open_needs = [best], int(np.bitwise_or.reduce(needs, initial=0))
    while open_needs:
        bit = open_needs & -open_needs
        meeting = np.flatnonzero(needs & bit)
        chosen.append(meeting[top_k_rows(ids[meeting], scores[meeting], max(k, COVER_POOL_SIZE))])
        open_needs -= bit
    pool = np.unique(np.concatenate(chosen))
    return pool[np.lexsort((ids[pool], -scores[pool]))]


def diversify(
    countries: Ints, scores: Floats, needs: Ints, lifts: Floats, rule: ListRule, k: int
) -> list[Ranked]:
    """Select k greedily; all arrays have one entry per pooled candidate, in descending order of scores."""
    if not rule.repeat_penalty and not (rule.bonus and needs.any()) and not lifts.any():
        return [Ranked(at, 0.0, value=float(scores[at])) for at in range(min(k, len(scores)))]
    few = _possible(scores, needs, lifts, rule, k)
    countries, scores, needs, lifts = countries[few], scores[few], needs[few], lifts[few]
    values, penalty, bonus = _units(scores), int(_units(rule.repeat_penalty)), int(_units(rule.bonus))
    is_new = (needs > 0) & (bonus > 0)
    values[is_new] += bonus
    covered, come, chosen = 0, Counter[int](), list[Ranked]()
    newcomers = np.flatnonzero(lifts)
    while len(chosen) < min(k, len(few)):
        at = int(values.argmax())
        country, first = int(countries[at]), int(needs[at]) & ~covered if bonus else 0
        before = come[NEWCOMER]
        chosen.append(
            Ranked(
                int(few[at]), -rule.repeat_penalty * come[country], first, float(values[at]) / UNITS, before
            )
        )
        values[at] = TAKEN
        values[countries == country] -= penalty
        come[country] += 1
        if first:
            covered |= first
            still_new = (needs & ~np.int64(covered)) > 0
            values[is_new & ~still_new] -= bonus
            is_new = still_new
        if lifts[at]:
            values[newcomers] -= _units(lifts[newcomers] * 0.5 ** (before + 1))
            come[NEWCOMER] += 1
    return chosen


def _units(points: Floats | float) -> Ints:
    """Points as whole numbers of units."""
    return np.asarray(np.rint(np.multiply(points, UNITS)), dtype=np.int64)


def _possible(scores: Floats, needs: Ints, lifts: Floats, rule: ListRule, k: int) -> Ints:
    """Indices of those that can be selected: nobody loses more than the penalty of a whole list and the lift.

    So they are those who reach the k-th of all, or of those who meet one of the needs, less what that one can lose.
    """
    if len(scores) <= k:
        return np.arange(len(scores))
    able = scores >= float((scores[:k] - lifts[:k]).min()) - rule.repeat_penalty * k
    open_needs = int(np.bitwise_or.reduce(needs)) if rule.bonus else 0
    while open_needs:
        bit = open_needs & -open_needs
        meeting = np.flatnonzero(needs & bit)
        first = meeting[:k]
        least = float((scores[first] - lifts[first]).min()) - rule.repeat_penalty * k
        able[meeting[scores[meeting] >= least]] = True
        open_needs -= bit
    return np.flatnonzero(able)
