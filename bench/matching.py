"""How long a whole suggestion takes, with its reasons, beside networkx's own way: `flask matching bench` from here."""

from __future__ import annotations

import argparse

from app.matching.evaluation.benchmark import format_benchmark, run_benchmark


def main(words: list[str]) -> None:
    """Measure and print a table."""
    parser = argparse.ArgumentParser(prog="./dev bench matching")
    parser.add_argument("--organisations", type=int, default=10_000, help="how many (%(default)s)")
    parser.add_argument("--queries", type=int, default=100, help="how many lists are timed (%(default)s)")
    options = parser.parse_args(words)
    print(format_benchmark(run_benchmark(options.organisations, queries=options.queries)))
