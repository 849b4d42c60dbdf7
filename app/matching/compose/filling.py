"""Seats that are filled so far, and what it gives to fill a few more: every way to do so is valued at once."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from functools import reduce
from typing import Any

import numpy as np

from app.matching.arrays import Flags, Ints, Numbers
from app.matching.compose.grid import Grid
from app.matching.compose.worth import COUNTRY, KNOWN, LANGUAGE, NEW_TIE, Worth

LACKS = 1_000
"""What the rules lack counts so much more than an empty seat: `lacks` holds both in one number."""


@dataclass(frozen=True)
class Filling:
    """Some seats filled: who takes them, by place in the grid, None where that is open, and what counts of it.

    `met` says who would know somebody there, `fresh` which countries would be new; `strangers` know nobody yet.
    `here` counts all who are there and count for the rules, their countries and those from core countries.
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
class Valued:
    """Ways to fill some seats, an axis for each: what is lacking then, the score, and which of them are allowed."""

    lacks: Ints
    score: Numbers
    allowed: Flags


class Filler:
    """Fills the seats of one call; `apart` are places of earlier choices and how many of each may come again."""

    def __init__(self, worth: Worth, grid: Grid, room: int, apart: Sequence[tuple[Flags, int]]) -> None:
        self.grid, self.room, self.apart = grid, room, apart
        self._worth, self._rules = worth, worth.rules
        self._hosts = len(worth.host)
        self._new = NEW_TIE * worth.call.wants_new

    def nobody(self) -> Filling:
        """All seats open."""
        grid = self.grid
        hosts = [profile.country for profile in self._worth.host]
        counting = [code for code in hosts if not self._rules.eligible or code in self._rules.eligible]
        core = sum(code in self._rules.core_countries for code in counting)
        none = np.zeros(grid.nobody + 1, dtype=np.bool_)
        return Filling(
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

    def filled(self, filling: Filling, seat: int, at: int) -> Filling:
        """The same with one more seat taken by the `at`-th of those who could take it."""
        grid, one = self.grid, int(self.grid.seats[seat][at])
        holders = (*filling.holders[:seat], one, *filling.holders[seat + 1 :])
        if one == grid.nobody:
            return replace(filling, holders=holders, empty=filling.empty + 1)
        taken, fresh, country = filling.taken.copy(), filling.fresh.copy(), grid.countries[one]
        taken[one] = True
        fresh[country] = False
        is_new = int(filling.fresh[country])
        still = tuple(other for other in filling.strangers if not grid.ties[one, other])
        counts, eligible = filling.here, int(grid.eligible[one])
        return Filling(
            holders=holders,
            taken=taken,
            met=filling.met | grid.ties[one],
            fresh=fresh,
            strangers=still if filling.met[one] else (*still, one),
            fits=filling.fits + float(grid.fits[seat][at]),
            size=filling.size + 1,
            known=filling.known + len(filling.strangers) - len(still) + int(filling.met[one]),
            empty=filling.empty,
            countries=filling.countries + is_new,
            here=(counts[0] + eligible, counts[1] + eligible * is_new, counts[2] + int(grid.core[one])),
            spoken=tuple(
                word & int(some[one]) for word, some in zip(filling.spoken, grid.spoken, strict=True)
            ),
            shared=tuple(
                many + int(group[one]) for many, (group, _) in zip(filling.shared, self.apart, strict=True)
            ),
        )

    def value(self, filling: Filling, seats: Sequence[int]) -> Valued:
        """What every way to fill these open seats gives, if the others stay as they are."""
        several = _Several(self.grid, seats)
        coming, taken = several.of(np.arange(self.grid.nobody + 1) < self.grid.nobody), filling.taken
        size = filling.size + several.total(coming)
        allowed = (
            several.of_each_two(self.grid.apart) & (size <= self.room) & ~several.either(several.of(taken))
        )
        for many, (group, most) in zip(filling.shared, self.apart, strict=True):
            allowed = allowed & (many + several.total(several.of(group)) <= most)
        known = filling.known + self._known(filling, several)
        new = several.of(filling.fresh[self.grid.countries])
        countries = filling.countries + several.different(new)
        score = filling.fits + several.total([self.grid.fits[seat] for seat in seats])
        score = score + KNOWN * known + COUNTRY * np.maximum(countries - 1, 0)
        score = score + self._new * (known < size) + LANGUAGE * self._speaks(filling, several, size)
        empty = filling.empty + several.total([~some for some in coming])
        return Valued(LACKS * self._lacking(filling, several, new) + empty, score, allowed)

    def _known(self, filling: Filling, several: _Several) -> Ints:
        """How many more know somebody: of those who come, and of the strangers who are there."""
        ties, met = self.grid.ties, several.of(filling.met)
        known = several.knowing(met)
        for one in filling.strangers:
            known = known + several.either(several.of(ties[one]))
        return known

    def _speaks(self, filling: Filling, several: _Several, size: Ints) -> Flags:
        """Whether two at least are there and all share a language."""
        several_there: Flags = self._hosts + size > 1
        common = np.zeros_like(several_there)
        for word, spoken in zip(filling.spoken, self.grid.spoken, strict=True):
            common = common | (several.common(several.of(spoken)) & word != 0)
        return common & several_there

    def lacking(self, counts: Sequence[Any]) -> Any:
        """What the rules lack where so many count, from so many countries, so many of them core ones."""
        asked = (self._rules.organisations, self._rules.countries, self._rules.core)
        return sum(np.maximum(0, least - many) for least, many in zip(asked, counts, strict=True))

    def _lacking(self, filling: Filling, several: _Several, new: Sequence[Flags]) -> Ints:
        if not self.lacking(filling.here):
            return np.zeros((), dtype=np.int64)
        organisations, countries, core = filling.here
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


class _Several:
    """A few seats side by side, each with an axis of its own."""

    def __init__(self, grid: Grid, seats: Sequence[int]) -> None:
        self._grid, self._seats = grid, seats

    def of(self, values: Numbers) -> list[Numbers]:
        """What a column of everybody says of those who could take each seat."""
        return [values[self._grid.seats[seat]] for seat in self._seats]

    def _laid(self, values: Numbers, axis: int) -> Numbers:
        return values.reshape([-1 if each == axis else 1 for each in range(len(self._seats))])

    def _pair(self, values: Numbers, axis: int, other: int) -> Numbers:
        """A table of two seats, laid along their axes, the smaller first."""
        shape = [1] * len(self._seats)
        shape[axis], shape[other] = values.shape
        return values.reshape(shape)

    def total(self, columns: Sequence[Numbers]) -> Numbers:
        """The sum over the seats."""
        kind = np.int16 if columns[0].dtype == np.bool_ else columns[0].dtype
        return self._over(columns, lambda one, other: one + other, kind)

    def either(self, columns: Sequence[Flags]) -> Flags:
        """Whether it is so in one seat at least."""
        return self._over(columns, lambda one, other: one | other, np.bool_)

    def common(self, columns: Sequence[Ints]) -> Ints:
        """The bits that all seats share."""
        return self._over(columns, lambda one, other: one & other, np.int64)

    def _over(self, columns: Sequence[Numbers], join: Callable[[Any, Any], Any], kind: Any) -> Numbers:
        laid = [self._laid(column.astype(kind), axis) for axis, column in enumerate(columns)]
        return reduce(join, laid)

    def of_each_two(self, table: Callable[[int, int], Flags]) -> Flags:
        """Whether it is so of each two seats."""
        found: Flags = np.ones((), dtype=np.bool_)
        for axis, seat in enumerate(self._seats):
            for other in range(axis + 1, len(self._seats)):
                found = found & self._pair(table(seat, self._seats[other]), axis, other)
        return found

    def knowing(self, met: Sequence[Flags]) -> Ints:
        """How many know somebody: those who have met one who is there already, and those who know each other."""
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
        """How many new countries they come from, each counted once."""
        found: Ints = np.zeros((), dtype=np.int16)
        for axis, seat in enumerate(self._seats):
            counts = self._laid(new[axis], axis)
            for before, other in enumerate(self._seats[:axis]):
                counts = counts & self._pair(self._grid.abroad(other, seat), before, axis)
            found = found + counts.astype(np.int16)
        return found
