"""The records of a cluster as plain columns: what the index is laid out from, wherever they were read.

Up to a million organisations they are read from the networkx graph; beyond that its organisation–concept edges would
take too much memory, so that the columns are filled directly and small graphs are made of them on demand.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import pairwise
from math import nan
from typing import TypeVar

import numpy as np

from app.matching.arrays import Flags, Ints, Numbers
from app.matching.checks import check_profile, check_project
from app.matching.graph import RELATION_FIELDS, BadRecord
from app.matching.history import DAYS_IN_YEAR, Work
from app.matching.records import Profile, Project

Thing = TypeVar("Thing")

HELD = (*RELATION_FIELDS, "languages")


@dataclass(frozen=True)
class Table:
    """A cluster in columns.

    `countries` and `types` hold places in `country_codes` and `type_codes`; `held` pairs, for each relation, a place in
    `ids` with one in `codes`; so do the organisations and concepts of `work`.
    """

    ids: Ints
    country_codes: Sequence[str]
    countries: Ints
    type_codes: Sequence[str]
    types: Ints
    paused: Flags
    open_introductions: Ints
    codes: Sequence[str]
    held: Mapping[str, tuple[Numbers, Numbers]]
    projects: Ints
    work: Work


def in_years(started: date | None) -> float:
    """A date as a number of years; unknown stays unknown."""
    return nan if started is None else started.toordinal() / DAYS_IN_YEAR


def from_years(years: float) -> date | None:
    """The date that a number of years stands for; None where it stands for none."""
    return date.fromordinal(round(years * DAYS_IN_YEAR)) if years >= 1 else None


def tabulated(
    profiles: Iterable[Profile], projects: Iterable[Project], known: Collection[str] | None = None
) -> Table:
    """The columns of some records, sorted by number; raises BadRecord for one given twice, pointing nowhere or at odds.

    Where `known` concepts are given, a record with any other is refused.
    """
    rows, works = sorted(profiles, key=lambda one: one.id), sorted(projects, key=lambda one: one.id)
    position = _numbered(one.id for one in rows)
    if len(position) < len(rows):
        raise BadRecord(f"organisation {_twice([one.id for one in rows])} is given twice")
    if len({one.id for one in works}) < len(works):
        raise BadRecord(f"project {_twice([one.id for one in works])} is given twice")
    for profile in rows:
        check_profile(profile, known)
    for project in works:
        check_project(project, position, known)
    codes = _numbered(sorted(_all_codes(rows, works)))
    countries = _numbered(sorted({one.country for one in rows}))
    types = _numbered(sorted({one.type for one in rows}))
    held = {
        name: _pairs((at, codes[code]) for at, one in enumerate(rows) for code in sorted(getattr(one, name)))
        for name in HELD
    }
    return Table(
        ids=_ints(one.id for one in rows),
        country_codes=tuple(countries),
        countries=_ints(countries[one.country] for one in rows),
        type_codes=tuple(types),
        types=_ints(types[one.type] for one in rows),
        paused=np.array([one.paused for one in rows], dtype=np.bool_),
        open_introductions=_ints(one.open_introductions for one in rows),
        codes=tuple(codes),
        held=held,
        projects=_ints(one.id for one in works),
        work=_work(works, position, codes, held["topics"]),
    )


def _work(
    works: Sequence[Project],
    position: Mapping[int, int],
    codes: Mapping[str, int],
    declared: tuple[Numbers, Numbers],
) -> Work:
    return Work(
        seats=_pairs((position[one], at) for at, work in enumerate(works) for one in sorted(work.partners)),
        marks=_pairs((at, codes[code]) for at, work in enumerate(works) for code in sorted(work.concepts)),
        began=np.array([in_years(one.started) for one in works], dtype=np.float64),
        declared=declared,
    )


def _all_codes(rows: Iterable[Profile], works: Iterable[Project]) -> set[str]:
    codes: set[str] = set()
    for profile in rows:
        codes.update(*(getattr(profile, name) for name in HELD))
    for project in works:
        codes.update(project.concepts)
    return codes


def _twice(numbers: Sequence[int]) -> int:
    return next(one for one, other in pairwise(numbers) if one == other)


def _numbered(things: Iterable[Thing]) -> dict[Thing, int]:
    return {thing: at for at, thing in enumerate(things)}


def _ints(numbers: Iterable[int]) -> Ints:
    return np.fromiter(numbers, dtype=np.int64)


def _pairs(pairs: Iterable[tuple[int, int]]) -> tuple[Ints, Ints]:
    flat = np.fromiter((number for pair in pairs for number in pair), dtype=np.int64).reshape(-1, 2)
    return flat[:, 0], flat[:, 1]
