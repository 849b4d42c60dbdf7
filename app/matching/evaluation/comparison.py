"""Evaluates the engine on real consortia beside the baselines."""

from __future__ import annotations

import csv
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import replace
from functools import cached_property
from math import log
from pathlib import Path
from time import perf_counter

import networkx as nx
import numpy as np

from app.matching.diversity import top_k_rows
from app.matching.engine import Engine
from app.matching.evaluation.dataset import (
    ConsortiaDataset,
    EvaluationQuestion,
    read_consortia,
)
from app.matching.evaluation.metrics import RECALL_DEPTH, EvaluationResult, compute_metrics, format_results
from app.matching.evaluation.weight_fitting import Progress, fit_weights
from app.matching.graph import Undirected
from app.matching.index.arrays import Floats, Ints, sum_by_owner
from app.matching.records import Brief
from app.matching.scoring.random_walk import LinkPredictors
from app.matching.scoring.weights import Regime, Weights

ENGINE, WITH_A_PAST = "the engine", "with a past"
SAMPLE_SIZE = 300
SAMPLE_SEED = 300


def evaluate(
    folder: Path,
    *,
    weights: Weights | None = None,
    sample: int = SAMPLE_SIZE,
    progress: Progress | None = None,
) -> list[EvaluationResult]:
    """Evaluate all methods on the questions of a folder.

    Without `weights` they are learnt from the folder's past first. Results come by regime of the questions; networkx's
    predictors answer a sample of them.
    """
    consortia = read_consortia(folder)
    return evaluate_consortia(
        consortia, weights or fit_weights(consortia, progress=progress), sample, progress
    )


def evaluate_consortia(
    consortia: ConsortiaDataset, weights: Weights, sample: int = SAMPLE_SIZE, progress: Progress | None = None
) -> list[EvaluationResult]:
    """Evaluate all methods on a dataset."""
    engine = _engine(consortia, weights)
    simple = Baselines(engine)
    order = np.random.default_rng(SAMPLE_SEED).permutation(len(consortia.warm))[:sample]
    some = [consortia.warm[at] for at in sorted(order)]
    networkx = {**simple.networkx(), "Adamic–Adar": simple.warm()["Adamic–Adar"], ENGINE: engine.rank}
    regimes = {
        regime: frozenset(
            one.name for one in consortia.warm if engine.prepare(one.asker)[0].query.regime is regime
        )
        for regime in Regime
    }
    plan: list[tuple[dict[str, frozenset[str]], Sequence[EvaluationQuestion], dict[str, Ranking]]] = [
        (
            {
                WITH_A_PAST: frozenset(one.name for one in consortia.warm),
                "warm": regimes[Regime.WARM],
                "past without ties": regimes[Regime.UNTIED],
            },
            consortia.warm,
            {**simple.warm(), ENGINE: engine.rank},
        ),
        (
            {"cold": frozenset(one.name for one in consortia.cold)},
            consortia.cold,
            {**simple.cold(), ENGINE: engine.rank},
        ),
        ({f"{WITH_A_PAST}, {len(some)} sampled": frozenset(one.name for one in some)}, some, networkx),
    ]
    rows = []
    for samples, questions, methods in plan:
        truths = {one.name: one.truth for one in questions}
        for method, ranking in methods.items() if questions else ():
            began = perf_counter()
            lists = {
                one.name: [consortia.names[other] for other in ranking(one.asker, RECALL_DEPTH)]
                for one in questions
            }
            taken = perf_counter() - began
            for name, asked in samples.items():
                if asked:
                    here = {one: lists[one] for one in lists if one in asked}
                    rows.append(compute_metrics(name, method, here, truths, taken * len(asked) / len(lists)))
            if progress:
                progress(format_results(rows[-1:]).splitlines()[-1])
    first = list(dict.fromkeys(row.sample for row in rows))
    return sorted(rows, key=lambda row: first.index(row.sample))


def suggest_file(
    folder: Path, out: Path, *, weights: Weights | None = None, progress: Progress | None = None
) -> int:
    """Write query, partner and rank of the 50 best for all questions as CSV; returns the number of rows.

    Without `weights` they are learnt from the folder's past first.
    """
    consortia = read_consortia(folder)
    engine = _engine(consortia, weights or fit_weights(consortia, progress=progress))
    written = 0
    with out.open("w", encoding="utf-8", newline="") as file:
        rows = csv.writer(file, lineterminator="\n")
        rows.writerow(("query", "partner", "rank"))
        for at, question in enumerate([*consortia.warm, *consortia.cold]):
            ranked = engine.rank(question.asker, RECALL_DEPTH)
            rows.writerows((question.name, consortia.names[one], row) for row, one in enumerate(ranked, 1))
            written += len(ranked)
            if progress and at % 500 == 499:
                progress(f"{at + 1} questions answered")
    return written


def _engine(consortia: ConsortiaDataset, weights: Weights) -> Engine:
    """An engine without diversity penalty."""
    return Engine(consortia.profiles, consortia.projects, weights=replace(weights, repeat_country=0.0))


# --- Baselines ----------------------------------------------------------------------------------------------


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
        """Rankings for organisations with a past."""
        predictors = self._predictors
        return {
            "popularity": self._by(lambda row: self._popular),
            "Adamic–Adar": self._by(predictors.adamic_adar),
            "resource allocation": self._by(predictors.resource_allocation),
            "Jaccard": self._by(predictors.jaccard),
            "walk": self._by(lambda row: predictors.walk(row, 0.0)),
            "walk with topics": self._by(predictors.walk),
            "cosine": self._for(self._cosine),
            "counts": self._for(self._counts),
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
            asked = np.zeros(len(self._index.codes))
            if isinstance(asker, Brief):
                asked[[self._index.concepts[code] for code in asker.topics & self._index.concepts.keys()]] = (
                    1.0
                )
            else:
                asked[self._index.history.record.row(self._index.rows_by_id[asker])] = 1.0
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
