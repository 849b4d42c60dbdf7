"""Groups that work together more than with others: communities by the method of Louvain.

networkx finds them where there are some thousands of ties. Beyond it would take minutes and gigabytes: there the same
steps are taken by arrays, for half of all at once, drawn anew each time, so that no two change places for ever.
"""

from __future__ import annotations

import networkx as nx
import numpy as np
from scipy import sparse

from app.matching.arrays import Floats, Ints
from app.matching.graph import Undirected
from app.matching.weaving.ties import Ties

SEED = 7
"""Communities are looked for in a shuffled order; this makes it the same each time."""
BY_NETWORKX = 5_000
"""Up to so many ties."""
ROUNDS = 24
"""So often those of a level look around at most."""
SETTLED = 0.002
"""The part of a level of which no more than so many move when it is left."""


def communities(ties: Ties, organisations: int) -> Ints:
    """The group of each place, the largest being 1; 0 for who has no tie."""
    found = np.zeros(organisations, dtype=np.int32)
    there = np.unique(np.concatenate([ties.one, ties.other]))
    if len(there):
        one, other = (np.searchsorted(there, end) for end in (ties.one, ties.other))
        find = _by_networkx if len(ties) <= BY_NETWORKX else _by_arrays
        found[there] = numbered(find(one, other, ties.weights, len(there)))
    return found


def numbered(labels: Ints) -> Ints:
    """The same groups with numbers from 1 on: the largest first, then the one whose first member stands first."""
    _, first, back, sizes = np.unique(labels, return_index=True, return_inverse=True, return_counts=True)
    order = np.lexsort((first, -sizes))
    numbers = np.empty(len(order), dtype=np.int32)
    numbers[order] = np.arange(1, len(order) + 1)
    return np.asarray(numbers[back])


def _by_networkx(one: Ints, other: Ints, weights: Ints, count: int) -> Ints:
    graph = Undirected()
    graph.add_nodes_from(range(count))
    graph.add_weighted_edges_from(zip(one.tolist(), other.tolist(), weights.tolist(), strict=True))
    labels = np.zeros(count, dtype=np.int32)
    for at, group in enumerate(nx.community.louvain_communities(graph, weight="weight", seed=SEED)):
        labels[list(group)] = at
    return labels


def _by_arrays(one: Ints, other: Ints, weights: Ints, count: int) -> Ints:
    """Level by level: members find their group, then each group is a member of the next level."""
    chance, labels = np.random.default_rng(SEED), np.arange(count)
    both = np.concatenate([one, other]), np.concatenate([other, one])
    level = sparse.coo_array((np.tile(weights, 2).astype(np.float64), both), (count, count)).tocsr()
    while True:
        _, groups = np.unique(_settled(level, chance), return_inverse=True)
        size = int(groups.max()) + 1
        labels = groups[labels]
        if size == level.shape[0]:
            return labels
        rows = np.repeat(groups, np.diff(level.indptr))
        level = sparse.coo_array((level.data, (rows, groups[level.indices])), (size, size)).tocsr()


def _settled(level: sparse.csr_array, chance: np.random.Generator) -> Ints:
    """The group of each member of a level, once hardly anybody would gain by going to another."""
    count, labels = level.shape[0], np.arange(level.shape[0])
    degrees = np.asarray(level.sum(axis=1), dtype=np.float64)
    alone = np.asarray(level.diagonal(), dtype=np.float64)
    for _ in range(ROUNDS):
        moved = 0
        shuffled = chance.permutation(count)
        for members in np.array_split(shuffled, 2):
            members = np.sort(members)
            goal = _best(level[members], members, labels, degrees, alone)
            moved += int(np.count_nonzero(goal != labels[members]))
            labels[members] = goal
        if moved <= SETTLED * count:
            break
    return labels


def _best(rows: sparse.csr_array, members: Ints, labels: Ints, degrees: Floats, alone: Floats) -> Ints:
    """The group in which each of these members adds most to the modularity; its own, unless another is better."""
    if not len(members):
        return labels[members]
    toward = sparse.csr_array((rows.data, labels[rows.indices], rows.indptr), rows.shape)
    toward.sum_duplicates()
    owner = np.repeat(np.arange(len(members)), np.diff(toward.indptr))
    group, own, weight = toward.indices, labels[members], degrees[members]
    whole = np.bincount(labels, degrees, minlength=len(labels))
    at_home = group == own[owner]
    ties = toward.data - np.where(at_home, alone[members][owner], 0.0)
    others = whole[group] - np.where(at_home, weight[owner], 0.0)
    gain = ties - weight[owner] * others / degrees.sum()
    staying = -weight * (whole[own] - weight) / degrees.sum()
    staying[owner[at_home]] = gain[at_home]
    best = np.full(len(members), -np.inf)
    np.maximum.at(best, owner, gain)
    goal = own.copy()
    first = np.flatnonzero((gain == best[owner]) & (best > staying + 1e-9)[owner])[::-1]
    goal[owner[first]] = group[first]
    return goal
