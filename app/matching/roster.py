"""Places, profiles and joint work of an index by number, without keeping an object for each."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from typing import TYPE_CHECKING

import numpy as np

from app.matching.records import Profile, Project
from app.matching.table import HELD, from_years

if TYPE_CHECKING:
    from app.matching.index import Index


class Position(Mapping[int, int]):
    """Number → place, for those who are in the index."""

    def __init__(self, index: Index) -> None:
        self._index = index
        self._left = frozenset(one for one, profile in index.edited.items() if profile is None)

    def __getitem__(self, organisation: int) -> int:
        place = -1 if organisation in self._left else self._index.place_of(organisation)
        if place < 0:
            raise KeyError(organisation)
        return place

    def __iter__(self) -> Iterator[int]:
        base = self._index.ids.base[self._index.id_order]
        yield from (one for one in [*base.tolist(), *self._index.came] if one not in self._left)

    def __len__(self) -> int:
        return self._index.total


class Roster(Mapping[int, Profile]):
    """Number → profile, put together from the rows when it is asked for."""

    def __init__(self, index: Index) -> None:
        self._index = index
        self._countries = list(index.country_codes)
        self._types = list(index.type_codes)

    def __getitem__(self, organisation: int) -> Profile:
        return self.at(self._index.position[organisation])

    def at(self, place: int) -> Profile:
        """The profile of whoever stands at a place."""
        organisation = int(self._index.ids.one(place))
        return self._index.edited.get(organisation) or self._built(organisation, place)

    def __iter__(self) -> Iterator[int]:
        return iter(self._index.position)

    def __len__(self) -> int:
        return self._index.total

    def _built(self, organisation: int, place: int) -> Profile:
        index, code_of = self._index, self._index.codes.__getitem__
        held = {name: frozenset(map(code_of, index.held[name].row(place).tolist())) for name in HELD}
        return Profile(
            organisation,
            self._countries[int(index.countries.one(place))],
            self._types[int(index.types.one(place))],
            paused=not index.alive.one(place),
            open_introductions=int(index.open_introductions.one(place)),
            **held,
        )


def works(index: Index, among: Collection[int] | None = None) -> Iterator[Project]:
    """All joint work as records, or only that of some organisations, as far as they take part."""
    places = range(index.history.projects) if among is None else _places_of_work(index, among)
    for place in places:
        if index.history.about.count(place) or index.history.teams.count(place):
            yield work_at(index, place, among)


def works_there(index: Index) -> list[int]:
    """The numbers of all joint work in which somebody takes part."""
    places = np.arange(index.history.projects)
    return [int(one) for one in index.projects[places[index.history.teams.counts(places) > 0]]]


def work_at(index: Index, place: int, among: Collection[int] | None = None) -> Project:
    """The piece of joint work at a place, with all its partners or those among some."""
    team = index.ids[index.history.teams.row(place).astype(np.int64)].tolist()
    return Project(
        int(index.projects.one(place)),
        frozenset(one for one in team if among is None or one in among),
        from_years(index.history.since.one(place)),
        frozenset(index.codes[at] for at in index.history.about.row(place).tolist()),
    )


def _places_of_work(index: Index, among: Collection[int]) -> list[int]:
    places = np.array(sorted(index.position[one] for one in among), dtype=np.int64)
    return [int(one) for one in np.unique(index.history.members.many(places)[0])]
