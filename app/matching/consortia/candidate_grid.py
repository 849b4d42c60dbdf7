"""The candidates of each seat as arrays: scores, countries, collaboration matrix and language bitmasks."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from functools import cache

import numpy as np

from app.matching.consortia.objective import Objective
from app.matching.index.arrays import Flags, Ints, Numbers

BITS_PER_WORD = 62
"""Languages per integer."""


class CandidateGrid:
    """Candidates by index in the order of their numbers; the last index stands for an empty seat.

    Of candidates that are equal in everything that counts only the first `alike` are kept. `seats` has for each seat
    the indices of its candidates, the empty one last; `fits` their scores for the seat alone.
    """

    def __init__(self, objective: Objective, alike: int) -> None:
        profiles, call, rules = objective.table.profiles, objective.call, objective.rules
        kinds = equivalence_keys(objective)
        self.ids = _first_of_each_class(kinds, alike)
        self.nobody = len(self.ids)
        self.place = place = {one: at for at, one in enumerate(self.ids)}
        able = [
            sorted((place[one], fit) for one, fit in some.items() if one in place) for some in objective.able
        ]
        self.seats: list[Ints] = [np.array([*(at for at, _ in some), self.nobody]) for some in able]
        self.fits: list[Numbers] = [np.array([*(fit for _, fit in some), 0.0]) for some in able]
        numbers = {kind: number for number, kind in enumerate(dict.fromkeys(kinds[one] for one in self.ids))}
        self.kinds = [numbers[kinds[one]] for one in self.ids]
        codes = [profiles[one].country for one in self.ids]
        self.codes = sorted({*codes, *(profile.country for profile in objective.host)})
        self.countries = np.array([*(self.codes.index(code) for code in codes), len(self.codes)])
        eligible = [not rules.eligible or code in rules.eligible for code in codes]
        core = [is_in and code in rules.core_countries for is_in, code in zip(eligible, codes, strict=True)]
        self.eligible: Flags = np.array([*eligible, False])
        self.core: Flags = np.array([*core, False])
        self.known: Flags = np.zeros(self.nobody + 1, dtype=np.bool_)
        self.ties: Flags = np.zeros((self.nobody + 1, self.nobody + 1), dtype=np.bool_)
        for at, one in enumerate(self.ids):
            for other in objective.table.ties.adj[one] if one in objective.table.ties else ():
                self.known[at] |= other in call.table
                if other in place:
                    self.ties[at, place[other]] = True
        self._speak(objective)
        self.apart = cache(self._apart)
        self.close = cache(self._close)
        self.abroad = cache(self._abroad)
        self.in_order = cache(self._in_order)

    def _speak(self, objective: Objective) -> None:
        """Languages as bitmasks; only those that all at the table speak can be common."""
        profiles = objective.table.profiles
        common = [profile.languages for profile in objective.host]
        spoken = sorted(
            frozenset.intersection(*common)
            if common
            else {code for one in self.ids for code in profiles[one].languages}
        )
        words = [spoken[begin : begin + BITS_PER_WORD] for begin in range(0, len(spoken), BITS_PER_WORD)]
        self.all_spoken = [(1 << len(word)) - 1 for word in words]
        self.spoken: list[Ints] = [
            np.array([*(_bits(word, profiles[one].languages) for one in self.ids), whole])
            for word, whole in zip(words, self.all_spoken, strict=True)
        ]

    def _apart(self, seat: int, other: int) -> Flags:
        """Matrix: whether two seats have different holders, or one is empty."""
        one, two = self.seats[seat][:, None], self.seats[other][None, :]
        apart: Flags = (one != two) | (one == self.nobody)
        return apart

    def _close(self, seat: int, other: int) -> Flags:
        """Matrix: whether the holders of two seats have worked together."""
        close: Flags = self.ties[np.ix_(self.seats[seat], self.seats[other])]
        return close

    def _abroad(self, seat: int, other: int) -> Flags:
        """Matrix: whether the holders of two seats are from different countries."""
        one, two = self.countries[self.seats[seat]], self.countries[self.seats[other]]
        abroad: Flags = one[:, None] != two[None, :]
        return abroad

    def _in_order(self, seat: int) -> Flags:
        """Matrix: whether a seat and the equal one before it ascend by number, which removes symmetric choices."""
        one, two = self.seats[seat - 1][:, None], self.seats[seat][None, :]
        in_order: Flags = (two > one) | (two == self.nobody)
        return in_order


def equivalence_keys(objective: Objective) -> dict[int, tuple[object, ...]]:
    """Candidate → all that counts of it; equal keys are interchangeable."""
    ties, found = objective.table.ties, dict[int, tuple[object, ...]]()
    everybody = {*objective.candidates, *objective.call.table}
    for one in objective.candidates:
        profile = objective.table.profiles[one]
        fits = tuple(able.get(one) for able in objective.able)
        if any(fit is not None for fit in fits):
            close = frozenset(everybody.intersection(ties.adj[one])) if one in ties else frozenset()
            found[one] = (fits, profile.country, profile.languages, close)
    return found


def _first_of_each_class(kinds: dict[int, tuple[object, ...]], alike: int) -> list[int]:
    seen, kept = dict[tuple[object, ...], int](), []
    for one in sorted(kinds):
        seen[kinds[one]] = seen.get(kinds[one], 0) + 1
        if seen[kinds[one]] <= alike:
            kept.append(one)
    return kept


def _bits(word: Sequence[str], languages: Iterable[str]) -> int:
    spoken = frozenset(languages)
    return sum(1 << at for at, code in enumerate(word) if code in spoken)
