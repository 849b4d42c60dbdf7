"""Who stands between others: betweenness by Brandes' algorithm, from many starting points at once as matrices.

Exact in a network of up to two thousand who have ties; beyond, ways from a sample of starting points stand for all.
"""

from __future__ import annotations

import numpy as np
from scipy import sparse

from app.matching.arrays import Floats, Ints

EXACT_UP_TO = 2_000
SAMPLE = 512
"""So many starting points stand for all in a larger network: the error of a share falls with the root of their number."""
FULL_SAMPLE_UP_TO = 50_000
SMALL_SAMPLE = 64
"""Of those who have ties; beyond that a smaller sample stands for all, which finds the same ones at the top."""
AT_ONCE, CELLS = 64, 8_000_000
"""So many starting points are followed together, but not in more cells of a matrix, which bounds the memory."""


def brokers(one: Ints, other: Ints, organisations: int, seed: int) -> Floats:
    """The share of shortest ways between others that lead over each; ties are given by the places of both ends."""
    share, there = np.zeros(organisations), np.unique(np.concatenate([one, other]))
    if organisations < 3 or not len(there):
        return share
    ends = (
        np.searchsorted(there, np.concatenate([one, other])),
        np.searchsorted(there, np.concatenate([other, one])),
    )
    near = sparse.coo_array((np.ones(2 * len(one)), ends), (len(there), len(there))).tocsr()
    starts = np.arange(len(there))
    if len(there) > EXACT_UP_TO:
        many = SAMPLE if len(there) <= FULL_SAMPLE_UP_TO else SMALL_SAMPLE
        starts = np.sort(np.random.default_rng(seed).choice(starts, many, replace=False))
    together = max(1, min(AT_ONCE, CELLS // len(there)))
    for at in range(0, len(starts), together):
        share[there] += _over(near, starts[at : at + together])
    share *= len(there) / len(starts) / ((organisations - 1) * (organisations - 2))
    return np.round(share, 9)


def _over(near: sparse.csr_array, starts: Ints) -> Floats:
    """How many ways from some starting points to all others lead over each, those of the same length in parts."""
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
