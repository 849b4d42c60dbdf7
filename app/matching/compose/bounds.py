"""What no choice that begins in some way can be better than, and who is as good as somebody else in every way."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from functools import cached_property
from math import fsum

from app.matching.compose.worth import COUNTRY, DECIMALS, KNOWN, LANGUAGE, NEW_TIE, Worth, shortfall

SLACK = 10.0 ** (-DECIMALS - 3)
"""More than sums in another order differ by, and less than counts."""

Limit = tuple[int, int, int, float]


class Bounds:
    """The limits of one call among its candidates."""

    def __init__(self, worth: Worth, room: int) -> None:
        self._worth, self._room = worth, room
        self._profiles = worth.table.profiles
        self._host = [profile.country for profile in worth.host]
        bits = {one: 1 << place for place, one in enumerate(sorted({*worth.candidates, *worth.call.table}))}
        self._bits, self._table = bits, _together(bits, worth.call.table)
        self._close = {one: _together(bits, self._ties(one)) for one in worth.candidates}
        self._able = [sorted(able.items(), key=lambda each: -each[1]) for able in worth.able]
        self._each = [_together(bits, able) for able in worth.able]

    def of(self, holders: Sequence[int | None], members: frozenset[int]) -> Limit:
        """Nothing that begins so can be better than this."""
        countries = [*self._host, *(self._profiles[one].country for one in members)]
        if not self._worth.call.seats:
            return self._without_seats(holders, members, countries)
        here = self._table | _together(self._bits, members)
        places = [
            place
            for place in range(len(holders), len(self._each))
            if len(members) < self._room and self._each[place] & ~here
        ]
        free = min(len(places), self._room - len(members))
        empty = sum(holder is None for holder in holders) + len(self._each) - len(holders) - free
        lacking = self._lacking(countries, places, here)
        begun = self._begun(holders, here, places) + COUNTRY * max(0, len(set(countries)) - 1)
        more = self._more(members, places, here, set(countries))
        return lacking, empty, 0, -round(begun + more + SLACK, DECIMALS)

    def twins(self, apart: Iterable[frozenset[int]]) -> dict[int, int]:
        """Who is like somebody else in everything that counts → the one before, by number.

        Of such two only the first need be tried while it is free. `apart` are members of earlier choices, whom
        a further one may not hold together: they are not like others.
        """
        groups, last, before = list(apart), dict[tuple[object, ...], int](), dict[int, int]()
        for one in self._worth.candidates:
            profile = self._profiles[one]
            kind = (
                tuple(able.get(one) for able in self._worth.able),
                profile.country,
                profile.languages,
                self._close[one],
                tuple(one in group for group in groups),
            )
            if kind in last:
                before[one] = last[kind]
            last[kind] = one
        return before

    def _ties(self, one: int) -> list[int]:
        ties = self._worth.table.ties
        return [other for other in ties.adj[one] if other in self._bits] if one in ties else []

    def _lacking(self, countries: list[str], places: list[int], here: int) -> int:
        """What the rules will lack at least, if everybody ahead counts who can."""
        rules = self._worth.rules
        missing = shortfall(rules, countries)
        if not any(missing):
            return 0
        counting = fresh = core = 0
        for place in places:
            codes = {
                self._profiles[one].country for one, _ in self._able[place] if not self._bits[one] & here
            }
            eligible = codes & rules.eligible if rules.eligible else codes
            counting += bool(eligible)
            fresh += bool(eligible.difference(countries))
            core += bool(eligible & rules.core_countries)
        return sum(max(0, lacks - most) for lacks, most in zip(missing, (counting, fresh, core), strict=True))

    def _begun(self, holders: Sequence[int | None], here: int, places: list[int]) -> float:
        """What those who have a seat can be worth, by themselves and by whom they may know."""
        within = here
        for place in places:
            within |= self._each[place]
        return fsum(
            able[one] + KNOWN * bool(self._close[one] & within)
            for able, one in zip(self._worth.able, holders, strict=False)
            if one is not None
        )

    def _more(self, members: frozenset[int], places: list[int], here: int, countries: set[str]) -> float:
        """The most that the seats ahead can add, each taken on its own, in each language that all can share."""
        highest = self._ahead(places, members, here, countries, None)
        if len(self._host) + len(members) + len(places) > 1:
            for language in self._spoken(members):
                added = self._ahead(places, members, here, countries, language)
                highest = max(highest, added + LANGUAGE)
        if not countries and places:
            highest -= COUNTRY  # the first country at an empty table is no further one
        return highest + self._new_tie(members, places, here)

    def _spoken(self, members: frozenset[int]) -> list[str]:
        """The languages that all who are there speak; where nobody is there, those of the candidates."""
        everybody = [*self._worth.host, *(self._profiles[one] for one in sorted(members))]
        if everybody:
            return sorted(frozenset.intersection(*(profile.languages for profile in everybody)))
        return self._languages

    @cached_property
    def _languages(self) -> list[str]:
        return sorted({code for one in self._worth.candidates for code in self._profiles[one].languages})

    def _ahead(
        self, places: list[int], members: frozenset[int], here: int, countries: set[str], language: str | None
    ) -> float:
        """The most that the seats ahead can add where everybody speaks a language."""
        best = []
        for place in places:
            within = here
            for other in places:
                within |= self._each[other] if other != place else 0
            best.append(self._best(place, here, within, countries, language))
        return fsum(sorted(best, reverse=True)[: self._room - len(members)])

    def _best(self, place: int, here: int, within: int, countries: set[str], language: str | None) -> float:
        """The most that anybody who is not here yet is worth in a seat, if they may know those within."""
        best = 0.0
        for one, fit in self._able[place]:
            if fit + KNOWN + COUNTRY <= best:
                break
            profile = self._profiles[one]
            if self._bits[one] & here or (language is not None and language not in profile.languages):
                continue
            worth = (
                fit + KNOWN * bool(self._close[one] & within) + COUNTRY * (profile.country not in countries)
            )
            best = max(best, worth)
        return best

    def _new_tie(self, members: frozenset[int], places: list[int], here: int) -> float:
        """What a new tie can add: somebody must be there, or be able to come, whom nobody here knows."""
        if not self._worth.call.wants_new:
            return 0.0
        coming = {one for place in places for one, _ in self._able[place] if not self._bits[one] & here}
        strangers = [one for one in members | coming if not self._close[one] & here]
        return NEW_TIE if strangers else 0.0

    def _without_seats(
        self, holders: Sequence[int | None], members: frozenset[int], countries: list[str]
    ) -> Limit:
        """The same where one organisation may meet many needs: whoever comes may meet all that is open best."""
        free = self._room - len(members)
        fits = sum(
            next(iter(able.values()), 0.0)
            for place, able in enumerate(self._worth.able)
            if place >= len(holders) or holders[place] is not None
        )
        codes = {self._profiles[one].country for one in self._worth.candidates} - set(countries)
        score = fits + KNOWN * (len(members) + free) + NEW_TIE * self._worth.call.wants_new + LANGUAGE
        score += COUNTRY * max(0, len(set(countries)) + min(free, len(codes)) - 1)
        holes = sum(holder is None for holder in holders)
        holes += sum(not able for able in self._worth.able[len(holders) :])
        lacking = sum(shortfall(self._worth.rules, countries, free))
        return lacking, holes, len(members), -round(score + SLACK, DECIMALS)


def _together(bits: Mapping[int, int], some: Iterable[int]) -> int:
    """Some organisations as the bits of one number."""
    together = 0
    for one in some:
        together |= bits[one]
    return together


def first_of_twins(options: Iterable[int], before: dict[int, int], taken: Collection[int]) -> Iterator[int]:
    """Those before whom no twin is free."""
    for one in options:
        if one not in before or before[one] in taken:
            yield one
