"""Partial assignments of seats, and the vectorised value of every way to fill a few more."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from functools import reduce
from typing import Any

import numpy as np

from app.matching.consortia.candidate_grid import CandidateGrid
from app.matching.consortia.objective import (
    COUNTRY_WEIGHT,
    KNOWN_WEIGHT,
    LANGUAGE_WEIGHT,
    NEW_TIE_WEIGHT,
    Objective,
)
from app.matching.index.arrays import Flags, Ints, Numbers

SHORTFALL_FACTOR = 1_000
"""Weight of the rules' shortfall against an empty seat in one integer."""


@dataclass(frozen=True)
class PartialAssignment:
    """Some seats filled, with everything that their value depends on.

    `holders`: index per seat, None if open. `met`: mask of candidates who know a member; `fresh`: mask of countries not
    yet present; `strangers`: members who know nobody. `here`: eligible members, their countries, core members.
    """

    holders: tuple[int | None, ...]
    taken: Flags
    met: Flags
    fresh: Flags
    strangers: tuple[int, ...]
    fits: float
    size: int
    known: int
    empty: int
    countries: int
    here: tuple[int, int, int]
    spoken: tuple[int, ...]
    shared: tuple[int, ...]


@dataclass(frozen=True)
class AssignmentValues:
    """One axis per filled seat: shortfall and empty seats, score, and which combinations are allowed."""

    lacks: Ints
    score: Numbers
    allowed: Flags


class AssignmentEvaluator:
    """Fills seats of one call; `apart` are masks of earlier choices and how many of each may come again."""

    def __init__(
        self, objective: Objective, grid: CandidateGrid, room: int, apart: Sequence[tuple[Flags, int]]
    ) -> None:
        self.grid, self.room, self.apart = grid, room, apart
        self._objective, self._rules = objective, objective.rules
        self._hosts = len(objective.host)
        self._new = NEW_TIE_WEIGHT * objective.call.wants_new

    def nobody(self) -> PartialAssignment:
        """All seats open."""
        grid = self.grid
        hosts = [profile.country for profile in self._objective.host]
        counting = [code for code in hosts if not self._rules.eligible or code in self._rules.eligible]
        core = sum(code in self._rules.core_countries for code in counting)
        none = np.zeros(grid.nobody + 1, dtype=np.bool_)
        return PartialAssignment(
            holders=(None,) * len(grid.seats),
            taken=none,
            met=grid.known,
            fresh=np.array([*(code not in hosts for code in grid.codes), False]),
            strangers=(),
            fits=0.0,
            size=0,
            known=0,
            empty=0,
            countries=len(set(hosts)),
            here=(len(counting), len(set(counting)), core),
            spoken=tuple(grid.all_spoken),
            shared=(0,) * len(self.apart),
        )

    def filled(self, partial: PartialAssignment, seat: int, at: int) -> PartialAssignment:
        """A copy with one more seat taken by its `at`-th candidate."""
        grid, one = self.grid, int(self.grid.seats[seat][at])
        holders = (*partial.holders[:seat], one, *partial.holders[seat + 1 :])
        if one == grid.nobody:
            return replace(partial, holders=holders, empty=partial.empty + 1)
        taken, fresh, country = partial.taken.copy(), partial.fresh.copy(), grid.countries[one]
        taken[one] = True
        fresh[country] = False
        is_new = int(partial.fresh[country])
        still = tuple(other for other in partial.strangers if not grid.ties[one, other])
        counts, eligible = partial.here, int(grid.eligible[one])
        return PartialAssignment(
            holders=holders,
            taken=taken,
            met=partial.met | grid.ties[one],
            fresh=fresh,
            strangers=still if partial.met[one] else (*still, one),
            fits=partial.fits + float(grid.fits[seat][at]),
            size=partial.size + 1,
            known=partial.known + len(partial.strangers) - len(still) + int(partial.met[one]),
            empty=partial.empty,
            countries=partial.countries + is_new,
            here=(counts[0] + eligible, counts[1] + eligible * is_new, counts[2] + int(grid.core[one])),
            spoken=tuple(
                word & int(some[one]) for word, some in zip(partial.spoken, grid.spoken, strict=True)
            ),
            shared=tuple(
                many + int(group[one]) for many, (group, _) in zip(partial.shared, self.apart, strict=True)
            ),
        )

    def value(self, partial: PartialAssignment, seats: Sequence[int]) -> AssignmentValues:
        """The value of every combination of candidates for these open seats."""
        several = _SeatAxes(self.grid, seats)
        coming, taken = several.of(np.arange(self.grid.nobody + 1) < self.grid.nobody), partial.taken
        size = partial.size + several.total(coming)
        allowed = (
            several.of_each_two(self.grid.apart) & (size <= self.room) & ~several.either(several.of(taken))
        )
        for many, (group, most) in zip(partial.shared, self.apart, strict=True):
            allowed = allowed & (many + several.total(several.of(group)) <= most)
        known = partial.known + self._known(partial, several)
        new = several.of(partial.fresh[self.grid.countries])
        countries = partial.countries + several.different(new)
        score = partial.fits + several.total([self.grid.fits[seat] for seat in seats])
        score = score + KNOWN_WEIGHT * known + COUNTRY_WEIGHT * np.maximum(countries - 1, 0)
        # Whether at least two members are there and all share a language.
        several_there: Flags = self._hosts + size > 1
        common = np.zeros_like(several_there)
        for word, spoken in zip(partial.spoken, self.grid.spoken, strict=True):
            common = common | (several.common(several.of(spoken)) & word != 0)
        score = score + self._new * (known < size) + LANGUAGE_WEIGHT * (common & several_there)
        empty = partial.empty + several.total([~some for some in coming])
        return AssignmentValues(
            SHORTFALL_FACTOR * self._lacking(partial, several, new) + empty, score, allowed
        )

    def _known(self, partial: PartialAssignment, several: _SeatAxes) -> Ints:
        """Number of further members who know somebody."""
        ties, met = self.grid.ties, several.of(partial.met)
        known = several.knowing(met)
        for one in partial.strangers:
            known = known + several.either(several.of(ties[one]))
        return known

    def lacking(self, counts: Sequence[Any]) -> Any:
        """Shortfall of the rules for counts (organisations, countries, core)."""
        asked = (self._rules.organisations, self._rules.countries, self._rules.core)
        return sum(np.maximum(0, least - many) for least, many in zip(asked, counts, strict=True))

    def _lacking(self, partial: PartialAssignment, several: _SeatAxes, new: Sequence[Flags]) -> Ints:
        if not self.lacking(partial.here):
            return np.zeros((), dtype=np.int64)
        organisations, countries, core = partial.here
        eligible = several.of(self.grid.eligible)
        fresh = [some & fits for some, fits in zip(new, eligible, strict=True)]
        lacks: Ints = self.lacking(
            (
                organisations + several.total(eligible),
                countries + several.different(fresh),
                core + several.total(several.of(self.grid.core)),
            )
        )
        return lacks


class _SeatAxes:
    """Broadcasting of per-seat arrays, one axis for each of a few seats."""

    def __init__(self, grid: CandidateGrid, seats: Sequence[int]) -> None:
        self._grid, self._seats = grid, seats

    def of(self, values: Numbers) -> list[Numbers]:
        """The values of each seat's candidates."""
        return [values[self._grid.seats[seat]] for seat in self._seats]

    def _laid(self, values: Numbers, axis: int) -> Numbers:
        return values.reshape([-1 if each == axis else 1 for each in range(len(self._seats))])

    def _pair(self, values: Numbers, axis: int, other: int) -> Numbers:
        """A matrix of two seats, broadcast along their axes."""
        shape = [1] * len(self._seats)
        shape[axis], shape[other] = values.shape
        return values.reshape(shape)

    def total(self, columns: Sequence[Numbers]) -> Numbers:
        """Sum over the seats."""
        kind = np.int16 if columns[0].dtype == np.bool_ else columns[0].dtype
        return self._over(columns, lambda one, other: one + other, kind)

    def either(self, columns: Sequence[Flags]) -> Flags:
        """Logical or over the seats."""
        return self._over(columns, lambda one, other: one | other, np.bool_)

    def common(self, columns: Sequence[Ints]) -> Ints:
        """Bitwise and over the seats."""
        return self._over(columns, lambda one, other: one & other, np.int64)

    def _over(self, columns: Sequence[Numbers], join: Callable[[Any, Any], Any], kind: Any) -> Numbers:
        laid = [self._laid(column.astype(kind), axis) for axis, column in enumerate(columns)]
        return reduce(join, laid)

    def of_each_two(self, table: Callable[[int, int], Flags]) -> Flags:
        """Logical and over all pairs of seats."""
        found: Flags = np.ones((), dtype=np.bool_)
        for axis, seat in enumerate(self._seats):
            for other in range(axis + 1, len(self._seats)):
                found = found & self._pair(table(seat, self._seats[other]), axis, other)
        return found

    def knowing(self, met: Sequence[Flags]) -> Ints:
        """Number of holders who know a member or each other."""
        found: Ints = np.zeros((), dtype=np.int16)
        for axis, seat in enumerate(self._seats):
            known = self._laid(met[axis], axis)
            for beside, other in enumerate(self._seats):
                if axis < beside:
                    known = known | self._pair(self._grid.close(seat, other), axis, beside)
                elif beside < axis:
                    known = known | self._pair(self._grid.close(other, seat), beside, axis)
            found = found + known.astype(np.int16)
        return found

    def different(self, new: Sequence[Flags]) -> Ints:
        """Number of new countries, each counted once."""
        found: Ints = np.zeros((), dtype=np.int16)
        for axis, seat in enumerate(self._seats):
            counts = self._laid(new[axis], axis)
            for before, other in enumerate(self._seats[:axis]):
                counts = counts & self._pair(self._grid.abroad(other, seat), before, axis)
            found = found + counts.astype(np.int16)
        return found
