"""Assignment of people to groups: exhaustive for few people, else local search with random restarts.

The objective is lexicographic, encoded as one integer cost: uneven sizes, colleagues together, groups without a
common language, repeated meetings, minus new edges, existing edges. Iterated local search: swap pairs while that
improves, perturb by three random swaps, keep the better; restart from random assignments.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import combinations
from random import Random

EXACT_UP_TO = 10
"""Up to this many people all assignments are enumerated."""

TRIALS_PER_PERSON = 800
"""Swaps that are evaluated per person; 80 people take about a second."""

PERTURBATIONS_PER_START = 8
"""Perturbations of a local optimum before a restart."""

Pair = tuple[int, int]
Assignment = tuple[tuple[int, ...], ...]


@dataclass(frozen=True)
class AssignmentProblem:
    """People by index; of each pair the smaller index stands first.

    `spoken` is a bitmask of languages; `strangers` maps a pair to the edge across borders that their meeting adds.
    """

    spoken: Sequence[int]
    colleagues: frozenset[Pair] = frozenset()
    met: frozenset[Pair] = frozenset()
    known: frozenset[Pair] = frozenset()
    strangers: Mapping[Pair, Pair] = field(default_factory=dict)


def assign_groups(problem: AssignmentProblem, count: int, seed: int) -> Assignment:
    """The best assignment to `count` groups whose sizes differ by at most one; the seed breaks ties."""
    people = list(range(len(problem.spoken)))
    chance = Random(seed)
    chance.shuffle(people)
    if count == 1:
        return (tuple(people),)
    if len(people) <= EXACT_UP_TO:
        return min(all_assignments(people, count), key=_Costs(problem, count).of)
    return local_search(_Costs(problem, count), people, count, chance)


def max_new_ties(problem: AssignmentProblem, count: int) -> int:
    """Upper bound of the number of new edges."""
    size, larger = divmod(len(problem.spoken), count)
    seats_beside = (larger * (size + 1) * size + (count - larger) * size * (size - 1)) // 2
    return min(len(set(problem.strangers.values())), seats_beside)


def all_assignments(people: Sequence[int], count: int) -> Iterator[Assignment]:
    """Every assignment to groups of even size, once."""
    size, larger = divmod(len(people), count)
    sizes = [size + 1] * larger + [size] * (count - larger)
    groups: list[list[int]] = [[] for _ in sizes]

    def extended(index: int) -> Iterator[Assignment]:
        if index == len(people):
            yield tuple(tuple(group) for group in groups)
            return
        opened = set()
        for group, most in zip(groups, sizes, strict=True):
            if len(group) == most or (not group and most in opened):
                continue
            if not group:
                opened.add(most)
            group.append(people[index])
            yield from extended(index + 1)
            group.pop()

    return extended(0)


def local_search(costs: _Costs, people: list[int], count: int, chance: Random) -> Assignment:
    """The best assignment found by iterated local search within the budget of swaps."""
    left = TRIALS_PER_PERSON * len(people)
    best: _LocalSearch | None = None
    while best is None or (left > 0 and best.cost > costs.floor):
        chance.shuffle(people)
        seats = [*people, *range(len(people), costs.seats)]
        current = _LocalSearch(costs, [seats[group::count] for group in range(count)])
        left -= current.improve()
        for _ in range(PERTURBATIONS_PER_START):
            if left <= 0 or current.cost <= costs.floor:
                break
            perturbed = _LocalSearch(costs, current.groups)
            perturbed.perturb(chance)
            left -= perturbed.improve()
            current = min(current, perturbed, key=lambda one: one.cost)
        if best is None or current.cost < best.cost:
            best = current
    return tuple(tuple(one for one in group if one < len(people)) for group in best.groups)


class _Costs:
    """The cost of each fault, so that one fault of a higher priority outweighs all of the lower ones.

    Free seats are dummy people behind the last: they speak everything, know nobody and avoid each other.
    """

    def __init__(self, problem: AssignmentProblem, count: int) -> None:
        size = -(-len(problem.spoken) // count)
        self.seats = max(size * count, 1)
        self.spoken = [*problem.spoken, *[-1] * (self.seats - len(problem.spoken))]
        step = self.seats**2 + 1
        self.new_edge, self.no_common_language, self.uneven = step, step**3, step**5
        self.floor = -self.new_edge * max_new_ties(problem, count)
        dummies = frozenset(combinations(range(len(problem.spoken), self.seats), 2))
        self.pair_costs = [[0] * self.seats for _ in range(self.seats)]
        priced = (
            (problem.known, 1),
            (problem.met, step**2),
            (problem.colleagues, step**4),
            (dummies, self.uneven),
        )
        for pairs, cost in priced:
            for one, other in pairs:
                self.pair_costs[one][other] += cost
                self.pair_costs[other][one] += cost
        names = sorted(set(problem.strangers.values()))
        self.edge_count = len(names)
        number = {name: index for index, name in enumerate(names)}
        self.edge_index = [[self.edge_count] * self.seats for _ in range(self.seats)]
        for (one, other), name in problem.strangers.items():
            self.edge_index[one][other] = self.edge_index[other][one] = number[name]

    def of(self, groups: Assignment) -> int:
        """The cost of an assignment."""
        pairs = [pair for group in groups for pair in combinations(group, 2)]
        new_edges = {self.edge_index[one][other] for one, other in pairs} - {self.edge_count}
        cost = sum(self.pair_costs[one][other] for one, other in pairs) - self.new_edge * len(new_edges)
        return cost + self.no_common_language * sum(not self.common(group) for group in groups)

    def common(self, group: Sequence[int]) -> int:
        """The languages that a group has in common, as a bitmask."""
        common = -1
        for one in group:
            common &= self.spoken[one]
        return common


class _LocalSearch:
    """An assignment with its cost, kept up to date under swaps."""

    def __init__(self, costs: _Costs, groups: Sequence[Sequence[int]]) -> None:
        self._costs = costs
        self.groups = [list(group) for group in groups]
        self.cost = costs.of(self.assignment())
        pairs = (pair for group in groups for pair in combinations(group, 2))
        edge_uses = Counter(costs.edge_index[one][other] for one, other in pairs)
        self._edge_uses = [edge_uses[edge] for edge in range(costs.edge_count + 1)]

    def assignment(self) -> Assignment:
        """The current groups, with dummies."""
        return tuple(tuple(group) for group in self.groups)

    def swap(self, one: int, left: int, other: int, right: int) -> None:
        """Swap two people; the same swap again undoes it."""
        here, there = self.groups[one], self.groups[other]
        no_common_language = self._language_cost(here, there)
        self._add_cost(here, left, -1)
        self._add_cost(there, right, -1)
        here[left], there[right] = there[right], here[left]
        self._add_cost(here, left, 1)
        self._add_cost(there, right, 1)
        self.cost += self._language_cost(here, there) - no_common_language

    def _language_cost(self, *groups: list[int]) -> int:
        return self._costs.no_common_language * sum(not self._costs.common(group) for group in groups)

    def _add_cost(self, group: list[int], index: int, sign: int) -> None:
        """Add (sign 1) or remove (−1) what a person costs in a group."""
        somebody, costs, edge_uses = group[index], self._costs, self._edge_uses
        pair_costs, edge_index = costs.pair_costs[somebody], costs.edge_index[somebody]
        for neighbour in group:
            if neighbour == somebody:
                continue
            self.cost += sign * pair_costs[neighbour]
            edge = edge_index[neighbour]
            if edge != costs.edge_count:
                before = edge_uses[edge]
                edge_uses[edge] = before + sign
                if not before or not edge_uses[edge]:
                    self.cost -= sign * costs.new_edge

    def improve(self) -> int:
        """Apply improving swaps until none is left; returns the number evaluated."""
        tried, better = 0, True
        while better:
            better = False
            for swap in self._swaps():
                tried, before = tried + 1, self.cost
                self.swap(*swap)
                if self.cost < before:
                    better = True
                else:
                    self.swap(*swap)
        return tried

    def perturb(self, chance: Random) -> None:
        """Perturb: apply three random swaps."""
        swaps = list(self._swaps())
        for _ in range(3):
            before, swap = self.cost, chance.choice(swaps)
            self.swap(*swap)
            if self.cost - before > self._costs.uneven // 2:
                self.swap(*swap)

    def _swaps(self) -> Iterator[tuple[int, int, int, int]]:
        for one, other in combinations(range(len(self.groups)), 2):
            for left in range(len(self.groups[one])):
                for right in range(len(self.groups[other])):
                    yield one, left, other, right
