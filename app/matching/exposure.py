"""How evenly something is shared out."""

from __future__ import annotations

from collections.abc import Mapping


def gini(counts: Mapping[int, int]) -> float:
    """The Gini coefficient, given how many have each count: 0 where all have the same, near 1 where one has everything.

    It is 0 where nobody has anything.
    """
    whole = sum(count * many for count, many in counts.items())
    number, before, unevenly = sum(counts.values()), 0, 0
    for count, many in sorted(counts.items()):
        unevenly += count * many * (2 * before + many - number)
        before += many
    return unevenly / (number * whole) if whole else 0.0
