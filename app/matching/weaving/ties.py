"""Who has worked with whom, and on what, as arrays: organisations by their places, each two of them once."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from app.matching.arrays import Flags, Ints, Rows, starts_of
from app.matching.graph import BadRecord


@dataclass(frozen=True)
class Seats:
    """Who took part in what: the number of a piece of joint work, and that of an organisation, for each seat."""

    works: Ints
    organisations: Ints


@dataclass(frozen=True)
class Ties:
    """All ties, by both ends, the smaller place first; `works` has the numbers of the joint work behind each."""

    one: Ints
    other: Ints
    works: Rows

    def __len__(self) -> int:
        return len(self.one)

    @property
    def weights(self) -> Ints:
        """How much joint work each tie stands for."""
        return np.diff(self.works.starts)


def tied(ids: Ints, seats: Seats) -> Ties:
    """The ties between the organisations with these numbers; raises BadRecord for a seat of another one."""
    at = np.searchsorted(ids, seats.organisations)
    known = ids[np.minimum(at, len(ids) - 1)] == seats.organisations if len(ids) else np.zeros(len(at), bool)
    if not known.all():
        wrong = int(np.flatnonzero(~known)[0])
        raise BadRecord(
            f"joint work {seats.works[wrong]} names organisation {seats.organisations[wrong]}, which is not given"
        )
    works, places = _each_once(seats.works, at)
    first, second = _pairs(works)
    one, other = places[first], places[second]
    order = np.lexsort((works[first], other, one))
    one, other, behind = one[order], other[order], works[first][order]
    begins = np.flatnonzero(_changes(one) | _changes(other))
    starts = np.append(begins, len(one)).astype(np.int64)
    return Ties(one[begins].astype(np.int32), other[begins].astype(np.int32), Rows(starts, behind))


def near(ties: Ties, organisations: int) -> Rows:
    """For each place its ties, as places among them; those of most joint work first."""
    owners = np.concatenate([ties.one, ties.other])
    numbers = np.concatenate([np.arange(len(ties), dtype=np.int32)] * 2)
    order = np.lexsort((numbers, -ties.weights[numbers], owners))
    return Rows(starts_of(owners, organisations), numbers[order])


def _each_once(works: Ints, places: Ints) -> tuple[Ints, Ints]:
    """The seats by joint work and place, none of them twice."""
    order = np.lexsort((places, works))
    works, places = works[order], places[order]
    fresh = _changes(works) | _changes(places)
    return works[fresh], places[fresh]


def _pairs(works: Ints) -> tuple[Ints, Ints]:
    """Each two seats of the same joint work, whose seats stand side by side."""
    begins = np.append(np.flatnonzero(_changes(works)), len(works))
    ends = np.repeat(begins[1:], np.diff(begins))
    behind = ends - np.arange(len(works)) - 1
    first = np.repeat(np.arange(len(works)), behind)
    within = np.arange(len(first)) - np.repeat(np.cumsum(behind) - behind, behind)
    return first, first + 1 + within


def _changes(values: Ints) -> Flags:
    """Where a value differs from the one before; the first one does."""
    found = np.ones(len(values), dtype=np.bool_)
    found[1:] = values[1:] != values[:-1]
    return found
