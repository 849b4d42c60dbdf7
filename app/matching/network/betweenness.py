"""Betweenness centrality by Brandes' algorithm with matrix products over batches of sources.

b(v) = Σ_{s ≠ v ≠ t} σ_st(v) / σ_st, as a share of (n − 1)(n − 2). Brandes, "A faster algorithm for betweenness
centrality", 2001; sources are sampled in large graphs: Brandes and Pich, "Centrality estimation in large networks", 2007.
"""

from __future__ import annotations

import numpy as np
from scipy import sparse

from app.matching.index.arrays import Floats, Ints

EXACT_MAX_NODES = 2_000
"""Up to this many nodes with edges the result is exact."""
SAMPLE_SOURCES = 512
"""Sampled sources above that; the error of a share falls with the root of their number."""
FULL_SAMPLE_MAX_NODES = 50_000
"""Up to this many nodes."""
SMALL_SAMPLE_SOURCES = 64
"""Sampled sources above that."""
BATCH_SOURCES, MAX_MATRIX_CELLS = 64, 8_000_000
"""Sources per batch, within MAX_MATRIX_CELLS cells of a dense matrix."""


def betweenness(one: Ints, other: Ints, organisations: int, seed: int) -> Floats:
    """Normalised betweenness of each node, shape (organisations,); edges are given by their two ends."""
    share, there = np.zeros(organisations), np.unique(np.concatenate([one, other]))
    if organisations < 3 or not len(there):
        return share
    ends = (
        np.searchsorted(there, np.concatenate([one, other])),
        np.searchsorted(there, np.concatenate([other, one])),
    )
    near = sparse.coo_array((np.ones(2 * len(one)), ends), (len(there), len(there))).tocsr()
    starts = np.arange(len(there))
    if len(there) > EXACT_MAX_NODES:
        many = SAMPLE_SOURCES if len(there) <= FULL_SAMPLE_MAX_NODES else SMALL_SAMPLE_SOURCES
        starts = np.sort(np.random.default_rng(seed).choice(starts, many, replace=False))
    together = max(1, min(BATCH_SOURCES, MAX_MATRIX_CELLS // len(there)))
    for at in range(0, len(starts), together):
        share[there] += accumulate_dependencies(near, starts[at : at + together])
    share *= len(there) / len(starts) / ((organisations - 1) * (organisations - 2))
    return np.round(share, 9)


def accumulate_dependencies(near: sparse.csr_array, starts: Ints) -> Floats:
    """Σ over sources of the dependencies on each node."""
    columns = np.arange(len(starts))
    ways = np.zeros((near.shape[0], len(starts)))
    ways[starts, columns] = 1.0
    rings = [ways > 0]
    seen = rings[0].copy()
    while True:
        reached = near @ (ways * rings[-1])
        ring = (reached > 0) & ~seen
        if not ring.any():
            break
        ways[ring] = reached[ring]
        seen |= ring
        rings.append(ring)
    carried = np.zeros_like(ways)
    for inner, outer in zip(rings[-2::-1], rings[:0:-1], strict=True):
        parts = np.divide(1.0 + carried, ways, out=np.zeros_like(ways), where=outer)
        carried += inner * ways * (near @ parts)
    carried[starts, columns] = 0.0
    return np.asarray(carried.sum(axis=1))
