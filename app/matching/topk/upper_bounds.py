"""Upper bounds of the score for all organisations at once, in the manner of MaxScore and WAND.

Turtle and Flood, "Query evaluation: strategies and optimizations", 1995; Broder et al., "Efficient query evaluation
using a two-level retrieval process", 2003. Profile, topic, country and type terms are summed exactly from posting
lists and tables. The network terms are bounded: by counted paths in the two-hop neighbourhood, elsewhere by the
probability of the walk that leaves it, which grows with the candidate's activity. Negative terms count as 0. For
every row that was not edited since the build, score ≤ bound; the largest possible gain of the type and topic terms
through edits of others is added.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np

from app.matching.filters import CandidateFilter
from app.matching.index.arrays import Flags, Floats, Ints, Numbers, nonzero_flags
from app.matching.scoring.collaboration_terms import PairLogOdds
from app.matching.scoring.feature_tables import (
    MAX_POOLED_LEVEL,
    MAX_TABLED_PARTNERS,
    FeatureTables,
    Scores,
    add_lookup,
)
from app.matching.scoring.model import QueryScorer
from app.matching.scoring.newcomers import newness
from app.matching.scoring.profile_terms import PROFILE_TERMS
from app.matching.scoring.random_walk import WALK_SCALE, LinkPredictors, TwoHopNeighbourhood
from app.matching.scoring.topic_terms import TOPIC_TERMS
from app.matching.scoring.weights import Regime

EXCLUDED = np.float32(-1e9)
"""Bound of rows that may not be returned."""
FLOAT32_SLACK = 1e-4
"""Largest difference of float32 sums in another order."""


NEED_TERMS = {"offers": ("meets_need", "they_offer"), "seeks": ("needs_you", "they_seek")}
"""Relation of the candidate → the term that says that a need is met, and the exact term that it follows from."""
LookupTable = tuple[Numbers, Scores, float]
"""(integer per organisation, value of each integer, maximum over organisations)."""


@dataclass(frozen=True)
class NetworkBound:
    """Bounds of the network terms for one seed: `beyond` by activity level, `bounds` at `rows` nearby or on the frontier."""

    neighbourhood: TwoHopNeighbourhood
    levels: Numbers
    beyond: Scores
    rows: Sequence[Ints]
    bounds: Sequence[Scores]

    def at(self, rows: Ints) -> Scores:
        """The bounds that are contained in the total at some rows."""
        found = self.beyond.take(self.levels.take(rows))
        for known, bounds in zip(self.rows, self.bounds, strict=True):
            if len(known):
                at = np.searchsorted(known, rows)
                there = known.take(at, mode="clip") == rows
                found[there] = bounds.take(at[there])
        return found

    def add_to(self, scores: Scores, tables: FeatureTables) -> None:
        """Add the bounds beyond the minimum of `beyond`, which has been added to all rows."""
        above = self.beyond - self.beyond[0]
        np.add.at(scores, tables.most_active, above.take(tables.most_active_levels))
        for rows, bounds in zip(self.rows, self.bounds, strict=True):
            scores[rows] += bounds - self.beyond.take(self.levels.take(rows))


@dataclass(frozen=True)
class UpperBound:
    """Bounds of one query: `scores` by row, plus `tables`, which are looked up only where needed.

    `network_bounds` are the parts of `scores` that come from the network, one for each seed.
    """

    scores: Scores
    tables: Sequence[LookupTable]
    network_bounds: Sequence[NetworkBound]

    def rows_above(self, edge: float) -> tuple[Ints, Scores]:
        """Rows with a bound of at least `edge`, and their bounds; each table leaves fewer rows for the next."""
        tables = sorted(self.tables, key=lambda one: -one[2])
        more = sum(most for _, _, most in tables)
        rows = nonzero_flags(self.scores >= np.float32(edge - more))
        bounds = self.scores.take(rows)
        for bits, table, most in tables:
            bounds += table.take(bits.take(rows))
            more -= most
            high = np.flatnonzero(bounds >= edge - more - FLOAT32_SLACK)
            rows, bounds = rows.take(high), bounds.take(high)
        return rows, bounds

    def at(self, rows: Ints) -> Scores:
        """The bounds at some rows."""
        found = self.scores.take(rows)
        for bits, table, _ in self.tables:
            found += table.take(bits.take(rows))
        return found


class BoundCalculator:
    """Computes bounds over the arrays of an index as of its build."""

    def __init__(self, feature_tables: FeatureTables) -> None:
        self.index = feature_tables.index
        self._tables = feature_tables
        self._odds = PairLogOdds(feature_tables.index)
        self._buffers: list[Scores] = []
        self._flags: list[Flags] = []
        self._activity: dict[Regime, Scores] = {}
        self._country_slices = [
            slice(*edges) for edges in pairwise(feature_tables.index.country_starts.tolist())
        ]
        self._static: dict[tuple[Regime, str | None, float], Scores] = {}
        self._static_today = 0.0

    def compute(self, scorer: QueryScorer, candidate_filter: CandidateFilter) -> UpperBound:
        """The bounds of a query for all rows; EXCLUDED for those that the filter leaves out by country, offer or mark."""
        static, tables = self._static_scores(scorer), list[LookupTable]()
        network_bounds = [
            self.network_bound(scorer, neighbourhood)
            for neighbourhood in scorer.collaboration.neighbourhood.values()
        ]
        least = sum(float(network_bound.beyond[0]) for network_bound in network_bounds)
        scores = self._buffers.pop() if self._buffers else np.empty(len(static), dtype=np.float32)
        if scorer.query.is_brief and scorer.query.names_concepts:
            scores[:] = 0
            for bits, table, _ in self._add_content(scores, scorer):
                add_lookup(scores, bits, table)
            np.copyto(scores, EXCLUDED, where=scores <= 0)
            scores += static
            for here, values in self._country_scores(scorer, candidate_filter):
                scores[here] += values + least
        else:
            for here, values in self._country_scores(scorer, candidate_filter):
                np.add(static[here], values + least, out=scores[here])
            tables = self._add_content(scores, scorer)
        tables += self._add_languages(scores, scorer) + self._add_partner_counts(scores, scorer)
        for network_bound in network_bounds:
            network_bound.add_to(scores, self._tables)
        for relation, code in candidate_filter.required:
            holding = np.full(len(scores), EXCLUDED)
            if (concept := self.index.concepts.get(code)) is not None:
                holders = self.index.postings[relation].row(concept)
                holding[holders] = scores[holders]
            scores = holding
        return UpperBound(scores, tables, network_bounds)

    def refined(self, upper_bound: UpperBound, scorer: QueryScorer, rows: Ints, bounds: Scores) -> Scores:
        """Bounds at some rows, with the exact network terms in place of their bounds."""
        for network_bound in upper_bound.network_bounds:
            terms = scorer.collaboration.predictors.proximity(network_bound.neighbourhood, rows)
            bounds = bounds - network_bound.at(rows) + self._weighted_sum(scorer, terms)
        return bounds

    def release(self, upper_bound: UpperBound) -> None:
        """Give the buffer of a bound back for reuse."""
        self._buffers.append(upper_bound.scores)

    def _add_content(self, scores: Scores, scorer: QueryScorer) -> list[LookupTable]:
        """Add topic and profile terms to the scores; return the look-up tables of frequent concepts."""
        self._add_topics(scores, scorer)
        tables = []
        for relation, values in self._concept_values(scorer).items():
            layer = self._tables.held[relation]
            table, rare = layer.table(values), sorted(values.keys() - set(layer.concepts.tolist()))
            for concept in rare:
                np.add.at(scores, self.index.postings[relation].row(concept), np.float32(values[concept]))
            exact, points = self._exact_concepts(scorer, relation)
            if points > 0:
                frequent = layer.any_of(exact, points)
                self._add_once(scores, relation, [one for one in rare if one in exact], points - frequent)
                table = frequent if table is None else table + frequent
            if table is not None:
                tables.append(layer.as_lookup(table))
        return tables

    def _exact_concepts(self, scorer: QueryScorer, relation: str) -> tuple[set[int], np.float32]:
        """The concepts of which holding any means that a need is met, and the points of that."""
        name, term = NEED_TERMS.get(relation, ("", ""))
        codes = scorer.profile.shares[term] if term else ()
        exact = {self.index.concepts[code] for code in codes if code in self.index.concepts}
        return exact, np.float32(max(scorer.weight(name), 0.0) if exact else 0.0)

    def _add_once(self, scores: Scores, relation: str, concepts: Sequence[int], points: Scores) -> None:
        """Add points, by the bit pattern of a row, once to each row that holds any of some rare concepts."""
        if not concepts:
            return
        postings, bits = self.index.postings[relation], self._tables.held[relation].bits
        there = self._flags.pop() if self._flags else np.zeros(self.index.size, dtype=np.bool_)
        for at, concept in enumerate(concepts):
            rows = postings.row(concept)
            fresh = rows[~there.take(rows)] if at else rows
            there[rows] = True
            scores[fresh] += points.take(bits.take(fresh))
        for concept in concepts:
            there[postings.row(concept)] = False
        self._flags.append(there)

    def _add_languages(self, scores: Scores, scorer: QueryScorer) -> list[LookupTable]:
        """Add the language term, twice for two rare languages in common; return the look-up table of frequent ones."""
        index, layer = self.index, self._tables.held["languages"]
        values = np.float32(max(scorer.weight("language"), 0.0))
        asked = {index.concepts[code] for code in scorer.query.languages & index.concepts.keys()}
        for concept in sorted(asked - set(layer.concepts.tolist())):
            np.add.at(scores, index.postings["languages"].row(concept), values)
        return [layer.as_lookup(layer.any_of(asked, values))]

    def _add_topics(self, scores: Scores, scorer: QueryScorer) -> None:
        asked = np.flatnonzero(scorer.collaboration.topic_weights[: len(self.index.codes)])
        if not len(asked):
            return
        owners, _ = self._tables.records
        shares, growth = scorer.collaboration.topic_shares, self._tables.max_growth(scorer.index)
        worth = {name: scorer.weight(name) * share for name, share in shares.items() if scorer.weight(name)}
        for name in worth:
            if (measure := TOPIC_TERMS[name][1]) in growth:
                worth[name][: len(self.index.codes)] *= growth[measure]
        for concept in asked.tolist():
            said = np.zeros(owners.length(concept), dtype=np.float32)
            for name, values in worth.items():
                if share := np.float32(values[concept]):
                    here = slice(owners.indptr[concept], owners.indptr[concept + 1])
                    said += share * self._tables.topics[TOPIC_TERMS[name][1]][here]
            np.add.at(scores, owners.row(concept), said)

    def _concept_values(self, scorer: QueryScorer) -> dict[str, dict[int, float]]:
        """Relation → concept → largest value of holding it; a related concept counts as if no nearer one were held."""
        found: dict[str, dict[int, float]] = defaultdict(lambda: defaultdict(float))
        for term in PROFILE_TERMS:
            if weight := scorer.weight(term.name):
                for concept, share in scorer.profile.max_values(term):
                    found[term.theirs][concept] += weight * share
        return found

    def _static_scores(self, scorer: QueryScorer) -> Scores:
        """Activity, type and newcomer terms of all rows; cached for a day, since queries share them."""
        regime, lift = scorer.query.regime, scorer.weight("newcomer")
        key = regime, scorer.query.type, lift
        if scorer.today != self._static_today:
            self._static, self._static_today = {}, scorer.today
        static = self._static
        if key not in static:
            if regime not in self._activity:
                columns = LinkPredictors(self.index.history, self.index.size).candidate_activity(
                    np.arange(self.index.size)
                )
                total = sum(scorer.weight(name) * column for name, column in columns.items())
                self._activity[regime] = np.asarray(total, dtype=np.float32)
            by_type = self._type_log_odds(scorer, self._odds).astype(np.float32)[self.index.types.base]
            newcomers = lift * newness(self.index, np.arange(self.index.size), scorer.today)
            static[key] = self._activity[regime] + by_type + newcomers.astype(np.float32)
        return static[key]

    def _type_log_odds(self, scorer: QueryScorer, odds: PairLogOdds) -> Floats:
        """Weighted log odds of each type with the asker's; 0 where that is unknown."""
        span = len(self._odds.types)
        code = scorer.index.type_codes.get(scorer.query.type or "", len(odds.types))
        if code >= len(odds.types):
            return np.zeros(span)
        return scorer.weight("type_pair") * odds.types[code, :span]

    def _max_type_gain(self, scorer: QueryScorer) -> float:
        """Largest gain of any type's weighted log odds since the build."""
        if scorer.index is self.index:
            return 0.0
        now, then = (self._type_log_odds(scorer, odds) for odds in (scorer.odds, self._odds))
        return float((now - then).max(initial=0.0))

    def _country_scores(
        self, scorer: QueryScorer, candidate_filter: CandidateFilter
    ) -> Iterable[tuple[slice, float]]:
        """Slice of each country and the score of its rows for country terms and the largest type terms."""
        query, network, codes = scorer.query, scorer.collaboration, self.index.country_codes
        values = np.full(len(codes), self._max_type_gain(scorer))
        values += max(scorer.weight("type_wanted"), 0.0) * bool(query.types_wanted)
        if network.country_odds is not None:
            values += scorer.weight("country_pair") * network.country_odds[: len(codes)]
        if (met := network.partner_countries) is not None:
            values += scorer.weight("new_country")
            values[met[met < len(codes)]] -= scorer.weight("new_country")
        for code in query.countries_wanted & codes.keys():
            values[codes[code]] += scorer.weight("country_wanted")
        if candidate_filter.country is not None:
            values[[at for code, at in codes.items() if code != candidate_filter.country]] = EXCLUDED
        if candidate_filter.abroad_only and (home := codes.get(query.country or "")) is not None:
            values[home] = EXCLUDED
        return zip(self._country_slices, values.tolist(), strict=False)

    def _add_partner_counts(self, scores: Scores, scorer: QueryScorer) -> list[LookupTable]:
        """Add the term of partners in the asker's country; return the table of small counts."""
        weight, feature_tables = scorer.weight("knows_country"), self._tables.partner_counts
        home = self.index.country_codes.get(scorer.query.country or "", len(feature_tables))
        if not weight or home >= len(feature_tables):
            return []
        known = feature_tables[home]
        np.add.at(scores, known.rows, (weight * known.logs).astype(np.float32))
        table = (weight * np.log1p(np.arange(MAX_TABLED_PARTNERS + 1))).astype(np.float32)
        return [(known.tabled, table, float(table.max()))]

    def network_bound(self, scorer: QueryScorer, neighbourhood: TwoHopNeighbourhood) -> NetworkBound:
        """Bounds of the network terms for one seed: in its neighbourhood, on the frontier, and by level beyond."""
        predictors, levels = scorer.collaboration.predictors, self._tables.levels
        frontier = predictors.frontier(neighbourhood)
        found, bounds = list[Ints](), list[Scores]()
        for rows, terms in predictors.max_proximity(neighbourhood, frontier):
            inside = int(np.searchsorted(rows, len(levels)))
            found.append(rows[:inside])
            bounds.append(self._weighted_sum(scorer, terms)[:inside])
        walked = WALK_SCALE * predictors.max_beyond_frontier(
            neighbourhood, frontier, self._tables.level_maxima
        )
        beyond = (max(scorer.weight("walk_proximity"), 0.0) * np.log1p(walked)).astype(np.float32)
        beyond[:MAX_POOLED_LEVEL] = beyond[min(MAX_POOLED_LEVEL, len(beyond) - 1)]
        return NetworkBound(neighbourhood, levels, beyond, found, bounds)

    def _weighted_sum(self, scorer: QueryScorer, terms: Mapping[str, Floats]) -> Scores:
        """Σ max(w_t, 0) · f_t over network terms."""
        total = sum(max(scorer.weight(name), 0.0) * term for name, term in terms.items())
        return np.asarray(total, dtype=np.float32)
