"""How evenly something is shared out."""

from __future__ import annotations

from collections.abc import Iterable


def gini(counts: Iterable[int]) -> float:
    """The Gini coefficient of counts: 0 where all have the same, near 1 where one has everything; 0 for nothing."""
    ordered = sorted(counts)
    whole, number = sum(ordered), len(ordered)
    if not whole:
        return 0.0
    return sum((2 * place - number - 1) * count for place, count in enumerate(ordered, 1)) / (number * whole)
