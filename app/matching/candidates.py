"""Who is looked at closely: whoever may be among the best.

In a small cluster that is everybody. In a large one those with the highest ceilings are looked at first; the last of the
best found so far then says how high a ceiling must be for a closer look, until nobody is left who could still come in.
Whoever was edited since the arrays were laid out is always looked at, so that an edit counts at once.
"""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from app.matching.allowing import Rules
from app.matching.arrays import Floats, Ints, Numbers, where
from app.matching.ceilings import NEVER, Ceiling, Ceilings
from app.matching.layers import Layers, Scores
from app.matching.listing import DECIMALS, POOL, Ranked, best_places, spread
from app.matching.scoring import Columns, Inquiry

EVERYBODY = 2_000
"""In a cluster of so many everybody is looked at."""
FIRST = 60
"""So many of the highest are looked at first, or four times what is asked for."""
THEN, AT_ONCE = 400, 4_000
"""So many are looked at together in the second turn, and in those after it."""
SAMPLED = 60
"""One in so many is looked at to guess how high the best stand."""
WIDER = 8
"""So many times more are compared to find the first."""
SLACK = 1e-3
"""By how much a ceiling may be too low for want of digits."""


class Looked:
    """Who was looked at, and the best of them by score, each country that comes again losing `toll` each time.

    `turns` holds the terms of all that were looked at together; the best stand `at` this in that of their `turn`.
    """

    def __init__(self, inquiry: Inquiry, rules: Rules, k: int, toll: float) -> None:
        self._inquiry, self._rules, self._k, self._toll = inquiry, rules, k, toll
        self.places: Ints = np.zeros(0, dtype=np.int64)
        self.totals: Floats = np.zeros(0)
        self.turns: list[Columns] = []
        self.turn = self.at = self.places
        self.chosen: list[Ranked] = []

    def look(self, places: Ints) -> None:
        """Look at some more, of whom those who may not be shown are left out."""
        inquiry = self._inquiry
        places = places[self._rules.allow(places)]
        columns = inquiry.columns(places)
        totals = np.round(inquiry.totals(columns), DECIMALS)
        shown = totals >= self.least - SLACK
        if inquiry.query.is_brief and inquiry.query.asks_for_content:
            shown &= inquiry.matching_content(columns) > 0
        at = np.flatnonzero(shown)
        self._keep(places[at], totals[at], np.full(len(at), len(self.turns)), at)
        self.turns.append(columns)

    def _keep(self, *fresh: Numbers) -> None:
        """Keep the best of those looked at before and now, and choose among them."""
        before, index = (self.places, self.totals, self.turn, self.at), self._inquiry.index
        kept = [np.append(*pair) for pair in zip(before, fresh, strict=True)] if len(self.places) else fresh
        best = best_places(index.ids[kept[0]], kept[1], max(self._k, POOL))
        self.places, self.totals, self.turn, self.at = (one[best] for one in kept)
        self.chosen = spread(index.countries[self.places], self.totals, self._toll, self._k)

    def columns_of(self, ranked: Ranked) -> tuple[Columns, int]:
        """The terms of one who was chosen: the columns, and where in them."""
        return self.turns[self.turn[ranked.at]], int(self.at[ranked.at])

    @property
    def least(self) -> float:
        """What somebody must score to come in; anything while there is room."""
        if len(self.chosen) < self._k:
            return -np.inf
        last = self.chosen[-1]
        return float(self.totals[last.at]) + last.repeated


class Candidates:
    """Chooses whom to look at, over the arrays that an index was built with."""

    def __init__(self, layers: Layers) -> None:
        self._ceilings = Ceilings(layers)

    def look(self, inquiry: Inquiry, rules: Rules, k: int, toll: float) -> Looked:
        """Look at all who could be among the best k."""
        looked = Looked(inquiry, rules, k, toll)
        if inquiry.index.size <= EVERYBODY:
            looked.look(np.arange(inquiry.index.size))
            return looked
        ceiling, always = self._ceilings.of(inquiry, rules), self._always(inquiry, rules)
        ceiling.scores[always[always < len(ceiling.scores)]] = NEVER
        first = _first(ceiling, max(FIRST, 4 * k))
        looked.look(np.append(first, always))
        ceiling.scores[first] = NEVER
        for places, heights in _others(ceiling, looked.least):
            if heights[0] < looked.least - SLACK:
                break
            high = heights >= looked.least - SLACK
            places, heights = places[high], heights[high]
            lower = self._ceilings.lowered(ceiling, inquiry, places, heights)
            if (high := lower >= looked.least - SLACK).any():
                looked.look(places[high])
        self._ceilings.done(ceiling)
        return looked

    def _always(self, inquiry: Inquiry, rules: Rules) -> Ints:
        """Those whose ceiling may be wrong: whoever was edited, and partners, where they may be shown."""
        touched = inquiry.index.touched_places
        if rules.first_time:
            return touched
        partners = [inquiry.index.history.partners_of(seed) for seed in inquiry.query.seeds]
        return np.unique(np.concatenate([touched, *partners]))


def _others(ceiling: Ceiling, least: float) -> Iterator[tuple[Ints, Scores]]:
    """All whose ceiling is high enough, the highest first, some at a time and then more."""
    places, heights = ceiling.above(max(least - SLACK, float(NEVER) / 2))
    order = np.argsort(-heights)
    places, heights, begin, count = places[order], heights[order], 0, THEN
    while begin < len(places):
        yield places[begin : begin + count], heights[begin : begin + count]
        begin, count = begin + count, AT_ONCE


def _first(ceiling: Ceiling, count: int) -> Ints:
    """The places of about so many of the highest, by the height at which a sample says that they begin."""
    wide, edge, sample = WIDER * count, float(NEVER) / 2, ceiling.scores[::SAMPLED]
    wanted = 2 * wide // SAMPLED + 3
    if wanted < len(sample):
        edge = max(edge, float(np.partition(sample, len(sample) - wanted)[len(sample) - wanted]))
    places = where(ceiling.scores >= edge)
    if len(places) > count:
        places = places[np.argpartition(-ceiling.heights(places), count)[:count]]
    return places
