"""The objective of a consortium, lexicographic: shortfall of the rules, empty seats, size (without seats), −score, ids.

score = Σ coverage of each seat + 0.5 · engine's opinion + 0.3 · members who know somebody at the table
      + 0.4 if a new member is wanted and there is one + 0.1 · (countries − 1) + 0.2 if all share a language
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass
from functools import cached_property
from math import fsum

from app.matching.consortia.records import (
    Call,
    CandidateData,
    Missing,
    Need,
    ProgrammeRules,
    ScoreLine,
    ScoreLineKind,
)
from app.matching.records import Profile

SUGGESTED_WEIGHT = 0.5
KNOWN_WEIGHT = 0.3
NEW_TIE_WEIGHT = 0.4
COUNTRY_WEIGHT = 0.1
LANGUAGE_WEIGHT = 0.2
"""What lines are worth beside a seat whose every wish is fulfilled, which is 1: one that nobody at the table has
worked with is worth more than one who is known, but only once and where it is asked for."""

TIE_DECIMALS = 9
"""Scores that agree to this many decimals are ties."""
FLOAT_SLACK = 10.0 ** (-TIE_DECIMALS - 3)
"""Larger than differences by summation order, smaller than any that counts."""

NOBODY = 1 << 62
"""Sorts an empty seat behind every organisation."""

ObjectiveKey = tuple[int, int, int, float, tuple[int, ...]]


@dataclass(frozen=True)
class SeatChoice:
    """The holder of each need, None where it is unmet, and members who are there for the rules."""

    holders: tuple[int | None, ...]
    others: frozenset[int] = frozenset()

    @cached_property
    def members(self) -> frozenset[int]:
        """All new members."""
        return self.others.union(one for one in self.holders if one is not None)


@dataclass(frozen=True)
class OverlapLimit:
    """A further consortium shares at most `most` members with an earlier one."""

    members: frozenset[int]
    most: int

    def allows(self, members: frozenset[int]) -> bool:
        """Whether `members` respect the limit."""
        return len(self.members & members) <= self.most


@dataclass(frozen=True)
class SearchResult:
    """The best choice, whether it is proven, and a bound on the score of others that are as complete."""

    choice: SeatChoice
    key: ObjectiveKey
    exact: bool
    at_most: float


class Objective:
    """Evaluates choices for one call under one programme's rules."""

    def __init__(self, call: Call, rules: ProgrammeRules, table: CandidateData) -> None:
        self.call, self.rules, self.table = call, rules, table
        self.host = [table.profiles[one] for one in sorted(call.table)]
        self.candidates = [
            one
            for one, profile in sorted(table.profiles.items())
            if not profile.paused
            and profile.open_introductions < call.capacity
            and one not in call.table
            and one not in call.exclude
        ]
        self.able: list[dict[int, float]] = []
        for need in call.needs:
            able = {
                one: self.of_need(need, one) for one in self.candidates if meets(table.profiles[one], need)
            }
            self.able.append(dict(sorted(able.items(), key=lambda each: (-each[1], each[0]))))

    def of_need(self, need: Need, organisation: int) -> float:
        """The score of an organisation for a need alone."""
        fits = coverage(self.table.profiles[organisation], need)
        return fits + SUGGESTED_WEIGHT * self.table.scores.get((need.seat, organisation), 0.0)

    def seated(self, members: Collection[int]) -> SeatChoice:
        """Without seats: each need is met by the best member; the others are there for the rules."""
        holders = tuple(
            next((one for one in able if one in members), None) for able in self.able
        )  # `able` stands in order, so the first is the best
        return SeatChoice(holders, frozenset(members) - frozenset(holders))

    def key(self, choice: SeatChoice) -> ObjectiveKey:
        """The sort key of a choice; smaller is better."""
        missing = self.missing(choice)
        size = 0 if self.call.seats else len(choice.members)
        score = fsum(line.part for line in self.lines(choice))
        order = tuple(NOBODY if one is None else one for one in choice.holders)
        return (
            missing.organisations + missing.countries + missing.core,
            len(missing.seats),
            size,
            -round(score, TIE_DECIMALS),
            (*order, *sorted(choice.others)),
        )

    def missing(self, choice: SeatChoice) -> Missing:
        """What a choice lacks."""
        at_table = [profile.country for profile in self._everybody(choice)]
        empty = tuple(
            need.seat for need, holder in zip(self.call.needs, choice.holders, strict=True) if holder is None
        )
        return Missing(empty, *shortfall(self.rules, at_table))

    def lines(self, choice: SeatChoice) -> tuple[ScoreLine, ...]:
        """The score of a choice, line by line."""
        return (
            *self._of_seats(choice),
            *self._of_ties(choice),
            *self._of_the_whole(self._everybody(choice)),
        )

    def _everybody(self, choice: SeatChoice) -> list[Profile]:
        return [*self.host, *(self.table.profiles[one] for one in sorted(choice.members))]

    def _of_seats(self, choice: SeatChoice) -> Iterator[ScoreLine]:
        for need, holder in zip(self.call.needs, choice.holders, strict=True):
            if holder is None:
                continue
            profile = self.table.profiles[holder]
            yield ScoreLine(
                ScoreLineKind.FITS,
                coverage(profile, need),
                holder,
                need.seat,
                tuple(sorted(held_concepts(profile, need))),
            )
            score = self.table.scores.get((need.seat, holder), 0.0)
            if score:
                yield ScoreLine(ScoreLineKind.SUGGESTED, SUGGESTED_WEIGHT * score, holder, need.seat)

    def _of_ties(self, choice: SeatChoice) -> Iterator[ScoreLine]:
        everybody = self.call.table | choice.members
        strangers = []
        for one in sorted(choice.members):
            known = sorted(everybody.intersection(self.table.ties.adj[one])) if one in self.table.ties else []
            if known:
                yield ScoreLine(ScoreLineKind.KNOWN, KNOWN_WEIGHT, one, partners=tuple(known))
            else:
                strangers.append(one)
        if strangers and self.call.wants_new:
            yield ScoreLine(ScoreLineKind.NEW_TIE, NEW_TIE_WEIGHT, strangers[0])

    def _of_the_whole(self, everybody: list[Profile]) -> Iterator[ScoreLine]:
        countries = sorted({profile.country for profile in everybody})
        if len(countries) > 1:
            yield ScoreLine(
                ScoreLineKind.COUNTRIES, COUNTRY_WEIGHT * (len(countries) - 1), concepts=tuple(countries)
            )
        common = frozenset.intersection(*(profile.languages for profile in everybody)) if everybody else ()
        if common and len(everybody) > 1:
            yield ScoreLine(ScoreLineKind.LANGUAGE, LANGUAGE_WEIGHT, concepts=tuple(sorted(common)))


def meets(profile: Profile, need: Need) -> bool:
    """Whether an organisation meets a need."""
    somewhere = not need.countries or profile.country in need.countries
    somehow = not need.types or profile.type in need.types
    return somewhere and somehow and (not (need.skills or need.sectors) or bool(held_concepts(profile, need)))


def held_concepts(profile: Profile, need: Need) -> frozenset[str]:
    """The concepts of a need that an organisation holds."""
    return (need.skills & profile.offers) | (need.sectors & profile.sectors)


def coverage(profile: Profile, need: Need) -> float:
    """Share of a need's concepts that an organisation holds, in [0, 1]."""
    wanted = len(need.skills) + len(need.sectors)
    return (
        (len(need.skills & profile.offers) + len(need.sectors & profile.sectors)) / wanted if wanted else 1.0
    )


def shortfall(rules: ProgrammeRules, countries: Iterable[str], more: int = 0) -> tuple[int, int, int]:
    """Missing organisations, countries and core organisations, if `more` eligible ones joined."""
    counting = [code for code in countries if not rules.eligible or code in rules.eligible]
    different = set(counting)
    return (
        max(0, rules.organisations - len(counting) - more),
        max(0, rules.countries - len(different) - more),
        max(0, rules.core - sum(code in rules.core_countries for code in counting) - more),
    )
