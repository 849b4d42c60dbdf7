"""Learns the weights of the history terms from a cluster's own past.

The past is cut in two by time, never at random: consortia are cliques, and a random cut would let each one give
itself away. From what was known before the cut, the weights are chosen that best foretell the partners found
since: one drawn by softmax from a pool of candidates should be among them. The weights are held back towards
those that one starts from, the more so the fewer the examples.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
from scipy.optimize import minimize

from app.matching.arrays import Floats
from app.matching.consortia import Consortia, Question, read_consortia, split_by_time
from app.matching.engine import Engine
from app.matching.weights import Weights, load_weights

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
    "near_by_topic",
    "track_record",
    "active_in_topic",
    "similar_profile",
    "same_partners",
    "knows_country",
    "country_pair",
    "type_pair",
)
POOLED_BY = (
    "partners_shared",
    "recent_partners",
    "near_by_topic",
    "track_record",
    "active_in_topic",
    "topic_depth",
    "similar_profile",
    "well_connected",
)
POOLED = 120
"""So many of the best by each of these terms are the candidates that the weights learn to order."""

SIGNS: Mapping[str, tuple[float | None, float | None]] = {"same_partners": (None, 0.0)}
UPWARDS = (0.0, None)
"""What may speak against somebody: nobody goes down for partners in common, or for being active."""

EXAMPLES = 800
FEWEST = 30
"""At most so many questions are learnt from; with fewer than that, or fewer that can be answered, nothing is learnt."""

RIDGE = 1.5
"""How strongly weights are drawn to where they start, against one question's voice."""

SEED = 20140101


@dataclass(frozen=True)
class Lesson:
    """Pools of candidates, one after another: their terms, whether they became partners, where each begins."""

    terms: npt.NDArray[np.float32]
    partner: npt.NDArray[np.float32]
    begins: npt.NDArray[np.int64]


def fit(folder: Path, *, start: Weights | None = None, progress: Progress | None = None) -> Weights:
    """Learn the weights from a folder of consortia; truths in it are not looked at."""
    return fit_weights(read_consortia(folder), start=start, progress=progress)


def fit_weights(
    consortia: Consortia, *, start: Weights | None = None, progress: Progress | None = None
) -> Weights:
    """Learn the weights from consortia, beginning at `start` (the ones that ship)."""
    start = start or load_weights()
    tell = progress or _silent
    past = split_by_time(consortia)
    engine = Engine(past.profiles, past.projects, weights=start)
    numbers = {name: number for number, name in enumerate(past.names)}
    learnt: dict[str, Mapping[str, float]] = {}
    counts: dict[str, int] = {}
    plan = {"warm": (past.warm, WARM_TERMS, start.warm), "cold": (past.cold, COLD_TERMS, start.cold)}
    for name, (questions, terms, before) in plan.items():
        chosen = _sample(questions)
        counts[name] = len(chosen)
        tell(f"{name}: {len(chosen)} questions of {len(questions)}")
        lesson = _lesson(engine, chosen, terms, numbers)
        if len(lesson.begins) >= FEWEST:
            learnt[name] = learn(lesson, terms, before)
    return start.changed(provenance=_provenance(past, counts), **learnt)


def learn(lesson: Lesson, names: Sequence[str], start: Mapping[str, float]) -> dict[str, float]:
    """The weights under which partners come before the others of their pool."""
    spread = lesson.terms.std(axis=0, dtype=np.float64)
    used = spread > 1e-9
    scale = np.where(used, spread, 1.0)
    origin = np.array([start.get(name, 0.0) for name in names]) * scale * used
    terms = (lesson.terms / scale).astype(np.float32) * used.astype(np.float32)
    bounds = [SIGNS.get(name, UPWARDS) for name in names]
    found = minimize(_loss, origin, args=(terms, lesson, origin), jac=True, method="L-BFGS-B", bounds=bounds)
    values = found.x / scale
    return {
        name: round(float(values[at]) if used[at] else start.get(name, 0.0), 4)
        for at, name in enumerate(names)
    }


def _loss(
    weights: Floats, terms: npt.NDArray[np.float32], lesson: Lesson, origin: Floats
) -> tuple[float, Floats]:
    """How surprising it is, on average, that a draw from each pool is a partner; and the slope of that."""
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


def _lesson(
    engine: Engine, questions: Sequence[Question], names: Sequence[str], numbers: Mapping[str, int]
) -> Lesson:
    terms, partner = [np.zeros((0, len(names)), dtype=np.float32)], [np.zeros(0, dtype=np.float32)]
    begins, filled = list[int](), 0
    for question in questions:
        columns, allowed = engine.candidates(question.asker)
        places = _pool(columns, allowed)
        truth = {engine.index.position[numbers[name]] for name in question.truth}
        is_partner = np.isin(places, sorted(truth)).astype(np.float32)
        if is_partner.any():
            begins.append(filled)
            filled += len(places)
            terms.append(np.column_stack([columns[name][places] for name in names]).astype(np.float32))
            partner.append(is_partner)
    return Lesson(np.vstack(terms), np.concatenate(partner), np.array(begins, dtype=np.int64))


def _pool(columns: Mapping[str, Floats], allowed: npt.NDArray[np.bool_]) -> npt.NDArray[np.int64]:
    """Those who are among the best by some term, in a fixed order."""
    places = np.flatnonzero(allowed)
    if len(places) <= POOLED:
        return places
    best = set[int]()
    for name in POOLED_BY:
        values = columns[name][places] + 1e-7 * columns["well_connected"][places]
        best.update(places[np.argpartition(-values, POOLED)[:POOLED]].tolist())
    return np.array(sorted(best), dtype=np.int64)


def _sample(questions: Sequence[Question]) -> list[Question]:
    """As many questions as are learnt from, the same ones each time."""
    order = np.random.default_rng(SEED).permutation(len(questions))[:EXAMPLES]
    return [questions[at] for at in sorted(order)]


def _provenance(past: Consortia, counts: Mapping[str, int]) -> dict[str, Any]:
    """What the weights were learnt from, for whoever reads the file."""
    newest = max(project.started for project in past.projects if project.started)
    return {
        "known": f"{len(past.profiles)} organisations and {len(past.projects)} projects until {newest.isoformat()}",
        "asked": {"warm": counts["warm"], "cold": counts["cold"]},
        "method": "odds that one drawn from a pool of candidates is a partner; ridge towards the weights begun with",
        "ridge": RIDGE,
    }


def _silent(message: str) -> None:
    """Say nothing."""
