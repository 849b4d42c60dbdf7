"""Who could take each seat, as arrays: the candidates by place, what each brings, who knows whom, what each speaks."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from functools import cache

import numpy as np

from app.matching.arrays import Flags, Ints, Numbers
from app.matching.compose.worth import Worth

WORD = 62
"""So many languages go into one whole number."""


class Grid:
    """The candidates of a call with seats, by place in order of their numbers; the last place stands for nobody.

    Of those who are alike in everything that counts only the first `alike` are there. `seats` holds, for each seat,
    the places of all who could take it, nobody last, and `fits` what each of them is worth for it alone.
    """

    def __init__(self, worth: Worth, alike: int) -> None:
        profiles, call, rules = worth.table.profiles, worth.call, worth.rules
        kinds = _kinds(worth)
        self.ids = _first_of_each(kinds, alike)
        self.nobody = len(self.ids)
        self.place = place = {one: at for at, one in enumerate(self.ids)}
        able = [sorted((place[one], fit) for one, fit in some.items() if one in place) for some in worth.able]
        self.seats: list[Ints] = [np.array([*(at for at, _ in some), self.nobody]) for some in able]
        self.fits: list[Numbers] = [np.array([*(fit for _, fit in some), 0.0]) for some in able]
        numbers = {kind: number for number, kind in enumerate(dict.fromkeys(kinds[one] for one in self.ids))}
        self.kinds = [numbers[kinds[one]] for one in self.ids]
        codes = [profiles[one].country for one in self.ids]
        self.codes = sorted({*codes, *(profile.country for profile in worth.host)})
        self.countries = np.array([*(self.codes.index(code) for code in codes), len(self.codes)])
        eligible = [not rules.eligible or code in rules.eligible for code in codes]
        core = [is_in and code in rules.core_countries for is_in, code in zip(eligible, codes, strict=True)]
        self.eligible: Flags = np.array([*eligible, False])
        self.core: Flags = np.array([*core, False])
        self.known: Flags = np.zeros(self.nobody + 1, dtype=np.bool_)
        self.ties: Flags = np.zeros((self.nobody + 1, self.nobody + 1), dtype=np.bool_)
        for at, one in enumerate(self.ids):
            for other in worth.table.ties.adj[one] if one in worth.table.ties else ():
                self.known[at] |= other in call.table
                if other in place:
                    self.ties[at, place[other]] = True
        self._speak(worth)
        self.apart = cache(self._apart)
        self.close = cache(self._close)
        self.abroad = cache(self._abroad)
        self.in_order = cache(self._in_order)

    def _speak(self, worth: Worth) -> None:
        """Languages as bits of whole numbers; only those that everybody at the table speaks can be common to all."""
        profiles = worth.table.profiles
        common = [profile.languages for profile in worth.host]
        spoken = sorted(
            frozenset.intersection(*common)
            if common
            else {code for one in self.ids for code in profiles[one].languages}
        )
        words = [spoken[begin : begin + WORD] for begin in range(0, len(spoken), WORD)]
        self.all_spoken = [(1 << len(word)) - 1 for word in words]
        self.spoken: list[Ints] = [
            np.array([*(_bits(word, profiles[one].languages) for one in self.ids), whole])
            for word, whole in zip(words, self.all_spoken, strict=True)
        ]

    def _apart(self, seat: int, other: int) -> Flags:
        """Whether two seats are taken by two, or one of them by nobody."""
        one, two = self.seats[seat][:, None], self.seats[other][None, :]
        apart: Flags = (one != two) | (one == self.nobody)
        return apart

    def _close(self, seat: int, other: int) -> Flags:
        """Whether those who take two seats know each other."""
        close: Flags = self.ties[np.ix_(self.seats[seat], self.seats[other])]
        return close

    def _abroad(self, seat: int, other: int) -> Flags:
        """Whether those who take two seats come from two countries."""
        one, two = self.countries[self.seats[seat]], self.countries[self.seats[other]]
        abroad: Flags = one[:, None] != two[None, :]
        return abroad

    def _in_order(self, seat: int) -> Flags:
        """For a seat that asks for the same as the one before: whether both are taken in order of number."""
        one, two = self.seats[seat - 1][:, None], self.seats[seat][None, :]
        in_order: Flags = (two > one) | (two == self.nobody)
        return in_order


def _kinds(worth: Worth) -> dict[int, tuple[object, ...]]:
    """What of each candidate counts; two of whom all of it is equal can stand for each other."""
    ties, found = worth.table.ties, dict[int, tuple[object, ...]]()
    everybody = {*worth.candidates, *worth.call.table}
    for one in worth.candidates:
        profile = worth.table.profiles[one]
        fits = tuple(able.get(one) for able in worth.able)
        if any(fit is not None for fit in fits):
            close = frozenset(everybody.intersection(ties.adj[one])) if one in ties else frozenset()
            found[one] = (fits, profile.country, profile.languages, close)
    return found


def _first_of_each(kinds: dict[int, tuple[object, ...]], alike: int) -> list[int]:
    seen, kept = dict[tuple[object, ...], int](), []
    for one in sorted(kinds):
        seen[kinds[one]] = seen.get(kinds[one], 0) + 1
        if seen[kinds[one]] <= alike:
            kept.append(one)
    return kept


def _bits(word: Sequence[str], languages: Iterable[str]) -> int:
    spoken = frozenset(languages)
    return sum(1 << at for at, code in enumerate(word) if code in spoken)
