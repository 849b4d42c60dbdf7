"""Link prediction on the collaboration graph: common neighbours, decayed closeness, a random walk with restart.

The walk goes from organisation to project to organisation, three steps, with restart weight r = 0.5; with weight
t = 0.3 it goes over a topic of the asker's own projects instead. With the symmetric edge weights
A_ab = Σ d_p / n_p over shared projects, the diagonal A_aa = s_a = Σ d_p / n_p over all projects of a, and S = diag(s),
W = S⁻¹ A is the matrix of a step. Its rows sum to Σ d_p / Σ (d_p / n_p), the weighted mean size of a project's team, and
not to 1: what the walk gives is a weight, not a probability, and large teams weigh more. The shipped weight of its term
was learnt with it. All terms are evaluated at the requested rows only, from the two-hop neighbourhood of the asker.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np

from app.matching.index.arrays import (
    Floats,
    Ints,
    distinct_sorted,
    lookup_sorted,
    scratch_buffer,
    sum_at,
    sum_by_owner,
    sum_duplicates,
)
from app.matching.index.history import CollaborationHistory

RESTART_WEIGHT = 0.5
"""Share of the walk that restarts at the asker at each step."""
TOPIC_WEIGHT = 0.3
"""Share of the walk that goes over a topic."""

SHRINKAGE = 30.0
"""Pseudo-count in the denominator of the cosine, so that one of one weighs less than thirty of thirty."""

RECENCY_SCALE, WALK_SCALE = 10.0, 1e4
"""Scale factors before ln(1 + x)."""
EPSILON = 1e-18
"""Smallest strength; avoids division by zero."""
MAX_FRONTIER_EDGES = 4_000
"""Edges that are followed exactly when the walk's third step is bounded."""
MIN_FRONTIER_NODES = 250
"""Nodes that are ordered first to find these edges; eight times more until there are enough."""
HUB_DEGREE = 500
"""The edges of nodes with more partners than this are read one node at a time, without a copy."""
LOOKUP_RATIO = 8
"""Looking values up in a longer array is quicker from this ratio of lengths on."""

SparseVector = tuple[Ints, Floats]
"""Sorted rows and a value for each."""


@dataclass(frozen=True)
class TwoHopNeighbourhood:
    """All nodes within two steps of `row`, ascending in `rows`, with what reaches them.

    `common`: partners in common. `recency`: Σ over common partners of the decayed edge weights on both sides.
    `two_step`: weight of the walk after two steps / strength. `partners` and `one_step`: the neighbours and
    edge weight / strength of each. `topics`: probability of each topic among those of the asker's projects.
    """

    row: int
    rows: Ints
    common: Floats
    recency: Floats
    two_step: Floats
    partners: Ints
    one_step: Floats
    topics: SparseVector

    @cached_property
    def partner_positions(self) -> Ints:
        """Positions of the partners in `rows`."""
        return np.searchsorted(self.rows, self.partners)

    @cached_property
    def own_position(self) -> int:
        """Position of the organisation itself in `rows`."""
        return int(np.searchsorted(self.rows, self.row))


@dataclass(frozen=True)
class WalkFrontier:
    """The third step from the nodes with the largest two-step weight: `sums` at `rows`.

    `rest` bounds two_step of every node that is neither followed, nor the asker, nor a partner.
    """

    rows: Ints
    sums: Floats
    rest: float


class LinkPredictors:
    """Link predictors over one history of `size` organisations; each returns an array over all rows or some.

    `walk_exponent` ε: in the term walk_proximity, the walk's weight at b is divided by deg(b)^ε.
    """

    def __init__(self, history: CollaborationHistory, size: int, walk_exponent: float = 0.0) -> None:
        self.history = history
        self.size = size
        self.walk_exponent = walk_exponent

    def adamic_adar(self, row: int) -> Floats:
        """Σ over common partners z of 1 / ln deg(z); Adamic and Adar, "Friends and neighbors on the Web", 2003."""
        degree = self.history.adjacency.lengths(self.history.partners_of(row))
        return self._sum_over_partners(row, np.where(degree > 1, 1 / np.log(np.maximum(degree, 2)), 0.0))

    def common(self, row: int) -> Floats:
        """Number of common partners with each organisation."""
        return self._sum_over_partners(row, np.ones(self.history.adjacency.length(row)))

    def resource_allocation(self, row: int) -> Floats:
        """Σ over common partners z of 1 / deg(z); Zhou et al., "Predicting missing links via local information", 2009."""
        return self._sum_over_partners(
            row, 1 / np.maximum(self.history.adjacency.lengths(self.history.partners_of(row)), 1)
        )

    def jaccard(self, row: int) -> Floats:
        """Common partners / partners of either."""
        degree, common = self.degree, self.common(row)
        union = degree[row] + degree - common
        return np.asarray(np.divide(common, union, out=np.zeros_like(common), where=union > 0))

    def walk(self, row: int, topic_share: float = TOPIC_WEIGHT) -> Floats:
        """Weight of the walk after three steps, for all rows; 1 at the asker."""
        neighbourhood, everybody = self.neighbourhood(row), np.arange(self.size)
        found = (1 - topic_share) * self._third_step(neighbourhood, everybody)
        found += topic_share * self._topic_step(neighbourhood, everybody)
        found[row] = 1.0
        return found

    @property
    def degree(self) -> Floats:
        """Number of partners of each organisation."""
        return self.history.adjacency.lengths(np.arange(self.size)).astype(np.float64)

    def neighbourhood(self, row: int) -> TwoHopNeighbourhood:
        """The two-hop neighbourhood of an organisation."""
        history, mine = self.history, self.history.adjacency.row(row)
        edge_weights = history.edge_weights.row(row).astype(np.float64)
        one_step = edge_weights / self._strength_at(mine)
        others, weights, owner = history.adjacency.gather_with(history.edge_weights, mine)
        rows = distinct_sorted(np.concatenate([others, mine, np.array([row], mine.dtype)]), self.size)
        common, recency = sum_at(others, self.size, rows, 1.0, one_step.take(owner) * weights)
        strength = max(history.strength.item(row), EPSILON)
        walked = (1 - RESTART_WEIGHT) ** 2 * recency / strength
        walked[np.searchsorted(rows, mine)] += (
            (1 - RESTART_WEIGHT) * (2 - RESTART_WEIGHT) * edge_weights / strength
        )
        walked[np.searchsorted(rows, row)] += 1.0
        two_step = walked / self._strength_at(rows)
        return TwoHopNeighbourhood(
            row, rows, common, recency, two_step, mine, one_step, self.topic_distribution(row)
        )

    def proximity(self, neighbourhood: TwoHopNeighbourhood, rows: Ints) -> dict[str, Floats]:
        """partners_shared, recent_partners and walk_proximity at some rows."""
        common, recency = lookup_sorted(neighbourhood.rows, rows, neighbourhood.common, neighbourhood.recency)
        walked = (1 - TOPIC_WEIGHT) * self._third_step(neighbourhood, rows)
        walked += TOPIC_WEIGHT * self._topic_step(neighbourhood, rows)
        walked[rows == neighbourhood.row] = 1.0
        return self._proximity_terms(neighbourhood, rows, common, recency, walked)

    def _proximity_terms(
        self, neighbourhood: TwoHopNeighbourhood, rows: Ints, common: Floats, recency: Floats, walked: Floats
    ) -> dict[str, Floats]:
        """The proximity terms from common partners, recency and the walk's weight:

        partners_shared = |N(a) ∩ N(b)| / (√(|N(a)| · |N(b)|) + SHRINKAGE), Salton's cosine (Salton and McGill 1983), shrunk
        recent_partners = ln(1 + RECENCY_SCALE · recency)
        walk_proximity  = ln(1 + WALK_SCALE · walk / max(|N(b)|, 1)^ε)
        """
        mine, theirs = (
            float(self.history.adjacency.length(neighbourhood.row)),
            self.history.adjacency.lengths(rows),
        )
        if self.walk_exponent:
            walked = walked / np.maximum(theirs, 1) ** self.walk_exponent
        return {
            "partners_shared": common / (np.sqrt(mine * theirs) + SHRINKAGE),
            "recent_partners": np.log1p(RECENCY_SCALE * recency),
            "walk_proximity": np.log1p(WALK_SCALE * walked),
        }

    def candidate_activity(self, rows: Ints) -> dict[str, Floats]:
        """well_connected = ln(1 + deg(b)); same_partners = ln(encounters(b) / deg(b)), the mean number of repetitions."""
        degree = self.history.adjacency.lengths(rows)
        encounters = np.maximum(self.history.encounters[rows], 1)
        return {
            "well_connected": np.log1p(degree),
            "same_partners": np.log(encounters / np.maximum(degree, 1)),
        }

    def frontier(self, neighbourhood: TwoHopNeighbourhood) -> WalkFrontier:
        """Follow the third step of the walk from the nodes with the largest two-step weight."""
        two_step = neighbourhood.two_step.copy()
        two_step[neighbourhood.partner_positions], two_step[neighbourhood.own_position] = 0.0, 0.0
        order, few = self._frontier_order(neighbourhood.rows, two_step)
        there, standing = neighbourhood.rows[order[:few]], two_step[order[:few]]
        others, weights, owner = self.history.adjacency.gather_with(self.history.edge_weights, there)
        arrived = standing.take(owner) * weights
        own_position = standing * self.history.strength[there]
        rows, (sums,) = sum_duplicates(np.append(others, there), self.size, np.append(arrived, own_position))
        return WalkFrontier(rows, sums, float(two_step[order[few]]) if few < len(order) else 0.0)

    def _frontier_order(self, rows: Ints, two_step: Floats) -> tuple[Ints, int]:
        """Nodes by descending two-step weight, and how many are followed within MAX_FRONTIER_EDGES."""
        count = MIN_FRONTIER_NODES
        while True:
            order = largest_first(two_step, count)
            ends = np.cumsum(self.history.adjacency.lengths(rows[order]))
            if len(order) == len(two_step) or ends[-1] >= MAX_FRONTIER_EDGES:
                return order, int(np.searchsorted(ends, MAX_FRONTIER_EDGES))
            count *= 8

    def max_beyond_frontier(
        self, neighbourhood: TwoHopNeighbourhood, frontier: WalkFrontier, decayed_projects: Floats
    ) -> Floats:
        """Upper bound of the weight of the walk at nodes off the frontier, for each value of `decayed_projects`."""
        reach = (1 - TOPIC_WEIGHT) * (1 - RESTART_WEIGHT) * frontier.rest
        by_topics = float(self._topic_transitions(neighbourhood).sum())
        return (reach + TOPIC_WEIGHT * by_topics / 2) * decayed_projects

    def max_proximity(
        self, neighbourhood: TwoHopNeighbourhood, frontier: WalkFrontier
    ) -> list[tuple[Ints, dict[str, Floats]]]:
        """Upper bounds of the proximity terms: of the two-hop neighbourhood, then of frontier nodes outside; rows ascend."""
        ratio = float(
            (
                neighbourhood.two_step[neighbourhood.partner_positions]
                / np.maximum(neighbourhood.one_step, EPSILON)
            ).max(initial=0.0)
        )
        with scratch_buffer(self.size, frontier.rows, frontier.sums) as buffer:
            led = buffer.take(neighbourhood.rows)
            buffer[neighbourhood.rows] = 0.0
            beyond = buffer.take(frontier.rows) > 0
        reach = (1 - TOPIC_WEIGHT) * (1 - RESTART_WEIGHT)
        walked = reach * (ratio * neighbourhood.recency + led)
        walked += self.max_beyond_frontier(
            neighbourhood, frontier, self.history.decayed_projects[neighbourhood.rows]
        )
        there = frontier.rows[beyond]
        only = reach * frontier.sums[beyond] + self.max_beyond_frontier(
            neighbourhood, frontier, self.history.decayed_projects[there]
        )
        return [
            (
                neighbourhood.rows,
                self._proximity_terms(
                    neighbourhood, neighbourhood.rows, neighbourhood.common, neighbourhood.recency, walked
                ),
            ),
            (there, {"walk_proximity": np.log1p(WALK_SCALE * only)}),  # at ε > 0 a bound still
        ]

    def _third_step(self, neighbourhood: TwoHopNeighbourhood, rows: Ints) -> Floats:
        """The walk's third step over organisations, at some rows."""
        adjacency, edge_weights = self.history.adjacency, self.history.edge_weights
        crowded = adjacency.lengths(rows) > HUB_DEGREE
        with scratch_buffer(self.size, neighbourhood.rows, neighbourhood.two_step) as buffer:
            others, weights, owner = adjacency.gather_with(edge_weights, rows[~crowded])
            arrived = buffer.take(rows) * self.history.strength[rows]
            arrived[~crowded] += sum_by_owner(owner, buffer.take(others) * weights, len(rows) - crowded.sum())
            for one in np.flatnonzero(crowded).tolist():
                arrived[one] += self._arrivals_at_hub(neighbourhood, buffer, int(rows[one]))
        return np.asarray((1 - RESTART_WEIGHT) * arrived)

    def _arrivals_at_hub(self, neighbourhood: TwoHopNeighbourhood, buffer: Floats, row: int) -> float:
        """The third step at a hub, from the side with fewer entries."""
        partners, weights = self.history.adjacency.row(row), self.history.edge_weights.row(row)
        if len(partners) > LOOKUP_RATIO * len(neighbourhood.rows):
            (weights,) = lookup_sorted(partners, neighbourhood.rows.astype(partners.dtype), weights)
            return float((neighbourhood.two_step * weights).sum())
        return float((buffer.take(partners) * weights).sum())

    def _topic_step(self, neighbourhood: TwoHopNeighbourhood, rows: Ints) -> Floats:
        """The walk over topics of the asker's own projects, at some rows."""
        if not len(neighbourhood.topics[0]):
            return np.zeros(len(rows))
        concepts, share, owner = self.history.record.gather_with(self.history.record_strength, rows)
        worth = np.zeros(len(self.history.record_holders))
        worth[neighbourhood.topics[0]] = self._topic_transitions(neighbourhood)
        return sum_by_owner(owner, worth[concepts] * share, len(rows))

    def _topic_transitions(self, neighbourhood: TwoHopNeighbourhood) -> Floats:
        concepts, taken = neighbourhood.topics
        return np.asarray(taken / np.maximum(self.history.concept_strength[concepts], 1e-12))

    def topic_distribution(self, row: int) -> SparseVector:
        """Probability that the first step takes each concept of the own projects."""
        projects = self.history.projects_of(row)
        concepts, owner = self.history.project_concepts.gather(projects)
        taken = self.history.walk_weights(projects) / max(self.history.strength.item(row), EPSILON)
        share = taken / np.maximum(self.history.project_concepts.lengths(projects), 1)
        found, (sums,) = sum_duplicates(concepts, len(self.history.record_holders), share[owner])
        return found, sums

    def _strength_at(self, rows: Ints) -> Floats:
        return np.maximum(self.history.strength[rows], EPSILON)

    def _sum_over_partners(self, row: int, worth: Floats) -> Floats:
        """Σ over paths of length two of `worth` of the middle node, for all rows."""
        others, owner = self.history.adjacency.gather(self.history.partners_of(row))
        return sum_by_owner(others, worth[owner], self.size)


def largest_first(values: Floats, count: int) -> Ints:
    """Indices of the `count` largest values in descending order."""
    if len(values) <= count:
        return np.argsort(-values)
    some = np.argpartition(values, len(values) - count)[len(values) - count :]
    return some[np.argsort(-values[some])]
