"""Learns the weights of the terms from the past by conditional softmax with a ridge prior.

The split is by time, never random: consortia are cliques, and a random split would leak them. Minimised is
  L(w) = −(1/n) Σ_q ln( Σ_{i ∈ P_q} exp(w·f_i) / Σ_{i ∈ C_q} exp(w·f_i) ) + (RIDGE / n) ‖w − w₀‖²
over questions q with candidate pool C_q and later partners P_q ⊂ C_q, terms scaled to unit variance, w₀ the initial
weights; L-BFGS-B with sign bounds.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
from scipy.optimize import minimize

from app.matching.engine import Engine
from app.matching.evaluation.dataset import (
    ConsortiaDataset,
    EvaluationQuestion,
    partners_by_organisation,
    read_consortia,
    split_by_time,
)
from app.matching.evaluation.metrics import NDCG_DEPTH
from app.matching.index.arrays import Floats
from app.matching.scoring.weights import Regime, Weights, load_weights

Progress = Callable[[str], None]

FACET_TERMS = ("region_record", "region_profile", "programme_record", "programme_profile")
TERMS: Mapping[Regime, Sequence[Sequence[str]]] = {
    Regime.WARM: (
        (
            "partners_shared", "recent_partners", "walk_proximity", "track_record", "active_in_topic",
            "similar_profile", "same_partners", "knows_country", "country_pair", "type_pair",
        ),
        ("well_connected", "recent_record", "topic_depth", *FACET_TERMS),
    ),
    Regime.UNTIED: (
        (
            "track_record", "recent_record", "topic_depth", "similar_profile", "well_connected",
            "same_partners", "knows_country", "type_pair",
        ),
        ("active_in_topic", "country_pair", *FACET_TERMS),
    ),
    Regime.COLD: (
        (
            "track_record", "recent_record", "topic_depth", "similar_profile", "well_connected",
            "same_partners", "knows_country", "type_pair",
        ),
        ("active_in_topic", "country_pair", *FACET_TERMS),
    ),
}  # fmt: skip
"""For each regime the terms that are learnt, and further ones that are kept where they help on the held-back slice."""
WALK_EXPONENTS = (0.0, 0.5, 1.0)
"""ε of walk_proximity that are compared; the smallest of those as good as each other is kept."""
POOL_TERMS = (
    "partners_shared",
    "recent_partners",
    "walk_proximity",
    "track_record",
    "active_in_topic",
    "topic_depth",
    "similar_profile",
    "well_connected",
    *FACET_TERMS,
)
POOL_SIZE_PER_TERM = 120
"""Each of POOL_TERMS contributes this many of its best candidates to the pool."""

SIGNS: Mapping[str, tuple[float | None, float | None]] = {"same_partners": (None, 0.0)}
NON_NEGATIVE = (0.0, None)
"""Default bounds: only terms in SIGNS may lower a score."""

MAX_EXAMPLES = 800
"""Questions that are used at most."""
MIN_EXAMPLES = 30
"""With fewer questions that can be answered nothing is learnt."""
FOLDS = 3
"""Slices of the questions, of which each is held back in turn; what was learnt on the others must be better there."""
MIN_GAIN = 1.0
"""By how many standard errors of the paired difference of NDCG@10 it must be better."""

RIDGE = 1.5
"""Strength of the ridge prior, in units of one question."""

SEED = 20140101


@dataclass(frozen=True)
class TrainingSet:
    """Pools one after another: terms, labels, the start of each pool, and how many later partners each question has."""

    terms: npt.NDArray[np.float32]
    partner: npt.NDArray[np.float32]
    begins: npt.NDArray[np.int64]
    wanted: npt.NDArray[np.int64]

    @property
    def ends(self) -> npt.NDArray[np.int64]:
        """The end of each pool."""
        return np.append(self.begins[1:], len(self.terms))

    def chosen(self, which: npt.NDArray[np.bool_], columns: Sequence[int]) -> TrainingSet:
        """Some of the pools, with some of the terms."""
        lengths = self.ends - self.begins
        rows = np.repeat(which, lengths)
        begins = np.cumsum(np.append(0, lengths[which]))[:-1]
        return TrainingSet(self.terms[rows][:, columns], self.partner[rows], begins, self.wanted[which])


@dataclass(frozen=True)
class Lesson:
    """What was learnt in one regime: weights, ε, and NDCG@10 on the held-back slice before and after."""

    weights: Mapping[str, float]
    walk_exponent: float
    before: float
    after: float
    better: bool


def fit(folder: Path, *, start: Weights | None = None, progress: Progress | None = None) -> Weights:
    """Learn weights from a folder; its truths are not used."""
    return fit_weights(read_consortia(folder), start=start, progress=progress)


def fit_weights(
    consortia: ConsortiaDataset, *, start: Weights | None = None, progress: Progress | None = None
) -> Weights:
    """Learn weights from a dataset, starting at `start` (default: the shipped weights).

    Each regime is learnt apart, and keeps the weights of `start` where those learnt are not better on questions held back.
    """
    start = start or load_weights()
    tell = progress or (lambda message: None)
    if not any(project.started for project in consortia.projects):
        tell("No project has a day, so nothing is learnt from the past.")
        return start
    past = split_by_time(consortia)
    if not past.projects:
        tell("All projects began in one year, so nothing is learnt from the past.")
        return start
    engine = Engine(past.profiles, past.projects, weights=start.changed(walk_exponent=0.0))
    numbers = {name: number for number, name in enumerate(past.names)}
    newest = max(project.started for project in past.projects if project.started)
    tell(f"Known are {len(past.profiles)} organisations and {len(past.projects)} projects until {newest}.")
    met = partners_by_organisation(past.projects)
    tied = [one for one in past.warm if isinstance(one.asker, int) and met[one.asker]]
    questions = {
        Regime.WARM: tied,
        Regime.UNTIED: [one for one in past.warm if isinstance(one.asker, int) and not met[one.asker]],
        Regime.COLD: past.cold,
    }
    changed: dict[str, Any] = {}
    for regime, some in questions.items():
        lesson = _learn_regime(engine, regime, some, numbers, start, tell)
        if lesson:
            changed[regime.value] = lesson.weights
            if regime is Regime.WARM:
                changed["walk_exponent"] = lesson.walk_exponent
    if not changed:
        return start
    provenance = {
        "known": f"{len(past.profiles)} organisations and {len(past.projects)} projects until {newest.isoformat()}",
        "asked": {regime.value: min(len(some), MAX_EXAMPLES) for regime, some in questions.items()},
        "learnt": [regime.value for regime in Regime if regime.value in changed],
        "method": "odds that one drawn from a pool of candidates is a partner; ridge towards the weights begun with",
        "ridge": RIDGE,
    }
    return start.changed(provenance=provenance, **changed)


def _learn_regime(
    engine: Engine,
    regime: Regime,
    questions: Sequence[EvaluationQuestion],
    numbers: Mapping[str, int],
    start: Weights,
    tell: Progress,
) -> Lesson | None:
    """What the questions of a regime teach, or None where it is not better than `start` or they are too few."""
    # A random sample, the same each time.
    order = np.random.default_rng(SEED).permutation(len(questions))[:MAX_EXAMPLES]
    base, more = TERMS[regime]
    names = [*base, *more]
    pools = build_training_set(engine, [questions[at] for at in sorted(order)], names, numbers)
    if len(pools.begins) < MIN_EXAMPLES:
        tell(f"{regime}: {len(pools.begins)} questions, too few to learn from; the weights stay.")
        return None
    lesson = _best_lesson(pools, names, len(base), start.learnt(regime), start.walk_exponent, regime)
    tell(
        f"{regime}: {len(pools.begins)} questions of {len(questions)}; NDCG@10 {lesson.before:.4f} by the weights"
        f" before, {lesson.after:.4f} on questions held back from learning, walk divided by degree^"
        f"{lesson.walk_exponent:g};"
        f" {'the learnt weights count' if lesson.better else 'not better, so the weights stay'}."
    )
    return lesson if lesson.better else None


def _best_lesson(
    pools: TrainingSet,
    names: Sequence[str],
    base: int,
    start: Mapping[str, float],
    start_exponent: float,
    regime: Regime,
) -> Lesson:
    """The variant that is best on questions held back, learnt again on all questions.

    Variants are the first `base` terms or all of them, then the walk's exponents; each must be better by MIN_GAIN than what
    came before it. Each of FOLDS slices is held back in turn.
    """

    def held_back_ndcg(lesson: TrainingSet, count: int) -> Floats:
        found = np.zeros(len(lesson.begins))
        for fold in range(FOLDS):
            held_back = np.arange(len(found)) % FOLDS == fold
            learnt = fit_softmax(lesson.chosen(~held_back, range(count)), names[:count], start)
            weights = np.array([learnt.get(name, 0.0) for name in names])
            found[held_back] = _ndcg_by_pool(lesson.chosen(held_back, range(len(names))), weights)
        return found

    at_start = np.array([start.get(name, 0.0) for name in names])
    before = best = _ndcg_by_pool(_with_exponent(pools, names, start_exponent), at_start)
    tried = list[Floats]()
    weights, exponent, count = start, start_exponent, base
    lesson = _with_exponent(pools, names, exponent)
    for wider in (base, len(names)):
        after = held_back_ndcg(lesson, wider)
        tried.append(after)
        if _gain(best, after) > 0:
            best, count, weights = after, wider, {}
    for other in WALK_EXPONENTS if regime is Regime.WARM else ():
        if other != exponent:
            after = held_back_ndcg(_with_exponent(pools, names, other), count)
            tried.append(after)
            if _gain(best, after) > 0:
                best, exponent, weights = after, other, {}
    if not weights:
        lesson = _with_exponent(pools, names, exponent)
        every = np.ones(len(pools.begins), dtype=np.bool_)
        weights = fit_softmax(lesson.chosen(every, range(count)), names[:count], start)
    after = best if weights is not start else max(tried, key=np.mean)
    return Lesson(weights, exponent, float(before.mean()), float(after.mean()), weights is not start)


def _gain(before: Floats, after: Floats) -> float:
    """Mean difference less MIN_GAIN standard errors of it."""
    difference = after - before
    return float(difference.mean() - MIN_GAIN * difference.std() / np.sqrt(max(len(difference), 1)))


def _with_exponent(pools: TrainingSet, names: Sequence[str], exponent: float) -> TrainingSet:
    """The pools with walk_proximity as it is at ε, given what it is at 0 and ln(1 + partners)."""
    if not exponent or "walk_proximity" not in names:
        return pools
    terms = pools.terms.copy()
    walk, partners = names.index("walk_proximity"), np.expm1(terms[:, names.index("well_connected")])
    terms[:, walk] = np.log1p(np.expm1(terms[:, walk]) / np.maximum(partners, 1) ** exponent)
    return replace(pools, terms=terms)


def _ndcg_by_pool(pools: TrainingSet, weights: Floats) -> Floats:
    """NDCG@10 of each question when its pool is ordered by w·f; partners outside the pool count as missed."""
    scores = pools.terms @ weights.astype(np.float32)
    discounts = 1 / np.log2(np.arange(NDCG_DEPTH) + 2)
    found = []
    for begin, end, wanted in zip(pools.begins, pools.ends, pools.wanted, strict=True):
        best = np.argsort(-scores[begin:end], kind="stable")[:NDCG_DEPTH]
        gained = pools.partner[begin:end][best] @ discounts[: len(best)]
        found.append(gained / discounts[:wanted].sum())
    return np.array(found)


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
    begins, wanted, filled = list[int](), list[int](), 0
    for question in questions:
        columns, allowed = engine.candidates(question.asker)
        rows = candidate_pool(columns, allowed)
        truth = {engine.index.rows_by_id[numbers[name]] for name in question.truth}
        is_partner = np.isin(rows, sorted(truth)).astype(np.float32)
        if is_partner.any():
            begins.append(filled)
            wanted.append(len(truth))
            filled += len(rows)
            found = [columns[name][rows] if name in columns else np.zeros(len(rows)) for name in names]
            terms.append(np.column_stack(found).astype(np.float32))
            partner.append(is_partner)
    return TrainingSet(
        np.vstack(terms),
        np.concatenate(partner),
        np.array(begins, dtype=np.int64),
        np.array(wanted, dtype=np.int64),
    )


def candidate_pool(columns: Mapping[str, Floats], allowed: npt.NDArray[np.bool_]) -> npt.NDArray[np.int64]:
    """Rows among the best by some term, ascending."""
    rows = np.flatnonzero(allowed)
    if len(rows) <= POOL_SIZE_PER_TERM:
        return rows
    best = set[int]()
    for name in columns.keys() & set(POOL_TERMS):
        values = columns[name][rows] + 1e-7 * columns["well_connected"][rows]
        best.update(rows[np.argpartition(-values, POOL_SIZE_PER_TERM)[:POOL_SIZE_PER_TERM]].tolist())
    return np.array(sorted(best), dtype=np.int64)
