"""CSR rows and columns with an overlay for edits, set operations on sorted arrays, and a scratch buffer.

The base arrays never change; an edit replaces whole rows or single values in a dictionary beside them. The cost of
an edit does not grow with the base, and a reader of the former version sees no change.
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
"""Integers of any width."""
DENSE_RATIO = 8
"""With more than size / DENSE_RATIO values a boolean table beats sorting."""
FLAGS_PER_WORD, MIN_ZERO_WORD_RATIO = 8, 2
"""Flags per 64-bit word; reading words is quicker if at least one in MIN_ZERO_WORD_RATIO of them is zero."""
LONG_ROW_LENGTH = 128
"""Mean row length from which slices are copied instead of values being taken one by one."""


@dataclass(frozen=True)
class CsrRows:
    """Compressed sparse rows: row i is `values[indptr[i]:indptr[i + 1]]`, unless `overlay` has it."""

    indptr: Ints
    values: Numbers
    overlay: Mapping[int, Numbers] = field(default_factory=dict)

    def row(self, at: int) -> Numbers:
        """Row `at`; empty beyond the last row."""
        if at in self.overlay:
            return self.overlay[at]
        if at + 1 >= len(self.indptr):
            return self.values[:0]
        return self.values[self.indptr[at] : self.indptr[at + 1]]

    def gather(self, at: Ints) -> tuple[Numbers, Ints]:
        """The concatenated values of several rows, and for each value the position in `at` of its row."""
        if self.overlay and (known := self._overlaid[at]).any():
            return self._gather_overlaid(at, known)
        return self._gather_base(at)

    def gather_with(self, other: CsrRows, at: Ints) -> tuple[Numbers, Numbers, Ints]:
        """As `gather`, with the values of `other`, which has the same structure: (values, other's values, positions)."""
        if self.overlay and self._overlaid[at].any():
            values, owner = self.gather(at)
            return values, other.gather(at)[0], owner
        (mine, theirs), owner = self._gather_values(at, self.values, other.values)
        return mine, theirs, owner

    def lengths(self, at: Ints) -> Ints:
        """The length of each of these rows."""
        begins, ends = self._row_ends(at)
        counts = ends - begins
        if self.overlay:
            for position in np.flatnonzero(self._overlaid[at]):
                counts[position] = len(self.overlay[int(at[position])])
        return counts

    def length(self, at: int) -> int:
        """The length of one row."""
        return len(self.row(at))

    def with_rows(self, overlay: Mapping[int, Numbers]) -> CsrRows:
        """A copy with some rows replaced or added."""
        return CsrRows(self.indptr, self.values, {**self.overlay, **overlay})

    def _gather_base(self, at: Ints) -> tuple[Numbers, Ints]:
        (values,), owner = self._gather_values(at, self.values)
        return values, owner

    def _gather_values(self, at: Ints, *columns: Numbers) -> tuple[list[Numbers], Ints]:
        """Gather from several value arrays that share this structure, without the overlay."""
        if len(at) == len(self.indptr) - 1 and np.array_equal(at, np.arange(len(at))):
            return list(columns), self._owners
        begins, ends = self._row_ends(at)
        lengths = ends - begins
        owner = np.arange(len(at)).repeat(lengths)
        if len(owner) > LONG_ROW_LENGTH * len(at):
            parts = [slice(*edges) for edges in zip(begins.tolist(), ends.tolist(), strict=True)]
            return [np.concatenate([values[part] for part in parts]) for values in columns], owner
        rows = (ends - lengths.cumsum()).repeat(lengths)
        rows += np.arange(len(owner))
        return [values.take(rows) for values in columns], owner

    def _row_ends(self, at: Ints) -> tuple[Ints, Ints]:
        """Begin and end of rows in the base; empty for rows beyond it."""
        return self.indptr.take(at, mode="clip"), self.indptr.take(at + 1, mode="clip")

    def _gather_overlaid(self, at: Ints, edited: Flags) -> tuple[Numbers, Ints]:
        plain = np.flatnonzero(~edited)
        values, owner = self._gather_base(at[plain])
        parts, owners = [values], [plain[owner]]
        for position in np.flatnonzero(edited):
            row = self.overlay[int(at[position])]
            parts.append(row)
            owners.append(np.full(len(row), position, dtype=np.int64))
        order = np.argsort(joined := np.concatenate(owners), kind="stable")
        return np.concatenate(parts)[order], joined[order]

    @cached_property
    def _owners(self) -> Ints:
        """The row of each value."""
        return np.repeat(np.arange(len(self.indptr) - 1), np.diff(self.indptr))

    @cached_property
    def _overlaid(self) -> _SortedSet:
        return _SortedSet(self.overlay)


@dataclass(frozen=True)
class OverlayColumn:
    """One number per row, with an overlay for edited and appended rows."""

    base: Numbers
    overlay: Mapping[int, float] = field(default_factory=dict)

    def __getitem__(self, at: Ints) -> Numbers:
        """The numbers at some rows."""
        if not self.overlay:
            return self.base.take(at)
        found = np.zeros(len(at), self.base.dtype)
        inside = at < len(self.base)
        found[inside] = self.base[at[inside]]
        for position in np.flatnonzero(self._overlaid[at]):
            found[position] = self.overlay[int(at[position])]
        return found

    def item(self, at: int) -> float:
        """The number at one row."""
        return self.overlay[at] if at in self.overlay else self.base[at].item()

    def with_values(self, overlay: Mapping[int, float]) -> OverlayColumn:
        """A copy with some numbers replaced or added."""
        return OverlayColumn(self.base, {**self.overlay, **overlay})

    @cached_property
    def _overlaid(self) -> _SortedSet:
        return _SortedSet(self.overlay)


class _SortedSet:
    """Membership test of rows in a set of edited rows."""

    def __init__(self, overlay: Mapping[int, Any]) -> None:
        self._places = np.array(sorted(overlay), dtype=np.int64)

    def __getitem__(self, at: Ints) -> Flags:
        return is_in_sorted(self._places, at)


def csr_from_pairs(owners: Numbers, values: Numbers, count: int, span: int | None = None) -> CsrRows:
    """CSR rows from (owner, value) pairs without duplicates; `count` rows, values below `span`, sorted within a row."""
    width = int(values.max(initial=-1)) + 1 if span is None else span
    ones = np.ones(len(owners), dtype=np.int8)
    matrix = sp.coo_array((ones, (owners, values)), (count, max(width, 1))).tocsr()
    matrix.sort_indices()
    return CsrRows(matrix.indptr, matrix.indices.astype(np.uint16 if width < 2**16 else np.int32))


def transposed(rows: CsrRows, count: int) -> CsrRows:
    """The inverse relation: for each of `count` values the rows that hold it."""
    ones = np.ones(len(rows.values), dtype=np.int8)
    matrix = sp.csr_array((ones, rows.values.astype(np.int32), rows.indptr), (len(rows.indptr) - 1, count))
    across = matrix.tocsc()
    return CsrRows(across.indptr, across.indices)


def indptr_of(owners: Ints, count: int) -> Ints:
    """The row pointer of pairs that are sorted by owner."""
    return np.concatenate([[0], np.cumsum(np.bincount(owners, minlength=count))]).astype(np.int64)


def sum_by_owner(owner: Ints, weights: Numbers, count: int) -> Floats:
    """Sum of the weights of each owner, shape (count,)."""
    return np.bincount(owner, weights, minlength=count).astype(np.float64, copy=False)


def sum_duplicates(rows: Ints, size: int, *weights: Numbers) -> tuple[Ints, list[Floats]]:
    """The distinct rows in ascending order, and for each weight array the sum over duplicates."""
    found = distinct_sorted(rows, size)
    return found, sum_at(rows, size, found, *weights)


def sum_at(rows: Ints, size: int, wanted: Ints, *weights: Numbers | float) -> list[Floats]:
    """For each weight array the sum over duplicates of a row, at the `wanted` rows, which include all of `rows`."""
    sums = []
    with scratch_buffer(size) as buffer:
        for one in weights:
            np.add.at(buffer, rows, one)
            sums.append(buffer.take(wanted))
            buffer[wanted] = 0.0
    return sums


def is_in_sorted(known: Ints, rows: Ints) -> Flags:
    """Mask over `rows`: True where the row is in `known`, which is sorted."""
    if not len(known):
        return np.zeros(len(rows), dtype=np.bool_)
    return np.asarray(known.take(np.searchsorted(known, rows), mode="clip") == rows)


def distinct_sorted(rows: Numbers, size: int) -> Ints:
    """The distinct rows in ascending order; `size` bounds them."""
    if len(rows) * DENSE_RATIO > size:
        there = np.zeros(size, dtype=np.bool_)
        there[rows] = True
        return np.flatnonzero(there)
    ordered = np.sort(rows)
    first = np.ones(len(ordered), dtype=np.bool_)
    np.not_equal(ordered[1:], ordered[:-1], out=first[1:])
    return ordered[first].astype(np.int64)


def nonzero_flags(flags: Flags) -> Ints:
    """Indices of the set flags in ascending order; reads 8 flags at a time, which is quicker where few are set."""
    whole = len(flags) - len(flags) % FLAGS_PER_WORD
    words = flags[:whole].view(np.uint64)
    some = np.flatnonzero(words != 0)
    if len(some) * MIN_ZERO_WORD_RATIO > len(words):
        return np.flatnonzero(flags)
    inside = np.flatnonzero(words.take(some).view(np.bool_))
    found = some.take(inside // FLAGS_PER_WORD) * FLAGS_PER_WORD + inside % FLAGS_PER_WORD
    return np.append(found, whole + np.flatnonzero(flags[whole:]))


def lookup_sorted(known: Ints, rows: Ints, *values: Floats) -> list[Floats]:
    """Values of sparse vectors, given at sorted `known` rows and 0 elsewhere, at other rows."""
    if not len(known):
        return [np.zeros(len(rows)) for _ in values]
    found = np.searchsorted(known, rows)
    there = known.take(found, mode="clip") == rows
    return [np.where(there, one.take(found, mode="clip"), 0.0) for one in values]


def intersect_sorted(ones: Ints, others: Ints) -> Ints:
    """The intersection of two sorted arrays without duplicates."""
    few, many = (ones, others) if len(ones) < len(others) else (others, ones)
    return few[is_in_sorted(many, few)]


@contextmanager
def scratch_buffer(size: int, rows: Ints | None = None, values: Numbers | None = None) -> Iterator[Floats]:
    """A thread's dense float array of at least `size`, zero except at `rows`; it is zeroed there and reused.

    A caller that passes no `rows` must zero what it writes.
    """
    free: list[Floats] = _buffers.__dict__.setdefault("free", [])
    buffer = free.pop() if free else np.zeros(size)
    if len(buffer) < size:
        buffer = np.zeros(size)
    if rows is not None:
        buffer[rows] = values
    yield buffer
    if rows is not None:
        buffer[rows] = 0.0
    free.append(buffer)


_buffers = local()
