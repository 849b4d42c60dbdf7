"""Branch and bound where each need is a seat of its own.

A first choice is improved two seats at a time; then branch and bound proves it or finds better. The last seats are
never branched over: all combinations are evaluated at once as arrays.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import combinations
from math import inf, prod

import numpy as np

from app.matching.consortia.bounds import RemainingSeats
from app.matching.consortia.candidate_grid import CandidateGrid
from app.matching.consortia.objective import (
    NOBODY,
    TIE_DECIMALS,
    Objective,
    OverlapLimit,
    SearchResult,
    SeatChoice,
)
from app.matching.consortia.partial_assignment import (
    SHORTFALL_FACTOR,
    AssignmentEvaluator,
    AssignmentValues,
    PartialAssignment,
)
from app.matching.consortia.records import Alternative
from app.matching.index.arrays import Flags

MAX_BRANCHES = 1_000
"""Branches before the search ends without a proof."""
MAX_ENUMERATED = 20_000
"""Combinations of the last seats that are evaluated at once."""
ROUNDING_SLACK = 1.5 * 10.0**-TIE_DECIMALS
"""Scores this close may tie after rounding."""
PAIRS_PER_BRANCH = 4_000
"""A branch counts once per this many pairs of a candidate of its seat and one of a later seat."""


class SeatAssignmentSolver:
    """Solves the seats of one call for up to `most` consortia."""

    def __init__(self, objective: Objective, most: int, alternatives: int) -> None:
        self._objective, self._alternatives = objective, alternatives
        self._grid = CandidateGrid(objective, most * len(objective.call.needs) + alternatives)

    def search(self, apart: Sequence[OverlapLimit], branches: int | None = None) -> SearchResult:
        """The best choice that respects the overlap limits."""
        branches = MAX_BRANCHES if branches is None else branches
        return _SeatSearch(self._objective, self._grid, apart, branches).run()

    def alternatives(self, found: SearchResult, organisation: int) -> list[Alternative]:
        """The best substitutes for a member, all others staying."""
        holders = found.choice.holders
        seat, evaluator = holders.index(organisation), evaluator_of(self._objective, self._grid)
        indices = [self._grid.nobody if one is None else self._grid.place[one] for one in holders]
        held = [int(np.searchsorted(able, at)) for able, at in zip(self._grid.seats, indices, strict=True)]
        valued = evaluator.value(_staying(evaluator, held, (seat,)), (seat,))
        who = self._grid.seats[seat]
        fits = valued.allowed & (who < self._grid.nobody) & (who != self._grid.place[organisation])
        others = np.flatnonzero(fits)
        order = np.lexsort(
            (others, -np.round(valued.score[others], TIE_DECIMALS), (valued.lacks + 0 * who)[others])
        )
        alternatives = []
        for at in others[order[: self._alternatives]]:
            other = self._grid.ids[who[at]]
            key = self._objective.key(SeatChoice((*holders[:seat], other, *holders[seat + 1 :])))
            alternatives.append(Alternative(other, found.key[3] - key[3], key[:2] <= found.key[:2]))
        return alternatives


def evaluator_of(
    objective: Objective, grid: CandidateGrid, apart: Sequence[OverlapLimit] = ()
) -> AssignmentEvaluator:
    """Fills seats so that the choice is different enough from earlier ones."""
    room = max(0, objective.call.most - len(objective.call.table))
    groups = [(np.array([*(one in each.members for one in grid.ids), False]), each.most) for each in apart]
    return AssignmentEvaluator(objective, grid, room, groups)


def _staying(
    evaluator: AssignmentEvaluator, held: Sequence[int], open_seats: Sequence[int]
) -> PartialAssignment:
    """All seats filled as they are, but for some."""
    partial = evaluator.nobody()
    for seat, at in enumerate(held):
        if seat not in open_seats:
            partial = evaluator.filled(partial, seat, at)
    return partial


class _SeatSearch:
    """One search, with the best choice so far."""

    def __init__(
        self, objective: Objective, grid: CandidateGrid, apart: Sequence[OverlapLimit], branches: int
    ) -> None:
        self._objective, self._grid, self._budget = objective, grid, branches
        self._needs = objective.call.needs
        self._evaluator = evaluator_of(objective, grid, apart)
        self._before = interchangeable_before(grid, [group for group, _ in self._evaluator.apart])
        sizes = [len(who) for who in grid.seats]
        fitting = [place for place in range(len(sizes)) if prod(sizes[place:]) <= MAX_ENUMERATED]
        self._last = min([*fitting, max(0, len(sizes) - 1)])
        self._remaining: dict[int, RemainingSeats] = {}
        self._open = -inf
        self._best = SeatChoice((None,) * len(self._needs))
        self._key = objective.key(self._best)

    def run(self) -> SearchResult:
        """Find the best choice."""
        if not self._needs:
            return SearchResult(self._best, self._key, True, -self._key[3])
        self._climb()
        exact = self._branch(0, self._evaluator.nobody(), (), inf)
        score = -self._key[3]
        return SearchResult(self._best, self._key, exact, score if exact else max(score, self._open))

    def _lacks(self) -> int:
        return SHORTFALL_FACTOR * self._key[0] + self._key[1]

    def _offer(self, held: Sequence[int]) -> None:
        """Keep a choice, told by where each holder stands among those who could take the seat, if it is better."""
        grid = self._grid
        places = [int(who[at]) for who, at in zip(grid.seats, held, strict=True)]
        choice = SeatChoice(tuple(None if at == grid.nobody else grid.ids[at] for at in places))
        key = self._objective.key(choice)
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
                valued = self._evaluator.value(_staying(self._evaluator, held, pair), pair)
                found = _best_of(valued)
                if found is not None and found[0] < best:
                    best, better = found[0], True
                    for seat, at in zip(pair, found[1], strict=True):
                        held[seat] = at
        if best[0] < inf:
            self._offer(held)

    def _branch(self, seat: int, partial: PartialAssignment, held: tuple[int, ...], most: float) -> bool:
        """Look at every choice that begins so; False where the search had to end before."""
        ahead = sum(len(who) for who in self._grid.seats[seat + 1 :])
        self._budget -= (
            max(1, len(self._grid.seats[seat]) * ahead // PAIRS_PER_BRANCH) if seat < self._last else 1
        )
        if self._budget < 0:
            self._open = max(self._open, most)
            return False
        if seat >= self._last:
            self._finish(seat, partial, held)
            return True
        solver = self._ways(seat, partial)
        for done, (lacks, least, at) in enumerate(solver):
            if self._is_beaten((lacks, least), (*held, at)):
                continue
            if not self._branch(seat + 1, self._evaluator.filled(partial, seat, at), (*held, at), -least):
                further = [-score for lack, score, _ in solver[done + 1 :] if lack <= self._lacks()]
                self._open = max(self._open, *further, -inf)
                return False
        return True

    def _ways(self, seat: int, partial: PartialAssignment) -> list[tuple[int, float, int]]:
        """Who can take a seat, with what is lacking then at least and the score at most, the best first."""
        who = self._grid.seats[seat]
        before = self._before[who]
        allowed = self._evaluator.value(partial, (seat,)).allowed & ((before < 0) | partial.taken[before])
        chosen = np.flatnonzero(allowed & self._ordered(seat, partial))
        if seat not in self._remaining:
            self._remaining[seat] = RemainingSeats(self._evaluator, seat, self._objective.call.wants_new)
        bounds = self._remaining[seat].bounds(partial, chosen)
        score = -np.round(bounds.score, TIE_DECIMALS)
        return sorted(zip(bounds.lacks.tolist(), score.tolist(), chosen.tolist(), strict=True))

    def _ordered(self, seat: int, partial: PartialAssignment) -> Flags:
        """Who stands behind the holder of the seat before, where that asks for the same."""
        who, before = self._grid.seats[seat], partial.holders[seat - 1] if seat else None
        if before is None or self._needs[seat] != self._needs[seat - 1]:
            return np.ones(len(who), dtype=np.bool_)
        behind: Flags = (who > before) | (who == self._grid.nobody)
        return behind

    def _is_beaten(self, bound: tuple[int, float], held: tuple[int, ...]) -> bool:
        """Whether all that begins so is worse than the best so far; among equals the one that begins with later ids is."""
        best = self._lacks(), self._key[3]
        if bound != best:
            return bound > best
        places = [int(who[at]) for who, at in zip(self._grid.seats, held, strict=False)]
        begins = tuple(NOBODY if at == self._grid.nobody else self._grid.ids[at] for at in places)
        return begins > self._key[4][: len(held)]

    def _finish(self, seat: int, partial: PartialAssignment, held: tuple[int, ...]) -> None:
        """Value all ways to take the last seats."""
        seats = range(seat, len(self._needs))
        valued = self._evaluator.value(partial, seats)
        allowed = valued.allowed
        for axis, one in enumerate(seats):
            if one and self._needs[one] == self._needs[one - 1]:
                ordered = self._grid.in_order(one) if axis else self._ordered(one, partial)
                behind = len(seats) - axis - 1
                allowed = allowed & ordered.reshape(*ordered.shape, *[1] * behind)
        found = _best_of(AssignmentValues(valued.lacks, valued.score, allowed))
        if found is not None and found[0] <= (self._lacks(), self._key[3] + ROUNDING_SLACK):
            self._offer((*held, *found[1]))


def _best_of(valued: AssignmentValues) -> tuple[tuple[float, float], tuple[int, ...]] | None:
    """What the best of the allowed ways lacks and scores (the less, the better), and who it is; the first of equals."""
    lacks = np.where(valued.allowed, valued.lacks, np.inf)
    least = float(lacks.min())
    if least == inf:
        return None
    score = np.where(lacks == least, valued.score, -np.inf)
    near = np.flatnonzero(score >= score.max() - ROUNDING_SLACK)
    rounded = np.round(score.flat[near], TIE_DECIMALS)
    first = near[int(np.argmax(rounded))]
    return (least, -float(rounded.max())), tuple(int(at) for at in np.unravel_index(first, score.shape))


def interchangeable_before(
    grid: CandidateGrid, apart: Sequence[Flags]
) -> np.ndarray[tuple[int], np.dtype[np.int64]]:
    """For each place the one before it who is alike in everything that counts; -1 where there is none.

    Of such two only the first need be tried while it is free. Members of earlier choices, whom a further one may
    not hold together, are not like others.
    """
    last, before = dict[tuple[object, ...], int](), np.full(grid.nobody + 1, -1, dtype=np.int64)
    for at, kind in enumerate(grid.kinds):
        signature = (kind, *(bool(group[at]) for group in apart))
        before[at] = last.get(signature, -1)
        last[signature] = at
    return before
