"""The network of joint work, against networkx and against networks whose groups are known."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import combinations

import networkx as nx
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.matching.network import communities as finding
from app.matching.network import layout
from app.matching.network.analysis import CollaborationNetwork, bridging_introductions
from app.matching.network.analysis import analyse_network as woven
from app.matching.network.communities import find_communities
from app.matching.network.edges import Participations
from app.matching.network.layout import CANVAS_SIDE, FORCE_LAYOUT_COMMUNITIES, compute_layout
from app.matching.records import BadRecord

COUNTRIES = ["IT", "FR", "PL"]


def analyse_network(countries: Mapping[int, str], works: Sequence[frozenset[int]]) -> CollaborationNetwork:
    """The network of some organisations and who took part in what, the first work being number 1."""
    ids = np.array(sorted(countries), dtype=np.int64)
    codes = np.array([ord(countries[one][0]) for one in sorted(countries)])
    seats = [(number, one) for number, some in enumerate(works, 1) for one in some]
    numbers, members = np.array(seats, dtype=np.int64).reshape(-1, 2).T
    return woven(ids, codes, Participations(numbers, members))


def countries(count: int) -> dict[int, str]:
    """So many organisations from three countries."""
    return {one: COUNTRIES[one % 3] for one in range(1, count + 1)}


def two_groups() -> list[frozenset[int]]:
    """Two groups of five that know each other well, one tie between them; 11 has worked with nobody, 12 and 13 apart."""
    pairs = [*combinations(range(1, 6), 2), *combinations(range(6, 11), 2), (5, 6), (12, 13)]
    return [frozenset(pair) for pair in pairs]


def groups(found: CollaborationNetwork) -> list[list[int]]:
    """The members of each group, the largest first."""
    return [found.ids[found.community == number].tolist() for number in range(1, found.community_count + 1)]


@settings(max_examples=40, deadline=None)
@given(st.lists(st.frozensets(st.integers(1, 12), min_size=1, max_size=4), max_size=15))
def test_ties_and_parts_are_those_of_the_graph_of_joint_work(partners: list[frozenset[int]]) -> None:
    """Every number is counted again from the rows."""
    found = analyse_network(countries(12), partners)
    graph = nx.Graph(pair for some in partners for pair in combinations(some, 2))
    graph.add_nodes_from(range(1, 13))
    ties = [found.edge(at) for at in range(len(found.edges))]
    for node in map(found.node, range(len(found))):
        assert node.degree == len(graph[node.id])
        assert node.abroad == sum(node.id % 3 != other % 3 for other in graph[node.id])
        assert (node.community == 0) is (not graph[node.id])
        assert node.betweenness == pytest.approx(nx.betweenness_centrality(graph)[node.id], abs=1e-8)
        part = {found.ids[at] for at in np.flatnonzero(found.component == node.component).tolist()}
        assert part == nx.node_connected_component(graph, node.id)
        mine = [tie for tie in ties if node.id in (tie.one, tie.other)]
        assert list(found.edges_of(found.position(node.id) or 0)) == sorted(
            mine, key=lambda tie: (-len(tie.projects), tie.one, tie.other)
        )
    assert {frozenset((tie.one, tie.other)) for tie in ties} == {frozenset(pair) for pair in graph.edges}
    assert found.component_count == nx.number_connected_components(graph)
    for tie in ties:
        behind = {number for number, some in enumerate(partners, 1) if {tie.one, tie.other} <= some}
        assert set(tie.projects) == behind and len(tie.projects) == len(behind)
    assert groups(analyse_network(countries(12), partners)) == groups(found)


def test_groups_brokers_bridges_and_the_lonely_are_found() -> None:
    found = analyse_network(countries(13), two_groups())
    assert groups(found) == [[1, 2, 3, 4, 5], [6, 7, 8, 9, 10], [12, 13]]
    assert set(found.brokers[:2].tolist()) == {5, 6}
    assert [(tie.one, tie.other) for tie in found.bridges] == [(5, 6)]
    assert found.isolated.tolist() == [11]
    assert found.unlinked_communities == [(1, 3), (2, 3)]
    assert found.position(14) is None


def test_groups_found_by_arrays_hold_together_as_well_as_those_of_networkx(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Forty groups that are known, hard to tell apart: both ways find groups that are about as good."""
    chance = np.random.default_rng(3)
    works = [
        frozenset((30 * home + chance.integers(0, 30, 4)).tolist()) | {int(chance.integers(1200))}
        for home in chance.integers(0, 40, 800).tolist()
    ]
    found = analyse_network(countries(1200) | {0: "IT"}, works)
    graph = nx.Graph()
    graph.add_weighted_edges_from(
        zip(found.edges.one.tolist(), found.edges.other.tolist(), found.edges.weights.tolist(), strict=True)
    )

    def worth() -> float:
        labels = find_communities(found.edges, len(found))
        parts = [set(np.flatnonzero(labels == number).tolist()) for number in range(1, labels.max() + 1)]
        return float(nx.community.modularity(graph, parts))

    usual = worth()
    monkeypatch.setattr(
        finding, "NETWORKX_MAX_EDGES", 0 if len(found.edges) <= finding.NETWORKX_MAX_EDGES else 10**9
    )
    assert worth() == pytest.approx(usual, abs=0.02) and usual > 0.5


def test_introductions_bring_somebody_in_by_different_groups_from_abroad() -> None:
    """Of those whom the engine suggests: with ties, of several groups, abroad, then in the engine's order."""
    found = analyse_network(countries(14), two_groups())
    where = countries(14)
    chosen = bridging_introductions(found, 11, [14, 8, 1, 3, 7, 12, 11, 99], where)
    assert chosen == (1, 7, 12)
    assert bridging_introductions(found, 11, [14], where) == (14,)
    assert bridging_introductions(found, 12, [13, 14, 1], where)[0] == 1


@pytest.mark.parametrize("by_force", [FORCE_LAYOUT_COMMUNITIES, 1])
def test_everybody_has_a_place_in_the_picture_and_groups_stand_apart(
    by_force: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Also where only the largest group stands where its ties pull it, and the others around it."""
    monkeypatch.setattr(layout, "FORCE_LAYOUT_COMMUNITIES", by_force)
    found = analyse_network(countries(13), two_groups())
    spots = compute_layout(found)
    assert spots.shape == (13, 2) and (spots == compute_layout(found)).all()
    assert spots.min() >= 0 and spots.max() <= CANVAS_SIDE
    assert len(np.unique(spots, axis=0)) == 13
    one, other = (spots[found.community == number].mean(axis=0) for number in (1, 2))
    assert abs(one - other).sum() > CANVAS_SIDE / 10
    assert (
        len(compute_layout(analyse_network({}, []))) == 0
        and len(compute_layout(analyse_network({1: "IT"}, []))) == 1
    )


def test_a_large_network_is_laid_out_too() -> None:
    """Two thousand in twenty groups: brokers by a sample, large groups in spirals."""
    works = [
        frozenset({at * 100 + number % 97, at * 100 + number * 7 % 89, (at * 100 + number) % 1900})
        for at in range(19)
        for number in range(100)
    ]
    found = analyse_network({one: COUNTRIES[one % 3] for one in range(2000)}, works)
    assert len(found.brokers) and len(compute_layout(found)) == 2000


def test_work_with_somebody_unknown_is_refused_by_name() -> None:
    with pytest.raises(BadRecord, match="joint work 1 names organisation 9"):
        analyse_network({1: "IT"}, [frozenset({1, 9})])
