"""Small groups of a design session: composed against brute force, and against networks whose best is known."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import combinations

import networkx as nx
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.matching.breakout_assignment import EXACT_UP_TO
from app.matching.breakouts import (
    BreakoutParticipant,
    Breakouts,
    compose_breakouts,
    describe_breakouts,
    network_effect,
)
from app.matching.graph import Undirected
from app.matching.records import BadRecord

COUNTRIES = ["BE", "CY", "FR", "IT", "PL"]
Session = tuple[list[BreakoutParticipant], Undirected, int, list[list[list[int]]]]


@st.composite
def sessions(draw: st.DrawFn, most: int = EXACT_UP_TO) -> Session:
    """A few people of a few organisations, who of them has worked with whom, how many groups, and a round before."""
    organisations = draw(st.lists(st.sampled_from(COUNTRIES), min_size=2, max_size=7))
    people = []
    for number in range(1, draw(st.integers(1, most)) + 1):
        at = draw(st.none() | st.integers(0, len(organisations) - 1))
        spoken = draw(st.frozensets(st.sampled_from(["en", "fr", "it"]), max_size=3))
        people.append(BreakoutParticipant(number, at, "EU" if at is None else organisations[at], spoken))
    adjacency = nx.Graph(draw(st.lists(st.sampled_from(list(combinations(range(len(organisations)), 2))))))
    numbers = draw(st.permutations([person.id for person in people]))
    before = [numbers[: len(numbers) // 2], numbers[len(numbers) // 2 :]]
    return people, adjacency, draw(st.integers(1, 4)), draw(st.sampled_from([[], [before]]))


def faults(found: Breakouts) -> tuple[int, ...]:
    """What is wrong with groups, the worst first."""
    return (
        len(found.together),
        len(found.speechless),
        len(found.met_again),
        -len(found.new_ties),
        len(found.old_ties),
    )


def every_seating(people: Sequence[int], sizes: Sequence[int]) -> list[list[list[int]]]:
    """All groups of these sizes there are, some of them more than once."""
    if not sizes:
        return [[]]
    return [
        [list(group), *rest]
        for group in combinations(people, sizes[0])
        for rest in every_seating([one for one in people if one not in group], sizes[1:])
    ]


def pairwise_faults(session: Session, groups: list[list[int]]) -> tuple[int, ...]:
    """The faults counted from the records by the shortest possible code."""
    people, adjacency, _, earlier = session
    by_id = {person.id: person for person in people}
    rounds = [group for groups in earlier for group in groups]

    def met(one: BreakoutParticipant, other: BreakoutParticipant) -> bool:
        return any(one.id in group and other.id in group for group in rounds)

    def tied(one: BreakoutParticipant, other: BreakoutParticipant) -> bool:
        return adjacency.has_edge(one.organisation, other.organisation) or any(
            {one.organisation, other.organisation} <= {by_id[member].organisation for member in group}
            for group in rounds
        )

    pairs = [(by_id[min(pair)], by_id[max(pair)]) for group in groups for pair in combinations(group, 2)]
    of_two = [
        pair
        for pair in pairs
        if None not in (pair[0].organisation, pair[1].organisation)
        and pair[0].organisation != pair[1].organisation
    ]
    fresh = {
        frozenset((one.organisation, other.organisation))
        for one, other in of_two
        if not tied(one, other) and one.country != other.country
    }
    return (
        sum(one.organisation is not None and one.organisation == other.organisation for one, other in pairs),
        sum(not frozenset.intersection(*(by_id[one].languages for one in group)) for group in groups),
        sum(met(one, other) for one, other in pairs),
        -len(fresh),
        sum(tied(one, other) for one, other in of_two),
    )


@settings(max_examples=40, deadline=None)
@given(sessions(most=8), st.integers(0, 3))
def test_few_people_sit_as_well_as_any_seating_lets_them(session: Session, seed: int) -> None:
    people, adjacency, count, earlier = session
    found = compose_breakouts(people, adjacency, groups=count, earlier=earlier, seed=seed)
    groups = [list(group.participants) for group in found.groups]
    best = min(
        pairwise_faults(session, some)
        for some in every_seating([person.id for person in people], [len(group) for group in groups])
    )
    assert pairwise_faults(session, groups) == best
    assert (*faults(found)[:4],) == best[:4]
    assert found.exact and found.keeps_the_rules is (best[:3] == (0, 0, 0))


@settings(max_examples=12, deadline=None)
@given(sessions(most=13), st.randoms(use_true_random=False))
def test_everybody_sits_once_in_groups_of_like_size_whatever_order_they_came_in(
    session: Session, chance: object
) -> None:
    people, adjacency, count, earlier = session
    found = compose_breakouts(people, adjacency, groups=count, earlier=earlier, seed=5)
    seated = [one for group in found.groups for one in group.participants]
    sizes = {len(group.participants) for group in found.groups}
    assert sorted(seated) == [person.id for person in people]
    assert max(sizes) - min(sizes) <= 1 and len(found.groups) == min(count, len(people))
    assert len(found.new_ties) <= found.at_most
    shuffled = list(people)
    chance.shuffle(shuffled)  # type: ignore[attr-defined]
    assert compose_breakouts(shuffled, adjacency, groups=count, earlier=earlier, seed=5) == found
    by_hand = describe_breakouts(people, adjacency, [group.participants for group in found.groups], earlier)
    assert faults(by_hand) == faults(found)


def planted(
    tables: int, size: int, colleagues: int = 0
) -> tuple[list[BreakoutParticipant], Undirected, set[frozenset[int]]]:
    """People whose organisations all know each other but for those of one table, which are from as many countries."""
    people = [
        BreakoutParticipant(100 + number, number, COUNTRIES[number % size], frozenset({"en"}))
        for number in range(tables * size)
    ]
    best = {
        frozenset(one.id for one in people[start : start + size]) for start in range(0, len(people), size)
    }
    adjacency = nx.complete_graph(len(people))
    for start in range(0, len(people), size):
        adjacency.remove_edges_from(combinations(range(start, start + size), 2))
    return people, adjacency, best


@pytest.mark.parametrize(("tables", "size"), [(2, 5), (3, 4), (4, 4), (5, 3), (6, 4)])
def test_the_planted_groups_are_found(tables: int, size: int) -> None:
    people, adjacency, best = planted(tables, size)
    for seed in (1, 2):
        found = compose_breakouts(people, adjacency, size=size, seed=seed)
        assert {frozenset(group.participants) for group in found.groups} == best
        assert len(found.new_ties) == found.at_most == tables * size * (size - 1) // 2
        assert not found.old_ties and found.keeps_the_rules


def test_a_language_in_common_comes_before_new_ties() -> None:
    """Two Italians who speak Italian alone sit together, though they make no tie, and so do two who speak French."""
    people = [
        BreakoutParticipant(number, number, country, frozenset({lang}))
        for number, (country, lang) in enumerate([("IT", "it"), ("IT", "it"), ("FR", "fr"), ("FR", "fr")])
    ]
    found = compose_breakouts(people, nx.Graph(), groups=2)
    assert {group.languages: group.participants for group in found.groups} == {
        ("it",): (0, 1),
        ("fr",): (2, 3),
    }
    assert not found.new_ties and found.keeps_the_rules


def test_where_a_rule_cannot_be_kept_it_is_broken_as_seldom_as_can_be_and_told() -> None:
    """Three of five come from one organisation and one speaks what nobody else does."""
    people = [
        BreakoutParticipant(number, at, "IT", frozenset({lang}))
        for number, (at, lang) in enumerate([(1, "en"), (1, "en"), (1, "en"), (2, "en"), (3, "el")])
    ]
    found = compose_breakouts(people, nx.Graph(), groups=2)
    assert len(found.together) == 1 and len(found.speechless) == 1
    assert not found.keeps_the_rules


def test_rounds_rotate_until_everybody_has_met() -> None:
    """Nine people of nine organisations meet in four rounds of three tables, nobody twice."""
    people = [BreakoutParticipant(one, one, f"C{one}", frozenset({"en"})) for one in range(9)]
    rounds: list[list[tuple[int, ...]]] = []
    for seed in range(3):
        found = compose_breakouts(people, nx.Graph(), size=3, earlier=rounds, seed=seed)
        assert not found.met_again and len(found.new_ties) == 9
        rounds.append([group.participants for group in found.groups])


def test_eighty_people_keep_the_rules_and_come_near_the_most_there_can_be() -> None:
    """Eighty people of forty organisations from fourteen countries who speak English, twenty tables of four."""
    people = [
        BreakoutParticipant(one, one % 40, f"C{one % 40 % 14}", frozenset({"en", f"l{one % 14}"}))
        for one in range(80)
    ]
    adjacency = nx.gnp_random_graph(40, 0.2, seed=4)
    found = compose_breakouts(people, adjacency, size=4, seed=1)
    assert found.keeps_the_rules and not found.exact
    assert len(found.new_ties) >= 0.9 * found.at_most


def test_what_it_did_to_the_network_is_told() -> None:
    before = nx.Graph([(1, 2), (3, 4)])
    before.add_node(9, country="PL")
    nx.set_node_attributes(before, {1: "IT", 2: "IT"}, "country")
    people = [
        BreakoutParticipant(one, one, country)
        for one, country in [(1, "IT"), (2, "IT"), (3, "FR"), (4, "FR")]
    ]
    done = network_effect(before, people, [[1, 3], [2], [4]])
    assert done.ties_added == ((1, 3),)
    assert (done.parts_before, done.parts_after, done.parts_joined) == (3, 2, 1)
    assert done.share_abroad_before == 0.0 and done.share_abroad_after == pytest.approx(1 / 3)


def test_nonsense_is_refused_by_name() -> None:
    person = BreakoutParticipant(7, 1, "IT")
    with pytest.raises(BadRecord, match="participant 7 is given twice"):
        compose_breakouts([person, person], nx.Graph(), groups=1)
    for wrong in ({}, {"groups": 0}, {"size": -1}, {"groups": 1, "size": 1}):
        with pytest.raises(BadRecord, match="how many groups"):
            compose_breakouts([person], nx.Graph(), **wrong)
    for groups in ([[8]], [[7], [7]], [[7, 7]]):
        with pytest.raises(BadRecord, match="is unknown or in two groups"):
            describe_breakouts([person], nx.Graph(), groups)
    assert compose_breakouts([], nx.Graph(), groups=3).groups == ()


def test_one_group_of_more_people_than_are_enumerated_holds_everybody() -> None:
    people = [BreakoutParticipant(number, None, "IT", frozenset({"it"})) for number in range(EXACT_UP_TO + 5)]
    found = compose_breakouts(people, Undirected(), groups=1)
    assert [group.participants for group in found.groups] == [tuple(range(EXACT_UP_TO + 5))]
