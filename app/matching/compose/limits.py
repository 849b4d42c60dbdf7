"""What no choice can be better than that takes a seat in some way: told of everybody who could take it at once."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from app.matching.arrays import Flags, Ints, Numbers
from app.matching.compose.filling import LACKS, Filler, Filling
from app.matching.compose.worth import COUNTRY, KNOWN, LANGUAGE, NEW_TIE, SLACK

FEW = 4
"""With more languages than these still common to all, any seat ahead counts as if it spoke one of them."""
MOST_TIES = 4_000
"""With more ties between the seats ahead, whoever has one counts as if it cost nothing to bring in the other."""
SHARES = (0.0, 0.5, 1.0)


@dataclass(frozen=True)
class Limits:
    """For each who could take a seat: the least that will be lacking, and the most that the score can be."""

    lacks: Ints
    score: Numbers


class Ahead:
    """The seats behind one, with all who could take them, as they stand before anybody is chosen."""

    def __init__(self, filler: Filler, seat: int, wants_new: bool) -> None:
        grid = filler.grid
        self._filler, self._grid, self._seat, self._wants_new = filler, grid, seat, wants_new
        self._behind = len(grid.seats) - seat - 1
        able = [(grid.seats[one][:-1], grid.fits[one][:-1]) for one in range(seat + 1, len(grid.seats))]
        able = [each for each in able if len(each[0])]
        sizes = [len(who) for who, _ in able]
        self._who: Ints = np.concatenate([who for who, _ in able] or [np.zeros(0, dtype=np.int64)])
        self._fits: Numbers = np.concatenate([fits for _, fits in able] or [np.zeros(0)])
        self._starts = np.cumsum([0, *sizes[:-1]])
        self._seats = np.repeat(np.arange(len(sizes)), sizes)
        self._tie()

    def _tie(self) -> None:
        """Who ahead knows whom in another seat ahead, in order of the one and of the other's seat."""
        known = self._grid.ties[np.ix_(self._who, self._who)] & (self._seats[:, None] != self._seats)
        one, other = np.nonzero(known)
        self._mates = other
        pairs = one * (len(self._starts) + 1) + self._seats[other]
        self._pairs = np.flatnonzero(np.diff(pairs, prepend=-1))
        self._pair_seats, of = self._seats[other[self._pairs]], one[self._pairs]
        self._ones = np.flatnonzero(np.diff(of, prepend=-1))
        self._tied = of[self._ones]

    def limits(self, filling: Filling, chosen: Ints) -> Limits:
        """Of those who are the `chosen`-th of all who could take the seat."""
        grid = self._grid
        one = grid.seats[self._seat][chosen]
        ties, strangers = grid.ties[one], list(filling.strangers)
        coming, still = one < grid.nobody, ~ties[:, strangers]
        room = self._filler.room - filling.size - coming
        alone = coming & ~filling.met[one]
        here = ~filling.taken[self._who] & (self._who != one[:, None])
        met = filling.met[self._who] | ties[:, self._who]
        known = filling.known + (~still).sum(axis=1) + filling.met[one]
        countries = filling.countries + filling.fresh[grid.countries[one]]
        score = filling.fits + grid.fits[self._seat][chosen] + KNOWN * known
        score = score + COUNTRY * np.maximum(0, countries - 1)
        if self._wants_new:
            score = score + NEW_TIE * (still.any(axis=1) | alone | (here & ~met).any(axis=1))
        new = self._new(filling, one)
        if len(self._who):
            joins = [still[:, [at]] & grid.ties[other, self._who] for at, other in enumerate(strangers)]
            joins.append(alone[:, None] & ties[:, self._who])
            worth = self._fits + KNOWN * met + COUNTRY * new
            score = score + self._ahead(filling, one, _Open(worth, met, joins, here, room))
            score = score - COUNTRY * ((countries == 0) & here.any(axis=1) & (room > 0))
        return Limits(self._lacks(filling, one, here, new, room), score + SLACK)

    def _new(self, filling: Filling, one: Ints) -> Flags:
        """Whose country would be new for all who are there."""
        countries = self._grid.countries
        new: Flags = filling.fresh[countries[self._who]] & (countries[self._who] != countries[one][:, None])
        return new

    def _lacks(self, filling: Filling, one: Ints, here: Flags, new: Flags, room: Ints) -> Ints:
        """The least that will be lacking: as if every seat ahead were taken by whoever is best for each rule."""
        grid, nobody = self._grid, one == self._grid.nobody
        free = np.minimum(self._seats_with(here), np.maximum(room, 0))
        empty: Ints = filling.empty + nobody + self._behind - free
        if not self._filler.lacking(filling.here):
            return empty
        eligible, core = here & grid.eligible[self._who], here & grid.core[self._who]
        is_new = filling.fresh[grid.countries[one]] & grid.eligible[one]
        lacks: Ints = self._filler.lacking(
            (
                filling.here[0] + grid.eligible[one] + self._seats_with(eligible),
                filling.here[1] + is_new + self._seats_with(eligible & new),
                filling.here[2] + grid.core[one] + self._seats_with(core),
            )
        )
        return LACKS * lacks + empty

    def _seats_with(self, some: Flags) -> Ints:
        """In how many seats ahead there is one of some."""
        if not len(self._who):
            return np.zeros(len(some), dtype=np.int64)
        count: Ints = np.logical_or.reduceat(some, self._starts, axis=1).sum(axis=1)
        return count

    def _ahead(self, filling: Filling, one: Ints, ahead: _Open) -> Numbers:
        """The most that the seats ahead can add, in each language that all can share, or in none."""
        most = self._most(ahead, ahead.here)
        shared = [(at, bit) for at, word in enumerate(filling.spoken) for bit in _bits(word)]
        if len(shared) > FEW:
            return most + LANGUAGE
        for at, bit in shared:
            speaks = (self._grid.spoken[at] & bit) != 0
            limit = self._most(ahead, ahead.here & speaks[self._who]) + LANGUAGE
            most = np.where(speaks[one], np.maximum(most, limit), most)
        return most

    def _most(self, ahead: _Open, here: Flags) -> Numbers:
        """The most that those who are here can add: whoever meets a stranger adds that she is none any more."""
        worth = np.where(here, ahead.worth, -np.inf)
        joins = [join & here for join in ahead.joins if join.any()]
        if not joins:
            return self._spread(worth, ahead)
        met = sum(join.any(axis=1) for join in joins)
        each = sum(join.astype(np.int64) for join in joins)
        return np.minimum(self._spread(worth, ahead) + KNOWN * met, self._spread(worth + KNOWN * each, ahead))

    def _spread(self, worth: Numbers, ahead: _Open) -> Numbers:
        """The most that the seats ahead add up to, if those in them know each other as it is best for each.

        Who knows somebody only if another seat is not taken by its best bears a share of what that costs.
        """
        best = np.maximum.reduceat(worth, self._starts, axis=1)
        least, seats = np.where(best > -np.inf, best, 0.0), len(self._starts)
        if (ahead.room < seats).any():
            each = np.sort(self._each(worth, ahead, 1.0, KNOWN), axis=1)[:, ::-1]
            there = np.arange(seats) < ahead.room[:, None]
            limit: Numbers = np.where(there, each, 0.0).sum(axis=1)
            return limit
        cost, limits = self._cost(worth, least), []
        for share in SHARES[: seats if len(self._ones) else 1]:
            part = share / seats
            bonus = np.maximum(0.0, KNOWN - part * cost) if share else np.where(cost < np.inf, KNOWN, 0.0)
            own = 1.0 - (seats - 1) * part
            limits.append((self._each(worth, ahead, own, bonus) + (1.0 - own) * least).sum(axis=1))
        tightest: Numbers = np.minimum.reduce(limits)
        return tightest

    def _cost(self, worth: Numbers, best: Numbers) -> Numbers:
        """What it costs at least to bring in somebody ahead who knows her, for all who are known to any."""
        if not 0 < len(self._mates) <= MOST_TIES:
            return np.zeros((len(worth), len(self._ones)))
        mates = np.maximum.reduceat(worth[:, self._mates], self._pairs, axis=1)
        cost = np.where(mates > -np.inf, best[:, self._pair_seats] - mates, np.inf)
        least: Numbers = np.minimum.reduceat(cost, self._ones, axis=1)
        return least

    def _each(self, worth: Numbers, ahead: _Open, own: float, bonus: Any) -> Numbers:
        """The most that each seat adds, with a bonus for those who may know somebody ahead; nothing where nobody is."""
        told = own * worth
        told[:, self._tied] += np.where(ahead.met[:, self._tied], 0.0, bonus)
        found = np.maximum.reduceat(told, self._starts, axis=1)
        return np.where(found > -np.inf, found, 0.0)


@dataclass(frozen=True)
class _Open:
    """Who could take the seats ahead, for each who could take the one before them.

    What they are worth by themselves, who would know somebody then, who would know each stranger, who is free, and for
    how many there is room.
    """

    worth: Numbers
    met: Flags
    joins: Sequence[Flags]
    here: Flags
    room: Ints


def _bits(word: int) -> list[int]:
    return [1 << at for at in range(word.bit_length()) if word >> at & 1]
