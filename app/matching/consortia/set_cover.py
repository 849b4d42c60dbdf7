"""Branch and bound for the smallest consortium where one organisation may meet several needs (weighted set cover).

If every branch is explored or pruned the choice is optimal; else it is the best found, with a bound.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from app.matching.consortia.objective import (
    COUNTRY_WEIGHT,
    FLOAT_SLACK,
    KNOWN_WEIGHT,
    LANGUAGE_WEIGHT,
    NEW_TIE_WEIGHT,
    TIE_DECIMALS,
    Objective,
    OverlapLimit,
    SearchResult,
    SeatChoice,
    shortfall,
)
from app.matching.consortia.records import Alternative

MAX_BRANCHES = 10_000
"""Branches before the search ends without a proof."""

Bound = tuple[int, int, int, float]


class SetCoverSolver:
    """Solves one call without seats."""

    def __init__(self, objective: Objective, alternatives: int) -> None:
        self._objective, self._alternatives = objective, alternatives

    def search(self, apart: Sequence[OverlapLimit], branches: int | None = None) -> SearchResult:
        """The best choice that respects the overlap limits."""
        return _SetCoverSearch(self._objective, apart, MAX_BRANCHES if branches is None else branches).run()

    def alternatives(self, found: SearchResult, organisation: int) -> list[Alternative]:
        """The best substitutes for a member, all others staying."""
        objective, members, ranked = self._objective, found.choice.members, []
        for other in objective.candidates:
            changed = objective.seated(members - {organisation} | {other})
            if other not in members and (other not in changed.others or organisation in found.choice.others):
                ranked.append((objective.key(changed), other))
        return [
            Alternative(other, found.key[3] - key[3], key[:2] <= found.key[:2])
            for key, other in sorted(ranked)[: self._alternatives]
        ]


class _SetCoverSearch:
    """One search with its incumbent."""

    def __init__(self, objective: Objective, apart: Sequence[OverlapLimit], branches: int) -> None:
        self._objective, self._apart, self._budget = objective, apart, branches
        self._needs = objective.call.needs
        self._room = max(0, objective.call.most - len(objective.call.table))
        self._host = [profile.country for profile in objective.host]
        self._best = SeatChoice((None,) * len(self._needs))
        self._key = objective.key(self._best)

    def run(self) -> SearchResult:
        """Find the best choice."""
        # Change one place at a time for as long as that helps.
        better = True
        while better:
            better = False
            for choice in list(self._steps(self._best)):
                better = self._offer(choice) or better
        beyond = self._bound((), frozenset())
        exact = self._branch(0, (), frozenset())
        score = -self._key[3]
        return SearchResult(self._best, self._key, exact, score if exact else max(score, -beyond[3]))

    def _offer(self, choice: SeatChoice) -> bool:
        """Keep a choice if it is better than the best so far."""
        if len(choice.members) > self._room or not self._apart_allows(choice.members):
            return False
        key = self._objective.key(choice)
        if key < self._key:
            self._best, self._key = choice, key
            return True
        return False

    def _steps(self, choice: SeatChoice) -> Iterator[SeatChoice]:
        """Every choice with one place taken, changed or given up."""
        for one in self._objective.candidates:
            if one not in choice.members:
                yield self._objective.seated(choice.members | {one})
                yield from (
                    self._objective.seated(choice.members - {gone} | {one}) for gone in sorted(choice.members)
                )
        yield from (self._objective.seated(choice.members - {gone}) for gone in sorted(choice.members))

    def _branch(self, place: int, holders: tuple[int | None, ...], members: frozenset[int]) -> bool:
        """Explore all choices that extend a prefix; False where the budget ended."""
        self._budget -= 1
        if self._budget < 0:
            return False
        if self._bound(holders, members) > self._key[:4]:
            return True
        if place == len(self._needs):
            return self._finish(members, -1)
        if any(one in self._objective.able[place] for one in members):
            return self._branch(place + 1, (*holders, 0), members)
        for one in self._objective.able[place] if len(members) < self._room else ():
            more = members | {one}
            if self._apart_allows(more) and not self._branch(place + 1, (*holders, one), more):
                return False
        return self._branch(place + 1, (*holders, None), members)

    def _apart_allows(self, members: frozenset[int]) -> bool:
        return all(one.allows(members) for one in self._apart)

    def _finish(self, members: frozenset[int], last: int) -> bool:
        """All needs are decided: evaluate, and try further members where the rules lack some."""
        choice = self._objective.seated(members)
        self._offer(choice)
        if not self._objective.key(choice)[0] or len(members) >= self._room:
            return True
        for one in self._objective.candidates:
            if one > last and one not in members and self._apart_allows(members | {one}):
                self._budget -= 1
                if self._budget < 0 or not self._finish(members | {one}, one):
                    return False
        return True

    def _bound(self, holders: Sequence[int | None], members: frozenset[int]) -> Bound:
        """Bound of all choices that extend a prefix."""
        profiles, able = self._objective.table.profiles, self._objective.able
        countries = [*self._host, *(profiles[one].country for one in members)]
        free = self._room - len(members)
        fits = sum(
            next(iter(some.values()), 0.0)
            for place, some in enumerate(able)
            if place >= len(holders) or holders[place] is not None
        )
        codes = {profiles[one].country for one in self._objective.candidates} - set(countries)
        score = (
            fits
            + KNOWN_WEIGHT * (len(members) + free)
            + NEW_TIE_WEIGHT * self._objective.call.wants_new
            + LANGUAGE_WEIGHT
        )
        score += COUNTRY_WEIGHT * max(0, len(set(countries)) + min(free, len(codes)) - 1)
        holes = sum(holder is None for holder in holders)
        holes += sum(not some for some in able[len(holders) :])
        lacking = sum(shortfall(self._objective.rules, countries, free))
        return lacking, holes, len(members), -round(score + FLOAT_SLACK, TIE_DECIMALS)
