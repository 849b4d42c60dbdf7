"""Arrays that take in edits: the base stays as it was built, what was written since lies over it.

An edit copies only what lies over the base, so that its cost does not grow with the base, and a reader who holds the
former version keeps a consistent picture.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import cached_property
from threading import local
from typing import Any

import numpy as np
import numpy.typing as npt
import scipy.sparse as sp

Floats = npt.NDArray[np.float64]
Flags = npt.NDArray[np.bool_]
Numbers = npt.NDArray[Any]
Ints = npt.NDArray[Any]
"""Whole numbers, in as few bytes as they fit in."""
CROWDED = 8
"""Where one in so many places is there, or more, it is quicker to run over all than to sort."""
AT_ONCE, FEW = 8, 2
"""So many flags are looked at together; it is quicker where none is set in one of so many of these, or more."""
LONG = 128
"""Rows of so many values on average are quicker copied row by row than value by value."""


@dataclass(frozen=True)
class Rows:
    """Rows of different lengths, one after another: row `at` is `values[starts[at]:starts[at + 1]]`, unless edited."""

    starts: Ints
    values: Numbers
    edits: Mapping[int, Numbers] = field(default_factory=dict)

    def row(self, at: int) -> Numbers:
        """One row; empty where there is none."""
        if at in self.edits:
            return self.edits[at]
        if at + 1 >= len(self.starts):
            return self.values[:0]
        return self.values[self.starts[at] : self.starts[at + 1]]

    def many(self, at: Ints) -> tuple[Numbers, Ints]:
        """The values of many rows, one row after another, and the position in `at` that each belongs to."""
        if self.edits and (known := self._edited[at]).any():
            return self._many_edited(at, known)
        return self._many_of_base(at)

    def beside(self, other: Rows, at: Ints) -> tuple[Numbers, Numbers, Ints]:
        """The values of many rows, those that `other` holds beside them, and the position in `at` of each."""
        if self.edits and self._edited[at].any():
            values, owner = self.many(at)
            return values, other.many(at)[0], owner
        (mine, theirs), owner = self._taken(at, self.values, other.values)
        return mine, theirs, owner

    def counts(self, at: Ints) -> Ints:
        """How long each of these rows is."""
        begins, ends = self._edges(at)
        counts = ends - begins
        if self.edits:
            for place in np.flatnonzero(self._edited[at]):
                counts[place] = len(self.edits[int(at[place])])
        return counts

    def count(self, at: int) -> int:
        """How long one row is."""
        return len(self.row(at))

    def with_rows(self, edits: Mapping[int, Numbers]) -> Rows:
        """The same rows with some replaced or added."""
        return Rows(self.starts, self.values, {**self.edits, **edits})

    def _many_of_base(self, at: Ints) -> tuple[Numbers, Ints]:
        (values,), owner = self._taken(at, self.values)
        return values, owner

    def _taken(self, at: Ints, *kinds: Numbers) -> tuple[list[Numbers], Ints]:
        """What stands in many rows, for each kind of values, and the position in `at` that each belongs to."""
        if len(at) == len(self.starts) - 1 and np.array_equal(at, np.arange(len(at))):
            return list(kinds), self._owners
        begins, ends = self._edges(at)
        lengths = ends - begins
        owner = np.arange(len(at)).repeat(lengths)
        if len(owner) > LONG * len(at):
            rows = [slice(*edges) for edges in zip(begins.tolist(), ends.tolist(), strict=True)]
            return [np.concatenate([values[row] for row in rows]) for values in kinds], owner
        places = (ends - lengths.cumsum()).repeat(lengths)
        places += np.arange(len(owner))
        return [values.take(places) for values in kinds], owner

    def _edges(self, at: Ints) -> tuple[Ints, Ints]:
        """Where some rows of the base begin and end; those beyond it are empty."""
        return self.starts.take(at, mode="clip"), self.starts.take(at + 1, mode="clip")

    def _many_edited(self, at: Ints, edited: Flags) -> tuple[Numbers, Ints]:
        plain = np.flatnonzero(~edited)
        values, owner = self._many_of_base(at[plain])
        parts, owners = [values], [plain[owner]]
        for place in np.flatnonzero(edited):
            row = self.edits[int(at[place])]
            parts.append(row)
            owners.append(np.full(len(row), place, dtype=np.int64))
        order = np.argsort(joined := np.concatenate(owners), kind="stable")
        return np.concatenate(parts)[order], joined[order]

    @cached_property
    def _owners(self) -> Ints:
        """The row of each value."""
        return np.repeat(np.arange(len(self.starts) - 1), np.diff(self.starts))

    @cached_property
    def _edited(self) -> _Members:
        return _Members(self.edits)


@dataclass(frozen=True)
class Column:
    """One number for each place, with those that were written since over it."""

    base: Numbers
    edits: Mapping[int, float] = field(default_factory=dict)

    def __getitem__(self, at: Ints) -> Numbers:
        """The numbers at some places."""
        if not self.edits:
            return self.base.take(at)
        found = np.zeros(len(at), self.base.dtype)
        inside = at < len(self.base)
        found[inside] = self.base[at[inside]]
        for place in np.flatnonzero(self._edited[at]):
            found[place] = self.edits[int(at[place])]
        return found

    def one(self, at: int) -> float:
        """The number at one place."""
        return self.edits[at] if at in self.edits else self.base[at].item()

    def with_values(self, edits: Mapping[int, float]) -> Column:
        """The same column with some numbers replaced or added."""
        return Column(self.base, {**self.edits, **edits})

    @cached_property
    def _edited(self) -> _Members:
        return _Members(self.edits)


class _Members:
    """Tells which places are among the edited ones."""

    def __init__(self, edits: Mapping[int, Any]) -> None:
        self._places = np.array(sorted(edits), dtype=np.int64)

    def __getitem__(self, at: Ints) -> Flags:
        return among(self._places, at)


def rows_of(owners: Numbers, values: Numbers, count: int, span: int | None = None) -> Rows:
    """Rows from pairs of an owner and a value below `span`, each pair once, the values of each in their order."""
    width = int(values.max(initial=-1)) + 1 if span is None else span
    ones = np.ones(len(owners), dtype=np.int8)
    matrix = sp.coo_array((ones, (owners, values)), (count, max(width, 1))).tocsr()
    matrix.sort_indices()
    return Rows(matrix.indptr, _lean(matrix.indices, width))


def turned(rows: Rows, count: int) -> Rows:
    """The same pairs read from the other side: for each value, the rows that hold it."""
    ones = np.ones(len(rows.values), dtype=np.int8)
    matrix = sp.csr_array((ones, rows.values.astype(np.int32), rows.starts), (len(rows.starts) - 1, count))
    across = matrix.tocsc()
    return Rows(across.indptr, across.indices)


def starts_of(owners: Ints, count: int) -> Ints:
    """Where each owner's row begins, when the pairs are sorted by owner."""
    return np.concatenate([[0], np.cumsum(np.bincount(owners, minlength=count))]).astype(np.int64)


def _lean(values: Numbers, span: int) -> Numbers:
    """The same numbers in two bytes each, where they fit."""
    return values.astype(np.uint16 if span < 2**16 else np.int32)


def gathered(owner: Ints, weights: Numbers, count: int) -> Floats:
    """The sum of the weights of each owner."""
    return np.bincount(owner, weights, minlength=count).astype(np.float64, copy=False)


def summed(places: Ints, size: int, *weights: Numbers) -> tuple[Ints, list[Floats]]:
    """Every place once, in their order, and for each kind of weight the sum over its repetitions."""
    found = distinct(places, size)
    return found, added_up(places, size, found, *weights)


def added_up(places: Ints, size: int, wanted: Ints, *weights: Numbers | float) -> list[Floats]:
    """For each kind of weight the sum over a place's repetitions, at those wanted, which hold all the places."""
    sums = []
    with laid_out(size) as sheet:
        for one in weights:
            np.add.at(sheet, places, one)
            sums.append(sheet.take(wanted))
            sheet[wanted] = 0.0
    return sums


def among(known: Ints, places: Ints) -> Flags:
    """Which places are among those known, which stand in their order."""
    if not len(known):
        return np.zeros(len(places), dtype=np.bool_)
    return np.asarray(known.take(np.searchsorted(known, places), mode="clip") == places)


def distinct(places: Numbers, size: int) -> Ints:
    """Every place once, in their order."""
    if len(places) * CROWDED > size:
        there = np.zeros(size, dtype=np.bool_)
        there[places] = True
        return np.flatnonzero(there)
    ordered = np.sort(places)
    first = np.ones(len(ordered), dtype=np.bool_)
    np.not_equal(ordered[1:], ordered[:-1], out=first[1:])
    return ordered[first].astype(np.int64)


def where(flags: Flags) -> Ints:
    """The places of the flags that are set, in their order; some at a time, which is quicker where they are few."""
    whole = len(flags) - len(flags) % AT_ONCE
    words = flags[:whole].view(np.uint64)
    some = np.flatnonzero(words != 0)
    if len(some) * FEW > len(words):
        return np.flatnonzero(flags)
    inside = np.flatnonzero(words.take(some).view(np.bool_))
    found = some.take(inside // AT_ONCE) * AT_ONCE + inside % AT_ONCE
    return np.append(found, whole + np.flatnonzero(flags[whole:]))


def looked_up(known: Ints, places: Ints, *values: Floats) -> list[Floats]:
    """Values that are naught but at the known places, which stand in their order, looked up at others."""
    if not len(known):
        return [np.zeros(len(places)) for _ in values]
    found = np.searchsorted(known, places)
    there = known.take(found, mode="clip") == places
    return [np.where(there, one.take(found, mode="clip"), 0.0) for one in values]


def shared(ones: Ints, others: Ints) -> Ints:
    """The places that both hold, each of them in their order."""
    few, many = (ones, others) if len(ones) < len(others) else (others, ones)
    return few[among(many, few)]


@contextmanager
def laid_out(size: int, places: Ints | None = None, values: Numbers | None = None) -> Iterator[Floats]:
    """A dense array that is naught but at some places, for many look-ups; it is wiped there and used again.

    Whoever names no places wipes what she wrote herself.
    """
    kept: list[Floats] = _sheets.__dict__.setdefault("kept", [])
    sheet = kept.pop() if kept else np.zeros(size)
    if len(sheet) < size:
        sheet = np.zeros(size)
    if places is not None:
        sheet[places] = values
    yield sheet
    if places is not None:
        sheet[places] = 0.0
    kept.append(sheet)


_sheets = local()
