"""Columnar input: the records of a cluster as arrays, from which the index is built.

Up to a million organisations the columns come from the networkx graph; beyond that they are filled directly.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import pairwise
from math import nan
from typing import TypeVar

import numpy as np

from app.matching.index.arrays import Flags, Floats, Ints, Numbers
from app.matching.index.history import DAYS_IN_YEAR, ProjectColumns
from app.matching.records import RELATION_FIELDS, BadRecord, Profile, Project, check_profile, check_project

Key = TypeVar("Key")

RELATIONS = (*RELATION_FIELDS, "languages", "marks")
"""The relations between organisations and concepts that the index holds."""


@dataclass(frozen=True)
class ClusterColumns:
    """A cluster in columns, one entry per organisation in `ids`, `countries`, `types`, `paused`, `open_introductions`
    and `joined` (years, NaN where the day is not known).

    `countries` and `types` index `country_codes` and `type_codes`. `held` has for each relation a pair of arrays:
    index in `ids`, index in `codes`. `projects` are the numbers of the projects in `work`.
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
    work: ProjectColumns
    joined: Floats | None = None


def to_years(started: date | None) -> float:
    """A date as a number of years; None becomes NaN."""
    return nan if started is None else started.toordinal() / DAYS_IN_YEAR


def from_years(years: float) -> date | None:
    """The date of a number of years; None where it stands for no date."""
    return date.fromordinal(round(years * DAYS_IN_YEAR)) if years >= 1 else None


def columns_of_records(
    profiles: Iterable[Profile], projects: Iterable[Project], known: Collection[str] | None = None
) -> ClusterColumns:
    """Columns of records, sorted by number; raises BadRecord for duplicates, missing references and unknown concepts."""
    rows, works = sorted(profiles, key=lambda one: one.id), sorted(projects, key=lambda one: one.id)
    rows_by_id = _number_of(one.id for one in rows)
    if len(rows_by_id) < len(rows):
        raise BadRecord(f"organisation {_first_duplicate([one.id for one in rows])} is given twice")
    if len({one.id for one in works}) < len(works):
        raise BadRecord(f"project {_first_duplicate([one.id for one in works])} is given twice")
    for profile in rows:
        check_profile(profile, known)
    for project in works:
        check_project(project, rows_by_id, known)
    used = {code for one in rows for name in RELATIONS for code in getattr(one, name)}
    codes = _number_of(sorted(used.union(*(project.concepts for project in works))))
    countries = _number_of(sorted({one.country for one in rows}))
    types = _number_of(sorted({one.type for one in rows}))
    held = {
        name: _pairs((at, codes[code]) for at, one in enumerate(rows) for code in sorted(getattr(one, name)))
        for name in RELATIONS
    }
    return ClusterColumns(
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
        work=ProjectColumns(
            participations=_pairs(
                (rows_by_id[one], at) for at, work in enumerate(works) for one in sorted(work.partners)
            ),
            concept_pairs=_pairs(
                (at, codes[code]) for at, work in enumerate(works) for code in sorted(work.concepts)
            ),
            start_years=np.array([to_years(one.started) for one in works], dtype=np.float64),
            declared=held["topics"],
        ),
        joined=np.array([to_years(one.joined) for one in rows], dtype=np.float64),
    )


def _first_duplicate(numbers: Sequence[int]) -> int:
    return next(one for one, other in pairwise(numbers) if one == other)


def _number_of(things: Iterable[Key]) -> dict[Key, int]:
    return {thing: at for at, thing in enumerate(things)}


def _ints(numbers: Iterable[int]) -> Ints:
    return np.fromiter(numbers, dtype=np.int64)


def _pairs(pairs: Iterable[tuple[int, int]]) -> tuple[Ints, Ints]:
    flat = np.fromiter((number for pair in pairs for number in pair), dtype=np.int64).reshape(-1, 2)
    return flat[:, 0], flat[:, 1]


def check_columns(table: ClusterColumns) -> ClusterColumns:
    """Return the columns; raises BadRecord for a duplicate number or an index out of range."""
    ids, count = table.ids, len(table.ids)
    ordered = np.sort(ids)
    if len(twice := ordered[1:][np.diff(ordered) == 0]):
        raise BadRecord(f"organisation {twice[0]} is given twice")
    for name, rows, codes in (
        ("country", table.countries, table.country_codes),
        ("type", table.types, table.type_codes),
    ):
        if len(bad := _outside(rows, len(codes))):
            raise BadRecord(f"organisation {ids[bad[0]]} has no {name} that is given")
    for name, (owners, held) in table.held.items():
        if len(bad := _outside(owners, count)):
            raise BadRecord(f"row {bad[0]} of {name} names an organisation that is not given")
        if len(bad := _outside(held, len(table.codes))):
            raise BadRecord(f"organisation {ids[owners[bad[0]]]} holds one of {name} that is not given")
    _check_work(table)
    return table


def _check_work(table: ClusterColumns) -> None:
    """Raise BadRecord for joint work with an index out of range or an infinite start."""
    count = len(table.ids)
    for (rows, works), span, what in (
        (table.work.participations, count, "names an organisation"),
        (table.work.concept_pairs[::-1], len(table.codes), "holds a concept"),
    ):
        if len(bad := _outside(works, len(table.projects))):
            raise BadRecord(f"row {bad[0]} of joint work names a project that is not given")
        if len(bad := _outside(rows, span)):
            raise BadRecord(f"project {table.projects[works[bad[0]]]} {what} that is not given")
    if len(bad := np.flatnonzero(np.isinf(table.work.start_years))):
        raise BadRecord(f"project {table.projects[bad[0]]} began at no time")


def _outside(rows: Numbers, span: int) -> Ints:
    """Positions of values that are not in [0, span)."""
    if not len(rows) or (rows.min() >= 0 and rows.max() < span):
        return np.zeros(0, dtype=np.int64)
    return np.flatnonzero((rows < 0) | (rows >= span))
