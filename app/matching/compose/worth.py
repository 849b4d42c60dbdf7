"""What a choice of organisations is worth: complete before small before good, and the lines that say why."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass
from functools import cached_property
from math import fsum

from app.matching.compose.records import Call, Kind, Line, Missing, Need, Rules, Table
from app.matching.records import Profile

SUGGESTED = 0.5
KNOWN = 0.3
NEW_TIE = 0.4
COUNTRY = 0.1
LANGUAGE = 0.2
"""What lines are worth beside a seat whose every wish is fulfilled, which is 1: one that nobody at the table has
worked with is worth more than one who is known, but only once and where it is asked for."""

DECIMALS = 9
"""Scores equal to so many decimals are a tie."""
SLACK = 10.0 ** (-DECIMALS - 3)
"""More than sums in another order differ by, and less than counts."""

NOBODY = 1 << 62
"""Stands for an empty seat where choices are ordered: behind every organisation."""

Key = tuple[int, int, int, float, tuple[int, ...]]


@dataclass(frozen=True)
class Choice:
    """Who meets each need, None where nobody does, and who else comes along because of the rules."""

    holders: tuple[int | None, ...]
    others: frozenset[int] = frozenset()

    @cached_property
    def members(self) -> frozenset[int]:
        """Everybody who is new at the table."""
        return self.others.union(one for one in self.holders if one is not None)


@dataclass(frozen=True)
class Apart:
    """A further consortium shares at most so many members with an earlier one."""

    members: frozenset[int]
    most: int

    def allows(self, members: frozenset[int]) -> bool:
        """Whether these are different enough."""
        return len(self.members & members) <= self.most


@dataclass(frozen=True)
class Found:
    """The best choice, whether it is proven to be, and what one as complete could score at most."""

    choice: Choice
    key: Key
    exact: bool
    at_most: float


class Worth:
    """Values choices for one call under some rules."""

    def __init__(self, call: Call, rules: Rules, table: Table) -> None:
        self.call, self.rules, self.table = call, rules, table
        self.host = [table.profiles[one] for one in sorted(call.table)]
        self.candidates = [one for one in sorted(table.profiles) if self._can_come(table.profiles[one])]
        self.able = [self._able(need) for need in call.needs]

    def _can_come(self, profile: Profile) -> bool:
        """Whether somebody has a hand free and is not at the table yet."""
        call = self.call
        free = not profile.paused and profile.open_introductions < call.capacity
        return free and profile.id not in call.table and profile.id not in call.exclude

    def _able(self, need: Need) -> dict[int, float]:
        """What each candidate who meets a need is worth for it, the best first."""
        found = {
            one: self.of_need(need, one) for one in self.candidates if meets(self.table.profiles[one], need)
        }
        return dict(sorted(found.items(), key=lambda each: (-each[1], each[0])))

    def of_need(self, need: Need, organisation: int) -> float:
        """What an organisation is worth for a need alone."""
        fits = share(self.table.profiles[organisation], need)
        return fits + SUGGESTED * self.table.scores.get((need.seat, organisation), 0.0)

    def seated(self, members: Collection[int]) -> Choice:
        """Without seats: each need met by the best of the members, the others along because of the rules."""
        holders = tuple(
            next((one for one in able if one in members), None) for able in self.able
        )  # `able` stands in order, so the first is the best
        return Choice(holders, frozenset(members) - frozenset(holders))

    def key(self, choice: Choice) -> Key:
        """Where a choice stands among others: the smaller, the better."""
        missing = self.missing(choice)
        size = 0 if self.call.seats else len(choice.members)
        score = fsum(line.part for line in self.lines(choice))
        order = tuple(NOBODY if one is None else one for one in choice.holders)
        return (
            missing.organisations + missing.countries + missing.core,
            len(missing.seats),
            size,
            -round(score, DECIMALS),
            (*order, *sorted(choice.others)),
        )

    def missing(self, choice: Choice) -> Missing:
        """What is still missing from a choice."""
        at_table = [profile.country for profile in self._everybody(choice)]
        empty = tuple(
            need.seat for need, holder in zip(self.call.needs, choice.holders, strict=True) if holder is None
        )
        return Missing(empty, *shortfall(self.rules, at_table))

    def lines(self, choice: Choice) -> tuple[Line, ...]:
        """The score of a choice, line by line."""
        return (
            *self._of_seats(choice),
            *self._of_ties(choice),
            *self._of_the_whole(self._everybody(choice)),
        )

    def _everybody(self, choice: Choice) -> list[Profile]:
        return [*self.host, *(self.table.profiles[one] for one in sorted(choice.members))]

    def _of_seats(self, choice: Choice) -> Iterator[Line]:
        for need, holder in zip(self.call.needs, choice.holders, strict=True):
            if holder is None:
                continue
            profile = self.table.profiles[holder]
            yield Line(Kind.FITS, share(profile, need), holder, need.seat, tuple(sorted(held(profile, need))))
            score = self.table.scores.get((need.seat, holder), 0.0)
            if score:
                yield Line(Kind.SUGGESTED, SUGGESTED * score, holder, need.seat)

    def _of_ties(self, choice: Choice) -> Iterator[Line]:
        everybody = self.call.table | choice.members
        strangers = []
        for one in sorted(choice.members):
            known = sorted(everybody.intersection(self.table.ties.adj[one])) if one in self.table.ties else []
            if known:
                yield Line(Kind.KNOWN, KNOWN, one, partners=tuple(known))
            else:
                strangers.append(one)
        if strangers and self.call.wants_new:
            yield Line(Kind.NEW_TIE, NEW_TIE, strangers[0])

    def _of_the_whole(self, everybody: list[Profile]) -> Iterator[Line]:
        countries = sorted({profile.country for profile in everybody})
        if len(countries) > 1:
            yield Line(Kind.COUNTRIES, COUNTRY * (len(countries) - 1), concepts=tuple(countries))
        common = frozenset.intersection(*(profile.languages for profile in everybody)) if everybody else ()
        if common and len(everybody) > 1:
            yield Line(Kind.LANGUAGE, LANGUAGE, concepts=tuple(sorted(common)))


def meets(profile: Profile, need: Need) -> bool:
    """Whether an organisation can bring what is needed."""
    somewhere = not need.countries or profile.country in need.countries
    somehow = not need.types or profile.type in need.types
    return somewhere and somehow and (not (need.skills or need.sectors) or bool(held(profile, need)))


def held(profile: Profile, need: Need) -> frozenset[str]:
    """What an organisation holds of a need."""
    return (need.skills & profile.offers) | (need.sectors & profile.sectors)


def share(profile: Profile, need: Need) -> float:
    """How much of a need an organisation brings, from 0 to 1."""
    wanted = len(need.skills) + len(need.sectors)
    return (
        (len(need.skills & profile.offers) + len(need.sectors & profile.sectors)) / wanted if wanted else 1.0
    )


def shortfall(rules: Rules, countries: Iterable[str], more: int = 0) -> tuple[int, int, int]:
    """How many organisations, countries and organisations of core countries are missing, if `more` fitting ones came."""
    counting = [code for code in countries if not rules.eligible or code in rules.eligible]
    different = set(counting)
    return (
        max(0, rules.organisations - len(counting) - more),
        max(0, rules.countries - len(different) - more),
        max(0, rules.core - sum(code in rules.core_countries for code in counting) - more),
    )
