"""Learns the weights of the terms from the past by conditional softmax with a ridge prior.

The split is by time, never random: consortia are cliques, and a random split would leak them. Minimised is
  L(w) = −(1/n) Σ_q ln( Σ_{i ∈ P_q} exp(w·f_i) / Σ_{i ∈ C_q} exp(w·f_i) ) + (RIDGE / n) ‖w − w₀‖²
over questions q with candidate pool C_q and later partners P_q ⊂ C_q, terms scaled to unit variance, w₀ the initial
weights; L-BFGS-B with sign bounds.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import numpy.typing as npt
from scipy.optimize import minimize

from app.matching.engine import Engine
from app.matching.evaluation.dataset import (
    ConsortiaDataset,
    EvaluationQuestion,
    read_consortia,
    split_by_time,
)
from app.matching.index.arrays import Floats
from app.matching.scoring.weights import Weights, load_weights

Progress = Callable[[str], None]

COLD_TERMS = (
    "track_record",
    "recent_record",
    "topic_depth",
    "similar_profile",
    "well_connected",
    "same_partners",
    "knows_country",
    "type_pair",
)
WARM_TERMS = (
    "partners_shared",
    "recent_partners",
    "walk_proximity",
    "track_record",
    "active_in_topic",
    "similar_profile",
    "same_partners",
    "knows_country",
    "country_pair",
    "type_pair",
)
POOL_TERMS = (
    "partners_shared",
    "recent_partners",
    "walk_proximity",
    "track_record",
    "active_in_topic",
    "topic_depth",
    "similar_profile",
    "well_connected",
)
POOL_SIZE_PER_TERM = 120
"""Each of POOL_TERMS contributes this many of its best candidates to the pool."""

SIGNS: Mapping[str, tuple[float | None, float | None]] = {"same_partners": (None, 0.0)}
NON_NEGATIVE = (0.0, None)
"""Default bounds: only terms in SIGNS may lower a score."""

MAX_EXAMPLES = 800
"""Questions that are used at most; below MIN_EXAMPLES nothing is learnt."""
MIN_EXAMPLES = 30
"""At most so many questions are learnt from; with fewer than that, or fewer that can be answered, nothing is learnt."""

RIDGE = 1.5
"""Strength of the ridge prior, in units of one question."""

SEED = 20140101


@dataclass(frozen=True)
class TrainingSet:
    """Pools one after another: terms, labels, and the start of each pool."""

    terms: npt.NDArray[np.float32]
    partner: npt.NDArray[np.float32]
    begins: npt.NDArray[np.int64]


def fit(folder: Path, *, start: Weights | None = None, progress: Progress | None = None) -> Weights:
    """Learn weights from a folder; its truths are not used."""
    return fit_weights(read_consortia(folder), start=start, progress=progress)


def fit_weights(
    consortia: ConsortiaDataset, *, start: Weights | None = None, progress: Progress | None = None
) -> Weights:
    """Learn weights from a dataset, starting at `start` (default: the shipped weights)."""
    start = start or load_weights()
    tell = progress or (lambda message: None)
    if not any(project.started for project in consortia.projects):
        tell("no project has a day, so nothing is learnt from the past")
        return start
    past = split_by_time(consortia)
    if not past.projects:
        tell("all projects began in one year, so nothing is learnt from the past")
        return start
    engine = Engine(past.profiles, past.projects, weights=start)
    numbers = {name: number for number, name in enumerate(past.names)}
    learnt: dict[str, Mapping[str, float]] = {}
    counts: dict[str, int] = {}
    plan = {"warm": (past.warm, WARM_TERMS, start.warm), "cold": (past.cold, COLD_TERMS, start.cold)}
    for name, (questions, terms, before) in plan.items():
        # A random sample, the same each time.
        order = np.random.default_rng(SEED).permutation(len(questions))[:MAX_EXAMPLES]
        chosen = [questions[at] for at in sorted(order)]
        counts[name] = len(chosen)
        tell(f"{name}: {len(chosen)} questions of {len(questions)}")
        lesson = build_training_set(engine, chosen, terms, numbers)
        if len(lesson.begins) >= MIN_EXAMPLES:
            learnt[name] = fit_softmax(lesson, terms, before)
    newest = max(project.started for project in past.projects if project.started)
    provenance = {
        "known": f"{len(past.profiles)} organisations and {len(past.projects)} projects until {newest.isoformat()}",
        "asked": {"warm": counts["warm"], "cold": counts["cold"]},
        "method": "odds that one drawn from a pool of candidates is a partner; ridge towards the weights begun with",
        "ridge": RIDGE,
    }
    return start.changed(provenance=provenance, **learnt)


def fit_softmax(lesson: TrainingSet, names: Sequence[str], start: Mapping[str, float]) -> dict[str, float]:
    """Minimise L; returns term → weight, rounded to four decimals."""
    spread = lesson.terms.std(axis=0, dtype=np.float64)
    used = spread > 1e-9
    scale = np.where(used, spread, 1.0)
    origin = np.array([start.get(name, 0.0) for name in names]) * scale * used
    terms = (lesson.terms / scale).astype(np.float32) * used.astype(np.float32)
    bounds = [SIGNS.get(name, NON_NEGATIVE) for name in names]
    found = minimize(
        softmax_loss, origin, args=(terms, lesson, origin), jac=True, method="L-BFGS-B", bounds=bounds
    )
    values = found.x / scale
    return {
        name: round(float(values[at]) if used[at] else start.get(name, 0.0), 4)
        for at, name in enumerate(names)
    }


def softmax_loss(
    weights: Floats, terms: npt.NDArray[np.float32], lesson: TrainingSet, origin: Floats
) -> tuple[float, Floats]:
    """L(w) and its gradient."""
    pools = np.diff(np.append(lesson.begins, len(terms)))
    scores = (terms @ weights.astype(np.float32)).astype(np.float64)
    top = np.maximum.reduceat(scores, lesson.begins)
    odds = np.exp(scores - np.repeat(top, pools))
    whole = np.add.reduceat(odds, lesson.begins)
    hits = odds * lesson.partner
    hit = np.maximum(np.add.reduceat(hits, lesson.begins), 1e-300)
    count = len(lesson.begins)
    pull = RIDGE / count * (weights - origin)
    surprise = float((np.log(whole) - np.log(hit)).sum())
    slope = terms.T @ (odds / np.repeat(whole, pools) - hits / np.repeat(hit, pools)).astype(np.float32)
    return surprise / count + float(pull @ (weights - origin)), slope / count + 2 * pull


def build_training_set(
    engine: Engine, questions: Sequence[EvaluationQuestion], names: Sequence[str], numbers: Mapping[str, int]
) -> TrainingSet:
    """Candidate pools of the questions with at least one later partner in the pool, with the terms `names` as columns."""
    terms, partner = [np.zeros((0, len(names)), dtype=np.float32)], [np.zeros(0, dtype=np.float32)]
    begins, filled = list[int](), 0
    for question in questions:
        columns, allowed = engine.candidates(question.asker)
        rows = candidate_pool(columns, allowed)
        truth = {engine.index.rows_by_id[numbers[name]] for name in question.truth}
        is_partner = np.isin(rows, sorted(truth)).astype(np.float32)
        if is_partner.any():
            begins.append(filled)
            filled += len(rows)
            terms.append(np.column_stack([columns[name][rows] for name in names]).astype(np.float32))
            partner.append(is_partner)
    return TrainingSet(np.vstack(terms), np.concatenate(partner), np.array(begins, dtype=np.int64))


def candidate_pool(columns: Mapping[str, Floats], allowed: npt.NDArray[np.bool_]) -> npt.NDArray[np.int64]:
    """Rows among the best by some term, ascending."""
    rows = np.flatnonzero(allowed)
    if len(rows) <= POOL_SIZE_PER_TERM:
        return rows
    best = set[int]()
    for name in POOL_TERMS:
        values = columns[name][rows] + 1e-7 * columns["well_connected"][rows]
        best.update(rows[np.argpartition(-values, POOL_SIZE_PER_TERM)[:POOL_SIZE_PER_TERM]].tolist())
    return np.array(sorted(best), dtype=np.int64)
