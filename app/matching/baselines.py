"""Simple ways of ranking partners, to stand beside the engine: popularity, link predictors, walks, counts.

All see the same graph and leave out the same organisations as the engine does.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from functools import cached_property
from math import log

import networkx as nx
import numpy as np

from app.matching.arrays import Floats, Ints, gathered
from app.matching.engine import Engine
from app.matching.graph import Undirected
from app.matching.listing import best_places
from app.matching.paths import Paths
from app.matching.records import Brief

Ranking = Callable[[int | Brief, int], list[int]]
Predictor = Callable[[Undirected, Iterable[tuple[int, int]]], Iterable[tuple[int, int, float]]]

NETWORKX: Mapping[str, Predictor] = {
    "networkx Adamic–Adar": nx.adamic_adar_index,
    "networkx resource allocation": nx.resource_allocation_index,
    "networkx Jaccard": nx.jaccard_coefficient,
}


class Baselines:
    """Rankings over the same index as an engine's."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        self._index = engine.index
        self._paths = Paths(engine.index.history, engine.index.size)
        self._popular = self._paths.degree

    def warm(self) -> dict[str, Ranking]:
        """Rankings for organisations with a past."""
        paths = self._paths
        return {
            "popularity": self._by(lambda place: self._popular),
            "Adamic–Adar": self._by(paths.adamic_adar),
            "resource allocation": self._by(paths.resource_allocation),
            "Jaccard": self._by(paths.jaccard),
            "walk": self._by(lambda place: paths.walk(place, 0.0)),
            "walk with topics": self._by(paths.walk),
        }

    def cold(self) -> dict[str, Ranking]:
        """Rankings for newcomers, known by the topics of a brief."""
        return {
            "popularity": self._for(lambda asked: self._popular),
            "cosine": self._for(self._cosine),
            "counts": self._for(self._counts),
        }

    def networkx(self) -> dict[str, Ranking]:
        """networkx's own predictors on the graph of organisations; slow, so meant for a sample."""
        joined = self._engine.graph.collaboration()
        return {name: self._predicted(joined, predictor) for name, predictor in NETWORKX.items()}

    def _by(self, values: Callable[[int], Floats]) -> Ranking:
        def rank(asker: int | Brief, k: int) -> list[int]:
            assert isinstance(asker, int)
            return self._best(values(self._index.position[asker]), asker, k)

        return rank

    def _for(self, values: Callable[[Floats], Floats]) -> Ranking:
        def rank(asker: int | Brief, k: int) -> list[int]:
            assert isinstance(asker, Brief)
            asked = np.zeros(len(self._index.codes))
            for code in asker.topics & self._index.concepts.keys():
                asked[self._index.concepts[code]] = 1.0
            return self._best(values(asked), asker, k)

        return rank

    def _counts(self, asked: Floats) -> Floats:
        """Σ idf × log(1 + projects about it)."""
        concepts, owner, counts = self._record
        weights = (asked * self._inverse_frequency)[concepts]
        return gathered(owner, np.log1p(counts) * weights, self._index.size)

    def _cosine(self, asked: Floats) -> Floats:
        """The angle between the brief and what an organisation has ever worked on, each topic once."""
        concepts, owner, _ = self._record
        squares = self._inverse_frequency**2
        length = np.sqrt(np.maximum(gathered(owner, squares[concepts], self._index.size), 1e-18))
        return np.asarray(gathered(owner, (asked * squares)[concepts], self._index.size) / length)

    @cached_property
    def _record(self) -> tuple[Ints, Ints, Floats]:
        everybody, history = np.arange(self._index.size), self._index.history
        return *history.record.many(everybody), history.record_counts.many(everybody)[0]

    @cached_property
    def _inverse_frequency(self) -> Floats:
        holders = np.maximum(self._index.history.record_holders, 1)
        return np.asarray(log(max(self._index.total, 1)) - np.log(holders))

    def _predicted(self, joined: Undirected, predictor: Predictor) -> Ranking:
        def rank(asker: int | Brief, k: int) -> list[int]:
            assert isinstance(asker, int)
            near = {two for one in joined[asker] for two in joined[one]} - {asker, *joined[asker]}
            values = np.zeros(self._index.size)
            for _, other, value in predictor(joined, [(asker, one) for one in sorted(near)]):
                values[self._index.position[other]] = value
            return self._best(values, asker, k)

        return rank

    def _best(self, values: Floats, asker: int | Brief, k: int) -> list[int]:
        places = np.flatnonzero(self._engine.allowed(asker))
        ids = self._index.ids[places]
        return [int(ids[at]) for at in best_places(ids, np.round(values[places], 12), k)]
