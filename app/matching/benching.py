"""How long a whole suggestion takes in a cluster of any size, with its reasons, beside networkx's own way."""

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

from app.matching.engine import Engine
from app.matching.generating import generate
from app.matching.graph import Undirected
from app.matching.listing import DECIMALS, POOL, best_places, spread
from app.matching.records import Project
from app.matching.roster import works

K = 10
SEED = 11
NETWORKX_UP_TO = 100_000
"""Beyond so many networkx's graph of who worked with whom takes more memory than all else."""
PORTION = 50_000
"""So many are scored at once where everybody is."""
WHOLE_UP_TO = 1_000_000
"""Beyond so many organisations nobody makes the networkx graph of everything; parts of it are made on demand."""
FEW = 3
"""So many questions are asked of networkx, whose answers take seconds."""


@dataclass(frozen=True)
class Measured:
    """One size, measured; times in milliseconds of one core unless they say seconds, memory in megabytes."""

    organisations: int
    built_seconds: float
    times: Sequence[float]
    edits: Sequence[float]
    after_edit: float
    works: Sequence[float]
    memory: float
    checked: int
    same: int
    whole: tuple[float, float] | None
    networkx: Beside | None


@dataclass(frozen=True)
class Beside:
    """networkx's own way: its graph of who worked with whom, and Adamic–Adar alone by its predictor."""

    built_seconds: float
    memory: float
    times: Sequence[float]


def bench(
    organisations: int, *, queries: int = 200, checks: int = 10, say: Callable[[str], None] = print
) -> Measured:
    """Generate a cluster and measure it; `checks` lists are compared with those of looking at everybody."""
    table = generate(organisations)
    say("generated")
    begun = process_time()
    engine = Engine.of_table(table)
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
    edits, after, more = _edited(engine, asked)
    return Measured(
        organisations, built, times, edits, after, more, memory, len(compared), same,
        _whole(engine) if organisations <= WHOLE_UP_TO else None,
        _networkx(engine, asked[:FEW]) if organisations <= NETWORKX_UP_TO else None,
    )  # fmt: skip


def _whole(engine: Engine) -> tuple[float, float]:
    """The seconds of a core that the networkx graph of everything takes to be made, and its megabytes."""
    before, begun = _resident(), process_time()
    graph = engine.graph
    return process_time() - begun, _resident() - before if len(graph) else 0.0


def _is_same(engine: Engine, organisation: int) -> bool:
    """Whether the list is the one that scoring everybody gives, and every score the sum of its reasons."""
    ours, everybody = engine.suggest(organisation, K), exhaustive(engine, organisation, K)
    same = [one.organisation for one in ours] == [one for one, _ in everybody]
    return same and np.allclose([one.score for one in ours], [score for _, score in everybody], atol=1e-6)


def exhaustive(engine: Engine, organisation: int, k: int) -> list[tuple[int, float]]:
    """The list of `suggest` when everybody is looked at, portion by portion: numbers and scores."""
    inquiry, rules = engine.asked(organisation)
    index, found = inquiry.index, []
    for begin in range(0, index.size, PORTION):
        places = np.arange(begin, min(begin + PORTION, index.size))
        places = places[rules.allow(places)]
        totals = np.round(inquiry.totals(inquiry.columns(places)), DECIMALS)
        best = best_places(index.ids[places], totals, POOL)
        found.append((places[best], totals[best]))
    places, totals = (np.concatenate(one) for one in zip(*found, strict=True))
    ids = index.ids[places]
    pool = best_places(ids, totals, POOL)
    ids, countries, totals = ids[pool], index.countries[places[pool]], totals[pool]
    chosen = spread(countries, totals, engine.weights.repeat_country, k)
    return [(int(ids[one.at]), float(totals[one.at]) + one.repeated) for one in chosen]


def _edited(engine: Engine, asked: Sequence[int]) -> tuple[list[float], float, list[float]]:
    """What an edit of a profile costs, a suggestion after fifty of them, and one more project."""
    profiles = [engine.index.profiles[one] for one in asked[:50]]
    edits = [
        _milliseconds(partial(engine.update, replace(one, offers=one.offers | {"skill:0001"})))
        for one in profiles
    ]
    after = statistics.median(_milliseconds(partial(engine.suggest, one, K)) for one in asked[50:70])
    more = [Project(-at - 1, frozenset(asked[at : at + 4]), date(2025, 5, 1)) for at in range(10)]
    works = [_milliseconds(partial(engine.add_project, project)) for project in more]
    return edits, after, works


def _networkx(engine: Engine, asked: Sequence[int]) -> Beside:
    """Adamic–Adar by networkx's own predictor, over everybody abroad who is no partner yet, sorted."""
    index, before, begun = engine.index, _resident(), process_time()
    joined = Undirected()
    joined.add_nodes_from(index.position)
    for project in works(index):
        team = sorted(project.partners)
        joined.add_edges_from((one, other) for one in team for other in team if one < other)
    built, memory = process_time() - begun, _resident() - before
    countries = dict(zip(index.ids.base.tolist(), index.countries.base.tolist(), strict=True))

    def predicted(one: int) -> list[int]:
        home = countries[one]
        pairs = [(one, other) for other, country in countries.items() if country != home]
        pairs = [pair for pair in pairs if not joined.has_edge(*pair)]
        scored = sorted(nx.adamic_adar_index(joined, pairs), key=lambda row: (-row[2], row[1]))
        return [other for _, other, _ in scored[:K]]

    return Beside(built, memory, [_milliseconds(partial(predicted, one)) for one in asked])


def _resident() -> float:
    """The megabytes that the process holds now; naught where the system does not say."""
    try:
        pages = int(Path("/proc/self/statm").read_text(encoding="ascii").split()[1])
    except OSError:
        return 0.0
    return pages * resource.getpagesize() / 2**20


def _milliseconds(work: Callable[[], object]) -> float:
    begun = process_time()
    work()
    return (process_time() - begun) * 1_000


HEAD = (
    "organisations", "median", "99th percentile", "built and first list", "memory at most", "an edit of a profile",
    "a list after fifty edits", "one project more", "lists like brute force's", "the whole networkx graph",
    "networkx: its graph", "Adamic–Adar alone",
)  # fmt: skip


def told(found: Measured) -> str:
    """What was measured as a table of Markdown: times of one core in milliseconds unless they say seconds."""
    times, beside = sorted(found.times), found.networkx
    cells = (
        f"{found.organisations:,}",
        f"{statistics.median(times):.1f}",
        f"{times[int(len(times) * 0.99)]:.1f}",
        f"{found.built_seconds:.1f} s",
        f"{found.memory:,.0f} MB",
        f"{statistics.median(found.edits):.1f}",
        f"{found.after_edit:.1f}",
        f"{statistics.median(found.works):.1f}",
        f"{found.same} of {found.checked}",
        f"{found.whole[0]:.1f} s, {found.whole[1]:,.0f} MB" if found.whole else "not made",
        f"{beside.built_seconds:.1f} s, {beside.memory:,.0f} MB" if beside else "not run",
        f"{statistics.median(beside.times):,.0f}" if beside else "not run",
    )
    return "\n".join(f"| {' | '.join(row)} |" for row in (HEAD, ["---"] * len(HEAD), cells))
