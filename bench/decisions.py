"""How long it takes to count: the methods on four hundred papers and thirty options."""

from __future__ import annotations

import argparse
import random
import time

from app.features.decisions.counting import count

PAPERS, OPTIONS, SEATS = 400, 30, 5


def main(words: list[str]) -> None:
    """Measure and print a table; the papers are the same in each run."""
    argparse.ArgumentParser(prog="./dev bench decisions").parse_args(words)
    chance = random.Random(18)
    options = [f"option-{number:02}" for number in range(OPTIONS)]
    ranked = [{"choices": chance.sample(options, chance.randint(1, OPTIONS))} for _ in range(PAPERS)]
    scored = [{"choices": {option: chance.randint(0, 10) for option in options}} for _ in range(PAPERS)]
    print(f"{PAPERS} papers, {OPTIONS} options, {SEATS} seats")
    for method, papers in (("stv", ranked), ("ranked", ranked), ("choose", ranked), ("score", scored)):
        rule = {"method": method, "electors": PAPERS, "quorum": [1, 2], "seats": SEATS}
        begun = time.perf_counter()
        result = count(rule, options, papers, options)
        took = time.perf_counter() - begun
        stages = f", {len(result['stages'])} stages" if method == "stv" else ""
        print(f"  {method:8} {took * 1000:8.1f} ms{stages}")
