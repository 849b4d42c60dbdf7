"""The index: profiles and collaboration history by row, with edits as overlays.

An index is immutable. An edit returns a new one that shares all arrays it does not touch, so that readers keep a
consistent version and the cost of an edit does not grow with the cluster. Rows of the base are sorted by country;
organisations that were added since are appended.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from math import log
from typing import Any

import numpy as np
import numpy.typing as npt

from app.matching.index.arrays import CsrRows, Floats, Ints, OverlayColumn
from app.matching.index.columns import RELATIONS, from_years, to_years
from app.matching.index.history import CollaborationHistory
from app.matching.records import Profile, Project

FACET_PREFIXES = ("region:", "programme:")
"""How the codes of the facets begin that are scored apart; facet 0 holds all other concepts."""
EDGE_GROUPINGS = ("countries", "types")
"""The groupings for which edges across borders are counted."""


@dataclass(frozen=True)
class Index:
    """Organisations by row, the concepts they hold and their history.

    `ids`: number by row; `id_order`: rows in the order of the numbers. `held`: concepts of each row by relation.
    `postings`: the inverse (posting lists) as of the build. `holder_counts`: current holders of each concept by relation.
    `facets`: facet of each concept. `countries`, `types`: positions in `country_codes`, `type_codes`. `joined`: years,
    NaN where the day is not known. `edge_counts`: edges across borders between countries and between types. `edited`:
    number → current profile, None for a removed organisation. `appended`: number → row of those added since the build.
    `total`: organisations now.
    """

    ids: OverlayColumn
    id_order: Ints
    held: Mapping[str, CsrRows]
    postings: Mapping[str, CsrRows]
    holder_counts: Mapping[str, Ints]
    codes: Sequence[str]
    facets: npt.NDArray[np.int8]
    concepts: Mapping[str, int]
    country_codes: Mapping[str, int]
    countries: OverlayColumn
    country_starts: Ints
    type_codes: Mapping[str, int]
    types: OverlayColumn
    active: OverlayColumn
    open_introductions: OverlayColumn
    joined: OverlayColumn
    projects: OverlayColumn
    history: CollaborationHistory
    edge_counts: Mapping[str, Floats]
    edited: Mapping[int, Profile | None]
    appended: Mapping[int, int]
    total: int

    @property
    def size(self) -> int:
        """Number of rows, removed organisations included."""
        return len(self.id_order) + len(self.appended)

    @cached_property
    def rows_by_id(self) -> Mapping[int, int]:
        """Number → row."""
        return RowsById(self)

    @cached_property
    def profiles(self) -> ProfileView:
        """Number → profile, assembled on access."""
        return ProfileView(self)

    @cached_property
    def edited_rows(self) -> Ints:
        """Rows that differ from the base, ascending."""
        return np.array(sorted(self.find_row(one) for one in self.edited), dtype=np.int64)

    @cached_property
    def touched_rows(self) -> Ints:
        """`edited_rows`, rows whose projects changed, and the partners of organisations that changed country."""
        base = self.countries.base
        moved = [
            at for at, country in self.countries.overlay.items() if at < len(base) and country != base[at]
        ]
        worked = np.array(sorted({*self.history.adjacency.overlay, *moved}), dtype=np.int64)
        partners = [self.history.partners_of(row) for row in moved]
        return np.unique(np.concatenate([self.edited_rows, worked, *partners]))

    def find_row(self, organisation: int) -> int:
        """The row of an organisation that is or was in the index, else −1."""
        if organisation in self.appended:
            return self.appended[organisation]
        at = bisect_left(self.id_order, organisation, key=self.ids.base.__getitem__)
        row = int(self.id_order[at]) if at < len(self.id_order) else -1
        return row if row >= 0 and self.ids.base[row] == organisation else -1

    @cached_property
    def present_countries(self) -> list[str]:
        """Countries with at least one organisation."""
        counts = np.diff(self.country_starts)
        there = {code for code, at in self.country_codes.items() if at < len(counts) and counts[at]}
        return sorted(there | {profile.country for profile in self.edited.values() if profile})

    def seekers_abroad(self, profile: Profile) -> dict[str, Ints]:
        """Offered skill → rows of organisations abroad that seek it; skills without any are left out."""
        home, found = self.country_codes.get(profile.country, -1), {}
        for code in sorted(profile.offers):
            holders = self.holders("seeks", code)
            abroad = holders[self.countries[holders] != home]
            if len(abroad):
                found[code] = abroad
        return found

    def holders(self, relation: str, code: str) -> Ints:
        """Rows of the organisations that hold a concept in this relation, ascending."""
        if code not in self.concepts:
            return np.zeros(0, dtype=np.int64)
        at = self.concepts[code]
        base = self.postings[relation].row(at).astype(np.int64)
        if not self.edited:
            return base
        changed = [row for row in self.edited_rows.tolist() if at in self.held[relation].row(row)]
        kept = base[~np.isin(base, self.edited_rows)]
        return np.union1d(kept, np.array(changed, dtype=np.int64))

    def count(self, relation: str, code: str) -> int:
        """Number of organisations that hold a concept in this relation."""
        return int(self.holder_counts[relation][self.concepts[code]]) if code in self.concepts else 0

    def idf(self, count: int) -> float:
        """Inverse document frequency of a concept: ln(1 + total / max(count, 1))."""
        return log(1 + self.total / max(count, 1))

    @cached_property
    def record_idf(self) -> Floats:
        """Inverse document frequency of each concept among track records, shape (concepts,)."""
        return np.log1p(self.total / np.maximum(self.history.record_holders, 1))

    def topic_record(self, row: int) -> dict[str, float]:
        """Concept → ln(1 + projects) of one organisation, a declared topic counting as one project."""
        concepts, counts = self.history.record.row(row), self.history.record_counts.row(row)
        return {self.codes[at]: value for at, value in zip(concepts, np.log1p(counts).tolist(), strict=True)}

    def find_project_row(self, project: int) -> int:
        """The row of a project, −1 where there is none."""
        later = (at for at, number in self.projects.overlay.items() if number == project)
        return next(later, int(next(iter(np.flatnonzero(self.projects.base == project)), -1)))

    def with_profile(self, profile: Profile) -> Index:
        """A copy with this profile added or replaced."""
        row = self.find_row(profile.id)
        codes = sorted({code for name in RELATIONS for code in getattr(profile, name)} - self.concepts.keys())
        grown = self._with_concepts(codes)._with_categories(profile)
        if row < 0:
            row = self.size
            grown = replace(
                grown,
                appended={**self.appended, profile.id: row},
                ids=self.ids.with_values({row: profile.id}),
            )
        there = profile.id in self.rows_by_id
        moved = grown._with_holdings(row, profile)._with_category_of(row, profile, there)
        return replace(
            moved,
            active=self.active.with_values({row: not profile.paused}),
            open_introductions=self.open_introductions.with_values({row: profile.open_introductions}),
            joined=self.joined.with_values({row: to_years(profile.joined)}),
            edited={**self.edited, profile.id: profile},
            total=self.total + (not there),
        )

    def without(self, organisation: int) -> Index:
        """A copy without an organisation and its edges."""
        row = self.rows_by_id[organisation]
        untied = self._with_edges_of(row, -1.0)
        left = untied._with_holdings(row, None)
        return replace(
            left,
            active=self.active.with_values({row: False}),
            history=left.history.without(row),
            edited={**self.edited, organisation: None},
            total=self.total - 1,
        )

    def with_project(self, project: Project) -> Index:
        """A copy with this project added or replaced; without partners it is removed."""
        grown, known = (
            self._with_concepts(sorted(project.concepts - self.concepts.keys())),
            self.find_project_row(project.id),
        )
        row = self.history.projects if known < 0 else known
        partners = np.array(sorted(self.rows_by_id[one] for one in project.partners), dtype=np.int64)
        concepts = np.array(sorted(grown.concepts[code] for code in project.concepts), dtype=np.int64)
        history = grown.history.with_project(row, partners, concepts, to_years(project.started))
        tied = grown
        for one in np.union1d(partners, self.history.project_orgs.row(row)).tolist():
            before, after = self.history.partners_of(one), history.partners_of(one)
            tied = tied._with_edge_counts(one, np.setdiff1d(after, before), 1.0, both_ways=False)
            tied = tied._with_edge_counts(one, np.setdiff1d(before, after), -1.0, both_ways=False)
        return replace(tied, history=history, projects=self.projects.with_values({row: project.id}))

    def _with_concepts(self, more: Sequence[str]) -> Index:
        """A copy with room for further concepts."""
        if not more:
            return self
        count = len(self.codes) + len(more)
        concepts = {**self.concepts, **{code: len(self.codes) + at for at, code in enumerate(more)}}
        counts = {name: np.pad(values, (0, len(more))) for name, values in self.holder_counts.items()}
        return replace(
            self,
            codes=(*self.codes, *more),
            facets=np.append(self.facets, facets_of(more)),
            concepts=concepts,
            holder_counts=counts,
            history=self.history.with_concepts(count),
        )

    def _with_categories(self, profile: Profile) -> Index:
        """A copy with room for the profile's country and type."""
        found = self
        for codes, name, code in (
            ("country_codes", "countries", profile.country),
            ("type_codes", "types", profile.type),
        ):
            known: Mapping[str, int] = getattr(self, codes)
            if code not in known:
                wider = np.pad(found.edge_counts[name], (0, 1))
                changed: dict[str, Any] = {codes: {**known, code: len(known)}}
                found = replace(found, edge_counts={**found.edge_counts, name: wider}, **changed)
        return found

    def _with_holdings(self, row: int, profile: Profile | None) -> Index:
        """A copy in which a row holds the concepts of `profile`, or none."""
        held, counts = dict(self.held), dict(self.holder_counts)
        for name in RELATIONS:
            codes = getattr(profile, name) if profile else ()
            after = np.array(sorted(self.concepts[code] for code in codes), dtype=np.int64)
            before = held[name].row(row)
            if not np.array_equal(before, after):
                held[name] = held[name].with_rows({row: after})
                changed = counts[name].copy()
                changed[before] -= 1
                changed[after] += 1
                counts[name] = changed
        history = self.history.with_declared(row, held["topics"].row(row).astype(np.int64))
        return replace(self, held=held, holder_counts=counts, history=history)

    def _with_category_of(self, row: int, profile: Profile, there: bool) -> Index:
        """A copy in which a row has the profile's country and type."""
        country, kind = self.country_codes[profile.country], self.type_codes[profile.type]
        same = there and (self.countries.item(row), self.types.item(row)) == (country, kind)
        if same:
            return self
        untied = self._with_edges_of(row, -1.0) if there else self
        moved = replace(
            untied,
            countries=self.countries.with_values({row: country}),
            types=self.types.with_values({row: kind}),
        )
        return moved._with_edges_of(row, 1.0) if there else moved

    def _with_edges_of(self, row: int, sign: float) -> Index:
        """A copy in which the edge counts of a row are added (sign 1) or removed (−1)."""
        return self._with_edge_counts(row, self.history.partners_of(row), sign, both_ways=True)

    def _with_edge_counts(self, row: int, others: Ints, sign: float, both_ways: bool) -> Index:
        """A copy in which edges between a row and others abroad are counted with a sign."""
        here = np.array([row])
        abroad = others[self.countries[others] != self.countries[here]]
        if not len(abroad):
            return self
        counted = {name: values.copy() for name, values in self.edge_counts.items()}
        for name in EDGE_GROUPINGS:
            groups: OverlayColumn = getattr(self, name)
            mine, theirs = groups[here][0], groups[abroad]
            np.add.at(counted[name], (mine, theirs), sign)
            if both_ways:
                np.add.at(counted[name], (theirs, mine), sign)
        return replace(self, edge_counts=counted)


def facets_of(codes: Sequence[str]) -> npt.NDArray[np.int8]:
    """The facet of each code: 1 + its place in FACET_PREFIXES, else 0."""
    found = (
        next((at for at, prefix in enumerate(FACET_PREFIXES, 1) if code.startswith(prefix)), 0)
        for code in codes
    )
    return np.fromiter(found, dtype=np.int8, count=len(codes))


class RowsById(Mapping[int, int]):
    """Number → row, for organisations that are in the index now."""

    def __init__(self, index: Index) -> None:
        self._index = index
        self._left = frozenset(one for one, profile in index.edited.items() if profile is None)

    def __getitem__(self, organisation: int) -> int:
        row = -1 if organisation in self._left else self._index.find_row(organisation)
        if row < 0:
            raise KeyError(organisation)
        return row

    def __iter__(self) -> Iterator[int]:
        base = self._index.ids.base[self._index.id_order]
        yield from (one for one in [*base.tolist(), *self._index.appended] if one not in self._left)

    def __len__(self) -> int:
        return self._index.total


class ProfileView(Mapping[int, Profile]):
    """Number → profile, assembled from the rows on access."""

    def __init__(self, index: Index) -> None:
        self._index = index
        self._countries = list(index.country_codes)
        self._types = list(index.type_codes)

    def __getitem__(self, organisation: int) -> Profile:
        return self.at(self._index.rows_by_id[organisation])

    def at(self, row: int) -> Profile:
        """The profile of a row."""
        organisation = int(self._index.ids.item(row))
        return self._index.edited.get(organisation) or self._built(organisation, row)

    def __iter__(self) -> Iterator[int]:
        return iter(self._index.rows_by_id)

    def __len__(self) -> int:
        return self._index.total

    def _built(self, organisation: int, row: int) -> Profile:
        index, code_of = self._index, self._index.codes.__getitem__
        held = {name: frozenset(map(code_of, index.held[name].row(row).tolist())) for name in RELATIONS}
        return Profile(
            organisation,
            self._countries[int(index.countries.item(row))],
            self._types[int(index.types.item(row))],
            paused=not index.active.item(row),
            open_introductions=int(index.open_introductions.item(row)),
            joined=from_years(float(index.joined.item(row))),
            **held,
        )


def iter_projects(index: Index, among: Collection[int] | None = None) -> Iterator[Project]:
    """All projects as records, or those of some organisations with only these as partners."""
    rows: Iterable[int] = range(index.history.projects)
    if among is not None:
        members = np.array(sorted(index.rows_by_id[one] for one in among), dtype=np.int64)
        rows = np.unique(index.history.org_projects.gather(members)[0]).tolist()
    for row in rows:
        if index.history.project_concepts.length(row) or index.history.project_orgs.length(row):
            yield project_at(index, row, among)


def list_project_ids(index: Index) -> list[int]:
    """Numbers of all projects that have partners."""
    rows = np.arange(index.history.projects)
    return [int(one) for one in index.projects[rows[index.history.project_orgs.lengths(rows) > 0]]]


def project_at(index: Index, row: int, among: Collection[int] | None = None) -> Project:
    """The project of a row, with all partners or those in `among`."""
    team = index.ids[index.history.project_orgs.row(row).astype(np.int64)].tolist()
    return Project(
        int(index.projects.item(row)),
        frozenset(one for one in team if among is None or one in among),
        from_years(index.history.start_years.item(row)),
        frozenset(index.codes[at] for at in index.history.project_concepts.row(row).tolist()),
    )
