"""Metrics of ranked lists against later partners, and the Gini coefficient."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from math import log2

RECALL_DEPTH, NDCG_DEPTH = 50, 10


@dataclass(frozen=True)
class EvaluationResult:
    """One method on one sample: a line of the table."""

    sample: str
    method: str
    questions: int
    hit: float
    recall: float
    ndcg: float
    mrr: float
    shown: int
    seconds: float


def compute_metrics(
    sample: str,
    method: str,
    lists: Mapping[str, Sequence[str]],
    truths: Mapping[str, frozenset[str]],
    seconds: float,
) -> EvaluationResult:
    """Hit@10, Recall@50, NDCG@10, MRR@50, each averaged over questions with a truth; `shown`: distinct suggestions."""
    asked = sorted(name for name in lists if truths.get(name))
    pairs = [(lists[name], truths[name]) for name in asked]
    share = 1 / max(len(asked), 1)
    return EvaluationResult(
        sample=sample,
        method=method,
        questions=len(asked),
        hit=share * sum(not truth.isdisjoint(ranked[:NDCG_DEPTH]) for ranked, truth in pairs),
        recall=share
        * sum(len(truth.intersection(ranked[:RECALL_DEPTH])) / len(truth) for ranked, truth in pairs),
        ndcg=share * sum(ndcg(ranked, truth) for ranked, truth in pairs),
        mrr=share * sum(reciprocal_rank(ranked, truth) for ranked, truth in pairs),
        shown=len({one for ranked in lists.values() for one in ranked[:NDCG_DEPTH]}),
        seconds=seconds,
    )


def ndcg(ranked: Sequence[str], truth: frozenset[str]) -> float:
    """NDCG@10 with binary relevance: Σ_i rel_i / log2(i + 1), divided by the ideal; Järvelin and Kekäläinen, 2002."""
    gained = sum(1 / log2(at + 2) for at, one in enumerate(ranked[:NDCG_DEPTH]) if one in truth)
    return gained / sum(1 / log2(at + 2) for at in range(min(NDCG_DEPTH, len(truth))))


def reciprocal_rank(ranked: Sequence[str], truth: frozenset[str]) -> float:
    """1 / rank of the first partner among 50; 0 if there is none."""
    return next((1 / (at + 1) for at, one in enumerate(ranked[:RECALL_DEPTH]) if one in truth), 0.0)


def format_results(rows: Sequence[EvaluationResult]) -> str:
    """The results as text in columns."""
    head = ("sample", "method", "questions", "Hit@10", "Recall@50", "NDCG@10", "MRR@50", "shown", "s")
    cells = [head, *(_cells(row) for row in rows)]
    widths = [max(len(line[at]) for line in cells) for at in range(len(head))]
    return "\n".join(
        "  ".join(
            text.ljust(width) if at < 2 else text.rjust(width)
            for at, (text, width) in enumerate(zip(line, widths, strict=True))
        ).rstrip()
        for line in cells
    )


def _cells(row: EvaluationResult) -> tuple[str, ...]:
    figures = (row.hit, row.recall, row.ndcg, row.mrr)
    shares = tuple(f"{figure:.4f}" for figure in figures)
    return (row.sample, row.method, str(row.questions), *shares, str(row.shown), f"{row.seconds:.1f}")


def gini(counts: Mapping[int, int]) -> float:
    """The Gini coefficient of a distribution given as count → how many have it; 0 where nobody has anything.

    G = Σ_i (2 i − n − 1) x_i / (n Σ x_i) over x in ascending order.
    """
    whole = sum(count * many for count, many in counts.items())
    number, before, unevenly = sum(counts.values()), 0, 0
    for count, many in sorted(counts.items()):
        unevenly += count * many * (2 * before + many - number)
        before += many
    return unevenly / (number * whole) if whole else 0.0
