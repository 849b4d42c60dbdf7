"""The terms of the score that joint work tells of two organisations, or of one and a brief."""

from __future__ import annotations

from functools import cached_property

import numpy as np
import scipy.sparse as sp

from app.matching.history import Floats, Ints
from app.matching.index import Index
from app.matching.paths import Paths
from app.matching.query import Query

CONFIDENCE = 20.0
"""So many ties are added to what was seen and to what was expected of a pair before they are compared."""

NEARNESS = ("partners_in_common", "partners_shared", "recent_partners", "near_in_network", "near_by_topic")


class Network:
    """Terms from the history, the topics and the places of one index.

    What an edit does not touch is taken over from the network `before` it.
    """

    def __init__(self, index: Index, before: Network | None = None) -> None:
        self._index = index
        self.paths = Paths(index.history)
        if before is not None and before.paths.history is index.history:
            self.paths = before.paths
            for name, same in (
                ("country_odds", before._index.countries is index.countries),
                (
                    "type_odds",
                    before._index.countries is index.countries and before._index.types is index.types,
                ),
            ):
                if same and name in before.__dict__:
                    self.__dict__[name] = before.__dict__[name]

    def columns(self, query: Query) -> dict[str, Floats]:
        """Every network term's value for every organisation."""
        found = {**self.paths.activity, **self._topics(query), **self._pairs(query)}
        near = [self.paths.nearness(seed) for seed in query.seeds if self.paths.history.degree[seed]]
        for name in NEARNESS:
            found[name] = sum((one[name] for one in near), self._zero())
        return found

    def _topics(self, query: Query) -> dict[str, Floats]:
        """The terms that depend on what the asker's work, or the brief, is about."""
        index, asked = self._index, np.zeros(len(self._index.concepts))
        for code, weight in query.topics.items():
            if code in index.concepts:
                asked[index.concepts[code]] = weight
        asked *= index.track_rarity
        whole, length = asked.sum(), np.sqrt(asked @ asked)
        if not whole:
            return {name: self._zero() for name in ("track_record", "active_in_topic", "similar_profile")}
        breadth = np.log1p(whole**2 / length**2)
        likeness = (index.track @ (asked * index.track_rarity)) / (self._profile_length * length)
        return {
            "track_record": np.asarray(index.track @ (asked / whole)),
            "active_in_topic": np.log1p(self.paths.topic_company @ (asked / whole)),
            "similar_profile": np.asarray(breadth * likeness),
        }

    def _pairs(self, query: Query) -> dict[str, Floats]:
        """The terms that depend on where the two come from and what they are."""
        index = self._index
        found = {"country_pair": self._zero(), "type_pair": self._zero(), "new_country": self._zero()}
        if query.country is not None and query.country in index.country_codes:
            row = self.country_odds[index.country_codes[query.country]]
            found["country_pair"] = row[index.countries]
        if query.type is not None and query.type in index.type_codes:
            found["type_pair"] = self.type_odds[index.type_codes[query.type]][index.types]
        partners = [self.paths.history.partners_of(seed) for seed in query.seeds]
        if any(len(some) for some in partners):
            worked_in = np.unique(index.countries[np.concatenate(partners)])
            found["new_country"] = (~np.isin(index.countries, worked_in)).astype(np.float64)
        return found

    @cached_property
    def country_odds(self) -> Floats:
        """How much more often than expected two countries work together, as a logarithm."""
        return self._odds(self._index.countries, len(self._index.country_codes))

    @cached_property
    def type_odds(self) -> Floats:
        """How much more often than expected two types of organisation work together, as a logarithm."""
        return self._odds(self._index.types, len(self._index.type_codes))

    def _odds(self, codes: Ints, count: int) -> Floats:
        """Ties abroad seen between two groups against those expected from the ties of each."""
        one, other = self._abroad
        seen = np.bincount(codes[one] * count + codes[other], minlength=count * count).reshape(count, count)
        each = seen.sum(axis=1)
        expected = np.outer(each, each) / max(int(each.sum()), 1)
        return np.asarray(np.log((seen + CONFIDENCE) / (expected + CONFIDENCE)))

    @property
    def _abroad(self) -> tuple[Ints, Ints]:
        """The ties between two countries, by both ends."""
        ties = self.paths.history.ties.tocoo()
        one, other = ties.coords
        crossing = self._index.countries[one] != self._index.countries[other]
        return one[crossing], other[crossing]

    def _zero(self) -> Floats:
        return np.zeros(self._index.size)

    @cached_property
    def _profile_length(self) -> Floats:
        """The length of each organisation's track record, rarer concepts counting more."""
        weighted = (self._index.track @ sp.diags_array(self._index.track_rarity)).power(2)
        return np.sqrt(np.maximum(np.asarray(weighted.sum(axis=1)), 1e-18))
