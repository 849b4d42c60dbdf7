"""Who is looked at closely: whoever may be among the best.

In a small cluster that is everybody. In a large one those with the highest ceilings are looked at first; the last of the
best found so far then says how high a ceiling must be for a closer look, until nobody is left who could still come in.
Whoever was edited since the arrays were laid out is always looked at, so that an edit counts at once.
"""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from app.matching.allowing import Rules
from app.matching.arrays import Floats, Ints
from app.matching.ceilings import NEVER, Ceiling, Ceilings
from app.matching.index import Index
from app.matching.layers import Scores
from app.matching.listing import DECIMALS, POOL, Ranked, best_places, spread
from app.matching.scoring import Columns, Inquiry

EVERYBODY = 2_000
"""In a cluster of so many everybody is looked at."""
FIRST = 60
"""So many of the highest are looked at first, or four times what is asked for."""
AT_ONCE = 4_000
"""At most so many are looked at together."""
SAMPLED = 60
"""One in so many is looked at to guess how high the best stand."""
WIDER = 8
"""So many times more are compared to find the first."""
SLACK = 1e-3
"""By how much a ceiling may be too low for want of digits."""


class Looked:
    """Who was looked at, and the best of them by score, each country that comes again losing `toll` each time."""

    def __init__(self, inquiry: Inquiry, rules: Rules, k: int, toll: float) -> None:
        self._inquiry, self._rules, self._k, self._toll = inquiry, rules, k, toll
        self.places: Ints = np.zeros(0, dtype=np.int64)
        self.totals: Floats = np.zeros(0)
        self.columns: Columns = {}
        self.chosen: list[Ranked] = []

    def look(self, places: Ints) -> None:
        """Look at some more, of whom those who may not be shown are left out."""
        inquiry, index = self._inquiry, self._inquiry.index
        places = places[self._rules.allow(places)]
        columns = inquiry.columns(places)
        totals = np.round(inquiry.totals(columns), DECIMALS)
        shown = np.ones(len(places), dtype=np.bool_)
        if inquiry.query.is_brief and inquiry.query.asks_for_content:
            shown = inquiry.matching_content(columns) > 0
        best = best_places(index.ids[places], totals, shown, max(self._k, POOL))
        self._keep(places[best], totals[best], {name: column[best] for name, column in columns.items()})

    def _keep(self, places: Ints, totals: Floats, columns: Columns) -> None:
        """Keep the best of those looked at before and now, and choose among them."""
        if self.columns:
            places, totals = np.append(self.places, places), np.append(self.totals, totals)
            columns = {name: np.append(self.columns[name], column) for name, column in columns.items()}
        index, everybody = self._inquiry.index, np.ones(len(places), dtype=np.bool_)
        best = best_places(index.ids[places], totals, everybody, max(self._k, POOL))
        self.places, self.totals = places[best], totals[best]
        self.columns = {name: column[best] for name, column in columns.items()}
        self.chosen = spread(index.countries[self.places], self.totals, self._toll, self._k)

    @property
    def least(self) -> float:
        """What somebody must score to come in; anything while there is room."""
        if len(self.chosen) < self._k:
            return -np.inf
        last = self.chosen[-1]
        return float(self.totals[last.at]) + last.repeated


class Candidates:
    """Chooses whom to look at, over the arrays that an index was built with."""

    def __init__(self, index: Index) -> None:
        self._ceilings = Ceilings(index)

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
        for places, heights in _others(ceiling, looked.least, len(first)):
            if heights[0] < looked.least - SLACK:
                break
            looked.look(places[heights >= looked.least - SLACK])
        self._ceilings.done(ceiling)
        return looked

    def _always(self, inquiry: Inquiry, rules: Rules) -> Ints:
        """Those whose ceiling may be wrong: whoever was edited, and partners, where they may be shown."""
        touched = inquiry.index.touched_places
        if rules.first_time:
            return touched
        partners = [inquiry.index.history.partners_of(seed) for seed in inquiry.query.seeds]
        return np.unique(np.concatenate([touched, *partners]))


def _others(ceiling: Ceiling, least: float, count: int) -> Iterator[tuple[Ints, Scores]]:
    """All whose ceiling is high enough, the highest first, some at a time and then more."""
    edge = max(least - SLACK, float(NEVER) / 2)
    places = np.flatnonzero(ceiling.scores >= edge - ceiling.more)
    heights = ceiling.heights(places)
    high = heights >= edge
    order = np.argsort(-heights[high], kind="stable")
    places, heights, begin = places[high][order], heights[high][order], 0
    while begin < len(places):
        count = min(2 * count, AT_ONCE)
        yield places[begin : begin + count], heights[begin : begin + count]
        begin += count


def _first(ceiling: Ceiling, count: int) -> Ints:
    """The places of about so many of the highest, by the height at which a sample says that they begin."""
    wide, edge, sample = WIDER * count, float(NEVER) / 2, ceiling.scores[::SAMPLED]
    wanted = 2 * wide // SAMPLED + 3
    if wanted < len(sample):
        edge = max(edge, float(np.partition(sample, len(sample) - wanted)[len(sample) - wanted]))
    places = np.flatnonzero(ceiling.scores >= edge)
    if len(places) > count:
        places = places[np.argpartition(-ceiling.heights(places), count)[:count]]
    return places
