"""Analysis of the collaboration graph: communities, betweenness, components, isolated members, bridges.

Edges are joint work only. All results are arrays by node index, in the order of the organisations' numbers.
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

from app.matching.index.arrays import CsrRows, Flags, Floats, Ints
from app.matching.network.betweenness import betweenness
from app.matching.network.communities import SEED, find_communities, number_by_size
from app.matching.network.edges import Edges, Participations, build_edges, incident_edges


@dataclass(frozen=True, slots=True)
class NetworkNode:
    """One organisation in the network.

    `abroad`: partners in other countries; `community`: 1 is the largest, 0 without edges; `component`: 1 is the largest;
    `betweenness`: normalised.
    """

    id: int
    degree: int
    abroad: int
    community: int
    component: int
    betweenness: float


@dataclass(frozen=True, slots=True)
class NetworkEdge:
    """Two organisations and the projects they share; `bridges`: the only edge between their communities."""

    one: int
    other: int
    projects: tuple[int, ...]
    bridges: bool = False


@dataclass(frozen=True, eq=False)
class CollaborationNetwork:
    """The whole network, a column for each quantity."""

    ids: Ints
    edges: Edges
    incident_edges: CsrRows
    abroad: Ints
    community: Ints
    component: Ints
    betweenness: Floats
    is_bridge: Flags

    def __len__(self) -> int:
        return len(self.ids)

    @cached_property
    def degrees(self) -> Ints:
        """Number of edges of each node."""
        return np.diff(self.incident_edges.indptr)

    @cached_property
    def community_count(self) -> int:
        """Number of communities."""
        return int(self.community.max(initial=0))

    @cached_property
    def component_count(self) -> int:
        """Number of connected components, isolated nodes included."""
        return int(self.component.max(initial=0))

    @cached_property
    def isolated(self) -> Ints:
        """Numbers of organisations without edges."""
        return np.asarray(self.ids[self.degrees == 0])

    @cached_property
    def bridges(self) -> Sequence[NetworkEdge]:
        """Edges that alone join two communities."""
        return [self.edge(at) for at in np.flatnonzero(self.is_bridge).tolist()]

    @property
    def brokers(self) -> Ints:
        """Numbers of organisations with a betweenness above 0, descending."""
        order = np.argsort(-self.betweenness, kind="stable")
        return self.ids[order[self.betweenness[order] > 0]]

    @property
    def unlinked_communities(self) -> Sequence[tuple[int, int]]:
        """Pairs of communities without an edge between them."""
        ends = np.sort(np.stack([self.community[self.edges.one], self.community[self.edges.other]]), axis=0)
        joined = set(zip(*ends.tolist(), strict=True))
        return [pair for pair in combinations(range(1, self.community_count + 1), 2) if pair not in joined]

    def position(self, organisation: int) -> int | None:
        """The node index of an organisation; None where it is not in the network."""
        at = int(np.searchsorted(self.ids, organisation))
        return at if at < len(self.ids) and self.ids[at] == organisation else None

    def node(self, at: int) -> NetworkNode:
        """The organisation at a node index."""
        columns = (self.ids, self.degrees, self.abroad, self.community, self.component, self.betweenness)
        return NetworkNode(*(column[at].item() for column in columns))

    def edge(self, at: int) -> NetworkEdge:
        """The edge at an edge index, with the organisations' numbers."""
        one, other = (int(self.ids[end[at]]) for end in (self.edges.one, self.edges.other))
        return NetworkEdge(one, other, tuple(self.edges.projects.row(at).tolist()), bool(self.is_bridge[at]))

    def edges_of(self, at: int, begin: int = 0, end: int | None = None) -> Sequence[NetworkEdge]:
        """The edges of a node, or a slice of them; most projects first."""
        return [self.edge(edge) for edge in self.incident_edges.row(at)[begin:end].tolist()]


def analyse_network(ids: Ints, countries: Ints, seats: Participations) -> CollaborationNetwork:
    """Analyse the graph of `ids` (ascending), with a country number for each.

    Raises BadRecord for a participation of another organisation.
    """
    edges = build_edges(ids, seats)
    group = find_communities(edges, len(ids))
    crossing = np.flatnonzero(countries[edges.one] != countries[edges.other])
    ends = np.concatenate([edges.one[crossing], edges.other[crossing]])
    return CollaborationNetwork(
        ids=ids,
        edges=edges,
        incident_edges=incident_edges(edges, len(ids)),
        abroad=np.bincount(ends, minlength=len(ids)),
        community=group,
        component=connected_components(edges, len(ids)),
        betweenness=betweenness(edges.one, edges.other, len(ids), SEED),
        is_bridge=bridge_mask(edges, group),
    )


def bridging_introductions(
    found: CollaborationNetwork,
    organisation: int,
    suggested: Sequence[int],
    countries: Mapping[int, str],
    k: int = 3,
) -> tuple[int, ...]:
    """The k of `suggested` that would connect an organisation best, the best first.

    Preferred are organisations with edges, from another component, from a community not yet chosen, from abroad; then
    the order of `suggested`. `countries` maps at least all of them to their country.
    """
    positions = {one: found.position(one) for one in (organisation, *suggested)}
    nodes = {one: found.node(at) for one, at in positions.items() if at is not None}
    own = nodes[organisation]
    fit = [one for one in suggested if one in nodes and one != organisation]
    order_of = {one: at for at, one in enumerate(fit)}
    taken = Counter[int]()

    def order(one: int) -> tuple[bool, bool, int, bool, int]:
        node = nodes[one]
        at_home = countries.get(one) == countries.get(organisation)
        return (
            not node.degree,
            node.component == own.component,
            taken[node.community],
            at_home,
            order_of[one],
        )

    chosen: list[int] = []
    while fit and len(chosen) < k:
        best = min(fit, key=order)
        fit.remove(best)
        taken[nodes[best].community] += 1
        chosen.append(best)
    return tuple(chosen)


def connected_components(edges: Edges, organisations: int) -> Ints:
    """Connected component of each node, numbered by descending size."""
    if not organisations:
        return np.zeros(0, dtype=np.int32)
    ones = np.ones(len(edges), dtype=np.int8)
    graph = sparse.coo_array((ones, (edges.one, edges.other)), (organisations, organisations))
    return number_by_size(csgraph.connected_components(graph, directed=False)[1])


def bridge_mask(edges: Edges, group: Ints) -> Flags:
    """Mask of edges that are the only one between two communities."""
    one, other = group[edges.one].astype(np.int64), group[edges.other].astype(np.int64)
    pair = np.minimum(one, other) * (int(group.max(initial=0)) + 1) + np.maximum(one, other)
    _, back, counts = np.unique(pair, return_inverse=True, return_counts=True)
    return np.asarray((counts[back] == 1) & (one != other))
