"""What joint work makes of a cluster: communities, brokers, who stands alone, the ties that hold two groups together.

Only joint work counts, never who looked at whom.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import combinations

import networkx as nx

from app.matching.graph import BadRecord, Undirected
from app.matching.weaving.brokers import brokers

SEED = 7
"""Communities are looked for in a shuffled order; this makes it the same each time."""


@dataclass(frozen=True, slots=True)
class Work:
    """A piece of joint work, and who took part in it."""

    id: int
    partners: frozenset[int]


@dataclass(frozen=True, slots=True)
class Tie:
    """Two organisations that have worked together, on what; `bridges` says that only this tie joins their groups."""

    one: int
    other: int
    works: tuple[int, ...]
    bridges: bool = False


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


@dataclass(frozen=True)
class Network:
    """The whole network: organisations by number, and ties by both ends, the smaller number first."""

    nodes: Mapping[int, Node]
    ties: tuple[Tie, ...]
    communities: tuple[tuple[int, ...], ...]
    parts: int
    _near: Mapping[int, tuple[Tie, ...]] = field(default_factory=dict, repr=False)

    @property
    def isolated(self) -> tuple[int, ...]:
        """Who has worked with nobody, by number."""
        return tuple(one for one, node in sorted(self.nodes.items()) if not node.ties)

    @property
    def brokers(self) -> tuple[int, ...]:
        """Who holds others together, the most first."""
        held = [node for node in self.nodes.values() if node.broker > 0]
        return tuple(node.id for node in sorted(held, key=lambda node: (-node.broker, node.id)))

    @property
    def bridges(self) -> tuple[Tie, ...]:
        """The ties that alone join two groups."""
        return tuple(tie for tie in self.ties if tie.bridges)

    @property
    def apart(self) -> tuple[tuple[int, int], ...]:
        """Pairs of groups between which there is no tie at all, by the numbers of the groups."""
        joined = {
            tuple(sorted((self.nodes[tie.one].community, self.nodes[tie.other].community)))
            for tie in self.ties
        }
        numbers = range(1, len(self.communities) + 1)
        return tuple(pair for pair in combinations(numbers, 2) if pair not in joined)

    def ties_of(self, organisation: int) -> Sequence[Tie]:
        """All ties of an organisation, those of most joint work first."""
        return self._near.get(organisation, ())


def network(countries: Mapping[int, str], works: Iterable[Work]) -> Network:
    """The network of the organisations whose countries are given; raises BadRecord for a partner who is not."""
    graph, shared = Undirected(), defaultdict[tuple[int, int], list[int]](list)
    graph.add_nodes_from(sorted(countries))
    for work in sorted(works, key=lambda each: each.id):
        unknown = sorted(one for one in work.partners if one not in countries)
        if unknown:
            raise BadRecord(f"joint work {work.id} names organisation {unknown[0]}, which is not given")
        for pair in combinations(sorted(work.partners), 2):
            shared[pair].append(work.id)
    graph.add_weighted_edges_from((one, other, len(both)) for (one, other), both in sorted(shared.items()))
    communities = _communities(graph)
    number = {one: place for place, group in enumerate(communities, 1) for one in group}
    ties = _ties(shared, number)
    near: dict[int, list[Tie]] = defaultdict(list)
    for tie in ties:
        near[tie.one].append(tie)
        near[tie.other].append(tie)
    parts = sorted(
        (sorted(part) for part in nx.connected_components(graph)), key=lambda part: (-len(part), part)
    )
    part_of = {one: place for place, part in enumerate(parts, 1) for one in part}
    holding = brokers(list(shared), len(countries), SEED)
    nodes = {
        one: Node(
            one,
            len(near[one]),
            sum(countries[tie.one] != countries[tie.other] for tie in near[one]),
            number.get(one, 0),
            part_of[one],
            holding.get(one, 0.0),
        )
        for one in sorted(countries)
    }
    ordered = {
        one: tuple(sorted(some, key=lambda tie: (-len(tie.works), tie.one, tie.other)))
        for one, some in near.items()
    }
    return Network(nodes, ties, communities, len(parts), ordered)


def bring_in(
    found: Network, organisation: int, suggested: Sequence[int], countries: Mapping[int, str], k: int = 3
) -> tuple[int, ...]:
    """The k of those whom the engine suggests to an organisation that would weave it in best, the best first.

    First those of other parts of the network than its own who have ties, one of each group before a second of any,
    from abroad before its own country; else in the order of the engine.
    """
    own = found.nodes[organisation]
    fit = [one for one in suggested if one in found.nodes and one != organisation]
    place = {one: at for at, one in enumerate(fit)}
    taken = Counter[int]()

    def order(one: int) -> tuple[bool, bool, int, bool, int]:
        node = found.nodes[one]
        at_home = countries.get(one) == countries.get(organisation)
        return (not node.ties, node.part == own.part, taken[node.community], at_home, place[one])

    chosen: list[int] = []
    while fit and len(chosen) < k:
        best = min(fit, key=order)
        fit.remove(best)
        taken[found.nodes[best].community] += 1
        chosen.append(best)
    return tuple(chosen)


def _communities(graph: Undirected) -> tuple[tuple[int, ...], ...]:
    """Groups that work together more than with others, the largest first; who stands alone is in none."""
    joined = graph.subgraph([one for one in graph if graph.degree(one)])
    if not joined:
        return ()
    ordered = Undirected()
    ordered.add_nodes_from(sorted(joined))
    for one, other in sorted((min(pair), max(pair)) for pair in joined.edges):
        ordered.add_edge(one, other, weight=graph.edges[one, other]["weight"])
    groups = nx.community.louvain_communities(ordered, weight="weight", seed=SEED)
    return tuple(sorted((tuple(sorted(group)) for group in groups), key=lambda group: (-len(group), group)))


def _ties(shared: Mapping[tuple[int, int], Sequence[int]], number: Mapping[int, int]) -> tuple[Tie, ...]:
    between = Counter(
        tuple(sorted((number[one], number[other]))) for one, other in shared if number[one] != number[other]
    )
    return tuple(
        Tie(one, other, tuple(works), between.get(tuple(sorted((number[one], number[other])))) == 1)
        for (one, other), works in sorted(shared.items())
    )
