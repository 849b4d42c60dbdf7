"""Collaboration history as arrays: who took part in which project about what, and the statistics derived from it.

An instance is immutable; an edit returns a new one that shares everything it does not touch.
Each project p with n_p organisations and age a_p has the decay weight d_p = 0.5^(a_p / HALF_LIFE_YEARS), 0 if n_p < 2,
and the walk weight d_p / n_p: recent projects and small consortia count more.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace

import numpy as np
import scipy.sparse as sp

from app.matching.index.arrays import (
    CsrRows,
    Floats,
    Ints,
    Numbers,
    OverlayColumn,
    csr_from_pairs,
    indptr_of,
    sum_by_owner,
)

DAYS_IN_YEAR = 365.25
HALF_LIFE_YEARS = 2.0
"""Half-life of the decay weight of a project."""

MIN_DECAY_WEIGHT = 2.0**-60
"""Lower bound of the decay weight, so that an edge never vanishes."""
CHUNK_ORGANISATIONS = 1 << 16
"""Organisations per block when the adjacency is computed."""

STATISTICS = ("decayed_projects", "encounters", "strength")
RECORD_COLUMNS = ("record_counts", "record_encounters", "record_recent", "record_strength")


@dataclass(frozen=True)
class CollaborationHistory:
    """Projects, their organisations and concepts, and the collaboration graph.

    `org_projects`: projects of each organisation. `project_orgs`: its inverse. `project_concepts`: concepts of each
    project. `adjacency`: partners of each organisation; `edge_weights` beside it: Σ walk weight of the shared projects.
    `start_years`: start of each project; `reference_year`: the moment from which ages count; a project without a date,
    or one that starts later, has age 0. `declared`: topics of each profile.
    Per organisation: `decayed_projects` = Σ d_p, `encounters` = Σ (n_p − 1), `strength` = Σ d_p / n_p.
    `record`: concepts of the organisation's projects and declared topics; beside it `record_counts` (projects, at least 1),
    `record_encounters` (Σ d_p (n_p − 1)), `record_recent` (Σ d_p), `record_strength` (Σ d_p / n_p).
    `record_holders`: organisations with each concept on record; `concept_strength`: Σ record_strength of each concept;
    `record_total`: Σ record_counts.
    """

    org_projects: CsrRows
    project_orgs: CsrRows
    project_concepts: CsrRows
    adjacency: CsrRows
    edge_weights: CsrRows
    start_years: OverlayColumn
    reference_year: float
    declared: CsrRows
    decayed_projects: OverlayColumn
    encounters: OverlayColumn
    strength: OverlayColumn
    record: CsrRows
    record_counts: CsrRows
    record_encounters: CsrRows
    record_recent: CsrRows
    record_strength: CsrRows
    record_holders: Ints
    concept_strength: Floats
    record_total: float

    @property
    def projects(self) -> int:
        """Number of projects."""
        return max(len(self.project_orgs.indptr) - 1, max(self.project_orgs.overlay, default=-1) + 1)

    def partners_of(self, organisation: int) -> Ints:
        """Rows of all partners of an organisation."""
        return self.adjacency.row(organisation).astype(np.int64)

    def projects_of(self, organisation: int) -> Ints:
        """All projects of an organisation."""
        return self.org_projects.row(organisation).astype(np.int64)

    def age(self, projects: Ints) -> Floats:
        """Age of each project in years, at least 0."""
        return np.maximum(self.reference_year - self.start_years[projects], 0.0)

    def decay_weights(self, projects: Ints) -> Floats:
        """Decay weight of each project; 0 for a project of one organisation."""
        return _decay_weights(self.project_orgs.lengths(projects), self.age(projects))

    def walk_weights(self, projects: Ints) -> Floats:
        """Walk weight of each project: decay weight / number of organisations."""
        return np.asarray(self.decay_weights(projects) / np.maximum(self.project_orgs.lengths(projects), 1))

    def with_project(self, row: int, partners: Ints, concepts: Ints, started: float) -> CollaborationHistory:
        """A copy in which project `row` has these partners and concepts; no partners removes it."""
        before, team = self.project_orgs.row(row), np.sort(partners)
        left = {int(one): _without(self.org_projects.row(int(one)), row) for one in before}
        joined = {int(one): np.union1d(self.org_projects.row(int(one)), [row]) for one in team}
        grown = replace(
            self,
            project_orgs=self.project_orgs.with_rows({row: team}),
            project_concepts=self.project_concepts.with_rows({row: np.sort(concepts)}),
            org_projects=self.org_projects.with_rows({**left, **joined}),
            start_years=self.start_years.with_values(
                {row: self.reference_year if np.isnan(started) else started}
            ),
        )
        touched = sorted(left | joined)
        return grown._with_adjacency_of(touched)._with_statistics_of(touched)

    def without(self, organisation: int) -> CollaborationHistory:
        """A copy without an organisation."""
        projects, partners = self.projects_of(organisation), self.partners_of(organisation)
        project_orgs = {int(one): _without(self.project_orgs.row(int(one)), organisation) for one in projects}
        nothing = np.zeros(0, dtype=np.int64)
        left = replace(
            self,
            project_orgs=self.project_orgs.with_rows(project_orgs),
            org_projects=self.org_projects.with_rows({organisation: nothing}),
        )
        touched = [organisation, *partners.tolist()]
        return (
            left.with_declared(organisation, nothing)._with_adjacency_of(touched)._with_statistics_of(touched)
        )

    def with_declared(self, organisation: int, concepts: Ints) -> CollaborationHistory:
        """A copy in which an organisation declares these topics."""
        known = (
            organisation + 1 < len(self.org_projects.indptr) or organisation in self.decayed_projects.overlay
        )
        if known and np.array_equal(self.declared.row(organisation), concepts):
            return self
        changed = replace(self, declared=self.declared.with_rows({organisation: concepts}))
        return changed._with_statistics_of([organisation])

    def with_concepts(self, count: int) -> CollaborationHistory:
        """A copy with room for `count` concepts."""
        more = count - len(self.record_holders)
        if more <= 0:
            return self
        return replace(
            self,
            record_holders=np.pad(self.record_holders, (0, more)),
            concept_strength=np.pad(self.concept_strength, (0, more)),
        )

    def _with_adjacency_of(self, organisations: Iterable[int]) -> CollaborationHistory:
        """Recompute the partners and edge weights of organisations whose projects changed."""
        adjacency: dict[int, Numbers] = {}
        edge_weights: dict[int, Numbers] = {}
        for one in organisations:
            projects = self.projects_of(one)
            others, owner = self.project_orgs.gather(projects)
            found, at = np.unique(others, return_inverse=True)
            sums = sum_by_owner(at, self.walk_weights(projects)[owner], len(found))
            adjacency[one], edge_weights[one] = (
                _int32(found[found != one]),
                sums[found != one].astype(np.float32),
            )
        return replace(
            self,
            adjacency=self.adjacency.with_rows(adjacency),
            edge_weights=self.edge_weights.with_rows(edge_weights),
        )

    def _with_statistics_of(self, organisations: Iterable[int]) -> CollaborationHistory:
        """Recompute the statistics and records of organisations whose projects changed."""
        statistics: dict[str, dict[int, float]] = {name: {} for name in STATISTICS}
        rows: dict[str, dict[int, Numbers]] = {name: {} for name in ("record", *RECORD_COLUMNS)}
        holders, strength, record_total = (
            self.record_holders.copy(),
            self.concept_strength.copy(),
            self.record_total,
        )
        for one in organisations:
            projects = self.projects_of(one)
            sizes, decay_weights = self.project_orgs.lengths(projects), self.decay_weights(projects)
            mine = np.zeros(len(projects), dtype=np.int64), np.arange(len(projects))
            for name, value in _statistics_of(sizes, decay_weights, *mine, 1).items():
                statistics[name][one] = float(value[0])
            worked, owner = self.project_concepts.gather(projects)
            declared = self.declared.row(one)
            record = _records_of(
                np.zeros(len(worked), dtype=np.int64), worked, sizes[owner], decay_weights[owner],
                np.zeros(len(declared), dtype=np.int64), declared, 1,
            )  # fmt: skip
            before = self.record.row(one)
            holders[before] -= 1
            strength[before] -= self.record_strength.row(one)
            holders[record[0].values] += 1
            strength[record[0].values] += record[-1].values
            record_total += float(record[1].values.sum() - self.record_counts.row(one).sum())
            for name, some in zip(rows, record, strict=True):
                rows[name][one] = some.values
        return replace(
            self,
            record_holders=holders,
            concept_strength=strength,
            record_total=record_total,
            **{name: getattr(self, name).with_values(values) for name, values in statistics.items()},
            **{name: getattr(self, name).with_rows(values) for name, values in rows.items()},
        )


@dataclass(frozen=True)
class ProjectColumns:
    """Joint work in columns.

    Pairs (organisation, project), pairs (project, concept), starts in years, pairs (organisation, declared topic).
    """

    participations: tuple[Ints, Ints]
    concept_pairs: tuple[Ints, Ints]
    start_years: Floats
    declared: tuple[Ints, Ints]


def build_history(
    work: ProjectColumns, organisations: int, concepts: int, reference_year: float | None = None
) -> CollaborationHistory:
    """Compute everything from the pairs; `reference_year` defaults to the newest start."""
    projects = len(work.start_years)
    if reference_year is None:
        reference_year = float(np.nanmax(work.start_years)) if np.isfinite(work.start_years).any() else 0.0
    start_years = np.nan_to_num(work.start_years, nan=reference_year)
    project_orgs, project_concepts = (
        csr_from_pairs(work.participations[1], work.participations[0], projects),
        csr_from_pairs(*work.concept_pairs, projects),
    )
    org_projects = csr_from_pairs(*work.participations, organisations)
    every = np.repeat(np.arange(organisations), np.diff(org_projects.indptr))
    sizes = np.diff(project_orgs.indptr)
    decay_weights = _decay_weights(sizes, np.maximum(reference_year - start_years, 0.0))
    counted = _statistics_of(sizes, decay_weights, every, org_projects.values, organisations)
    concept_pairs, owner = project_concepts.gather(org_projects.values)
    record = _records_of(
        every[owner], concept_pairs, sizes[org_projects.values][owner], decay_weights[org_projects.values][owner],
        *work.declared, organisations,
    )  # fmt: skip
    return CollaborationHistory(
        org_projects, project_orgs, project_concepts, *build_adjacency(org_projects, decay_weights / np.maximum(sizes, 1)),
        OverlayColumn(start_years), reference_year,
        csr_from_pairs(*work.declared, organisations),
        OverlayColumn(counted["decayed_projects"]), OverlayColumn(counted["encounters"]), OverlayColumn(counted["strength"]),
        *record,
        record_holders=np.bincount(record[0].values, minlength=concepts),
        concept_strength=sum_by_owner(record[0].values, record[-1].values, concepts),
        record_total=float(record[1].values.sum()),
    )  # fmt: skip


def _decay_weights(sizes: Ints, age: Floats) -> Floats:
    return np.asarray((sizes > 1) * np.maximum(0.5 ** (age / HALF_LIFE_YEARS), MIN_DECAY_WEIGHT))


def _statistics_of(
    sizes: Ints, decay_weights: Floats, owner: Ints, chosen: Numbers, count: int
) -> Mapping[str, Floats]:
    """The statistics of each owner, from sizes and decay weights of the projects that `chosen` lists per owner."""
    worth = {
        "decayed_projects": decay_weights,
        "encounters": np.maximum(sizes - 1, 0),
        "strength": decay_weights / np.maximum(sizes, 1),
    }
    return {name: sum_by_owner(owner, value[chosen], count) for name, value in worth.items()}


def _records_of(
    owner: Ints, concepts: Numbers, sizes: Ints, decay_weights: Floats, who: Ints, declared: Ints, count: int
) -> tuple[CsrRows, CsrRows, CsrRows, CsrRows, CsrRows]:
    """The record of each owner: concepts, counts, encounters, decayed projects and strength as CSR rows."""
    span = int(max(concepts.max(initial=0), declared.max(initial=0))) + 1
    keys = np.concatenate([owner * span + concepts, who * span + declared]).astype(np.int64)
    found, at = np.unique(keys, return_inverse=True)
    worked = at[: len(owner)]
    starts = indptr_of(found // span, count)
    values = (
        np.maximum(np.bincount(worked, minlength=len(found)), 1).astype(np.float64),
        np.bincount(worked, decay_weights * (sizes - 1), minlength=len(found)),
        np.bincount(worked, decay_weights, minlength=len(found)),
        np.bincount(worked, decay_weights / np.maximum(sizes, 1), minlength=len(found)),
    )
    record = CsrRows(starts, (found % span).astype(np.int64))
    return record, *(CsrRows(starts, value) for value in values)  # type: ignore[return-value]


def build_adjacency(org_projects: CsrRows, walk_weights: Floats) -> tuple[CsrRows, CsrRows]:
    """Partners and edge weights of all organisations: A = P · diag(w) · Pᵀ without the diagonal, in blocks of rows."""
    count, projects = len(org_projects.indptr) - 1, len(walk_weights)
    starts, others, edge_weights = (
        [np.zeros(1, dtype=np.int64)],
        [_int32(org_projects.values[:0])],
        [np.zeros(0, np.float32)],
    )
    ones = np.ones(len(org_projects.values))
    across = sp.csr_array(
        (ones, org_projects.values.astype(np.int32), org_projects.indptr), (count, projects)
    ).T.tocsr()
    for begin in range(0, count, CHUNK_ORGANISATIONS):
        edges = org_projects.indptr[begin : begin + CHUNK_ORGANISATIONS + 1]
        chosen = org_projects.values[edges[0] : edges[-1]].astype(np.int32)
        here = sp.csr_array((walk_weights[chosen], chosen, edges - edges[0]), (len(edges) - 1, projects))
        met = (here @ across).tocsr()
        met.sort_indices()
        owner = np.repeat(np.arange(len(edges) - 1), np.diff(met.indptr))
        other = met.indices != owner + begin
        starts.append(np.cumsum(np.bincount(owner[other], minlength=len(edges) - 1)) + starts[-1][-1])
        others.append(_int32(met.indices[other]))
        edge_weights.append(met.data[other].astype(np.float32))
    edges = np.concatenate(starts)
    return CsrRows(edges, np.concatenate(others)), CsrRows(edges, np.concatenate(edge_weights))


def _int32(rows: Numbers) -> Numbers:
    return rows.astype(np.int32)


def _without(row: Numbers, one: int) -> Numbers:
    return np.asarray(row[row != one])
