"""The benchmarks run; what they measure is for a person to read."""

from __future__ import annotations

import pytest

from app.matching.evaluation.benchmark import run_benchmark
from bench import abuse, live, matching, session, streams
from bench.live.report import Table


def test_suggestions_are_measured_beside_networkx(capsys: pytest.CaptureFixture[str]) -> None:
    """A small run prints its table, and its lists are those of looking at everybody."""
    matching.main(["--organisations", "300", "--queries", "60"])
    printed = capsys.readouterr().out
    assert "300" in printed and "networkx" in printed
    found = run_benchmark(300, queries=60, checks=3, say=lambda _: None)
    assert (found.checked, found.same) == (3, 3)
    assert found.networkx is not None and len(found.networkx.times) > 0


def test_streams_are_measured_beside_the_bare_database(capsys: pytest.CaptureFixture[str]) -> None:
    """A small run prints its table."""
    streams.main(["--commands", "5", "--rounds", "2"])
    assert "ratio" in capsys.readouterr().out


@pytest.mark.slow
def test_rooms_are_measured_at_full_load(capsys: pytest.CaptureFixture[str]) -> None:
    """A small run of ours alone: everybody enters, writes and reads, and nothing is refused."""
    sizes = ["--people", "10", "--sizes", "10", "--writers", "2", "--idle", "10"]
    live.main(["--rounds", "1", "--seconds", "1", "--against", "nobody", *sizes])
    rows = {line.split(" | ")[0].strip("| "): line for line in capsys.readouterr().out.splitlines()}
    for measure in ("room of 10, deliveries/s", "2 rooms of 5", "connections/s, entered"):
        assert float(rows[measure].split("|")[2].replace(",", "")) > 0


@pytest.mark.slow
def test_a_design_session_is_measured_beside_a_relay(capsys: pytest.CaptureFixture[str]) -> None:
    """A small run: everybody gets everything from both servers, and nothing is refused."""
    sizes = ["--people", "6", "--cards", "12", "--rates", "12"]
    session.main(["--rounds", "1", "--seconds", "1", *sizes])
    rows = {line.split(" | ")[0].strip("| "): line for line in capsys.readouterr().out.splitlines()}
    row = rows["12 commands/s: ms from one to each other, median"].split("|")
    assert float(row[2]) > 0 and float(row[3]) > 0


def test_the_table_tells_medians_and_the_median_ratio(capsys: pytest.CaptureFixture[str]) -> None:
    """Ratios are taken round by round."""
    table = Table()
    for ours, theirs in ((10, 5), (30, 10), (40, 40)):
        table.add("deliveries/s", "Trama", ours)
        table.add("deliveries/s", "Node", theirs)
    table.show()
    assert "| deliveries/s | 30.0 | 10.0 | 2.00 |" in capsys.readouterr().out


@pytest.mark.slow
def test_an_attack_is_measured_beside_a_calm_while(capsys: pytest.CaptureFixture[str]) -> None:
    """A short run: the rows are there, calm people were answered, and the attack met a server."""
    abuse.main(["--seconds", "1", "--only", "pong frames"])
    rows = {line.split(" | ")[0].strip(): line for line in capsys.readouterr().out.splitlines()}
    assert "calm requests failed" not in "".join(rows.values())
    assert float(rows["calm"].split(" | ")[3]) > 0
    assert "connections" in rows["pong frames"] and "sent" in rows["pong frames"]
