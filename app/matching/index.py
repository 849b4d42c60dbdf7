"""The graph's adjacency as arrays: what every organisation is scored on.

An index never changes. An edit makes a new one that shares all that it does not touch, so that a reader who holds the
old one keeps a consistent picture, the edit counts at the next request, and its cost does not grow with the cluster.
Organisations of one country stand next to each other in the base; those that came since stand at the end.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from math import log
from typing import Any

import numpy as np

from app.matching.arrays import Column, Floats, Ints, Rows
from app.matching.history import History
from app.matching.records import Profile, Project
from app.matching.roster import Position, Roster
from app.matching.table import HELD, in_years

HAVING_TIES = ("countries", "types")


@dataclass(frozen=True)
class Index:
    """Organisations by place, what they hold, and their history.

    `ids` are numbers by place, `id_order` the places in the order of these; `held` lists the concepts of each place by
    relation, `postings` the places of each concept as they were when the arrays were built, `counts` how many hold it
    now. `countries` and `types` hold a place's position in `country_codes` and `type_codes`, `ties_between` how often
    these work together across borders. `edited` says what became of whom since: a profile, or None for one who left.
    """

    ids: Column
    id_order: Ints
    held: Mapping[str, Rows]
    postings: Mapping[str, Rows]
    counts: Mapping[str, Ints]
    codes: Sequence[str]
    concepts: Mapping[str, int]
    country_codes: Mapping[str, int]
    countries: Column
    country_starts: Ints
    type_codes: Mapping[str, int]
    types: Column
    alive: Column
    open_introductions: Column
    projects: Column
    history: History
    ties_between: Mapping[str, Floats]
    edited: Mapping[int, Profile | None]
    came: Mapping[int, int]
    total: int

    @property
    def size(self) -> int:
        """How many places there are, dropped organisations included."""
        return len(self.id_order) + len(self.came)

    @cached_property
    def position(self) -> Mapping[int, int]:
        """The place of each organisation by its number."""
        return Position(self)

    @cached_property
    def profiles(self) -> Roster:
        """Each organisation's profile by its number, put together when it is asked for."""
        return Roster(self)

    @cached_property
    def edited_places(self) -> Ints:
        """Where the base does not tell the truth any more."""
        return np.array(sorted(self.place_of(one) for one in self.edited), dtype=np.int64)

    @cached_property
    def touched_places(self) -> Ints:
        """The same, those whose joint work is not what it was in the base, and the partners of those who moved."""
        base = self.countries.base
        moved = [at for at, country in self.countries.edits.items() if at < len(base) and country != base[at]]
        worked = np.array(sorted({*self.history.ties.edits, *moved}), dtype=np.int64)
        partners = [self.history.partners_of(place) for place in moved]
        return np.unique(np.concatenate([self.edited_places, worked, *partners]))

    def place_of(self, organisation: int) -> int:
        """The place of an organisation that is, or was, in the index; -1 where it never was."""
        if organisation in self.came:
            return self.came[organisation]
        at = bisect_left(self.id_order, organisation, key=self.ids.base.__getitem__)
        place = int(self.id_order[at]) if at < len(self.id_order) else -1
        return place if place >= 0 and self.ids.base[place] == organisation else -1

    @cached_property
    def countries_there(self) -> list[str]:
        """The countries that somebody in the index comes from."""
        counts = np.diff(self.country_starts)
        there = {code for code, at in self.country_codes.items() if at < len(counts) and counts[at]}
        return sorted(there | {profile.country for profile in self.edited.values() if profile})

    def seeking_abroad(self, profile: Profile) -> dict[str, Ints]:
        """For each skill that a profile offers, the places of those abroad who seek it; none where nobody does."""
        home, found = self.country_codes.get(profile.country, -1), {}
        for code in sorted(profile.offers):
            holders = self.holders("seeks", code)
            abroad = holders[self.countries[holders] != home]
            if len(abroad):
                found[code] = abroad
        return found

    def holders(self, relation: str, code: str) -> Ints:
        """Places of the organisations that hold a concept in this way."""
        if code not in self.concepts:
            return np.zeros(0, dtype=np.int64)
        at = self.concepts[code]
        base = self.postings[relation].row(at).astype(np.int64)
        if not self.edited:
            return base
        changed = [place for place in self.edited_places.tolist() if at in self.held[relation].row(place)]
        kept = base[~np.isin(base, self.edited_places)]
        return np.union1d(kept, np.array(changed, dtype=np.int64))

    def count(self, relation: str, code: str) -> int:
        """How many hold a concept in this way."""
        return int(self.counts[relation][self.concepts[code]]) if code in self.concepts else 0

    def rarity(self, count: int) -> float:
        """What sharing a concept says when `count` organisations hold it: the fewer, the more."""
        return log(1 + self.total / max(count, 1))

    @cached_property
    def track_rarity(self) -> Floats:
        """What a track record in each concept says: the fewer have one, the more."""
        return np.log1p(self.total / np.maximum(self.history.record_holders, 1))

    def track_of(self, place: int) -> dict[str, float]:
        """An organisation's track record by concept: log(1 + projects), a declared topic counting as one."""
        concepts, counts = self.history.record.row(place), self.history.record_counts.row(place)
        return {self.codes[at]: value for at, value in zip(concepts, np.log1p(counts).tolist(), strict=True)}

    def place_of_work(self, project: int) -> int:
        """Where a piece of joint work stands; -1 where it never was."""
        later = (at for at, number in self.projects.edits.items() if number == project)
        return next(later, int(next(iter(np.flatnonzero(self.projects.base == project)), -1)))

    def with_profile(self, profile: Profile) -> Index:
        """The index after an organisation came or changed."""
        place = self.place_of(profile.id)
        codes = sorted({code for name in HELD for code in getattr(profile, name)} - self.concepts.keys())
        grown = self._with_codes(codes)._with_groups(profile)
        if place < 0:
            place = self.size
            grown = replace(
                grown,
                came={**self.came, profile.id: place},
                ids=self.ids.with_values({place: profile.id}),
            )
        there = profile.id in self.position
        moved = grown._reheld(place, profile)._regrouped(place, profile, there)
        return replace(
            moved,
            alive=self.alive.with_values({place: not profile.paused}),
            open_introductions=self.open_introductions.with_values({place: profile.open_introductions}),
            edited={**self.edited, profile.id: profile},
            total=self.total + (not there),
        )

    def without(self, organisation: int) -> Index:
        """The index after an organisation left, with all traces of it."""
        place = self.position[organisation]
        untied = self._with_ties_of(place, -1.0)
        left = untied._reheld(place, None)
        return replace(
            left,
            alive=self.alive.with_values({place: False}),
            history=left.history.without(place),
            edited={**self.edited, organisation: None},
            total=self.total - 1,
        )

    def with_project(self, project: Project) -> Index:
        """The index when this is joint work, whether it is new or was another's; without partners it is no more."""
        grown, known = (
            self._with_codes(sorted(project.concepts - self.concepts.keys())),
            self.place_of_work(project.id),
        )
        place = self.history.projects if known < 0 else known
        partners = np.array(sorted(self.position[one] for one in project.partners), dtype=np.int64)
        concepts = np.array(sorted(grown.concepts[code] for code in project.concepts), dtype=np.int64)
        history = grown.history.with_project(place, partners, concepts, in_years(project.started))
        tied = grown
        for one in np.union1d(partners, self.history.teams.row(place)).tolist():
            before, after = self.history.partners_of(one), history.partners_of(one)
            tied = tied._tied(one, np.setdiff1d(after, before), 1.0, both_ways=False)
            tied = tied._tied(one, np.setdiff1d(before, after), -1.0, both_ways=False)
        return replace(tied, history=history, projects=self.projects.with_values({place: project.id}))

    def _with_codes(self, more: Sequence[str]) -> Index:
        """Room for concepts that were not there."""
        if not more:
            return self
        count = len(self.codes) + len(more)
        concepts = {**self.concepts, **{code: len(self.codes) + at for at, code in enumerate(more)}}
        counts = {name: np.pad(values, (0, len(more))) for name, values in self.counts.items()}
        return replace(
            self,
            codes=(*self.codes, *more),
            concepts=concepts,
            counts=counts,
            history=self.history.with_concepts(count),
        )

    def _with_groups(self, profile: Profile) -> Index:
        """Room for a country or a type that was not there."""
        found = self
        for codes, name, code in (
            ("country_codes", "countries", profile.country),
            ("type_codes", "types", profile.type),
        ):
            known: Mapping[str, int] = getattr(self, codes)
            if code not in known:
                wider = np.pad(found.ties_between[name], (0, 1))
                changed: dict[str, Any] = {codes: {**known, code: len(known)}}
                found = replace(found, ties_between={**found.ties_between, name: wider}, **changed)
        return found

    def _reheld(self, place: int, profile: Profile | None) -> Index:
        """The index when an organisation holds other concepts, or none."""
        held, counts = dict(self.held), dict(self.counts)
        for name in HELD:
            codes = getattr(profile, name) if profile else ()
            after = np.array(sorted(self.concepts[code] for code in codes), dtype=np.int64)
            before = held[name].row(place)
            if not np.array_equal(before, after):
                held[name] = held[name].with_rows({place: after})
                changed = counts[name].copy()
                changed[before] -= 1
                changed[after] += 1
                counts[name] = changed
        history = self.history.declaring(place, held["topics"].row(place).astype(np.int64))
        return replace(self, held=held, counts=counts, history=history)

    def _regrouped(self, place: int, profile: Profile, there: bool) -> Index:
        """The index when an organisation has this country and type."""
        country, kind = self.country_codes[profile.country], self.type_codes[profile.type]
        same = there and (self.countries.one(place), self.types.one(place)) == (country, kind)
        if same:
            return self
        untied = self._with_ties_of(place, -1.0) if there else self
        moved = replace(
            untied,
            countries=self.countries.with_values({place: country}),
            types=self.types.with_values({place: kind}),
        )
        return moved._with_ties_of(place, 1.0) if there else moved

    def _with_ties_of(self, place: int, sign: float) -> Index:
        """The index when all ties of an organisation are counted, or counted no more."""
        return self._tied(place, self.history.partners_of(place), sign, both_ways=True)

    def _tied(self, place: int, others: Ints, sign: float, both_ways: bool) -> Index:
        """The index when some ties of an organisation are counted between countries and types."""
        here = np.array([place])
        abroad = others[self.countries[others] != self.countries[here]]
        if not len(abroad):
            return self
        counted = {name: values.copy() for name, values in self.ties_between.items()}
        for name in HAVING_TIES:
            groups: Column = getattr(self, name)
            mine, theirs = groups[here][0], groups[abroad]
            np.add.at(counted[name], (mine, theirs), sign)
            if both_ways:
                np.add.at(counted[name], (theirs, mine), sign)
        return replace(self, ties_between=counted)
