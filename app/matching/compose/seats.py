"""The search for the best consortium where each need is a seat: a quick first choice, then branch and bound.

The last few seats are never branched over: all ways to fill them are valued at once, as arrays.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import combinations
from math import inf, prod

import numpy as np

from app.matching.arrays import Flags
from app.matching.compose.filling import LACKS, Filler, Filling, Valued
from app.matching.compose.grid import Grid
from app.matching.compose.limits import Ahead
from app.matching.compose.records import Alternative
from app.matching.compose.worth import DECIMALS, NOBODY, Apart, Choice, Found, Worth

BRANCHES = 1_000
"""So many branches are looked at before the search ends without a proof."""
AT_ONCE = 20_000
"""So many ways to fill the last seats are valued at once."""
NEAR = 1.5 * 10.0**-DECIMALS
"""Scores so near may be a tie once they are rounded."""
PAIRS = 4_000
"""A branch counts once for so many pairs of somebody who could take its seat and somebody who could take one ahead."""

Held = tuple[int | None, ...]


class Seats:
    """The seats of one call and who could take them; up to `most` consortia are looked for."""

    def __init__(self, worth: Worth, most: int, alternatives: int) -> None:
        self._worth, self._alternatives = worth, alternatives
        self._grid = Grid(worth, most * len(worth.call.needs) + alternatives)

    def search(self, apart: Sequence[Apart], branches: int | None = None) -> Found:
        """The best choice that is different enough from the earlier ones."""
        branches = BRANCHES if branches is None else branches
        return _Search(self._worth, self._grid, apart, branches).run()

    def alternatives(self, found: Found, organisation: int) -> list[Alternative]:
        """The best who could take somebody's seat, everybody else staying."""
        holders = found.choice.holders
        seat, filler = holders.index(organisation), filler_of(self._worth, self._grid)
        valued = filler.value(_staying(filler, self._held(holders), (seat,)), (seat,))
        who = self._grid.seats[seat]
        fits = valued.allowed & (who < self._grid.nobody) & (who != self._grid.place[organisation])
        others = np.flatnonzero(fits)
        order = np.lexsort(
            (others, -np.round(valued.score[others], DECIMALS), (valued.lacks + 0 * who)[others])
        )
        told = []
        for at in others[order[: self._alternatives]]:
            other = self._grid.ids[who[at]]
            key = self._worth.key(Choice((*holders[:seat], other, *holders[seat + 1 :])))
            told.append(Alternative(other, found.key[3] - key[3], key[:2] <= found.key[:2]))
        return told

    def _held(self, holders: Held) -> list[int]:
        """Where each holder stands among those who could take the seat."""
        grid = self._grid
        places = [grid.nobody if one is None else grid.place[one] for one in holders]
        return [int(np.searchsorted(who, at)) for who, at in zip(grid.seats, places, strict=True)]


def filler_of(worth: Worth, grid: Grid, apart: Sequence[Apart] = ()) -> Filler:
    """Fills seats so that the choice is different enough from earlier ones."""
    room = max(0, worth.call.most - len(worth.call.table))
    groups = [(np.array([*(one in each.members for one in grid.ids), False]), each.most) for each in apart]
    return Filler(worth, grid, room, groups)


def _staying(filler: Filler, held: Sequence[int], open_seats: Sequence[int]) -> Filling:
    """All seats filled as they are, but for some."""
    filling = filler.nobody()
    for seat, at in enumerate(held):
        if seat not in open_seats:
            filling = filler.filled(filling, seat, at)
    return filling


class _Search:
    """One search, with the best choice so far."""

    def __init__(self, worth: Worth, grid: Grid, apart: Sequence[Apart], branches: int) -> None:
        self._worth, self._grid, self._left = worth, grid, branches
        self._needs = worth.call.needs
        self._filler = filler_of(worth, grid, apart)
        self._before = _twins(grid, [group for group, _ in self._filler.apart])
        sizes = [len(who) for who in grid.seats]
        fitting = [place for place in range(len(sizes)) if prod(sizes[place:]) <= AT_ONCE]
        self._last = min([*fitting, max(0, len(sizes) - 1)])
        self._ahead: dict[int, Ahead] = {}
        self._open = -inf
        self._best = Choice((None,) * len(self._needs))
        self._key = worth.key(self._best)

    def run(self) -> Found:
        """Find the best choice."""
        if not self._needs:
            return Found(self._best, self._key, True, -self._key[3])
        self._climb()
        exact = self._branch(0, self._filler.nobody(), (), inf)
        score = -self._key[3]
        return Found(self._best, self._key, exact, score if exact else max(score, self._open))

    def _lacks(self) -> int:
        return LACKS * self._key[0] + self._key[1]

    def _offer(self, held: Sequence[int]) -> None:
        """Keep a choice, told by where each holder stands among those who could take the seat, if it is better."""
        grid = self._grid
        places = [int(who[at]) for who, at in zip(grid.seats, held, strict=True)]
        choice = Choice(tuple(None if at == grid.nobody else grid.ids[at] for at in places))
        key = self._worth.key(choice)
        if key < self._key:
            self._best, self._key = choice, key

    def _climb(self) -> None:
        """Change the holders of two seats at a time for as long as that helps."""
        held = [len(who) - 1 for who in self._grid.seats]
        pairs: list[tuple[int, ...]] = [*combinations(range(len(held)), 2)] or [(0,)]
        best, better = (inf, 0.0), True
        while better:
            better = False
            for pair in pairs:
                valued = self._filler.value(_staying(self._filler, held, pair), pair)
                found = _best_of(valued)
                if found is not None and found[0] < best:
                    best, better = found[0], True
                    for seat, at in zip(pair, found[1], strict=True):
                        held[seat] = at
        if best[0] < inf:
            self._offer(held)

    def _branch(self, seat: int, filling: Filling, held: tuple[int, ...], most: float) -> bool:
        """Look at every choice that begins so; False where the search had to end before."""
        ahead = sum(len(who) for who in self._grid.seats[seat + 1 :])
        self._left -= max(1, len(self._grid.seats[seat]) * ahead // PAIRS) if seat < self._last else 1
        if self._left < 0:
            self._open = max(self._open, most)
            return False
        if seat >= self._last:
            self._finish(seat, filling, held)
            return True
        ways = self._ways(seat, filling)
        for done, (lacks, least, at) in enumerate(ways):
            if self._is_beaten((lacks, least), (*held, at)):
                continue
            if not self._branch(seat + 1, self._filler.filled(filling, seat, at), (*held, at), -least):
                further = [-score for lack, score, _ in ways[done + 1 :] if lack <= self._lacks()]
                self._open = max(self._open, *further, -inf)
                return False
        return True

    def _ways(self, seat: int, filling: Filling) -> list[tuple[int, float, int]]:
        """Who can take a seat, with what is lacking then at least and the score at most, the best first."""
        who = self._grid.seats[seat]
        before = self._before[who]
        allowed = self._filler.value(filling, (seat,)).allowed & ((before < 0) | filling.taken[before])
        chosen = np.flatnonzero(allowed & self._ordered(seat, filling))
        if seat not in self._ahead:
            self._ahead[seat] = Ahead(self._filler, seat, self._worth.call.wants_new)
        limits = self._ahead[seat].limits(filling, chosen)
        score = -np.round(limits.score, DECIMALS)
        return sorted(zip(limits.lacks.tolist(), score.tolist(), chosen.tolist(), strict=True))

    def _ordered(self, seat: int, filling: Filling) -> Flags:
        """Who stands behind the holder of the seat before, where that asks for the same."""
        who, before = self._grid.seats[seat], filling.holders[seat - 1] if seat else None
        if before is None or self._needs[seat] != self._needs[seat - 1]:
            return np.ones(len(who), dtype=np.bool_)
        behind: Flags = (who > before) | (who == self._grid.nobody)
        return behind

    def _is_beaten(self, limit: tuple[int, float], held: tuple[int, ...]) -> bool:
        """Whether all that begins so is worse than the best so far; among equals the one that begins with later ids is."""
        best = self._lacks(), self._key[3]
        if limit != best:
            return limit > best
        places = [int(who[at]) for who, at in zip(self._grid.seats, held, strict=False)]
        begins = tuple(NOBODY if at == self._grid.nobody else self._grid.ids[at] for at in places)
        return begins > self._key[4][: len(held)]

    def _finish(self, seat: int, filling: Filling, held: tuple[int, ...]) -> None:
        """Value all ways to take the last seats."""
        seats = range(seat, len(self._needs))
        valued = self._filler.value(filling, seats)
        allowed = valued.allowed
        for axis, one in enumerate(seats):
            if one and self._needs[one] == self._needs[one - 1]:
                ordered = self._grid.in_order(one) if axis else self._ordered(one, filling)
                behind = len(seats) - axis - 1
                allowed = allowed & ordered.reshape(*ordered.shape, *[1] * behind)
        found = _best_of(Valued(valued.lacks, valued.score, allowed))
        if found is not None and found[0] <= (self._lacks(), self._key[3] + NEAR):
            self._offer((*held, *found[1]))


def _best_of(valued: Valued) -> tuple[tuple[float, float], tuple[int, ...]] | None:
    """What the best of the allowed ways lacks and scores (the less, the better), and who it is; the first of equals."""
    lacks = np.where(valued.allowed, valued.lacks, np.inf)
    least = float(lacks.min())
    if least == inf:
        return None
    score = np.where(lacks == least, valued.score, -np.inf)
    near = np.flatnonzero(score >= score.max() - NEAR)
    rounded = np.round(score.flat[near], DECIMALS)
    first = near[int(np.argmax(rounded))]
    return (least, -float(rounded.max())), tuple(int(at) for at in np.unravel_index(first, score.shape))


def _twins(grid: Grid, apart: Sequence[Flags]) -> np.ndarray[tuple[int], np.dtype[np.int64]]:
    """For each place the one before it who is alike in everything that counts; -1 where there is none.

    Of such two only the first need be tried while it is free. Members of earlier choices, whom a further one may
    not hold together, are not like others.
    """
    last, before = dict[tuple[object, ...], int](), np.full(grid.nobody + 1, -1, dtype=np.int64)
    for at, kind in enumerate(grid.kinds):
        told = (kind, *(bool(group[at]) for group in apart))
        before[at] = last.get(told, -1)
        last[told] = at
    return before
