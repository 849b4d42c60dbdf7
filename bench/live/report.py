"""The table of what was measured, as `docs/benchmarks.md` shows it: medians, and the median of each round's ratio."""

from __future__ import annotations

import statistics
import sys
from collections import defaultdict

Figures = tuple[float, ...]


class Table:
    """Figures by what they measure, under which load and of whom, round after round."""

    def __init__(self) -> None:
        self._rows: dict[str, dict[str, dict[str, list[Figures]]]] = defaultdict(
            lambda: defaultdict(lambda: defaultdict(list))
        )

    def add(self, measure: str, of: str, *figures: float, load: str = "") -> None:
        """Note what belongs together in one cell, and say it at once: a run is long."""
        self._rows[measure][load][of].append(figures)
        print(f"  {measure} {load}: {of} {shown(figures)}", file=sys.stderr, flush=True)

    def show(self) -> None:
        """Print the table in Markdown; the first row of a measure says what it is."""
        names = list(
            dict.fromkeys(of for loads in self._rows.values() for row in loads.values() for of in row)
        )
        ratio = [f"{names[0]} ÷ {names[1]}"] if len(names) == 2 else []
        print(f"| | {' | '.join(names + ratio)} |")
        print(f"|---|{'---|' * len(names + ratio)}")
        for measure, loads in self._rows.items():
            for place, (load, row) in enumerate(loads.items()):
                what = ", ".join(part for part in (load, "" if place else measure) if part)
                cells = [shown(medians(row[name])) for name in names] + (
                    [compared(row, names)] if ratio else []
                )
                print(f"| {what} | {' | '.join(cells)} |")


def medians(rounds: list[Figures]) -> Figures:
    """The median of each figure of a cell, over all rounds."""
    return tuple(statistics.median(each) for each in zip(*rounds, strict=True))


def shown(figures: Figures) -> str:
    """The figures of one cell; small ones with a decimal."""
    return ", ".join(
        f"{figure:,.0f}" if figure >= 100 or len(figures) > 1 else f"{figure:,.1f}" for figure in figures
    )


def compared(row: dict[str, list[Figures]], names: list[str]) -> str:
    """The median of the rounds' ratios, where a cell has one figure."""
    pairs = list(zip(row[names[0]], row[names[1]], strict=True))
    if any(len(ours) > 1 for ours, _ in pairs):
        return ""
    return f"{statistics.median(ours / theirs for (ours,), (theirs,) in pairs):.2f}"
