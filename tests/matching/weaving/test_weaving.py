"""The network of joint work, against networkx and against networks whose groups are known."""

from __future__ import annotations

from itertools import combinations

import networkx as nx
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.matching.graph import BadRecord
from app.matching.weaving import Work, bring_in, lay_out, network
from app.matching.weaving.layout import SIDE

COUNTRIES = ["IT", "FR", "PL"]


def countries(count: int) -> dict[int, str]:
    """So many organisations from three countries."""
    return {one: COUNTRIES[one % 3] for one in range(1, count + 1)}


def two_groups() -> list[Work]:
    """Two groups of five that know each other well, one tie between them; 11 has worked with nobody, 12 and 13 apart."""
    pairs = [*combinations(range(1, 6), 2), *combinations(range(6, 11), 2), (5, 6), (12, 13)]
    return [Work(number, frozenset(pair)) for number, pair in enumerate(pairs, 1)]


@settings(max_examples=40, deadline=None)
@given(st.lists(st.frozensets(st.integers(1, 12), min_size=1, max_size=4), max_size=15))
def test_ties_and_parts_are_those_of_the_graph_of_joint_work(partners: list[frozenset[int]]) -> None:
    """Every number is counted again from the rows."""
    found = network(countries(12), [Work(number, some) for number, some in enumerate(partners)])
    graph = nx.Graph(pair for some in partners for pair in combinations(some, 2))
    graph.add_nodes_from(range(1, 13))
    for one, node in found.nodes.items():
        assert node.ties == len(graph[one])
        assert node.abroad == sum(one % 3 != other % 3 for other in graph[one])
        assert (node.community == 0) is (not graph[one])
        assert node.broker == pytest.approx(nx.betweenness_centrality(graph)[one], abs=1e-8)
    assert found.parts == nx.number_connected_components(graph)
    for tie in found.ties:
        assert set(tie.works) == {
            number for number, some in enumerate(partners) if {tie.one, tie.other} <= some
        }
    assert sorted(one for group in found.communities for one in group) == sorted(
        set(found.nodes) - set(found.isolated)
    )
    assert network(countries(12), [Work(number, some) for number, some in enumerate(partners)]) == found


def test_groups_brokers_bridges_and_the_lonely_are_found() -> None:
    found = network(countries(13), two_groups())
    assert found.communities == ((1, 2, 3, 4, 5), (6, 7, 8, 9, 10), (12, 13))
    assert set(found.brokers[:2]) == {5, 6}
    assert [(tie.one, tie.other) for tie in found.bridges] == [(5, 6)]
    assert found.isolated == (11,)
    assert found.apart == ((1, 3), (2, 3))


def test_introductions_bring_somebody_in_by_different_groups_from_abroad() -> None:
    """Of those whom the engine suggests: with ties, of several groups, abroad, then in the engine's order."""
    found = network(countries(14), two_groups())
    where = countries(14)
    chosen = bring_in(found, 11, [14, 8, 1, 3, 7, 12, 11, 99], where)
    assert chosen == (1, 7, 12)
    assert bring_in(found, 11, [14], where) == (14,)
    assert bring_in(found, 12, [13, 14, 1], where)[0] == 1


def test_everybody_has_a_place_in_the_picture_and_groups_stand_apart() -> None:
    found = network(countries(13), two_groups())
    spots = lay_out(found)
    assert sorted(spots) == list(range(1, 14)) and spots == lay_out(found)
    assert all(0 <= spot.x <= SIDE and 0 <= spot.y <= SIDE for spot in spots.values())
    assert len({(spot.x, spot.y) for spot in spots.values()}) == 13

    def middle(group: tuple[int, ...]) -> tuple[float, float]:
        return sum(spots[one].x for one in group) / len(group), sum(spots[one].y for one in group) / len(
            group
        )

    one, other = (middle(group) for group in found.communities[:2])
    assert abs(one[0] - other[0]) + abs(one[1] - other[1]) > SIDE / 10
    assert lay_out(network({}, [])) == {} and len(lay_out(network({1: "IT"}, []))) == 1


def test_a_large_network_is_laid_out_too() -> None:
    """Two thousand in twenty groups: brokers by a sample, large groups in spirals."""
    works = [
        Work(
            number,
            frozenset({at * 100 + number % 97, at * 100 + number * 7 % 89, (at * 100 + number) % 1900}),
        )
        for at in range(19)
        for number in range(100)
    ]
    found = network({one: COUNTRIES[one % 3] for one in range(2000)}, works)
    assert found.brokers and len(lay_out(found)) == 2000


def test_work_with_somebody_unknown_is_refused_by_name() -> None:
    with pytest.raises(BadRecord, match="joint work 4 names organisation 9"):
        network({1: "IT"}, [Work(4, frozenset({1, 9}))])
