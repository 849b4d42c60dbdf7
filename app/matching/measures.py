"""How good ranked lists are, against the partners that organisations found later."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from math import log2

LONG, SHORT = 50, 10


@dataclass(frozen=True)
class Row:
    """One way of ranking, measured: a line of the table."""

    sample: str
    method: str
    questions: int
    hit: float
    recall: float
    ndcg: float
    mrr: float
    shown: int
    seconds: float


def measure(
    sample: str,
    method: str,
    lists: Mapping[str, Sequence[str]],
    truths: Mapping[str, frozenset[str]],
    seconds: float,
) -> Row:
    """Hit@10, Recall@50, NDCG@10, MRR@50 over the questions that have an answer, and how many were shown.

    `lists` and `truths` map a question's name to ranked and to found partners.
    """
    asked = sorted(name for name in lists if truths.get(name))
    pairs = [(lists[name], truths[name]) for name in asked]
    share = 1 / max(len(asked), 1)
    return Row(
        sample=sample,
        method=method,
        questions=len(asked),
        hit=share * sum(not truth.isdisjoint(ranked[:SHORT]) for ranked, truth in pairs),
        recall=share * sum(len(truth.intersection(ranked[:LONG])) / len(truth) for ranked, truth in pairs),
        ndcg=share * sum(ndcg(ranked, truth) for ranked, truth in pairs),
        mrr=share * sum(reciprocal_rank(ranked, truth) for ranked, truth in pairs),
        shown=len({one for ranked in lists.values() for one in ranked[:SHORT]}),
        seconds=seconds,
    )


def ndcg(ranked: Sequence[str], truth: frozenset[str]) -> float:
    """What the first ten are worth, lower places counting less, as a share of what the best ten would be."""
    gained = sum(1 / log2(at + 2) for at, one in enumerate(ranked[:SHORT]) if one in truth)
    return gained / sum(1 / log2(at + 2) for at in range(min(SHORT, len(truth))))


def reciprocal_rank(ranked: Sequence[str], truth: frozenset[str]) -> float:
    """One divided by the place of the first partner among fifty; naught if there is none."""
    return next((1 / (at + 1) for at, one in enumerate(ranked[:LONG]) if one in truth), 0.0)


def table(rows: Sequence[Row]) -> str:
    """The rows as text, in columns."""
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


def _cells(row: Row) -> tuple[str, ...]:
    figures = (row.hit, row.recall, row.ndcg, row.mrr)
    shares = tuple(f"{figure:.4f}" for figure in figures)
    return (row.sample, row.method, str(row.questions), *shares, str(row.shown), f"{row.seconds:.1f}")
