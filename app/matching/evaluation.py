"""Measures the engine on real consortia, beside simpler ways and networkx's own predictors, in one run."""

from __future__ import annotations

import csv
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from time import perf_counter

import numpy as np

from app.matching.baselines import Baselines, Ranking
from app.matching.consortia import Consortia, Question, read_consortia, split_by_time
from app.matching.engine import Engine
from app.matching.fitting import Progress, fit_weights
from app.matching.measures import LONG, Row, measure, table
from app.matching.weights import Weights

SAMPLE = 300
SAMPLE_SEED = 300


def evaluate(
    folder: Path, *, weights: Weights | None = None, sample: int = SAMPLE, progress: Progress | None = None
) -> list[Row]:
    """Measure every way of ranking on the questions of a folder; `table` makes text of the rows.

    Without `weights` they are learnt from the folder's own past first, whose truths stay unseen. networkx's
    predictors answer a sample of the questions, beside the engine on the same ones.
    """
    consortia = read_consortia(folder)
    return evaluate_consortia(
        consortia, weights or fit_weights(consortia, progress=progress), sample, progress
    )


def evaluate_consortia(
    consortia: Consortia, weights: Weights, sample: int = SAMPLE, progress: Progress | None = None
) -> list[Row]:
    """Measure every way of ranking on consortia that have been read."""
    engine = _engine(consortia, weights)
    simple = Baselines(engine)
    some = _sample(consortia.warm, sample)
    networkx = {**simple.networkx(), "Adamic–Adar": simple.warm()["Adamic–Adar"], "the engine": engine.rank}
    plan: list[tuple[str, Sequence[Question], dict[str, Ranking]]] = [
        ("warm", consortia.warm, {**simple.warm(), "the engine": engine.rank}),
        ("cold", consortia.cold, {**simple.cold(), "the engine": engine.rank}),
        (f"warm, {len(some)} sampled", some, networkx),
    ]
    rows = []
    for name, questions, methods in plan:
        for method, ranking in methods.items() if questions else ():
            rows.append(_row(name, method, questions, ranking, consortia.names))
            if progress:
                progress(table(rows[-1:]).splitlines()[-1])
    return rows


def evaluate_past(folder: Path, *, weights: Weights, progress: Progress | None = None) -> list[Row]:
    """Measure on a split inside the folder's own past, for whoever tunes: its truths are not looked at."""
    return evaluate_consortia(split_by_time(read_consortia(folder)), weights, progress=progress)


def suggest_file(
    folder: Path, out: Path, *, weights: Weights | None = None, progress: Progress | None = None
) -> int:
    """Write query, partner and rank of the 50 best for all warm, then all cold questions; returns the rows.

    Without `weights` they are learnt from the folder's own past first.
    """
    consortia = read_consortia(folder)
    engine = _engine(consortia, weights or fit_weights(consortia, progress=progress))
    written = 0
    with out.open("w", encoding="utf-8", newline="") as file:
        rows = csv.writer(file, lineterminator="\n")
        rows.writerow(("query", "partner", "rank"))
        for at, question in enumerate([*consortia.warm, *consortia.cold]):
            ranked = engine.rank(question.asker, LONG)
            rows.writerows(
                (question.name, consortia.names[one], place) for place, one in enumerate(ranked, 1)
            )
            written += len(ranked)
            if progress and at % 500 == 499:
                progress(f"{at + 1} questions answered")
    return written


def _engine(consortia: Consortia, weights: Weights) -> Engine:
    """An engine that ranks by fit alone: no country is held back for the sake of the list."""
    return Engine(consortia.profiles, consortia.projects, weights=replace(weights, repeat_country=0.0))


def _row(
    sample: str, method: str, questions: Sequence[Question], ranking: Ranking, names: Sequence[str]
) -> Row:
    began = perf_counter()
    lists = {one.name: [names[other] for other in ranking(one.asker, LONG)] for one in questions}
    taken = perf_counter() - began
    return measure(sample, method, lists, {one.name: one.truth for one in questions}, taken)


def _sample(questions: Sequence[Question], count: int) -> list[Question]:
    order = np.random.default_rng(SAMPLE_SEED).permutation(len(questions))[:count]
    return [questions[at] for at in sorted(order)]
