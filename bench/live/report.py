"""The table of what was measured: medians, and the median of each round's ratio."""

from __future__ import annotations

import statistics
import sys
from collections import defaultdict


class Table:
    """Figures by what they measure and of whom, round after round."""

    def __init__(self) -> None:
        self._figures: dict[str, dict[str, list[float]]] = defaultdict(lambda: defaultdict(list))

    def add(self, measure: str, of: str, figure: float) -> None:
        """Note a figure, and say it at once: a run is long."""
        self._figures[measure][of].append(figure)
        print(f"  {measure}: {of} {figure:,.1f}", file=sys.stderr, flush=True)

    def show(self) -> None:
        """Print the table in Markdown."""
        names = list(dict.fromkeys(name for row in self._figures.values() for name in row))
        ratio = f"{names[0]} ÷ {names[1]}" if len(names) == 2 else ""
        print(f"| | {' | '.join([*names, ratio] if ratio else names)} |")
        print(f"|---|{'---|' * (len(names) + bool(ratio))}")
        for measure, row in self._figures.items():
            cells = [f"{statistics.median(row[name]):,.1f}" if name in row else "" for name in names]
            if ratio:
                pairs = zip(row[names[0]], row[names[1]], strict=True)
                cells.append(f"{statistics.median(ours / theirs for ours, theirs in pairs):.2f}")
            print(f"| {measure} | {' | '.join(cells)} |")
