"""Who stands between others: betweenness by Brandes' algorithm, from many starting points at once as matrices.

Exact in a network of up to two thousand who have ties; beyond, ways from a sample of starting points stand for all.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from scipy import sparse

from app.matching.arrays import Floats, Ints

EXACT_UP_TO = 2_000
SAMPLE = 512
"""So many starting points stand for all in a larger network: the error of a share falls with the root of their number."""
AT_ONCE = 64
"""So many starting points are followed together, which bounds the memory."""


def brokers(ties: Sequence[tuple[int, int]], organisations: int, seed: int) -> dict[int, float]:
    """The share of shortest ways between others that lead over each who has ties; `organisations` counts everybody."""
    numbers = np.array(sorted({one for tie in ties for one in tie}))
    if organisations < 3 or not len(numbers):
        return dict.fromkeys(numbers.tolist(), 0.0)
    place = {one: at for at, one in enumerate(numbers.tolist())}
    one, other = (np.array([place[tie[end]] for tie in ties]) for end in (0, 1))
    near = sparse.csr_array(
        (np.ones(2 * len(ties)), (np.concatenate([one, other]), np.concatenate([other, one]))),
        shape=(len(numbers), len(numbers)),
    )
    starts = np.arange(len(numbers))
    if len(numbers) > EXACT_UP_TO:
        starts = np.sort(np.random.default_rng(seed).choice(starts, SAMPLE, replace=False))
    share = sum(
        (_over(near, starts[at : at + AT_ONCE]) for at in range(0, len(starts), AT_ONCE)),
        np.zeros(len(numbers)),
    )
    share *= len(numbers) / len(starts) / ((organisations - 1) * (organisations - 2))
    return dict(zip(numbers.tolist(), np.round(share, 9).tolist(), strict=True))


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
