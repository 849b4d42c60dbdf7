"""Communities by the Louvain method (Blondel et al., "Fast unfolding of communities in large networks", 2008).

networkx up to NETWORKX_MAX_EDGES edges; beyond, the same steps with arrays, where a random half of the nodes moves at
once, so that no two nodes swap for ever.
"""

from __future__ import annotations

import networkx as nx
import numpy as np
from scipy import sparse

from app.matching.graph import Undirected
from app.matching.index.arrays import Floats, Ints
from app.matching.network.edges import Edges

SEED = 7
"""Seed of the order of nodes."""
NETWORKX_MAX_EDGES = 5_000
"""Up to this many edges."""
MAX_ROUNDS = 24
"""Rounds per level."""
CONVERGED_SHARE = 0.002
"""A level ends when at most this share of its nodes moves."""


def find_communities(edges: Edges, organisations: int) -> Ints:
    """Community of each node, numbered from 1 by descending size; 0 for a node without edges."""
    found = np.zeros(organisations, dtype=np.int32)
    there = np.unique(np.concatenate([edges.one, edges.other]))
    if len(there):
        one, other = (np.searchsorted(there, end) for end in (edges.one, edges.other))
        find = networkx_louvain if len(edges) <= NETWORKX_MAX_EDGES else array_louvain
        found[there] = number_by_size(find(one, other, edges.weights, len(there)))
    return found


def number_by_size(labels: Ints) -> Ints:
    """Relabel groups from 1 by descending size, ties by first member."""
    _, first, back, sizes = np.unique(labels, return_index=True, return_inverse=True, return_counts=True)
    order = np.lexsort((first, -sizes))
    numbers = np.empty(len(order), dtype=np.int32)
    numbers[order] = np.arange(1, len(order) + 1)
    return np.asarray(numbers[back])


def networkx_louvain(one: Ints, other: Ints, weights: Ints, count: int) -> Ints:
    """Community label of each of `count` nodes by networkx; edges are given by both ends and their weights."""
    graph = Undirected()
    graph.add_nodes_from(range(count))
    graph.add_weighted_edges_from(zip(one.tolist(), other.tolist(), weights.tolist(), strict=True))
    labels = np.zeros(count, dtype=np.int32)
    for at, group in enumerate(nx.community.louvain_communities(graph, weight="weight", seed=SEED)):
        labels[list(group)] = at
    return labels


def array_louvain(one: Ints, other: Ints, weights: Ints, count: int) -> Ints:
    """Local moving, then aggregation of communities to nodes, until nothing changes."""
    chance, labels = np.random.default_rng(SEED), np.arange(count)
    both = np.concatenate([one, other]), np.concatenate([other, one])
    level = sparse.coo_array((np.tile(weights, 2).astype(np.float64), both), (count, count)).tocsr()
    while True:
        _, community = np.unique(local_moving(level, chance), return_inverse=True)
        size = int(community.max()) + 1
        labels = community[labels]
        if size == level.shape[0]:
            return labels
        rows = np.repeat(community, np.diff(level.indptr))
        level = sparse.coo_array((level.data, (rows, community[level.indices])), (size, size)).tocsr()


def local_moving(level: sparse.csr_array, chance: np.random.Generator) -> Ints:
    """Community of each node of a level, when hardly any move gains."""
    count, labels = level.shape[0], np.arange(level.shape[0])
    degrees = np.asarray(level.sum(axis=1), dtype=np.float64)
    alone = np.asarray(level.diagonal(), dtype=np.float64)
    for _ in range(MAX_ROUNDS):
        moved = 0
        shuffled = chance.permutation(count)
        for members in np.array_split(shuffled, 2):
            members = np.sort(members)
            goal = best_communities(level[members], members, labels, degrees, alone)
            moved += int(np.count_nonzero(goal != labels[members]))
            labels[members] = goal
        if moved <= CONVERGED_SHARE * count:
            break
    return labels


def best_communities(
    rows: sparse.csr_array, members: Ints, labels: Ints, degrees: Floats, alone: Floats
) -> Ints:
    """For each of these nodes the community with the largest gain of modularity; its own unless another is better."""
    if not len(members):
        return labels[members]
    toward = sparse.csr_array((rows.data, labels[rows.indices], rows.indptr), rows.shape)
    toward.sum_duplicates()
    owner = np.repeat(np.arange(len(members)), np.diff(toward.indptr))
    group, own, weight = toward.indices, labels[members], degrees[members]
    whole = np.bincount(labels, degrees, minlength=len(labels))
    at_home = group == own[owner]
    links = toward.data - np.where(at_home, alone[members][owner], 0.0)
    others = whole[group] - np.where(at_home, weight[owner], 0.0)
    gain = links - weight[owner] * others / degrees.sum()
    staying = -weight * (whole[own] - weight) / degrees.sum()
    staying[owner[at_home]] = gain[at_home]
    best = np.full(len(members), -np.inf)
    np.maximum.at(best, owner, gain)
    goal = own.copy()
    first = np.flatnonzero((gain == best[owner]) & (best > staying + 1e-9)[owner])[::-1]
    goal[owner[first]] = group[first]
    return goal
