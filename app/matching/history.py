"""Joint work as arrays: the graph's organisation–project and project–concept edges, and what is counted from them.

An instance never changes; a project more or an organisation less gives a new one that shares all that it does not
touch, so that the cost is that of the organisations concerned.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace

import numpy as np
import scipy.sparse as sp

from app.matching.arrays import Column, Floats, Ints, Numbers, Rows, gathered, rows_of, starts_of

DAYS_IN_YEAR = 365.25
HALF_LIFE = 2.0
"""Years after which joint work counts half."""

FAINTEST = 2.0**-60
"""Joint work never counts less than this, however old, so that a tie stays a tie."""
PORTION = 1 << 16
"""The ties of so many organisations are counted at once."""

STATISTICS = ("recent", "meetings", "trodden")
RECORDS = ("record_counts", "record_company", "record_recent", "record_share")


@dataclass(frozen=True)
class History:
    """Who took part in what, when and about what.

    `members` lists the projects of each organisation, `teams` the organisations of each project, `about` a project's
    concepts, `ties` all that an organisation has ever worked with and, beside each, `bonds` how much of a walk leads
    there. `since` is when each project began, in years, and `clock` the moment from which the past is seen; what began
    later, or has no date, counts as new. For each organisation: `recent` joint projects, older ones counting less;
    `meetings`, its seats next to somebody; `trodden`, how much of a walk its projects take. `record` lists the concepts
    that it has worked on or declares, beside the number of projects, the company met there, the recent joint ones and
    the share of a walk; `recorded` is the sum of these numbers. `declared` lists the concepts that profiles declare.
    """

    members: Rows
    teams: Rows
    about: Rows
    ties: Rows
    bonds: Rows
    since: Column
    clock: float
    declared: Rows
    recent: Column
    meetings: Column
    trodden: Column
    record: Rows
    record_counts: Rows
    record_company: Rows
    record_recent: Rows
    record_share: Rows
    record_holders: Ints
    trodden_of_topic: Floats
    recorded: float

    @property
    def projects(self) -> int:
        """How many projects there are."""
        return max(len(self.teams.starts) - 1, max(self.teams.edits, default=-1) + 1)

    def partners_of(self, organisation: int) -> Ints:
        """Places of all that an organisation has worked with."""
        return self.ties.row(organisation).astype(np.int64)

    def projects_of(self, organisation: int) -> Ints:
        """Places of all the projects of an organisation."""
        return self.members.row(organisation).astype(np.int64)

    def age(self, projects: Ints) -> Floats:
        """Years since each project began."""
        return np.maximum(self.clock - self.since[projects], 0.0)

    def weighing(self, projects: Ints) -> Floats:
        """What each joint project counts today; naught for work done alone."""
        return _weighing(self.teams.counts(projects), self.age(projects))

    def steps(self, projects: Ints) -> Floats:
        """How much of a walk a project takes: lately more than long ago, small circles more than large ones."""
        return np.asarray(self.weighing(projects) / np.maximum(self.teams.counts(projects), 1))

    def with_project(self, place: int, partners: Ints, concepts: Ints, started: float) -> History:
        """The same history when these take part in a project, which is new or was others'; nobody where it is no more."""
        before, team = self.teams.row(place), np.sort(partners)
        left = {int(one): _lacking(self.members.row(int(one)), place) for one in before}
        joined = {int(one): np.union1d(self.members.row(int(one)), [place]) for one in team}
        grown = replace(
            self,
            teams=self.teams.with_rows({place: team}),
            about=self.about.with_rows({place: np.sort(concepts)}),
            members=self.members.with_rows({**left, **joined}),
            since=self.since.with_values({place: self.clock if np.isnan(started) else started}),
        )
        touched = sorted(left | joined)
        return grown._tied_anew(touched)._counted_anew(touched)

    def without(self, organisation: int) -> History:
        """The same history as if an organisation had never taken part."""
        projects, partners = self.projects_of(organisation), self.partners_of(organisation)
        teams = {int(one): _lacking(self.teams.row(int(one)), organisation) for one in projects}
        nothing = np.zeros(0, dtype=np.int64)
        left = replace(
            self,
            teams=self.teams.with_rows(teams),
            members=self.members.with_rows({organisation: nothing}),
        )
        touched = [organisation, *partners.tolist()]
        return left.declaring(organisation, nothing)._tied_anew(touched)._counted_anew(touched)

    def declaring(self, organisation: int, concepts: Ints) -> History:
        """The same history when an organisation declares other concepts."""
        known = organisation + 1 < len(self.members.starts) or organisation in self.recent.edits
        if known and np.array_equal(self.declared.row(organisation), concepts):
            return self
        changed = replace(self, declared=self.declared.with_rows({organisation: concepts}))
        return changed._counted_anew([organisation])

    def with_concepts(self, count: int) -> History:
        """The same history with room for concepts that came later."""
        more = count - len(self.record_holders)
        if more <= 0:
            return self
        return replace(
            self,
            record_holders=np.pad(self.record_holders, (0, more)),
            trodden_of_topic=np.pad(self.trodden_of_topic, (0, more)),
        )

    def _tied_anew(self, organisations: Iterable[int]) -> History:
        """The same history when the teams of some organisations have changed."""
        ties: dict[int, Numbers] = {}
        bonds: dict[int, Numbers] = {}
        for one in organisations:
            projects = self.projects_of(one)
            others, owner = self.teams.many(projects)
            found, at = np.unique(others, return_inverse=True)
            sums = gathered(at, self.steps(projects)[owner], len(found))
            ties[one], bonds[one] = _small(found[found != one]), sums[found != one].astype(np.float32)
        return replace(self, ties=self.ties.with_rows(ties), bonds=self.bonds.with_rows(bonds))

    def _counted_anew(self, organisations: Iterable[int]) -> History:
        """The same history when the projects of some organisations have changed."""
        statistics: dict[str, dict[int, float]] = {name: {} for name in STATISTICS}
        rows: dict[str, dict[int, Numbers]] = {name: {} for name in ("record", *RECORDS)}
        holders, trodden, recorded = self.record_holders.copy(), self.trodden_of_topic.copy(), self.recorded
        for one in organisations:
            projects = self.projects_of(one)
            sizes, weighing = self.teams.counts(projects), self.weighing(projects)
            mine = np.zeros(len(projects), dtype=np.int64), np.arange(len(projects))
            for name, value in _statistics(sizes, weighing, *mine, 1).items():
                statistics[name][one] = float(value[0])
            places, owner = self.about.many(projects)
            declared = self.declared.row(one)
            record = _records(
                np.zeros(len(places), dtype=np.int64), places, sizes[owner], weighing[owner],
                np.zeros(len(declared), dtype=np.int64), declared, 1,
            )  # fmt: skip
            before = self.record.row(one)
            holders[before] -= 1
            trodden[before] -= self.record_share.row(one)
            holders[record[0].values] += 1
            trodden[record[0].values] += record[-1].values
            recorded += float(record[1].values.sum() - self.record_counts.row(one).sum())
            for name, some in zip(rows, record, strict=True):
                rows[name][one] = some.values
        return replace(
            self,
            record_holders=holders,
            trodden_of_topic=trodden,
            recorded=recorded,
            **{name: getattr(self, name).with_values(values) for name, values in statistics.items()},
            **{name: getattr(self, name).with_rows(values) for name, values in rows.items()},
        )


@dataclass(frozen=True)
class Work:
    """Joint work as pairs: `seats` of organisation and project, `marks` of project and concept, `began` in years.

    `declared` pairs an organisation with a concept that its profile declares.
    """

    seats: tuple[Ints, Ints]
    marks: tuple[Ints, Ints]
    began: Floats
    declared: tuple[Ints, Ints]


def build_history(work: Work, organisations: int, concepts: int, clock: float | None = None) -> History:
    """Count everything once from the pairs; without a `clock` the past is seen from the newest project's start."""
    projects = len(work.began)
    if clock is None:
        clock = float(np.nanmax(work.began)) if np.isfinite(work.began).any() else 0.0
    since = np.nan_to_num(work.began, nan=clock)
    teams, about = rows_of(work.seats[1], work.seats[0], projects), rows_of(*work.marks, projects)
    members = rows_of(*work.seats, organisations)
    every = np.repeat(np.arange(organisations), np.diff(members.starts))
    sizes = np.diff(teams.starts)
    weighing = _weighing(sizes, np.maximum(clock - since, 0.0))
    counted = _statistics(sizes, weighing, every, members.values, organisations)
    marks, owner = about.many(members.values)
    record = _records(
        every[owner], marks, sizes[members.values][owner], weighing[members.values][owner],
        *work.declared, organisations,
    )  # fmt: skip
    return History(
        members, teams, about, *_ties(members, weighing / np.maximum(sizes, 1)), Column(since), clock,
        rows_of(*work.declared, organisations),
        Column(counted["recent"]), Column(counted["meetings"]), Column(counted["trodden"]),
        *record,
        record_holders=np.bincount(record[0].values, minlength=concepts),
        trodden_of_topic=gathered(record[0].values, record[-1].values, concepts),
        recorded=float(record[1].values.sum()),
    )  # fmt: skip


def _weighing(sizes: Ints, age: Floats) -> Floats:
    return np.asarray((sizes > 1) * np.maximum(0.5 ** (age / HALF_LIFE), FAINTEST))


def _statistics(
    sizes: Ints, weighing: Floats, owner: Ints, chosen: Numbers, count: int
) -> Mapping[str, Floats]:
    """What is counted of organisations from the sizes and weights of the projects chosen by each owner."""
    worth = {
        "recent": weighing,
        "meetings": np.maximum(sizes - 1, 0),
        "trodden": weighing / np.maximum(sizes, 1),
    }
    return {name: gathered(owner, value[chosen], count) for name, value in worth.items()}


def _records(
    owner: Ints, concepts: Numbers, sizes: Ints, weighing: Floats, who: Ints, declared: Ints, count: int
) -> tuple[Rows, Rows, Rows, Rows, Rows]:
    """The concepts of each owner's work and profile: projects, company met, recent ones and share of a walk."""
    span = int(max(concepts.max(initial=0), declared.max(initial=0))) + 1
    keys = np.concatenate([owner * span + concepts, who * span + declared]).astype(np.int64)
    found, at = np.unique(keys, return_inverse=True)
    worked = at[: len(owner)]
    starts = starts_of(found // span, count)
    values = (
        np.maximum(np.bincount(worked, minlength=len(found)), 1).astype(np.float64),
        np.bincount(worked, weighing * (sizes - 1), minlength=len(found)),
        np.bincount(worked, weighing, minlength=len(found)),
        np.bincount(worked, weighing / np.maximum(sizes, 1), minlength=len(found)),
    )
    record = Rows(starts, (found % span).astype(np.int64))
    return record, *(Rows(starts, value) for value in values)  # type: ignore[return-value]


def _ties(members: Rows, steps: Floats) -> tuple[Rows, Rows]:
    """Who has ever worked with whom, by both ends, and how much of a walk leads there."""
    count, projects = len(members.starts) - 1, len(steps)
    starts, others, bonds = (
        [np.zeros(1, dtype=np.int64)],
        [_small(members.values[:0])],
        [np.zeros(0, np.float32)],
    )
    ones = np.ones(len(members.values))
    across = sp.csr_array(
        (ones, members.values.astype(np.int32), members.starts), (count, projects)
    ).T.tocsr()
    for begin in range(0, count, PORTION):
        edges = members.starts[begin : begin + PORTION + 1]
        chosen = members.values[edges[0] : edges[-1]].astype(np.int32)
        here = sp.csr_array((steps[chosen], chosen, edges - edges[0]), (len(edges) - 1, projects))
        met = (here @ across).tocsr()
        met.sort_indices()
        owner = np.repeat(np.arange(len(edges) - 1), np.diff(met.indptr))
        other = met.indices != owner + begin
        starts.append(np.cumsum(np.bincount(owner[other], minlength=len(edges) - 1)) + starts[-1][-1])
        others.append(_small(met.indices[other]))
        bonds.append(met.data[other].astype(np.float32))
    edges = np.concatenate(starts)
    return Rows(edges, np.concatenate(others)), Rows(edges, np.concatenate(bonds))


def _small(places: Numbers) -> Numbers:
    return places.astype(np.int32)


def _lacking(row: Numbers, one: int) -> Numbers:
    return np.asarray(row[row != one])
