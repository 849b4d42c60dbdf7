"""How long a whole suggestion takes, with its reasons, beside networkx's own way to the same question.

A cluster is generated: three sectors of a hundred, eight skills offered and three sought of 1,500 with a popularity
by Zipf, and joint projects with hubs. Both answer for the same organisations, in turn: ours with ten suggestions and all
their reasons, networkx with Adamic–Adar over every organisation abroad, sorted.
"""

from __future__ import annotations

import argparse
import random
import resource
import statistics
import time
from collections.abc import Callable
from datetime import date

import networkx as nx

from app.matching.engine import Engine
from app.matching.records import Profile, Project

COUNTRIES = ("IT", "FR", "BE", "CY", "PL")
TYPES = ("cooperative", "association", "wise", "foundation")


def main(words: list[str]) -> None:
    """Measure and print a table."""
    parser = argparse.ArgumentParser(prog="./dev bench matching")
    parser.add_argument("--organisations", type=int, default=10_000, help="how many (%(default)s)")
    parser.add_argument("--queries", type=int, default=30, help="how many are asked for (%(default)s)")
    options = parser.parse_args(words)
    profiles, projects = generate(options.organisations, random.Random(7))
    begun = time.perf_counter()
    engine = Engine(profiles, projects)
    engine.suggest(0, 10)
    built = time.perf_counter() - begun
    joint = joint_work(projects, options.organisations)
    asked = random.Random(11).sample(range(options.organisations), options.queries)
    rows = [
        (
            measure(lambda one=one: engine.suggest(one, 10)),
            measure(lambda one=one: adamic_adar(joint, profiles, one)),
        )
        for one in asked
    ]
    report(options.organisations, built, rows)


def generate(count: int, chance: random.Random) -> tuple[list[Profile], list[Project]]:
    """A cluster of `count` organisations and half as many joint projects."""
    skills = [f"skill:{number}" for number in range(1_500)]
    popularity = [1 / (place + 1) for place in range(len(skills))]

    def profile(number: int) -> Profile:
        return Profile(
            id=number,
            country=chance.choice(COUNTRIES),
            type=chance.choice(TYPES),
            sectors=frozenset(f"sector:{chance.randrange(100)}" for _ in range(3)),
            offers=frozenset(chance.choices(skills, popularity, k=8)),
            seeks=frozenset(chance.choices(skills, popularity, k=3)),
            languages=frozenset({"language:en"}),
        )

    def project(number: int) -> Project:
        partners = frozenset(int(count * chance.random() ** 3) for _ in range(chance.randint(3, 9)))
        return Project(number, partners, date(2018 + chance.randrange(8), 1, 1))

    return [profile(number) for number in range(count)], [project(number) for number in range(count // 2)]


def joint_work(projects: list[Project], count: int) -> nx.Graph[int]:
    """Who has worked with whom."""
    graph: nx.Graph[int] = nx.Graph()
    graph.add_nodes_from(range(count))
    for project in projects:
        graph.add_edges_from(
            (low, high) for low in project.partners for high in project.partners if low < high
        )
    return graph


def adamic_adar(graph: nx.Graph[int], profiles: list[Profile], one: int) -> list[int]:
    """The ten best abroad that are no partners yet, by networkx's own predictor."""
    home = profiles[one].country
    pairs = [
        (one, other.id) for other in profiles if other.country != home and not graph.has_edge(one, other.id)
    ]
    scored = sorted(nx.adamic_adar_index(graph, pairs), key=lambda row: (-row[2], row[1]))
    return [other for _, other, _ in scored[:10]]


def measure(work: Callable[[], object]) -> float:
    """Milliseconds of one call."""
    begun = time.perf_counter()
    work()
    return (time.perf_counter() - begun) * 1_000


def report(count: int, built: float, rows: list[tuple[float, float]]) -> None:
    """The table: medians, and the ratio query by query."""
    memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1_024
    ours, theirs = [row[0] for row in rows], [row[1] for row in rows]
    print(
        f"{count:,} organisations · built and first asked in {built:.1f} s · at most {memory:,.0f} MB in all"
    )
    print(f"{'milliseconds a query':32}{'median':>10}{'lowest':>10}{'highest':>10}")
    for name, values in (("suggest, with reasons", ours), ("networkx, Adamic–Adar alone", theirs)):
        print(f"{name:32}{statistics.median(values):10.1f}{min(values):10.1f}{max(values):10.1f}")
    ratios = [their / our for our, their in rows]
    print(f"{'times as fast':32}{statistics.median(ratios):10.1f}{min(ratios):10.1f}{max(ratios):10.1f}")
