"""The terms of the score that joint work tells of two organisations, or of one and a brief."""

from __future__ import annotations

from functools import cached_property

import numpy as np

from app.matching.arrays import Floats, Ints, among, distinct, gathered
from app.matching.index import Index
from app.matching.layers import Layers
from app.matching.paths import Near, Paths
from app.matching.query import Query
from app.matching.topics import TOPICAL, worth_of_topics

CONFIDENCE = 20.0
"""So many ties are added to what was seen and to what was expected of a pair before they are compared."""

NEARNESS = ("partners_shared", "recent_partners", "near_by_topic")
PAIRS = ("country_pair", "type_pair", "new_country", "knows_country")


class Odds:
    """How much more often than expected two countries, and two types, work together, as logarithms."""

    def __init__(self, index: Index) -> None:
        self._index = index

    @cached_property
    def countries(self) -> Floats:
        """For each two countries."""
        return _odds(self._index.ties_between["countries"])

    @cached_property
    def types(self) -> Floats:
        """For each two types of organisation, across borders."""
        return _odds(self._index.ties_between["types"])


class Network:
    """Terms from the history, the topics and the places of one index, for one question."""

    def __init__(self, index: Index, layers: Layers, odds: Odds, query: Query) -> None:
        self._index = index
        self._layers = layers
        self._odds = odds
        self._query = query
        self.paths = Paths(index.history, index.size)

    def columns(self, places: Ints) -> dict[str, Floats]:
        """Every network term at some places."""
        found = {**self.paths.activity(places), **self.topics(places), **self._pairs(places)}
        near = [self.paths.nearness(one, places) for one in self.near.values()]
        for name in NEARNESS:
            found[name] = sum((one[name] for one in near), np.zeros(len(places)))
        return found

    @cached_property
    def near(self) -> dict[int, Near]:
        """What lies around each of those who ask, where they have ever worked with others."""
        history = self._index.history
        return {seed: self.paths.near(seed) for seed in self._query.seeds if history.ties.count(seed)}

    @cached_property
    def asked(self) -> Floats:
        """What each concept of the asker's work, or of the brief, weighs: rare ones more."""
        asked = np.zeros(len(self._index.codes))
        for code, weight in self._query.topics.items():
            if code in self._index.concepts:
                asked[self._index.concepts[code]] = weight
        return np.asarray(asked * self._index.track_rarity * (self._index.history.record_holders > 0))

    @cached_property
    def breadth(self) -> float:
        """How much a likeness of whole profiles says: the more, the more concepts are asked for."""
        whole, squares = self.asked.sum(), self.asked @ self.asked
        return float(np.log1p(whole**2 / squares)) if squares else 0.0

    @cached_property
    def country_odds(self) -> Floats | None:
        """The odds of the asker's country with each; None where it is not known."""
        code = self._index.country_codes.get(self._query.country or "")
        return None if code is None else self._odds.countries[code]

    @cached_property
    def countries_met(self) -> Ints | None:
        """The countries in which those who ask have partners; None where they have none."""
        partners = [self._index.history.partners_of(seed) for seed in self._query.seeds]
        if not any(len(some) for some in partners):
            return None
        return distinct(self._index.countries[np.concatenate(partners)], len(self._index.country_codes))

    @cached_property
    def shares(self) -> dict[str, Floats]:
        """What each concept takes of each term of topics.

        How deep somebody is in one topic is in its track record; it counts beside that from two topics on.
        """
        evenly = self.asked / max(float(self.asked.sum()), 1e-18)
        by_angle = self.asked / max(float(np.linalg.norm(self.asked)), 1e-18)
        shares = dict.fromkeys(TOPICAL, evenly)
        shares["topic_depth"] = max(self.breadth - np.log(2), 0.0) * evenly
        shares["similar_profile"] = self.breadth * by_angle
        return shares

    def topics(self, places: Ints) -> dict[str, Floats]:
        """The terms that depend on what the asker's work, or the brief, is about."""
        if not self.asked.any():
            return {name: np.zeros(len(places)) for name in TOPICAL}
        concepts, owner, worth = worth_of_topics(self._index, places)
        return {
            name: gathered(owner, self.shares[name][concepts] * values, len(places))
            for name, values in worth.items()
        }

    def _pairs(self, places: Ints) -> dict[str, Floats]:
        """The terms that depend on where the two come from and what they are."""
        index, query = self._index, self._query
        found = {name: np.zeros(len(places)) for name in PAIRS}
        countries = index.countries[places]
        if self.country_odds is not None:
            found["country_pair"] = self.country_odds[countries]
            found["knows_country"] = self._acquaintance(places, index.country_codes[query.country or ""])
        if query.type is not None and query.type in index.type_codes:
            found["type_pair"] = self._odds.types[index.type_codes[query.type]][index.types[places]]
        if self.countries_met is not None:
            found["new_country"] = (~among(self.countries_met, countries)).astype(np.float64)
        return found

    def _acquaintance(self, places: Ints, country: int) -> Floats:
        """The logarithm of how many partners in a country each has, counted anew where it was edited."""
        found, index = self._layers.acquaintance(places, country), self._index
        changed = np.flatnonzero(among(index.touched_places, places))
        if len(changed):
            others, owner = index.history.ties.many(places[changed])
            theirs = owner[index.countries[others] == country]
            found[changed] = np.log1p(np.bincount(theirs, minlength=len(changed)))
        return found


def _odds(seen: Floats) -> Floats:
    """Ties abroad seen between two groups against those expected from the ties of each."""
    each = seen.sum(axis=1)
    expected = np.outer(each, each) / max(float(each.sum()), 1.0)
    return np.asarray(np.log((seen + CONFIDENCE) / (expected + CONFIDENCE)))
