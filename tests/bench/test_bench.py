"""The benchmarks run; what they measure is for a person to read."""

from __future__ import annotations

import pytest

from bench import matching, streams


def test_suggestions_are_measured_beside_networkx(capsys: pytest.CaptureFixture[str]) -> None:
    """A small run prints its table, both sides asked the same."""
    matching.main(["--organisations", "300", "--queries", "3"])
    printed = capsys.readouterr().out
    assert "300 organisations" in printed
    assert "networkx, Adamic–Adar alone" in printed


def test_networkx_and_the_floor_find_partners_abroad() -> None:
    """The peer answers the same question: ten abroad, none of them a partner already."""
    profiles, projects = matching.generate(300, matching.random.Random(7))
    graph = matching.joint_work(projects, 300)
    found = matching.adamic_adar(graph, profiles, 1)
    assert len(found) == 10
    assert all(profiles[other].country != profiles[1].country for other in found)
    assert not any(graph.has_edge(1, other) for other in found)


def test_streams_are_measured_beside_the_bare_database(capsys: pytest.CaptureFixture[str]) -> None:
    """A small run prints its table."""
    streams.main(["--commands", "5", "--rounds", "2"])
    assert "ratio" in capsys.readouterr().out
