"""Small groups of a design session, composed so that people meet whom their organisations have not worked with.

What counts, the first the most: no two people of one organisation in a group, a language that everybody in a group
speaks, nobody meets again whom she met in an earlier round, as many new ties across borders as possible, as few ties
that exist already as possible. Sizes differ by at most one. Where a rule cannot be kept, it is broken as seldom as can
be, and the result says where.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations, pairwise

import networkx as nx

from app.matching.graph import BadRecord, Undirected
from app.matching.seating import EXACT_UP_TO, Guests, most_new_ties, seat

Groups = Sequence[Sequence[int]]
Tie = tuple[int, int]


@dataclass(frozen=True, slots=True)
class Participant:
    """Somebody in a design session; one who belongs to no organisation makes no ties."""

    id: int
    organisation: int | None
    country: str
    languages: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Group:
    """A breakout: its participants by number, and the languages that all of them speak."""

    participants: tuple[int, ...]
    languages: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Breakouts:
    """Groups and what they do; ties are pairs of organisations, the others pairs of participants.

    More than `at_most` new ties were not to be had; `exact` says that nothing better exists. `together` are
    colleagues in one group, `met_again` those who met in an earlier round; a group in `speechless` (its place in
    `groups`) has no language in common.
    """

    groups: tuple[Group, ...]
    new_ties: tuple[Tie, ...]
    old_ties: tuple[Tie, ...]
    together: tuple[Tie, ...]
    met_again: tuple[Tie, ...]
    speechless: tuple[int, ...]
    at_most: int
    exact: bool

    @property
    def keeps_the_rules(self) -> bool:
        """Whether no rule had to be broken."""
        return not (self.together or self.met_again or self.speechless)


@dataclass(frozen=True, slots=True)
class Effect:
    """What meeting in groups does to the network: ties that it adds, parts that it joins, and how far it crosses borders.

    The shares are of all ties between organisations whose countries are known; None where there is none.
    """

    ties_added: tuple[Tie, ...]
    parts_before: int
    parts_after: int
    share_abroad_before: float | None
    share_abroad_after: float | None

    @property
    def parts_joined(self) -> int:
        """How many parts of the network, apart before, hang together now."""
        return self.parts_before - self.parts_after


def compose_breakouts(
    participants: Iterable[Participant],
    ties: Undirected,
    *,
    groups: int | None = None,
    size: int | None = None,
    earlier: Sequence[Groups] = (),
    seed: int = 0,
) -> Breakouts:
    """Groups for a design session: so many `groups`, or as many as it takes that none is larger than `size`.

    `ties` joins organisations that have worked together; `earlier` are the groups of earlier rounds, which make
    ties too. The same people and seed give the same groups, in whatever order they come. Raises BadRecord for a
    participant given twice, and for a number of groups or a size below one.
    """
    people = _in_order(participants)
    count = min(_how_many(len(people), groups, size), len(people))
    if not people:
        return Breakouts((), (), (), (), (), (), 0, True)
    guests = _guests(people, ties, earlier)
    tables = seat(guests, count, seed)
    return _told(people, guests, [sorted(table) for table in tables], most_new_ties(guests, count))


def describe_breakouts(
    participants: Iterable[Participant], ties: Undirected, groups: Groups, earlier: Sequence[Groups] = ()
) -> Breakouts:
    """What groups do that somebody made or changed by hand; raises BadRecord for an unknown or a doubled person."""
    people = _in_order(participants)
    place = {person.id: number for number, person in enumerate(people)}
    seated = [one for group in groups for one in group]
    wrong = sorted({one for one in seated if one not in place or seated.count(one) > 1})
    if wrong:
        raise BadRecord(f"participant {wrong[0]} is unknown or in two groups")
    guests = _guests(people, ties, earlier)
    tables = [sorted(place[one] for one in group) for group in groups if group]
    return _told(people, guests, tables, most_new_ties(guests, len(tables)) if tables else 0, by_hand=True)


def effect(before: Undirected, participants: Iterable[Participant], groups: Groups) -> Effect:
    """What groups did to the network of organisations as it was before them.

    A node of `before` may carry its `country`; those of the participants are known anyway.
    """
    known = {person.id: person for person in participants}
    countries = {one: said["country"] for one, said in before.nodes.items() if "country" in said}
    start = Undirected(before.edges)
    start.add_nodes_from(before)
    for person in known.values():
        if person.organisation is not None:
            start.add_node(person.organisation)
            countries[person.organisation] = person.country
    met = _meetings((known[one].organisation for one in group if one in known) for group in groups)
    added = sorted(tie for tie in met if not start.has_edge(*tie))
    after = start.copy()
    after.add_edges_from(added)
    return Effect(
        tuple(added),
        nx.number_connected_components(start),
        nx.number_connected_components(after),
        _share_abroad(start, countries),
        _share_abroad(after, countries),
    )


def _in_order(participants: Iterable[Participant]) -> list[Participant]:
    people = sorted(participants, key=lambda person: person.id)
    for one, other in pairwise(people):
        if one.id == other.id:
            raise BadRecord(f"participant {one.id} is given twice")
    return people


def _how_many(people: int, groups: int | None, size: int | None) -> int:
    """How many groups there are to be."""
    if (groups is None) == (size is None) or (groups or size or 0) < 1:
        raise BadRecord("say how many groups there are, or how large they may be: one or more")
    return groups if groups is not None else -(-people // (size or 1))


def _guests(people: Sequence[Participant], ties: Undirected, earlier: Sequence[Groups]) -> Guests:
    """What the search has to know of people, pair by pair."""
    bits = {
        lang: 1 << bit for bit, lang in enumerate(sorted({lang for one in people for lang in one.languages}))
    }
    rounds = [group for groups in earlier for group in groups]
    met = _meetings(rounds)
    organisation = {person.id: person.organisation for person in people}
    tied = _meetings((organisation.get(one) for one in group) for group in rounds)
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
    return Guests(spoken, frozenset(colleagues), frozenset(again), frozenset(known), strangers)


def _told(
    people: Sequence[Participant],
    guests: Guests,
    tables: Sequence[Sequence[int]],
    at_most: int,
    *,
    by_hand: bool = False,
) -> Breakouts:
    """Groups with what they do, in the order of their first participants."""
    ordered = sorted(table for table in map(list, tables))
    pairs = [pair for table in ordered for pair in combinations(table, 2)]
    groups = tuple(_group([people[place] for place in table]) for table in ordered)

    def named(some: frozenset[Tie]) -> tuple[Tie, ...]:
        return tuple((people[one].id, people[other].id) for one, other in sorted(some.intersection(pairs)))

    return Breakouts(
        groups,
        tuple(sorted({guests.strangers[pair] for pair in pairs if pair in guests.strangers})),
        tuple(sorted({_of_organisations(people, pair) for pair in guests.known.intersection(pairs)})),
        named(guests.colleagues),
        named(guests.met),
        tuple(place for place, group in enumerate(groups) if not group.languages),
        at_most,
        not by_hand and len(people) <= EXACT_UP_TO,
    )


def _group(people: Sequence[Participant]) -> Group:
    common = frozenset.intersection(*(person.languages for person in people))
    return Group(tuple(person.id for person in people), tuple(sorted(common)))


def _of_organisations(people: Sequence[Participant], pair: Tie) -> Tie:
    one, other = (people[place].organisation or 0 for place in pair)
    return _tie(one, other)


def _tie(one: int, other: int) -> Tie:
    return (one, other) if one < other else (other, one)


def _meetings(groups: Iterable[Iterable[int | None]]) -> set[Tie]:
    """Every pair that shares a group; None belongs to nobody."""
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
