"""Evaluates the engine on real consortia beside the baselines."""

from __future__ import annotations

import csv
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from time import perf_counter

import numpy as np

from app.matching.engine import Engine
from app.matching.evaluation.baselines import Baselines, Ranking
from app.matching.evaluation.dataset import (
    ConsortiaDataset,
    EvaluationQuestion,
    read_consortia,
    split_by_time,
)
from app.matching.evaluation.metrics import RECALL_DEPTH, EvaluationResult, compute_metrics, format_results
from app.matching.evaluation.weight_fitting import Progress, fit_weights
from app.matching.scoring.weights import Weights

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

    Without `weights` they are learnt from the folder's past first. networkx's predictors answer a sample of questions.
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
    networkx = {**simple.networkx(), "Adamic–Adar": simple.warm()["Adamic–Adar"], "the engine": engine.rank}
    plan: list[tuple[str, Sequence[EvaluationQuestion], dict[str, Ranking]]] = [
        ("warm", consortia.warm, {**simple.warm(), "the engine": engine.rank}),
        ("cold", consortia.cold, {**simple.cold(), "the engine": engine.rank}),
        (f"warm, {len(some)} sampled", some, networkx),
    ]
    rows = []
    for name, questions, methods in plan:
        for method, ranking in methods.items() if questions else ():
            began = perf_counter()
            lists = {
                one.name: [consortia.names[other] for other in ranking(one.asker, RECALL_DEPTH)]
                for one in questions
            }
            taken, truths = perf_counter() - began, {one.name: one.truth for one in questions}
            rows.append(compute_metrics(name, method, lists, truths, taken))
            if progress:
                progress(format_results(rows[-1:]).splitlines()[-1])
    return rows


def evaluate_past(
    folder: Path, *, weights: Weights, progress: Progress | None = None
) -> list[EvaluationResult]:
    """Evaluate on a split inside the folder's past, for tuning; its truths are not used."""
    return evaluate_consortia(split_by_time(read_consortia(folder)), weights, progress=progress)


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
