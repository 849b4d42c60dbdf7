"""Terms from joint work: proximity in the network, topics of the track record, pairs of countries and types.

country_pair, type_pair = ln((o + c) / (e + c)): observed edges o across borders between the two groups against the
expected e = k_i k_j / Σk under independent margins, with the pseudo-count c (pointwise mutual information, smoothed).
knows_country = ln(1 + the candidate's partners in the asker's country). new_country = 1 where the asker has no
partner in the candidate's country, else 0.
"""

from __future__ import annotations

from functools import cached_property

import numpy as np

from app.matching.index.arrays import Floats, Ints, distinct_sorted, is_in_sorted, sum_by_owner
from app.matching.index.index import Index
from app.matching.scoring.feature_tables import FeatureTables
from app.matching.scoring.query import ScoringQuery
from app.matching.scoring.random_walk import LinkPredictors, TwoHopNeighbourhood
from app.matching.scoring.topic_terms import FACETS, TOPIC, TOPIC_TERMS, topic_values

PSEUDO_COUNT = 20.0
"""c, the pseudo-count of the log odds."""

PROXIMITY_TERMS = ("partners_shared", "recent_partners", "walk_proximity")
PAIR_TERMS = ("country_pair", "type_pair", "new_country", "knows_country")


class PairLogOdds:
    """Log odds of edges across borders between countries, and between types."""

    def __init__(self, index: Index) -> None:
        self._index = index

    @cached_property
    def countries(self) -> Floats:
        """Matrix countries × countries."""
        return _log_odds(self._index.edge_counts["countries"])

    @cached_property
    def types(self) -> Floats:
        """Matrix types × types."""
        return _log_odds(self._index.edge_counts["types"])


class CollaborationTerms:
    """The collaboration terms of one query."""

    def __init__(
        self,
        index: Index,
        feature_tables: FeatureTables,
        odds: PairLogOdds,
        query: ScoringQuery,
        walk_exponent: float = 0.0,
    ) -> None:
        self._index = index
        self._tables = feature_tables
        self._odds = odds
        self._query = query
        self.predictors = LinkPredictors(index.history, index.size, walk_exponent)

    def term_values(self, rows: Ints) -> dict[str, Floats]:
        """Term → values at `rows`."""
        found = {
            **self.predictors.candidate_activity(rows),
            **self.topic_terms(rows),
            **self._pair_terms(rows),
        }
        neighbourhood = [self.predictors.proximity(one, rows) for one in self.neighbourhood.values()]
        for name in PROXIMITY_TERMS:
            found[name] = sum((one[name] for one in neighbourhood), np.zeros(len(rows)))
        return found

    @cached_property
    def neighbourhood(self) -> dict[int, TwoHopNeighbourhood]:
        """The two-hop neighbourhood of each seed that has partners."""
        history = self._index.history
        return {
            seed: self.predictors.neighbourhood(seed)
            for seed in self._query.seeds
            if history.adjacency.length(seed)
        }

    @cached_property
    def topic_weights(self) -> Floats:
        """Weight of each concept in the query's topics, times its idf among track records; shape (concepts,)."""
        topic_weights = np.zeros(len(self._index.codes))
        for code, weight in self._query.topics.items():
            if code in self._index.concepts:
                topic_weights[self._index.concepts[code]] = weight
        return np.asarray(topic_weights * self._index.record_idf * (self._index.history.record_holders > 0))

    @cached_property
    def facet_weights(self) -> dict[int, Floats]:
        """`topic_weights` of each facet that the query asks for, 0 at the concepts of others."""
        facets, weights = self._index.facets, self.topic_weights
        if not facets.any():
            return {TOPIC: weights} if weights.any() else {}
        apart = {facet: np.where(facets == facet, weights, 0.0) for facet in FACETS}
        return {facet: some for facet, some in apart.items() if some.any()}

    @cached_property
    def breadth(self) -> float:
        """ln(1 + effective number of topics), effective number = (Σw)² / Σw²."""
        weights = self.facet_weights.get(TOPIC, np.zeros(1))
        whole, squares = weights.sum(), weights @ weights
        return float(np.log1p(whole**2 / squares)) if squares else 0.0

    @cached_property
    def country_odds(self) -> Floats | None:
        """Log odds of the asker's country with each country; None where it is unknown."""
        code = self._index.country_codes.get(self._query.country or "")
        return None if code is None else self._odds.countries[code]

    @cached_property
    def partner_countries(self) -> Ints | None:
        """Countries of the seeds' partners, ascending; None where there are no partners."""
        partners = [self._index.history.partners_of(seed) for seed in self._query.seeds]
        if not any(len(some) for some in partners):
            return None
        return distinct_sorted(
            self._index.countries[np.concatenate(partners)], len(self._index.country_codes)
        )

    @cached_property
    def topic_shares(self) -> dict[str, Floats]:
        """Topic term → share of each concept; terms of facets that the query does not ask for are left out.

        Shares are w / Σw over the term's facet, for the cosine w / ‖w‖. Depth and cosine in the topics are multiplied by
        the breadth (depth less ln 2), since depth in a single topic is in the track record already.
        """
        found = {}
        for name, (facet, measure) in TOPIC_TERMS.items():
            if facet in self.facet_weights:
                weights = self.facet_weights[facet]
                by_angle = measure == "similar_profile"
                found[name] = weights / float(np.linalg.norm(weights) if by_angle else weights.sum())
        if TOPIC in self.facet_weights:
            found["topic_depth"] = max(self.breadth - np.log(2), 0.0) * found["topic_depth"]
            found["similar_profile"] = self.breadth * found["similar_profile"]
        return found

    def topic_terms(self, rows: Ints) -> dict[str, Floats]:
        """The topic terms at some rows."""
        found = {name: np.zeros(len(rows)) for name, (facet, _) in TOPIC_TERMS.items() if facet == TOPIC}
        if not self.facet_weights:
            return found
        concepts, owner, worth = topic_values(self._index, rows)
        for name, shares in self.topic_shares.items():
            values = worth[TOPIC_TERMS[name][1]]
            found[name] = sum_by_owner(owner, shares[concepts] * values, len(rows))
        return found

    def _pair_terms(self, rows: Ints) -> dict[str, Floats]:
        """The terms of countries and types at some rows."""
        index, query = self._index, self._query
        found = {name: np.zeros(len(rows)) for name in PAIR_TERMS}
        countries = index.countries[rows]
        if self.country_odds is not None:
            found["country_pair"] = self.country_odds[countries]
            found["knows_country"] = self._log_partners_in(rows, index.country_codes[query.country or ""])
        if query.type is not None and query.type in index.type_codes:
            found["type_pair"] = self._odds.types[index.type_codes[query.type]][index.types[rows]]
        if self.partner_countries is not None:
            found["new_country"] = (~is_in_sorted(self.partner_countries, countries)).astype(np.float64)
        return found

    def _log_partners_in(self, rows: Ints, country: int) -> Floats:
        """ln(1 + partners in a country) at some rows, recounted for edited ones."""
        found, index = self._tables.log_partners_in(rows, country), self._index
        changed = np.flatnonzero(is_in_sorted(index.touched_rows, rows))
        if len(changed):
            others, owner = index.history.adjacency.gather(rows[changed])
            theirs = owner[index.countries[others] == country]
            found[changed] = np.log1p(np.bincount(theirs, minlength=len(changed)))
        return found


def _log_odds(seen: Floats) -> Floats:
    """Smoothed log odds of a symmetric matrix of edge counts."""
    each = seen.sum(axis=1)
    expected = np.outer(each, each) / max(float(each.sum()), 1.0)
    return np.asarray(np.log((seen + PSEUDO_COUNT) / (expected + PSEUDO_COUNT)))
