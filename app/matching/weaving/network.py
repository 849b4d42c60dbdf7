"""What joint work makes of a cluster: communities, brokers, who stands alone, the ties that hold two groups together.

Only joint work counts, never who looked at whom. It is kept as arrays, one number for each organisation or tie, so that
the network of a country takes some hundred megabytes and half a minute.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import combinations

import numpy as np
from scipy import sparse
from scipy.sparse import csgraph

from app.matching.arrays import Flags, Floats, Ints, Rows
from app.matching.weaving.brokers import brokers
from app.matching.weaving.communities import SEED, communities, numbered
from app.matching.weaving.ties import Seats, Ties, near, tied


@dataclass(frozen=True, slots=True)
class Node:
    """An organisation's place in the network.

    `community` is the number of its group, the largest being 1; 0 for one that stands alone. `broker` is the share of
    shortest ways between others that lead over it, `part` the number of the part that hangs together.
    """

    id: int
    ties: int
    abroad: int
    community: int
    part: int
    broker: float


@dataclass(frozen=True, slots=True)
class Tie:
    """Two organisations that have worked together, on what; `bridges` says that only this tie joins their groups."""

    one: int
    other: int
    works: tuple[int, ...]
    bridges: bool = False


@dataclass(frozen=True, eq=False)
class Network:
    """The whole network: organisations by place in the order of their numbers, and a column for all that is known."""

    ids: Ints
    ties: Ties
    near: Rows
    abroad: Ints
    community: Ints
    part: Ints
    broker: Floats
    bridging: Flags

    def __len__(self) -> int:
        return len(self.ids)

    @cached_property
    def degrees(self) -> Ints:
        """How many ties the organisation at each place has."""
        return np.diff(self.near.starts)

    @cached_property
    def groups(self) -> int:
        """How many groups work together."""
        return int(self.community.max(initial=0))

    @cached_property
    def parts(self) -> int:
        """In how many parts the network falls; who stands alone is one."""
        return int(self.part.max(initial=0))

    @cached_property
    def isolated(self) -> Ints:
        """Who has worked with nobody, by number."""
        return np.asarray(self.ids[self.degrees == 0])

    @cached_property
    def bridges(self) -> Sequence[Tie]:
        """The ties that alone join two groups."""
        return [self.tie(at) for at in np.flatnonzero(self.bridging).tolist()]

    @property
    def brokers(self) -> Ints:
        """Who holds others together, the most first."""
        order = np.argsort(-self.broker, kind="stable")
        return self.ids[order[self.broker[order] > 0]]

    @property
    def apart(self) -> Sequence[tuple[int, int]]:
        """Pairs of groups between which there is no tie at all, by the numbers of the groups."""
        ends = np.sort(np.stack([self.community[self.ties.one], self.community[self.ties.other]]), axis=0)
        joined = set(zip(*ends.tolist(), strict=True))
        return [pair for pair in combinations(range(1, self.groups + 1), 2) if pair not in joined]

    def place(self, organisation: int) -> int | None:
        """Where an organisation stands among all; None where it is not in the network."""
        at = int(np.searchsorted(self.ids, organisation))
        return at if at < len(self.ids) and self.ids[at] == organisation else None

    def node(self, at: int) -> Node:
        """The organisation at a place."""
        columns = (self.ids, self.degrees, self.abroad, self.community, self.part, self.broker)
        return Node(*(column[at].item() for column in columns))

    def tie(self, at: int) -> Tie:
        """The tie at a place among the ties, with the numbers of the organisations."""
        one, other = (int(self.ids[end[at]]) for end in (self.ties.one, self.ties.other))
        return Tie(one, other, tuple(self.ties.works.row(at).tolist()), bool(self.bridging[at]))

    def ties_of(self, at: int, begin: int = 0, end: int | None = None) -> Sequence[Tie]:
        """The ties of the organisation at a place, or some of them: those of most joint work first."""
        return [self.tie(tie) for tie in self.near.row(at)[begin:end].tolist()]


def network(ids: Ints, countries: Ints, seats: Seats) -> Network:
    """The network of some organisations, given by number in their order; `countries` has a number for that of each.

    Raises BadRecord for a seat of somebody who is not among them.
    """
    ties = tied(ids, seats)
    group = communities(ties, len(ids))
    crossing = np.flatnonzero(countries[ties.one] != countries[ties.other])
    ends = np.concatenate([ties.one[crossing], ties.other[crossing]])
    return Network(
        ids=ids,
        ties=ties,
        near=near(ties, len(ids)),
        abroad=np.bincount(ends, minlength=len(ids)),
        community=group,
        part=_parts(ties, len(ids)),
        broker=brokers(ties.one, ties.other, len(ids), SEED),
        bridging=_bridging(ties, group),
    )


def bring_in(
    found: Network, organisation: int, suggested: Sequence[int], countries: Mapping[int, str], k: int = 3
) -> tuple[int, ...]:
    """The k of those whom the engine suggests to an organisation that would weave it in best, the best first.

    First those of other parts of the network than its own who have ties, one of each group before a second of any,
    from abroad before its own country; else in the order of the engine. `countries` knows at least all of them.
    """
    places = {one: found.place(one) for one in (organisation, *suggested)}
    nodes = {one: found.node(at) for one, at in places.items() if at is not None}
    own = nodes[organisation]
    fit = [one for one in suggested if one in nodes and one != organisation]
    order_of = {one: at for at, one in enumerate(fit)}
    taken = Counter[int]()

    def order(one: int) -> tuple[bool, bool, int, bool, int]:
        node = nodes[one]
        at_home = countries.get(one) == countries.get(organisation)
        return (not node.ties, node.part == own.part, taken[node.community], at_home, order_of[one])

    chosen: list[int] = []
    while fit and len(chosen) < k:
        best = min(fit, key=order)
        fit.remove(best)
        taken[nodes[best].community] += 1
        chosen.append(best)
    return tuple(chosen)


def _parts(ties: Ties, organisations: int) -> Ints:
    """The number of the part that each hangs together with, the largest being 1."""
    if not organisations:
        return np.zeros(0, dtype=np.int32)
    ones = np.ones(len(ties), dtype=np.int8)
    graph = sparse.coo_array((ones, (ties.one, ties.other)), (organisations, organisations))
    return numbered(csgraph.connected_components(graph, directed=False)[1])


def _bridging(ties: Ties, group: Ints) -> Flags:
    """Which ties are the only ones between two groups."""
    one, other = group[ties.one].astype(np.int64), group[ties.other].astype(np.int64)
    pair = np.minimum(one, other) * (int(group.max(initial=0)) + 1) + np.maximum(one, other)
    _, back, counts = np.unique(pair, return_inverse=True, return_counts=True)
    return np.asarray((counts[back] == 1) & (one != other))
