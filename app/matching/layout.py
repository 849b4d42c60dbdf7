"""Lays the columns of a cluster out as an index, once."""

from __future__ import annotations

import numpy as np

from app.matching.arrays import Column, Floats, Ints, rows_of, turned
from app.matching.history import History, Work, build_history
from app.matching.index import HAVING_TIES, Index
from app.matching.table import Table


def lay_out(table: Table, clock: float | None = None) -> Index:
    """Lay the columns of a cluster out as an index; `clock` is the moment, in years, from which the past is seen."""
    order = np.lexsort((table.ids, table.countries))
    place = np.empty(len(order), dtype=np.int32)
    place[order] = np.arange(len(order), dtype=np.int32)
    count, concepts = len(order), len(table.codes)
    held = {
        name: rows_of(place[owner], codes, count, concepts) for name, (owner, codes) in table.held.items()
    }
    postings = {name: turned(rows, concepts) for name, rows in held.items()}
    history = _history(table, place, count, clock)
    ids, countries, types = table.ids[order], table.countries[order], table.types[order]
    return Index(
        ids=Column(ids.astype(np.int64)),
        id_order=np.argsort(ids, kind="stable").astype(np.int32),
        held=held,
        postings=postings,
        counts={name: np.diff(rows.starts).astype(np.int64) for name, rows in postings.items()},
        codes=tuple(table.codes),
        concepts={code: at for at, code in enumerate(table.codes)},
        country_codes={code: at for at, code in enumerate(table.country_codes)},
        countries=Column(countries.astype(np.int16)),
        country_starts=np.searchsorted(countries, np.arange(len(table.country_codes) + 1)),
        type_codes={code: at for at, code in enumerate(table.type_codes)},
        types=Column(types.astype(np.int16)),
        alive=Column(~table.paused[order]),
        open_introductions=Column(table.open_introductions[order].astype(np.int32)),
        projects=Column(table.projects.astype(np.int64)),
        history=history,
        ties_between=_ties_between(history, countries, types),
        edited={},
        came={},
        total=count,
    )


def _history(table: Table, place: Ints, count: int, clock: float | None) -> History:
    """Joint work, with organisations where they are placed."""
    seats, (owners, declared) = table.work.seats, table.work.declared
    work = Work((place[seats[0]], seats[1]), table.work.marks, table.work.began, (place[owners], declared))
    return build_history(work, count, len(table.codes), clock)


def _ties_between(history: History, countries: Ints, types: Ints) -> dict[str, Floats]:
    """How often two countries, and two types, work together across borders, by both ends."""
    counted = {}
    for name, groups in zip(HAVING_TIES, (countries, types), strict=True):
        span = int(groups.max(initial=-1)) + 1
        counted[name] = np.zeros((span, span))
    portion = 1 << 18
    for begin in range(0, len(countries), portion):
        here = np.arange(begin, min(begin + portion, len(countries)))
        others, owner = history.ties.many(here)
        one, other = countries[here[owner]], countries[others]
        abroad = one != other
        for name, groups in zip(HAVING_TIES, (countries, types), strict=True):
            mine, theirs = groups[here[owner[abroad]]], groups[others[abroad]]
            span = len(counted[name])
            pairs = np.bincount(mine * span + theirs, minlength=span * span)
            counted[name] += pairs.reshape(span, span)
    return counted
