"""Times whole suggestions on a synthetic cluster, beside networkx."""

from __future__ import annotations

import gc
import resource
import statistics
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import date
from functools import partial
from pathlib import Path
from time import process_time

import networkx as nx
import numpy as np

from app.matching.diversity import TIE_DECIMALS, diversify, rerank_pool
from app.matching.engine import Engine
from app.matching.evaluation.synthetic import generate_cluster
from app.matching.graph import Undirected
from app.matching.index.index import iter_projects
from app.matching.records import Project

K = 10
SEED = 11
NETWORKX_MAX_ORGANISATIONS = 100_000
"""Up to this size networkx is measured; its projected graph is too large beyond."""
CHUNK_ROWS = 50_000
"""Rows per block of exhaustive scoring."""
GRAPH_MAX_ORGANISATIONS = 1_000_000
"""Up to this size the whole networkx graph is measured."""
NETWORKX_QUERIES = 3
"""Queries that networkx answers."""


@dataclass(frozen=True)
class BenchmarkResult:
    """Results for one size: CPU times in milliseconds unless named seconds, memory in megabytes."""

    organisations: int
    built_seconds: float
    times: Sequence[float]
    edits: Sequence[float]
    after_edit: float
    project_edits: Sequence[float]
    memory: float
    checked: int
    same: int
    whole: tuple[float, float] | None
    networkx: NetworkxResult | None


@dataclass(frozen=True)
class NetworkxResult:
    """networkx: the projected graph, and Adamic–Adar by its own predictor."""

    built_seconds: float
    memory: float
    times: Sequence[float]


def run_benchmark(
    organisations: int, *, queries: int = 200, checks: int = 10, say: Callable[[str], None] = print
) -> BenchmarkResult:
    """Generate a cluster and measure it; `checks` lists are compared with exhaustive scoring."""
    table = generate_cluster(organisations)
    say("generated")
    begun = process_time()
    engine = Engine.from_columns(table)
    del table
    asked = np.random.default_rng(SEED).integers(1, organisations + 1, queries + 1).tolist()
    engine.suggest(asked.pop(), K)
    built = process_time() - begun
    gc.freeze()  # as the server does when it starts
    say(f"built and asked for the first time in {built:.1f} s")
    times = [_milliseconds(partial(engine.suggest, one, K)) for one in asked]
    memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1_024
    compared = asked[:checks]
    same = sum(_is_same(engine, one) for one in compared)
    say(f"{same} of {len(compared)} lists are those of looking at everybody")
    edits, after, more = _measure_edits(engine, asked)
    return BenchmarkResult(
        organisations, built, times, edits, after, more, memory, len(compared), same,
        _measure_graph(engine) if organisations <= GRAPH_MAX_ORGANISATIONS else None,
        _measure_networkx(engine, asked[:NETWORKX_QUERIES]) if organisations <= NETWORKX_MAX_ORGANISATIONS else None,
    )  # fmt: skip


def _measure_graph(engine: Engine) -> tuple[float, float]:
    """CPU seconds and megabytes of the whole networkx graph."""
    before, begun = _resident_megabytes(), process_time()
    graph = engine.graph
    return process_time() - begun, _resident_megabytes() - before if len(graph) else 0.0


def _is_same(engine: Engine, organisation: int) -> bool:
    """Whether a list equals exhaustive scoring in order and scores."""
    ours, everybody = engine.suggest(organisation, K), rank_exhaustively(engine, organisation, K)
    same = [one.organisation for one in ours] == [one for one, _ in everybody]
    return same and np.allclose([one.score for one in ours], [score for _, score in everybody], atol=1e-6)


def rank_exhaustively(engine: Engine, organisation: int, k: int) -> list[tuple[int, float]]:
    """The list of `suggest` by scoring all rows, block by block: (number, score)."""
    scorer, rules = engine.prepare(organisation)
    index, found = scorer.index, []
    for begin in range(0, index.size, CHUNK_ROWS):
        rows = np.arange(begin, min(begin + CHUNK_ROWS, index.size))
        rows = rows[rules.mask(rows)]
        columns = scorer.term_values(rows)
        scores = np.round(scorer.scores(columns), TIE_DECIMALS)
        needs, lifts = scorer.profile.needs_met(rows), scorer.weight("newcomer") * columns["newcomer"]
        best = rerank_pool(index.ids[rows], scores, needs, k)
        found.append((rows[best], scores[best], needs[best], lifts[best]))
    rows, scores, needs, lifts = (np.concatenate(one) for one in zip(*found, strict=True))
    pool = rerank_pool(index.ids[rows], scores, needs, k)
    rows, scores, needs, lifts = rows[pool], scores[pool], needs[pool], lifts[pool]
    chosen = diversify(index.countries[rows], scores, needs, lifts, engine.list_rule(scorer), k)
    return [(int(index.ids[rows[one.at : one.at + 1]][0]), one.value) for one in chosen]


def _measure_edits(engine: Engine, asked: Sequence[int]) -> tuple[list[float], float, list[float]]:
    """CPU milliseconds of profile edits, of a suggestion after fifty of them, and of added projects."""
    profiles = [engine.index.profiles[one] for one in asked[:50]]
    edits = [
        _milliseconds(partial(engine.update, replace(one, offers=one.offers | {"skill:0001"})))
        for one in profiles
    ]
    after = statistics.median(_milliseconds(partial(engine.suggest, one, K)) for one in asked[50:70])
    more = [Project(-at - 1, frozenset(asked[at : at + 4]), date(2025, 5, 1)) for at in range(10)]
    iter_projects = [_milliseconds(partial(engine.add_project, project)) for project in more]
    return edits, after, iter_projects


def _measure_networkx(engine: Engine, asked: Sequence[int]) -> NetworkxResult:
    """Adamic–Adar by networkx over all organisations abroad that are no partners yet."""
    index, before, begun = engine.index, _resident_megabytes(), process_time()
    joined = Undirected()
    joined.add_nodes_from(index.rows_by_id)
    for project in iter_projects(index):
        team = sorted(project.partners)
        joined.add_edges_from((one, other) for one in team for other in team if one < other)
    built, memory = process_time() - begun, _resident_megabytes() - before
    countries = dict(zip(index.ids.base.tolist(), index.countries.base.tolist(), strict=True))

    def predicted(one: int) -> list[int]:
        home = countries[one]
        pairs = [(one, other) for other, country in countries.items() if country != home]
        pairs = [pair for pair in pairs if not joined.has_edge(*pair)]
        scored = sorted(nx.adamic_adar_index(joined, pairs), key=lambda row: (-row[2], row[1]))
        return [other for _, other, _ in scored[:K]]

    return NetworkxResult(built, memory, [_milliseconds(partial(predicted, one)) for one in asked])


def _resident_megabytes() -> float:
    """Resident memory now; 0 where the system does not tell."""
    try:
        pages = int(Path("/proc/self/statm").read_text(encoding="ascii").split()[1])
    except OSError:
        return 0.0
    return pages * resource.getpagesize() / 2**20


def _milliseconds(work: Callable[[], object]) -> float:
    begun = process_time()
    work()
    return (process_time() - begun) * 1_000


TABLE_HEAD = (
    "organisations", "median", "99th percentile", "built and first list", "memory at most", "an edit of a profile",
    "a list after fifty edits", "one project more", "lists like brute force's", "the whole networkx graph",
    "networkx: its graph", "Adamic–Adar alone",
)  # fmt: skip


def format_benchmark(found: BenchmarkResult) -> str:
    """The result as a Markdown table."""
    times, beside = sorted(found.times), found.networkx
    cells = (
        f"{found.organisations:,}",
        f"{statistics.median(times):.1f}",
        f"{times[int(len(times) * 0.99)]:.1f}",
        f"{found.built_seconds:.1f} s",
        f"{found.memory:,.0f} MB",
        f"{statistics.median(found.edits):.1f}",
        f"{found.after_edit:.1f}",
        f"{statistics.median(found.project_edits):.1f}",
        f"{found.same} of {found.checked}",
        f"{found.whole[0]:.1f} s, {found.whole[1]:,.0f} MB" if found.whole else "not made",
        f"{beside.built_seconds:.1f} s, {beside.memory:,.0f} MB" if beside else "not run",
        f"{statistics.median(beside.times):,.0f}" if beside else "not run",
    )
    return "\n".join(f"| {' | '.join(row)} |" for row in (TABLE_HEAD, ["---"] * len(TABLE_HEAD), cells))
