"""What was done so far, in a file, so that an interrupted run goes on; and its table."""

from __future__ import annotations

import json
import statistics
from collections.abc import Mapping, Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Any

from bench.chaos.crowd import Load
from bench.chaos.faults import FAULTS
from bench.chaos.rounds import Round

TITLES = (
    "rounds",
    "messages",
    "lost",
    "duplicated",
    "reordered",
    "down p50",
    "catch-up p50",
    "p99",
    "longest",
)


class Progress:
    """The rounds that were done under one load, by the kind of fault: a line of JSON for each."""

    def __init__(self, path: Path, load: Load) -> None:
        self._path = path
        self._load = asdict(load)

    def rounds(self, kind: str) -> list[dict[str, Any]]:
        """The rounds of a kind."""
        return [each for each in self._lines() if each["kind"] == kind and each["load"] == self._load]

    def add(self, kind: str, done: Round) -> None:
        """Note a round."""
        self._path.parent.mkdir(exist_ok=True)
        with self._path.open("a", encoding="utf-8") as file:
            file.write(json.dumps({"kind": kind, "load": self._load, **done.plain()}) + "\n")

    def forget(self, kinds: Sequence[str]) -> None:
        """Forget the rounds of some kinds."""
        kept = [each for each in self._lines() if each["kind"] not in kinds]
        self._path.parent.mkdir(exist_ok=True)
        self._path.write_text("".join(json.dumps(each) + "\n" for each in kept), encoding="utf-8")

    def _lines(self) -> list[dict[str, Any]]:
        """All lines that are whole: the last one may have been cut off."""
        text = self._path.read_text(encoding="utf-8") if self._path.exists() else ""
        return [json.loads(line) for line in text.splitlines(keepends=True) if line.endswith("}\n")]


def table(found: Mapping[str, Sequence[dict[str, Any]]]) -> str:
    """A table in Markdown of what the rounds of each kind did; times in seconds."""
    lines = [f"| fault | {' | '.join(TITLES)} |", f"|---{'|---:' * len(TITLES)}|"]
    for kind, rounds in found.items():
        if rounds:
            lines.append(f"| {FAULTS[kind].says} | {' | '.join(_figures(rounds))} |")
    return "\n".join(lines)


def _figures(rounds: Sequence[dict[str, Any]]) -> list[str]:
    sums = [sum(each[name] for each in rounds) for name in ("messages", "lost", "duplicated", "reordered")]
    times = sorted(seconds for each in rounds for seconds in each["catch_up"])
    down = statistics.median(each["down"] for each in rounds)
    marks = (down, _percentile(times, 50), _percentile(times, 99), times[-1])
    return [str(len(rounds)), *map(str, sums), *(f"{seconds:.2f}" for seconds in marks)]


def _percentile(ordered: Sequence[float], percent: int) -> float:
    """The value that so many percent do not exceed."""
    return ordered[max(0, -(-len(ordered) * percent // 100) - 1)]
