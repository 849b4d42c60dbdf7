"""The graph's adjacency as arrays, for scoring every organisation at once.

An index never changes. An edit makes a new one that shares all that it does not touch, so that a reader who
holds the old one keeps a consistent picture, and the edit counts at the next request.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date
from functools import cached_property
from math import log, nan
from typing import TypeVar

import numpy as np
import numpy.typing as npt
import scipy.sparse as sp

from app.matching.graph import RELATION_FIELDS, ClusterGraph
from app.matching.history import DAYS_IN_YEAR, Floats, History, Ints
from app.matching.records import Profile, Project

Posting = tuple[str, str]
Flags = npt.NDArray[np.bool_]
Array = TypeVar("Array", Ints, Flags)
POSTED = (*RELATION_FIELDS, "languages")


@dataclass(frozen=True)
class Index:
    """Organisations by position, posting lists by relation and concept, and their history.

    `ids` are organisation numbers by position; `postings` maps a relation and a code to sorted positions;
    `countries` and `types` hold a position's place in `country_codes` and `type_codes`; an organisation that
    was dropped keeps its position but is no longer `alive`.
    """

    ids: Ints
    position: Mapping[int, int]
    profiles: Mapping[int, Profile]
    postings: Mapping[Posting, Ints]
    country_codes: Mapping[str, int]
    countries: Ints
    type_codes: Mapping[str, int]
    types: Ints
    alive: Flags
    open_introductions: Ints
    concepts: Mapping[str, int]
    projects: Ints
    history: History

    @property
    def size(self) -> int:
        """How many positions there are, dropped organisations included."""
        return len(self.ids)

    @cached_property
    def track(self) -> sp.csr_array:
        """Organisations × concepts: log(1 + projects about it), one who only declares the topic counting as one."""
        declared = [
            (place, at) for code, at in self.concepts.items() for place in self.holders("topics", code)
        ]
        counts = self.history.evidence.maximum(_ones(declared, (self.size, len(self.concepts)))).tocsr()
        counts.data = np.log1p(counts.data)
        counts.sort_indices()
        return counts

    @cached_property
    def concept_codes(self) -> list[str]:
        """The code in each column of the track record."""
        return sorted(self.concepts, key=lambda code: self.concepts[code])

    @cached_property
    def track_holders(self) -> Ints:
        """How many organisations have a track record in each concept."""
        return np.bincount(self.track.indices, minlength=len(self.concepts))

    @cached_property
    def track_rarity(self) -> Floats:
        """What a track record in each concept says: the fewer have one, the more."""
        return np.log1p(self.total / np.maximum(self.track_holders, 1))

    def track_of(self, place: int) -> dict[str, float]:
        """An organisation's track record by concept."""
        row = slice(self.track.indptr[place], self.track.indptr[place + 1])
        held = zip(self.track.indices[row].tolist(), self.track.data[row].tolist(), strict=True)
        return {self.concept_codes[at]: value for at, value in held}

    @property
    def total(self) -> int:
        """How many organisations there are."""
        return len(self.profiles)

    def holders(self, relation: str, code: str) -> Ints:
        """Positions of the organisations that hold a concept in this way."""
        return self.postings.get((relation, code), _NOBODY)

    def rarity(self, count: int) -> float:
        """What sharing a concept says when `count` organisations hold it: the fewer, the more."""
        return log(1 + self.total / max(count, 1))

    def with_profile(self, profile: Profile) -> Index:
        """The index after an organisation came or changed."""
        if profile.id not in self.position:
            return self._with_row(profile.id).with_profile(profile)
        place = self.position[profile.id]
        countries = _extended(self.country_codes, [profile.country])
        types = _extended(self.type_codes, [profile.type])
        concepts = _extended(self.concepts, sorted(profile.topics))
        return replace(
            self,
            profiles={**self.profiles, profile.id: profile},
            postings=self._reposted(place, self.profiles.get(profile.id), profile),
            country_codes=countries,
            countries=_with_value(self.countries, place, countries[profile.country]),
            type_codes=types,
            types=_with_value(self.types, place, types[profile.type]),
            alive=_with_value(self.alive, place, not profile.paused),
            open_introductions=_with_value(self.open_introductions, place, profile.open_introductions),
            concepts=concepts,
            history=self.history.grown((self.size, len(concepts))),
        )

    def without(self, organisation: int) -> Index:
        """The index after an organisation left, with all traces of it."""
        place = self.position[organisation]
        return replace(
            self,
            position={one: at for one, at in self.position.items() if one != organisation},
            profiles={one: profile for one, profile in self.profiles.items() if one != organisation},
            postings=self._reposted(place, self.profiles[organisation], None),
            alive=_with_value(self.alive, place, False),
            history=self.history.without(place),
        )

    def with_project(self, project: Project) -> Index:
        """The index after one more piece of joint work."""
        concepts = _extended(self.concepts, sorted(project.concepts))
        history = self.history.with_project(
            np.array(sorted(self.position[one] for one in project.partners), dtype=np.int64),
            np.array(sorted(concepts[code] for code in project.concepts), dtype=np.int64),
            in_years(project.started),
            (self.size, len(concepts)),
        )
        projects = np.append(self.projects, project.id)
        return replace(self, concepts=concepts, projects=projects, history=history)

    def _with_row(self, organisation: int) -> Index:
        """Room for one more organisation, at the end."""
        return replace(
            self,
            ids=np.append(self.ids, organisation),
            position={**self.position, organisation: self.size},
            countries=np.append(self.countries, -1),
            types=np.append(self.types, -1),
            alive=np.append(self.alive, False),
            open_introductions=np.append(self.open_introductions, 0),
            history=self.history.grown((self.size + 1, len(self.concepts))),
        )

    def _reposted(self, place: int, before: Profile | None, after: Profile | None) -> dict[Posting, Ints]:
        """Posting lists in which one organisation's concepts are replaced."""
        old, new = set(posted(before)), set(posted(after))
        postings = dict(self.postings)
        for key in old - new:
            kept = postings[key]
            postings[key] = kept[kept != place]
        for key in new - old:
            held = postings.get(key, _NOBODY)
            postings[key] = np.insert(held, np.searchsorted(held, place), place)
        return postings


_NOBODY: Ints = np.array([], dtype=np.int64)


def posted(profile: Profile | None) -> Iterable[Posting]:
    """Every relation and code under which a profile is found."""
    if profile is None:
        return []
    return [(field, code) for field in POSTED for code in sorted(getattr(profile, field))]


def in_years(started: date | None) -> float:
    """A date as a number of years; unknown stays unknown."""
    return nan if started is None else started.toordinal() / DAYS_IN_YEAR


def build_index(graph: ClusterGraph) -> Index:
    """Read the graph once and lay it out as arrays."""
    profiles = {profile.id: profile for profile in graph.organisations()}
    position = {organisation: place for place, organisation in enumerate(profiles)}
    countries = _extended({}, sorted({profile.country for profile in profiles.values()}))
    types = _extended({}, sorted({profile.type for profile in profiles.values()}))
    concepts, history = _read_history(graph, position)
    return Index(
        ids=np.array(list(profiles), dtype=np.int64),
        position=position,
        profiles=profiles,
        postings=_read_postings(profiles, position),
        country_codes=countries,
        countries=np.array([countries[one.country] for one in profiles.values()], dtype=np.int64),
        type_codes=types,
        types=np.array([types[one.type] for one in profiles.values()], dtype=np.int64),
        alive=np.array([not one.paused for one in profiles.values()], dtype=np.bool_),
        open_introductions=np.array([one.open_introductions for one in profiles.values()], dtype=np.int64),
        concepts=concepts,
        projects=np.array([project.id for project in graph.projects()], dtype=np.int64),
        history=history,
    )


def _read_postings(profiles: Mapping[int, Profile], position: Mapping[int, int]) -> dict[Posting, Ints]:
    lists: dict[Posting, list[int]] = {}
    for organisation, profile in profiles.items():
        for key in posted(profile):
            lists.setdefault(key, []).append(position[organisation])
    return {key: np.array(places, dtype=np.int64) for key, places in sorted(lists.items())}


def _read_history(graph: ClusterGraph, position: Mapping[int, int]) -> tuple[dict[str, int], History]:
    """The projects of the graph, by number, as two matrices and a row of dates."""
    projects = list(graph.projects())
    declared = {code for profile in graph.organisations() for code in profile.topics}
    concepts = _extended({}, sorted(declared.union(*(project.concepts for project in projects))))
    pairs = [(position[one], at) for at, project in enumerate(projects) for one in sorted(project.partners)]
    marks = [(at, concepts[code]) for at, project in enumerate(projects) for code in sorted(project.concepts)]
    started = np.array([in_years(project.started) for project in projects], dtype=np.float64)
    members = _ones(pairs, (len(position), len(projects)))
    return concepts, History(members, _ones(marks, (len(projects), len(concepts))), started)


def _ones(pairs: list[tuple[int, int]], shape: tuple[int, int]) -> sp.csr_array:
    rows, columns = np.array(pairs, dtype=np.int64).reshape(-1, 2).T
    return sp.csr_array((np.ones(len(pairs)), (rows, columns)), shape)


def _extended(codes: Mapping[str, int], more: Iterable[str]) -> dict[str, int]:
    """The same numbering with room for codes not seen before."""
    numbered = dict(codes)
    for code in more:
        numbered.setdefault(code, len(numbered))
    return numbered


def _with_value(values: Array, place: int, value: int) -> Array:
    if values[place] == value:
        return values
    changed = values.copy()
    changed[place] = value
    return changed
