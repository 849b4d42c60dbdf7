"""What judges the blows is not blind, and an interrupted run goes on."""

from __future__ import annotations

from pathlib import Path

import pytest

from bench.chaos.__main__ import main
from bench.chaos.crowd import Load
from bench.chaos.progress import Progress, table
from bench.chaos.rounds import Round
from bench.chaos.rows import Said
from bench.chaos.verdict import Verdict

TALK = [Said(seq, f"cid-{seq}", f"thing {seq}") for seq in range(4, 9)]


def judged(stored: list[Said], *shown: list[Said]) -> tuple[int, int, int]:
    """What is found wrong: lost, doubled, out of order."""
    verdict = Verdict()
    verdict.judge(stored, 4, shown)
    return verdict.lost, verdict.duplicated, verdict.reordered


@pytest.mark.parametrize(
    ("stored", "shown", "wrong"),
    [
        (TALK, TALK, (0, 0, 0)),
        (TALK, TALK[:-1], (1, 0, 0)),
        (TALK[:-1], TALK, (1, 0, 0)),
        ([*TALK[:2], *TALK[3:]], [*TALK[:2], *TALK[3:]], (1, 0, 0)),
        (TALK, [*TALK, TALK[0]], (0, 1, 1)),
        (TALK, [TALK[1], TALK[0], *TALK[2:]], (0, 0, 1)),
        ([*TALK, Said(9, "cid-4", "thing 4")], [*TALK, Said(9, "cid-4", "thing 4")], (0, 2, 0)),
    ],
    ids=["right", "not shown", "not kept", "a gap", "shown twice", "swapped", "kept twice"],
)
def test_whatever_is_wrong_is_seen(
    stored: list[Said], shown: list[Said], wrong: tuple[int, int, int]
) -> None:
    assert judged(stored, shown) == wrong


def test_what_was_written_and_is_not_there_or_in_another_order_is_seen() -> None:
    verdict = Verdict()
    verdict.judge_writing(TALK, ["cid-5", "cid-4", "cid-99"])
    assert (verdict.lost, verdict.reordered) == (1, 1)


def test_an_interrupted_run_goes_on_where_it_was(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = tmp_path / "progress.jsonl"
    progress = Progress(path, Load())
    for _ in range(2):
        progress.add("redis", Round(Verdict(messages=10), 0.5, [0.1, 0.4]))
    with path.open("a") as file:
        file.write('{"kind": "redis", "load": {"cli')
    assert len(progress.rounds("redis")) == 2
    assert not Progress(path, Load(rate=1)).rounds("redis"), "another load is another measurement"
    assert "| 2 | 20 | 0 | 0 | 0 | 0.50 | 0.10 | 0.40 | 0.40 |" in table({"redis": progress.rounds("redis")})
    assert main(["--kind", "redis", "--rounds", "2", "--progress", str(path)]) == 0
    assert "| 2 | 20 |" in capsys.readouterr().out, "nothing was left to do"


def test_a_run_that_lost_something_says_so(tmp_path: Path) -> None:
    path = tmp_path / "progress.jsonl"
    Progress(path, Load()).add("redis", Round(Verdict(messages=10, lost=1), 0.5, [0.1]))
    assert main(["--kind", "redis", "--rounds", "1", "--progress", str(path)]) == 1
