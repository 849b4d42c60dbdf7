"""Bounds for branch and bound, for all candidates of a seat at once: least shortfall, largest score."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from app.matching.consortia.objective import (
    COUNTRY_WEIGHT,
    FLOAT_SLACK,
    KNOWN_WEIGHT,
    LANGUAGE_WEIGHT,
    NEW_TIE_WEIGHT,
)
from app.matching.consortia.partial_assignment import SHORTFALL_FACTOR, AssignmentEvaluator, PartialAssignment
from app.matching.index.arrays import Flags, Ints, Numbers

MAX_SEPARATE_LANGUAGES = 4
"""Above this many common languages the language term is granted without a look at who speaks them."""
MAX_PAIR_BOUND_EDGES = 4_000
"""Above this many edges among the remaining candidates, bringing in an acquaintance is assumed to cost nothing."""
COST_SHARES = (0.0, 0.5, 1.0)


@dataclass(frozen=True)
class Bounds:
    """For each candidate: the least that will be lacking, and the largest score."""

    lacks: Ints
    score: Numbers


class RemainingSeats:
    """The seats after one, with their candidates."""

    def __init__(self, evaluator: AssignmentEvaluator, seat: int, wants_new: bool) -> None:
        grid = evaluator.grid
        self._evaluator, self._grid, self._seat, self._wants_new = evaluator, grid, seat, wants_new
        self._behind = len(grid.seats) - seat - 1
        able = [(grid.seats[one][:-1], grid.fits[one][:-1]) for one in range(seat + 1, len(grid.seats))]
        able = [each for each in able if len(each[0])]
        sizes = [len(who) for who, _ in able]
        self._who: Ints = np.concatenate([who for who, _ in able] or [np.zeros(0, dtype=np.int64)])
        self._fits: Numbers = np.concatenate([fits for _, fits in able] or [np.zeros(0)])
        self._starts = np.cumsum([0, *sizes[:-1]])
        self._seats = np.repeat(np.arange(len(sizes)), sizes)
        # Edges between candidates of different remaining seats, by node and seat.
        known = self._grid.ties[np.ix_(self._who, self._who)] & (self._seats[:, None] != self._seats)
        node, mate = np.nonzero(known)
        self._mates = mate
        pairs = node * (len(self._starts) + 1) + self._seats[mate]
        self._pairs = np.flatnonzero(np.diff(pairs, prepend=-1))
        self._pair_seats, of = self._seats[mate[self._pairs]], node[self._pairs]
        self._ones = np.flatnonzero(np.diff(of, prepend=-1))
        self._tied = of[self._ones]

    def bounds(self, partial: PartialAssignment, chosen: Ints) -> Bounds:
        """Bounds for the candidates `chosen` of the seat."""
        grid = self._grid
        one = grid.seats[self._seat][chosen]
        ties, strangers = grid.ties[one], list(partial.strangers)
        coming, still = one < grid.nobody, ~ties[:, strangers]
        room = self._evaluator.room - partial.size - coming
        alone = coming & ~partial.met[one]
        here = ~partial.taken[self._who] & (self._who != one[:, None])
        met = partial.met[self._who] | ties[:, self._who]
        known = partial.known + (~still).sum(axis=1) + partial.met[one]
        countries = partial.countries + partial.fresh[grid.countries[one]]
        score = partial.fits + grid.fits[self._seat][chosen] + KNOWN_WEIGHT * known
        score = score + COUNTRY_WEIGHT * np.maximum(0, countries - 1)
        if self._wants_new:
            score = score + NEW_TIE_WEIGHT * (still.any(axis=1) | alone | (here & ~met).any(axis=1))
        theirs = grid.countries[self._who]
        new: Flags = partial.fresh[theirs] & (theirs != grid.countries[one][:, None])
        if len(self._who):
            joins = [still[:, [at]] & grid.ties[other, self._who] for at, other in enumerate(strangers)]
            joins.append(alone[:, None] & ties[:, self._who])
            worth = self._fits + KNOWN_WEIGHT * met + COUNTRY_WEIGHT * new
            score = score + self._max_gain(partial, one, _RemainingCandidates(worth, met, joins, here, room))
            score = score - COUNTRY_WEIGHT * ((countries == 0) & here.any(axis=1) & (room > 0))
        return Bounds(self._min_shortfall(partial, one, here, new, room), score + FLOAT_SLACK)

    def _min_shortfall(
        self, partial: PartialAssignment, one: Ints, here: Flags, new: Flags, room: Ints
    ) -> Ints:
        """Least shortfall, as if every remaining seat went to the best candidate for each rule."""
        grid, nobody = self._grid, one == self._grid.nobody
        free = np.minimum(self._seats_with(here), np.maximum(room, 0))
        empty: Ints = partial.empty + nobody + self._behind - free
        if not self._evaluator.lacking(partial.here):
            return empty
        eligible, core = here & grid.eligible[self._who], here & grid.core[self._who]
        is_new = partial.fresh[grid.countries[one]] & grid.eligible[one]
        lacks: Ints = self._evaluator.lacking(
            (
                partial.here[0] + grid.eligible[one] + self._seats_with(eligible),
                partial.here[1] + is_new + self._seats_with(eligible & new),
                partial.here[2] + grid.core[one] + self._seats_with(core),
            )
        )
        return SHORTFALL_FACTOR * lacks + empty

    def _seats_with(self, some: Flags) -> Ints:
        """Number of remaining seats with at least one of these candidates."""
        if not len(self._who):
            return np.zeros(len(some), dtype=np.int64)
        count: Ints = np.logical_or.reduceat(some, self._starts, axis=1).sum(axis=1)
        return count

    def _max_gain(self, partial: PartialAssignment, one: Ints, ahead: _RemainingCandidates) -> Numbers:
        """Largest gain of the remaining seats, for each language that all can share or none."""
        most = self._max_gain_of(ahead, ahead.here)
        shared = [
            (at, 1 << place)
            for at, word in enumerate(partial.spoken)
            for place in range(word.bit_length())
            if word >> place & 1
        ]
        if len(shared) > MAX_SEPARATE_LANGUAGES:
            return most + LANGUAGE_WEIGHT
        for at, bit in shared:
            speaks = (self._grid.spoken[at] & bit) != 0
            limit = self._max_gain_of(ahead, ahead.here & speaks[self._who]) + LANGUAGE_WEIGHT
            most = np.where(speaks[one], np.maximum(most, limit), most)
        return most

    def _max_gain_of(self, ahead: _RemainingCandidates, here: Flags) -> Numbers:
        """Largest gain of the candidates in `here`; one who meets a stranger also adds that the stranger is known."""
        worth = np.where(here, ahead.worth, -np.inf)
        joins = [join & here for join in ahead.joins if join.any()]
        if not joins:
            return self._max_sum(worth, ahead)
        met = sum(join.any(axis=1) for join in joins)
        each = sum(join.astype(np.int64) for join in joins)
        return np.minimum(
            self._max_sum(worth, ahead) + KNOWN_WEIGHT * met,
            self._max_sum(worth + KNOWN_WEIGHT * each, ahead),
        )

    def _max_sum(self, worth: Numbers, ahead: _RemainingCandidates) -> Numbers:
        """Largest sum over the remaining seats, if acquaintances are as good as possible for each.

        A candidate who is known only if another seat does not take its best bears a share of that seat's loss; the tightest
        of the shares in COST_SHARES counts.
        """
        best = np.maximum.reduceat(worth, self._starts, axis=1)
        least, seats = np.where(best > -np.inf, best, 0.0), len(self._starts)
        if (ahead.room < seats).any():
            each = np.sort(self._max_per_seat(worth, ahead, 1.0, KNOWN_WEIGHT), axis=1)[:, ::-1]
            there = np.arange(seats) < ahead.room[:, None]
            limit: Numbers = np.where(there, each, 0.0).sum(axis=1)
            return limit
        cost, bounds = self._cost(worth, least), []
        for share in COST_SHARES[: seats if len(self._ones) else 1]:
            part = share / seats
            bonus = (
                np.maximum(0.0, KNOWN_WEIGHT - part * cost)
                if share
                else np.where(cost < np.inf, KNOWN_WEIGHT, 0.0)
            )
            own = 1.0 - (seats - 1) * part
            bounds.append((self._max_per_seat(worth, ahead, own, bonus) + (1.0 - own) * least).sum(axis=1))
        tightest: Numbers = np.minimum.reduce(bounds)
        return tightest

    def _cost(self, worth: Numbers, best: Numbers) -> Numbers:
        """Least loss of another seat that brings in an acquaintance, for each candidate with edges."""
        if not 0 < len(self._mates) <= MAX_PAIR_BOUND_EDGES:
            return np.zeros((len(worth), len(self._ones)))
        mates = np.maximum.reduceat(worth[:, self._mates], self._pairs, axis=1)
        cost = np.where(mates > -np.inf, best[:, self._pair_seats] - mates, np.inf)
        least: Numbers = np.minimum.reduceat(cost, self._ones, axis=1)
        return least

    def _max_per_seat(self, worth: Numbers, ahead: _RemainingCandidates, own: float, bonus: Any) -> Numbers:
        """Largest gain of each seat, with a bonus for candidates who may know another; 0 where there is no candidate."""
        gains = own * worth
        gains[:, self._tied] += np.where(ahead.met[:, self._tied], 0.0, bonus)
        found = np.maximum.reduceat(gains, self._starts, axis=1)
        return np.where(found > -np.inf, found, 0.0)


@dataclass(frozen=True)
class _RemainingCandidates:
    """Per candidate of the current seat, of the remaining ones: values, acquaintance, strangers met, availability, room."""

    worth: Numbers
    met: Flags
    joins: Sequence[Flags]
    here: Flags
    room: Ints
