"""Similarity of concepts: by information content in the taxonomy, or by reviewed links between two of them.

IC(c) = ln((N + 1) / (n(c) + 1)), with n(c) organisations that hold c or a narrower concept, of N; Resnik, "Using
information content to evaluate semantic similarity in a taxonomy", IJCAI 1995.
sim(a, b) = 2 · IC(lca(a, b)) / (IC(a) + IC(b)), with the lowest common ancestor lca; Lin, "An information-theoretic
definition of similarity", ICML 1998. Where links are given for a relation, sim(a, b) is the strength of the link between a
and b in (0, 1], in both directions, and 0 without one: a flat tree of skills makes siblings of what has nothing in common.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Collection, Mapping
from functools import cached_property

import networkx as nx
import numpy as np
import scipy.sparse as sp

from app.matching.graph import Directed
from app.matching.index.arrays import Floats, Ints

Links = Collection[tuple[str, str, float]]
"""Pairs of related concepts with the strength of the link."""


class ConceptTree:
    """The structure of the taxonomy, independent of who holds what; concepts are numbered in the order of their codes.

    `links` relate skills that are close; None where nobody has reviewed any, and the tree relates them.
    """

    def __init__(self, tree: Directed, links: Links | None = None) -> None:
        tree.add_nodes_from(sorted({code for one, other, _ in links or () for code in (one, other)}))
        self._tree = tree
        self.links = links
        self.codes = sorted(tree)
        self.number: Mapping[str, int] = {code: at for at, code in enumerate(self.codes)}
        self._relatives: dict[str, tuple[Ints, Ints]] = {}

    def relatives(self, code: str) -> tuple[Ints, Ints]:
        """Concepts that share an ancestor with `code`, itself left out, and the lowest common ancestor of each; numbers."""
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
        """Sparse matrix concepts × concepts: 1 where the second is the first or one of its descendants."""
        lines = [self._line(code) for code in self.codes]
        above = [self.number[one] for line in lines for one in line]
        under = [at for at, line in enumerate(lines) for _ in line]
        shape = (len(self.codes), len(self.codes))
        return sp.csr_array((np.ones(len(above)), (above, under)), shape)

    def _line(self, code: str) -> list[str]:
        """A concept and its ancestors, the nearest first."""
        line = [code]
        while above := sorted(self._tree.predecessors(line[-1])):
            line.append(above[0])
        return line


class LinkSimilarity:
    """Reviewed links as a similarity, over the concepts of a tree."""

    def __init__(self, family: ConceptTree) -> None:
        self._family = family
        self._strengths: dict[str, dict[str, float]] = defaultdict(dict)
        for one, other, strength in family.links or ():
            self._strengths[one][other] = self._strengths[other][one] = strength

    def relatives(self, code: str) -> tuple[Ints, Floats]:
        """The numbers of all concepts that are linked to `code`, ascending, and the strengths of the links."""
        number = self._family.number
        linked = self._strengths.get(code, {})
        found = sorted((number[other], strength) for other, strength in linked.items() if other in number)
        return (
            np.array([at for at, _ in found], dtype=np.int64),
            np.array([strength for _, strength in found], dtype=np.float64),
        )


class LinSimilarity:
    """Lin's similarity in [0, 1], for holder counts by code and `total` organisations."""

    def __init__(self, family: ConceptTree, holders: Callable[[str], int], total: int) -> None:
        self._family = family
        self._holders = holders
        self._total = total

    def relatives(self, code: str) -> tuple[Ints, Floats]:
        """The numbers of all concepts with a similarity above 0, and the similarities."""
        others, ancestors = self._family.relatives(code)
        if not len(others):
            return others, np.zeros(0)
        information = self.information_content
        ends = information[self._family.number[code]] + information[others]
        shared = 2 * information[ancestors]
        near = np.divide(shared, ends, out=np.zeros(len(others)), where=ends > 0)
        return others[near > 0], np.minimum(near[near > 0], 1.0)

    @cached_property
    def information_content(self) -> Floats:
        """IC of each concept, shape (concepts,).

        n(c) is the sum of the holders of c and its descendants, at most N: an organisation with several counts several
        times, so that an edit needs no pass over all organisations.
        """
        direct = np.array([self._holders(code) for code in self._family.codes], dtype=np.float64)
        counted = np.minimum(self._family.below @ direct, self._total)
        return np.asarray(np.log((self._total + 1) / (counted + 1)))
