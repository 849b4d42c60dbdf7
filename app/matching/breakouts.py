"""Breakout groups of a design session: who meets whom, and what that does to the network.

In descending priority: colleagues are apart; each group has a common language; nobody meets the same person again;
new edges across borders are many; existing edges are few. Group sizes differ by at most one. A rule that cannot be
kept is broken as rarely as possible, and the result names where.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations, pairwise

import networkx as nx

from app.matching.breakout_assignment import EXACT_UP_TO, AssignmentProblem, assign_groups, max_new_ties
from app.matching.graph import Undirected
from app.matching.records import BadRecord

Groups = Sequence[Sequence[int]]
Tie = tuple[int, int]


@dataclass(frozen=True, slots=True)
class BreakoutParticipant:
    """A participant; one without an organisation makes no edges."""

    id: int
    organisation: int | None
    country: str
    languages: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Breakout:
    """One group: participants by number, and the languages that all of them speak."""

    participants: tuple[int, ...]
    languages: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Breakouts:
    """The groups and their effect; edges are pairs of organisations, `together` and `met_again` pairs of participants.

    `at_most` bounds the number of new edges; `exact` says that the grouping is proven optimal. `together` are colleagues
    in one group; groups in `speechless` (indices) have no common language.
    """

    groups: tuple[Breakout, ...]
    new_ties: tuple[Tie, ...]
    old_ties: tuple[Tie, ...]
    together: tuple[Tie, ...]
    met_again: tuple[Tie, ...]
    speechless: tuple[int, ...]
    at_most: int
    exact: bool

    @property
    def keeps_the_rules(self) -> bool:
        """Whether no rule is broken."""
        return not (self.together or self.met_again or self.speechless)


@dataclass(frozen=True, slots=True)
class NetworkEffect:
    """What meetings do to the network: edges added, connected components, and the share of edges across borders.

    The shares count edges between organisations of known countries; None where there are none.
    """

    ties_added: tuple[Tie, ...]
    parts_before: int
    parts_after: int
    share_abroad_before: float | None
    share_abroad_after: float | None

    @property
    def parts_joined(self) -> int:
        """By how much the number of connected components fell."""
        return self.parts_before - self.parts_after


def compose_breakouts(
    participants: Iterable[BreakoutParticipant],
    ties: Undirected,
    *,
    groups: int | None = None,
    size: int | None = None,
    earlier: Sequence[Groups] = (),
    seed: int = 0,
) -> Breakouts:
    """Compose `groups` groups, or as few as keep every group within `size`.

    `ties` has an edge for organisations that have worked together; `earlier` holds the groups of earlier rounds, which
    count as edges too. The same people and seed give the same groups, in any order of input. Raises BadRecord for a
    duplicate participant and for a number or size below one.
    """
    people = _in_order(participants)
    if (groups is None) == (size is None) or (groups or size or 0) < 1:
        raise BadRecord("say how many groups there are, or how large they may be: one or more")
    count = min(groups if groups is not None else -(-len(people) // (size or 1)), len(people))
    if not people:
        return Breakouts((), (), (), (), (), (), 0, True)
    problem = _assignment_problem(people, ties, earlier)
    assignment = assign_groups(problem, count, seed)
    return _describe(
        people, problem, [sorted(members) for members in assignment], max_new_ties(problem, count)
    )


def describe_breakouts(
    participants: Iterable[BreakoutParticipant],
    ties: Undirected,
    groups: Groups,
    earlier: Sequence[Groups] = (),
) -> Breakouts:
    """The result for groups made by hand; raises BadRecord for an unknown or duplicate participant."""
    people = _in_order(participants)
    index = {person.id: number for number, person in enumerate(people)}
    seated = [one for group in groups for one in group]
    wrong = sorted({one for one in seated if one not in index or seated.count(one) > 1})
    if wrong:
        raise BadRecord(f"participant {wrong[0]} is unknown or in two groups")
    problem = _assignment_problem(people, ties, earlier)
    assignment = [sorted(index[one] for one in group) for group in groups if group]
    return _describe(
        people, problem, assignment, max_new_ties(problem, len(assignment)) if assignment else 0, by_hand=True
    )


def network_effect(
    before: Undirected, participants: Iterable[BreakoutParticipant], groups: Groups
) -> NetworkEffect:
    """What meeting in `groups` does to the network `before`, whose nodes may carry a `country`."""
    known = {person.id: person for person in participants}
    countries = {one: said["country"] for one, said in before.nodes.items() if "country" in said}
    start = Undirected(before.edges)
    start.add_nodes_from(before)
    for person in known.values():
        if person.organisation is not None:
            start.add_node(person.organisation)
            countries[person.organisation] = person.country
    met = _pairs_within((known[one].organisation for one in group if one in known) for group in groups)
    added = sorted(tie for tie in met if not start.has_edge(*tie))
    after = start.copy()
    after.add_edges_from(added)
    return NetworkEffect(
        tuple(added),
        nx.number_connected_components(start),
        nx.number_connected_components(after),
        _share_abroad(start, countries),
        _share_abroad(after, countries),
    )


def _in_order(participants: Iterable[BreakoutParticipant]) -> list[BreakoutParticipant]:
    people = sorted(participants, key=lambda person: person.id)
    for one, other in pairwise(people):
        if one.id == other.id:
            raise BadRecord(f"participant {one.id} is given twice")
    return people


def _assignment_problem(
    people: Sequence[BreakoutParticipant], ties: Undirected, earlier: Sequence[Groups]
) -> AssignmentProblem:
    """The participants pair by pair, as the search needs them."""
    bits = {
        lang: 1 << bit for bit, lang in enumerate(sorted({lang for one in people for lang in one.languages}))
    }
    rounds = [group for groups in earlier for group in groups]
    met = _pairs_within(rounds)
    organisation = {person.id: person.organisation for person in people}
    tied = _pairs_within((organisation.get(one) for one in group) for group in rounds)
    colleagues, again, known, strangers = set(), set(), set(), {}
    for pair in combinations(range(len(people)), 2):
        one, other = people[pair[0]], people[pair[1]]
        if (one.id, other.id) in met:
            again.add(pair)
        if one.organisation is None or other.organisation is None:
            continue
        tie = _tie(one.organisation, other.organisation)
        if one.organisation == other.organisation:
            colleagues.add(pair)
        elif tie in tied or ties.has_edge(*tie):
            known.add(pair)
        elif one.country != other.country:
            strangers[pair] = tie
    spoken = [sum(bits[lang] for lang in person.languages) for person in people]
    return AssignmentProblem(spoken, frozenset(colleagues), frozenset(again), frozenset(known), strangers)


def _describe(
    people: Sequence[BreakoutParticipant],
    problem: AssignmentProblem,
    assignment: Sequence[Sequence[int]],
    at_most: int,
    *,
    by_hand: bool = False,
) -> Breakouts:
    """The result of an assignment, groups in the order of their first participants."""
    ordered = sorted(members for members in map(list, assignment))
    pairs = [pair for members in ordered for pair in combinations(members, 2)]
    groups = tuple(_group([people[index] for index in members]) for members in ordered)
    partners = {
        _tie(people[one].organisation or 0, people[other].organisation or 0)
        for one, other in problem.known.intersection(pairs)
    }

    def named(some: frozenset[Tie]) -> tuple[Tie, ...]:
        return tuple((people[one].id, people[other].id) for one, other in sorted(some.intersection(pairs)))

    return Breakouts(
        groups,
        tuple(sorted({problem.strangers[pair] for pair in pairs if pair in problem.strangers})),
        tuple(sorted(partners)),
        named(problem.colleagues),
        named(problem.met),
        tuple(index for index, group in enumerate(groups) if not group.languages),
        at_most,
        not by_hand and len(people) <= EXACT_UP_TO,
    )


def _group(people: Sequence[BreakoutParticipant]) -> Breakout:
    common = frozenset.intersection(*(person.languages for person in people))
    return Breakout(tuple(person.id for person in people), tuple(sorted(common)))


def _tie(one: int, other: int) -> Tie:
    return (one, other) if one < other else (other, one)


def _pairs_within(groups: Iterable[Iterable[int | None]]) -> set[Tie]:
    """All pairs within a group; None belongs to no pair."""
    return {
        tie for group in groups for tie in combinations(sorted({one for one in group if one is not None}), 2)
    }


def _share_abroad(graph: Undirected, countries: Mapping[int, str]) -> float | None:
    known = [
        (countries[one], countries[other])
        for one, other in graph.edges
        if one in countries and other in countries
    ]
    return sum(one != other for one, other in known) / len(known) if known else None
