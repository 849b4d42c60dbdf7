"""Joint work as matrices: the bulk form of the graph's organisation–project edges.

An instance never changes; adding a project or dropping an organisation gives a new one that shares what it can.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cached_property

import numpy as np
import numpy.typing as npt
import scipy.sparse as sp

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]
DAYS_IN_YEAR = 365.25


@dataclass(frozen=True)
class History:
    """Who took part in what, when and about what.

    `members` is organisations × projects, `about` projects × concepts, both of ones; `started` holds years.
    """

    members: sp.csr_array
    about: sp.csr_array
    started: Floats
    known: sp.csr_array | None = field(default=None, repr=False)

    @cached_property
    def sizes(self) -> Floats:
        """How many organisations take part in each project."""
        return np.asarray(self.members.sum(axis=0), dtype=np.float64)

    @cached_property
    def by_project(self) -> sp.csr_array:
        """The same edges read from the projects' side."""
        return self.members.T.tocsr()

    @cached_property
    def ties(self) -> sp.csr_array:
        """Organisations × organisations: one where two have ever worked together."""
        if self.known is not None:
            return self.known
        return _binary_without_diagonal(self.members @ self.by_project)

    @cached_property
    def degree(self) -> Floats:
        """How many different partners each organisation has had."""
        return np.diff(self.ties.indptr).astype(np.float64)

    def partners_of(self, organisation: int) -> Ints:
        """Positions of all that an organisation has worked with."""
        return np.asarray(
            self.ties.indices[self.ties.indptr[organisation] : self.ties.indptr[organisation + 1]]
        )

    def projects_of(self, organisation: int) -> Ints:
        """Columns of all the projects of an organisation."""
        return np.asarray(
            self.members.indices[self.members.indptr[organisation] : self.members.indptr[organisation + 1]]
        )

    @cached_property
    def age(self) -> Floats:
        """Years between each project's start and the newest one's; one without a date counts as new."""
        newest = np.nanmax(self.started) if np.isfinite(self.started).any() else 0.0
        return np.asarray(newest - np.nan_to_num(self.started, nan=newest))

    @cached_property
    def evidence(self) -> sp.csc_array:
        """Organisations × concepts: how many projects each has had about a concept."""
        return sp.csc_array(self.members @ self.about)

    def with_project(self, partners: Ints, concepts: Ints, started: float, shape: tuple[int, int]) -> History:
        """The same history and one project more; `shape` is the number of organisations and of concepts."""
        before = self.grown(shape)
        column = sp.csr_array((np.ones(len(partners)), (partners, np.zeros_like(partners))), (shape[0], 1))
        row = sp.csr_array((np.ones(len(concepts)), (np.zeros_like(concepts), concepts)), (1, shape[1]))
        fresh = _binary_without_diagonal(column @ column.T)
        return History(
            sp.hstack([before.members, column], format="csr"),
            sp.vstack([before.about, row], format="csr"),
            np.append(before.started, started),
            _binary_without_diagonal(before.ties + fresh),
        )

    def without(self, organisation: int) -> History:
        """The same history as if an organisation had never taken part; its row stays, empty."""
        kept = np.ones(self.members.shape[0])
        kept[organisation] = 0
        members = (sp.diags_array(kept) @ self.members).tocsr()
        members.eliminate_zeros()
        return History(members, self.about, self.started)

    def grown(self, shape: tuple[int, int]) -> History:
        """The same history with room for organisations and concepts that came later."""
        if shape == (self.members.shape[0], self.about.shape[1]):
            return self
        projects = len(self.started)
        return History(
            _padded(self.members, (shape[0], projects)),
            _padded(self.about, (projects, shape[1])),
            self.started,
            _padded(self.ties, (shape[0], shape[0])),
        )


def _padded(matrix: sp.csr_array, shape: tuple[int, int]) -> sp.csr_array:
    """The same matrix with empty rows and columns added at the end."""
    pointers = np.pad(matrix.indptr, (0, shape[0] - matrix.shape[0]), mode="edge")
    return sp.csr_array((matrix.data, matrix.indices, pointers), shape)


def _binary_without_diagonal(matrix: sp.csr_array) -> sp.csr_array:
    square = matrix.tocsr().astype(np.float64)
    square.setdiag(0)
    square.eliminate_zeros()
    square.data[:] = 1.0
    square.sort_indices()
    return square
