"""Baseline rankings: popularity, link predictors, random walks, counts; with the engine's candidates and filter."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from functools import cached_property
from math import log

import networkx as nx
import numpy as np

from app.matching.diversity import top_k_rows
from app.matching.engine import Engine
from app.matching.graph import Undirected
from app.matching.index.arrays import Floats, Ints, sum_by_owner
from app.matching.records import Brief
from app.matching.scoring.random_walk import LinkPredictors

Ranking = Callable[[int | Brief, int], list[int]]
Predictor = Callable[[Undirected, Iterable[tuple[int, int]]], Iterable[tuple[int, int, float]]]

NETWORKX: Mapping[str, Predictor] = {
    "networkx Adamic–Adar": nx.adamic_adar_index,
    "networkx resource allocation": nx.resource_allocation_index,
    "networkx Jaccard": nx.jaccard_coefficient,
}


class Baselines:
    """Baselines over an engine's index."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        self._index = engine.index
        self._predictors = LinkPredictors(engine.index.history, engine.index.size)
        self._popular = self._predictors.degree

    def warm(self) -> dict[str, Ranking]:
        """Rankings for organisations with past partners."""
        predictors = self._predictors
        return {
            "popularity": self._by(lambda row: self._popular),
            "Adamic–Adar": self._by(predictors.adamic_adar),
            "resource allocation": self._by(predictors.resource_allocation),
            "Jaccard": self._by(predictors.jaccard),
            "walk": self._by(lambda row: predictors.walk(row, 0.0)),
            "walk with topics": self._by(predictors.walk),
        }

    def cold(self) -> dict[str, Ranking]:
        """Rankings for newcomers, by the topics of a brief."""
        return {
            "popularity": self._for(lambda asked: self._popular),
            "cosine": self._for(self._cosine),
            "counts": self._for(self._counts),
        }

    def networkx(self) -> dict[str, Ranking]:
        """networkx's predictors on the projected graph; slow, meant for a sample."""
        joined = self._engine.graph.collaboration()
        return {name: self._predicted(joined, predictor) for name, predictor in NETWORKX.items()}

    def _by(self, values: Callable[[int], Floats]) -> Ranking:
        def rank(asker: int | Brief, k: int) -> list[int]:
            assert isinstance(asker, int)
            return self._best(values(self._index.rows_by_id[asker]), asker, k)

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
        """Σ over asked topics of idf · ln(1 + projects)."""
        concepts, owner, counts = self._record
        weights = (asked * self._inverse_frequency)[concepts]
        return sum_by_owner(owner, np.log1p(counts) * weights, self._index.size)

    def _cosine(self, asked: Floats) -> Floats:
        """Cosine of TF-IDF vectors with binary term frequency."""
        concepts, owner, _ = self._record
        squares = self._inverse_frequency**2
        length = np.sqrt(np.maximum(sum_by_owner(owner, squares[concepts], self._index.size), 1e-18))
        return np.asarray(sum_by_owner(owner, (asked * squares)[concepts], self._index.size) / length)

    @cached_property
    def _record(self) -> tuple[Ints, Ints, Floats]:
        everybody, history = np.arange(self._index.size), self._index.history
        return *history.record.gather(everybody), history.record_counts.gather(everybody)[0]

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
                values[self._index.rows_by_id[other]] = value
            return self._best(values, asker, k)

        return rank

    def _best(self, values: Floats, asker: int | Brief, k: int) -> list[int]:
        rows = np.flatnonzero(self._engine.allowed(asker))
        ids = self._index.ids[rows]
        return [int(ids[at]) for at in top_k_rows(ids, np.round(values[rows], 12), k)]
