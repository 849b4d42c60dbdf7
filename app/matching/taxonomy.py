"""How near two concepts stand in the taxonomy, by the information content of their nearest common ancestor.

A concept that few organisations hold, with its narrower ones counted, says much; one that all hold says nothing.
Two concepts are as related as what they have in common (their nearest ancestor) says much (Lin's measure).
"""

from __future__ import annotations

from collections.abc import Mapping
from math import log

import networkx as nx

from app.matching.graph import Directed


class Kinship:
    """Relatedness between 0 and 1 of concepts under a common broader one."""

    def __init__(self, tree: Directed, holders: Mapping[str, int], total: int) -> None:
        self._tree = tree
        self._total = total
        self._counts = _counts_with_narrower(tree, holders)

    def relatives(self, code: str) -> dict[str, float]:
        """Concepts related to this one and how much, itself left out; empty when it stands alone."""
        if code not in self._tree:
            return {}
        line = self._line(code)
        found: dict[str, float] = {}
        for ancestor in line:
            for other in [ancestor, *nx.descendants(self._tree, ancestor)]:
                if other != code and other not in found:
                    near = self._nearness(code, other, ancestor)
                    if near > 0:
                        found[other] = near
        return dict(sorted(found.items()))

    def _line(self, code: str) -> list[str]:
        """A concept and its broader ones, the nearest first."""
        line = [code]
        while above := sorted(self._tree.predecessors(line[-1])):
            line.append(above[0])
        return line

    def _nearness(self, one: str, other: str, ancestor: str) -> float:
        ends = self._information(one) + self._information(other)
        return min(1.0, 2 * self._information(ancestor) / ends) if ends > 0 else 0.0

    def _information(self, code: str) -> float:
        """Minus the logarithm of the share of organisations under a concept, smoothed by one."""
        return log((self._total + 1) / (min(self._counts.get(code, 0), self._total) + 1))


def _counts_with_narrower(tree: Directed, holders: Mapping[str, int]) -> dict[str, int]:
    """How many hold each concept or a narrower one, one organisation counted for each concept it holds."""
    counts = {node: holders.get(node, 0) for node in tree}
    for node in reversed(list(nx.lexicographical_topological_sort(tree))):
        for above in tree.predecessors(node):
            counts[above] += counts[node]
    return counts
