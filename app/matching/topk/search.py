"""Exact top-k search with upper bounds (the MaxScore and WAND family).

Below EXHAUSTIVE_BELOW organisations all are scored. Above: bound every row, score the rows with the highest bounds,
then score batches in descending order of bound until the bound falls below the k-th value (the threshold). Rows
that were edited since the build have no valid bound and are always scored. The result equals exhaustive scoring.

A row that meets a need which the list does not cover yet is worth the bonus more. So, for each need, the rows of its
posting list are scored too whose bound reaches the value of the place that covers the need, less the bonus. The values
of a list fall from place to place, so that nothing else could have been selected.
"""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from app.matching.diversity import TIE_DECIMALS, ListRule, Ranked, diversify, rerank_pool
from app.matching.filters import CandidateFilter
from app.matching.index.arrays import Floats, Ints, Numbers, nonzero_flags
from app.matching.scoring.feature_tables import FeatureTables, Scores
from app.matching.scoring.model import QueryScorer, TermValues
from app.matching.topk.upper_bounds import EXCLUDED, BoundCalculator, UpperBound

EXHAUSTIVE_BELOW = 2_000
"""Up to this many organisations all are scored."""
FIRST_BATCH_SIZE = 60
"""Rows of the first batch, or 4 k if that is more."""
BATCH_SIZES = (400, 4_000)
"""Rows of the second batch, and of each further one."""
SAMPLE_STRIDE = 60
"""One row in this many is sampled to estimate the bound at which the first batch starts."""
OVERSAMPLING = 8
"""The estimate aims at this many times the first batch."""
BOUND_SLACK = 1e-3
"""Tolerance for float32 bounds."""


class TopK:
    """The rows scored so far and the k best of them after diversity re-ranking.

    `batches` holds the terms of each scored batch; candidate i stands at position `at[i]` of batch `batch[i]`.
    """

    def __init__(
        self, scorer: QueryScorer, candidate_filter: CandidateFilter, k: int, rule: ListRule
    ) -> None:
        self._scorer, self._filter = scorer, candidate_filter
        self._k, self.rule = k, rule
        self.rows: Ints = np.zeros(0, dtype=np.int64)
        self.scores: Floats = np.zeros(0)
        self.batches: list[TermValues] = []
        self.batch = self.at = self.needs = self.rows
        self.lifts = self.scores
        self.selected: list[Ranked] = []

    def score(self, rows: Ints) -> None:
        """Score further rows, after the filter."""
        scorer = self._scorer
        rows = rows[self._filter.mask(rows)]
        columns = scorer.term_values(rows)
        scores = np.round(scorer.scores(columns), TIE_DECIMALS)
        if scorer.query.is_brief and scorer.query.names_concepts:
            at = np.flatnonzero(scorer.content_score(columns) > 0)
        else:
            at = np.arange(len(rows))
        needs = scorer.profile.needs_met(rows[at]) if self.rule.bonus else np.zeros(len(at), dtype=np.int64)
        lifts = scorer.weight("newcomer") * columns["newcomer"][at]
        self._merge(rows[at], scores[at], np.full(len(at), len(self.batches)), at, needs, lifts)
        self.batches.append(columns)

    def _merge(self, *fresh: Numbers) -> None:
        """Merge new candidates into the pool and re-rank it."""
        index = self._scorer.index
        before = self.rows, self.scores, self.batch, self.at, self.needs, self.lifts
        kept = [np.append(*pair) for pair in zip(before, fresh, strict=True)] if len(self.rows) else fresh
        best = rerank_pool(index.ids[kept[0]], kept[1], kept[4], self._k)
        self.rows, self.scores, self.batch, self.at, self.needs, self.lifts = (one[best] for one in kept)
        self.selected = diversify(
            index.countries[self.rows], self.scores, self.needs, self.lifts, self.rule, self._k
        )

    def terms_of(self, ranked: Ranked) -> tuple[TermValues, int]:
        """The terms of a selected candidate: (term values of its batch, position in it)."""
        return self.batches[self.batch[ranked.at]], int(self.at[ranked.at])

    @property
    def threshold(self) -> float:
        """The value that a further candidate must reach; −∞ while fewer than k are selected."""
        return self.selected[-1].value if len(self.selected) >= self._k else -np.inf

    def threshold_by_country(self) -> Floats:
        """The score that a further candidate without a new need must reach, by its country.

        At place i it loses the penalty for those of its country before, so that it needs min_i (value_i + penalty_i).
        """
        index, countries = self._scorer.index, len(self._scorer.index.country_codes)
        if len(self.selected) < self._k:
            return np.full(countries, -np.inf)
        edges, come = np.full(countries, np.inf), np.zeros(countries)
        for one, country in zip(
            self.selected, index.countries[self.rows[[one.at for one in self.selected]]].tolist(), strict=True
        ):
            np.minimum(edges, one.value + self.rule.repeat_penalty * come, out=edges)
            come[country] += 1
        return edges

    def value_covering(self, need: int) -> float:
        """The value at the place that covers a need (its position), or the threshold where no place does."""
        bit = 1 << need
        return next((one.value for one in self.selected if one.first_to_meet & bit), self.threshold)


class TopKSearch:
    """Top-k search over one index as of its build."""

    def __init__(self, feature_tables: FeatureTables) -> None:
        self._bounds = BoundCalculator(feature_tables)

    def search(self, scorer: QueryScorer, candidate_filter: CandidateFilter, k: int, rule: ListRule) -> TopK:
        """Find the k best rows of a query that pass the filter."""
        top_k = TopK(scorer, candidate_filter, k, rule)
        if scorer.index.size <= EXHAUSTIVE_BELOW:
            top_k.score(np.arange(scorer.index.size))
            return top_k
        upper_bound = self._bounds.compute(scorer, candidate_filter)
        always = self._always_scored(scorer, candidate_filter)
        upper_bound.scores[always[always < len(upper_bound.scores)]] = EXCLUDED
        first = _first_batch(upper_bound, max(FIRST_BATCH_SIZE, 4 * k))
        top_k.score(np.append(first, always))
        upper_bound.scores[first] = EXCLUDED
        while True:
            highest = self._score_above_threshold(top_k, upper_bound, scorer)
            if not self._score_above_needs(top_k, upper_bound, scorer) and top_k.threshold >= highest:
                break
        self._bounds.release(upper_bound)
        return top_k

    def _score_above_threshold(self, top_k: TopK, upper_bound: UpperBound, scorer: QueryScorer) -> float:
        """Score all rows whose bound reaches the threshold; return the highest one that left a row out.

        A row that covers several needs at once can lower the threshold; then the caller asks again.
        """
        highest = top_k.threshold
        for rows, bounds in _remaining_batches(upper_bound, top_k.threshold):
            highest = max(highest, top_k.threshold)
            if bounds[0] < top_k.threshold - BOUND_SLACK:
                break
            edges = top_k.threshold_by_country().take(scorer.index.countries[rows], mode="clip") - BOUND_SLACK
            high = bounds >= edges
            rows, bounds, edges = rows[high], bounds[high], edges[high]
            lower = self._bounds.refined(upper_bound, scorer, rows, bounds)
            if (high := lower >= edges).any():
                top_k.score(rows[high])
                upper_bound.scores[rows[high]] = EXCLUDED
        return highest

    def _score_above_needs(self, top_k: TopK, upper_bound: UpperBound, scorer: QueryScorer) -> bool:
        """Score all rows that could cover a need at an earlier place than the list does; whether there were any."""
        found = False
        for at, code in enumerate(scorer.profile.needs if top_k.rule.bonus else ()):
            edge = top_k.value_covering(at) - top_k.rule.bonus - BOUND_SLACK
            if edge >= top_k.threshold_by_country().max(initial=-np.inf):
                continue  # whoever could cover it has been scored above
            if code not in self._bounds.index.concepts:
                continue
            rows = self._bounds.index.postings["offers"].row(self._bounds.index.concepts[code])
            bounds = upper_bound.at(rows)
            high = np.flatnonzero(bounds >= max(edge, float(EXCLUDED) / 2))
            while len(high):
                few = high[np.argsort(-bounds[high])[:FIRST_BATCH_SIZE]]
                top_k.score(rows[few].astype(np.int64))
                upper_bound.scores[rows[few]] = bounds[few] = EXCLUDED
                found = True
                edge = top_k.value_covering(at) - top_k.rule.bonus - BOUND_SLACK
                high = np.flatnonzero(bounds >= max(edge, float(EXCLUDED) / 2))
        return found

    def _always_scored(self, scorer: QueryScorer, candidate_filter: CandidateFilter) -> Ints:
        """Rows without a valid bound: edited ones, and past partners if these may be returned."""
        touched = scorer.index.touched_rows
        if candidate_filter.first_time:
            return touched
        partners = [scorer.index.history.partners_of(seed) for seed in scorer.query.seeds]
        return np.unique(np.concatenate([touched, *partners]))


def _remaining_batches(upper_bound: UpperBound, threshold: float) -> Iterator[tuple[Ints, Scores]]:
    """Rows with a bound above the threshold in descending order, in batches."""
    rows, bounds = upper_bound.rows_above(max(threshold - BOUND_SLACK, float(EXCLUDED) / 2))
    order = np.argsort(-bounds)
    rows, bounds, begin, count = rows[order], bounds[order], 0, BATCH_SIZES[0]
    while begin < len(rows):
        yield rows[begin : begin + count], bounds[begin : begin + count]
        begin, count = begin + count, BATCH_SIZES[1]


def _first_batch(upper_bound: UpperBound, count: int) -> Ints:
    """About `count` rows with the highest bounds, cut at a sampled quantile."""
    wide, edge, sample = OVERSAMPLING * count, float(EXCLUDED) / 2, upper_bound.scores[::SAMPLE_STRIDE]
    wanted = 2 * wide // SAMPLE_STRIDE + 3
    if wanted < len(sample):
        edge = max(edge, float(np.partition(sample, len(sample) - wanted)[len(sample) - wanted]))
    rows = nonzero_flags(upper_bound.scores >= edge)
    if len(rows) > count:
        rows = rows[np.argpartition(-upper_bound.at(rows), count)[:count]]
    return rows
