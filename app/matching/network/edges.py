"""The edges of the collaboration graph as arrays, by node index, with the projects behind each."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from app.matching.index.arrays import CsrRows, Flags, Ints, indptr_of
from app.matching.records import BadRecord


@dataclass(frozen=True)
class Participations:
    """Pairs of a project's number and an organisation's number."""

    projects: Ints
    organisations: Ints


@dataclass(frozen=True)
class Edges:
    """All edges, each once, the smaller node in `one`; `projects` has the numbers of the projects behind each."""

    one: Ints
    other: Ints
    projects: CsrRows

    def __len__(self) -> int:
        return len(self.one)

    @property
    def weights(self) -> Ints:
        """Projects behind each edge."""
        return np.diff(self.projects.indptr)


def build_edges(ids: Ints, seats: Participations) -> Edges:
    """The edges between the organisations `ids`, which ascend; raises BadRecord for any other organisation."""
    at = np.searchsorted(ids, seats.organisations)
    known = ids[np.minimum(at, len(ids) - 1)] == seats.organisations if len(ids) else np.zeros(len(at), bool)
    if not known.all():
        wrong = int(np.flatnonzero(~known)[0])
        raise BadRecord(
            f"joint work {seats.projects[wrong]} names organisation {seats.organisations[wrong]}, which is not given"
        )
    order = np.lexsort((at, seats.projects))
    projects, nodes = seats.projects[order], at[order]
    fresh = _run_starts(projects) | _run_starts(nodes)
    projects, nodes = projects[fresh], nodes[fresh]
    first, second = pairs_within(projects)
    one, other = nodes[first], nodes[second]
    order = np.lexsort((projects[first], other, one))
    one, other, behind = one[order], other[order], projects[first][order]
    begins = np.flatnonzero(_run_starts(one) | _run_starts(other))
    starts = np.append(begins, len(one)).astype(np.int64)
    return Edges(one[begins].astype(np.int32), other[begins].astype(np.int32), CsrRows(starts, behind))


def incident_edges(edges: Edges, organisations: int) -> CsrRows:
    """Node → its edges, those with most projects first."""
    owners = np.concatenate([edges.one, edges.other])
    numbers = np.concatenate([np.arange(len(edges), dtype=np.int32)] * 2)
    order = np.lexsort((numbers, -edges.weights[numbers], owners))
    return CsrRows(indptr_of(owners, organisations), numbers[order])


def pairs_within(projects: Ints) -> tuple[Ints, Ints]:
    """Indices of all pairs of participations in the same project."""
    begins = np.append(np.flatnonzero(_run_starts(projects)), len(projects))
    ends = np.repeat(begins[1:], np.diff(begins))
    behind = ends - np.arange(len(projects)) - 1
    first = np.repeat(np.arange(len(projects)), behind)
    within = np.arange(len(first)) - np.repeat(np.cumsum(behind) - behind, behind)
    return first, first + 1 + within


def _run_starts(values: Ints) -> Flags:
    """Mask of values that differ from the one before; the first does."""
    found = np.ones(len(values), dtype=np.bool_)
    found[1:] = values[1:] != values[:-1]
    return found
