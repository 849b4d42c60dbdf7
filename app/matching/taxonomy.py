"""How near two concepts stand in the taxonomy, by the information content of their nearest common ancestor.

A concept that few organisations hold, with its narrower ones counted, says much; one that all hold says nothing
(Resnik, "Using information content to evaluate semantic similarity in a taxonomy", 1995). Two concepts are as related
as what they have in common, their nearest ancestor, says much beside what each says itself (Lin, "An
information-theoretic definition of similarity", 1998).
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import cached_property

import networkx as nx
import numpy as np
import scipy.sparse as sp

from app.matching.arrays import Floats, Ints
from app.matching.graph import Directed


class Family:
    """Who descends from whom in the taxonomy; it does not change with those who hold concepts."""

    def __init__(self, tree: Directed) -> None:
        self._tree = tree
        self.codes = sorted(tree)
        self.number: Mapping[str, int] = {code: at for at, code in enumerate(self.codes)}
        self._relatives: dict[str, tuple[Ints, Ints]] = {}

    def relatives(self, code: str) -> tuple[Ints, Ints]:
        """All under a common broader concept, itself left out, and the nearest of these; by number."""
        if code not in self._relatives:
            nearest: dict[int, int] = {}
            for ancestor in self._line(code) if code in self.number else ():
                for other in (ancestor, *nx.descendants(self._tree, ancestor)):
                    nearest.setdefault(self.number[other], self.number[ancestor])
            nearest.pop(self.number.get(code, -1), None)
            others = np.array(sorted(nearest), dtype=np.int64)
            self._relatives[code] = (
                others,
                np.array([nearest[one] for one in others.tolist()], dtype=np.int64),
            )
        return self._relatives[code]

    @cached_property
    def below(self) -> sp.csr_array:
        """Concepts × concepts: one where the second is the first or stands somewhere under it."""
        lines = [self._line(code) for code in self.codes]
        above = [self.number[one] for line in lines for one in line]
        under = [at for at, line in enumerate(lines) for _ in line]
        shape = (len(self.codes), len(self.codes))
        return sp.csr_array((np.ones(len(above)), (above, under)), shape)

    def _line(self, code: str) -> list[str]:
        """A concept and its broader ones, the nearest first."""
        line = [code]
        while above := sorted(self._tree.predecessors(line[-1])):
            line.append(above[0])
        return line


class Kinship:
    """Relatedness between 0 and 1 of concepts under a common broader one, when so many hold each."""

    def __init__(self, family: Family, holders: Callable[[str], int], total: int) -> None:
        self._family = family
        self._holders = holders
        self._total = total

    def relatives(self, code: str) -> tuple[Ints, Floats]:
        """The numbers of all related concepts, and how near each is."""
        others, ancestors = self._family.relatives(code)
        if not len(others):
            return others, np.zeros(0)
        information = self._information
        ends = information[self._family.number[code]] + information[others]
        shared = 2 * information[ancestors]
        near = np.divide(shared, ends, out=np.zeros(len(others)), where=ends > 0)
        return others[near > 0], np.minimum(near[near > 0], 1.0)

    @cached_property
    def _information(self) -> Floats:
        """Minus the logarithm of the share of organisations under a concept, smoothed by one.

        Who holds several concepts there counts for each, up to everybody: so an edit costs no look at all the others.
        """
        direct = np.array([self._holders(code) for code in self._family.codes], dtype=np.float64)
        counted = np.minimum(self._family.below @ direct, self._total)
        return np.asarray(np.log((self._total + 1) / (counted + 1)))
