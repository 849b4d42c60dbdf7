"""The search for the smallest consortium where one organisation may meet many needs: step by step, then branch and bound.

Where every branch could be looked at or cut off, the choice is the best there is among the candidates; else it is the
best that was found, with a bound on what another could score.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from app.matching.compose.records import Alternative
from app.matching.compose.worth import (
    COUNTRY,
    DECIMALS,
    KNOWN,
    LANGUAGE,
    NEW_TIE,
    SLACK,
    Apart,
    Choice,
    Found,
    Worth,
    shortfall,
)

BRANCHES = 10_000
"""So many branches are looked at before the search ends without a proof."""

Limit = tuple[int, int, int, float]


class Covering:
    """The needs of one call, and who could meet them."""

    def __init__(self, worth: Worth, alternatives: int) -> None:
        self._worth, self._alternatives = worth, alternatives

    def search(self, apart: Sequence[Apart], branches: int | None = None) -> Found:
        """The best choice that is different enough from the earlier ones."""
        return _Search(self._worth, apart, BRANCHES if branches is None else branches).run()

    def alternatives(self, found: Found, organisation: int) -> list[Alternative]:
        """The best who could come in somebody's place, everybody else staying."""
        worth, members, ranked = self._worth, found.choice.members, []
        for other in worth.candidates:
            changed = worth.seated(members - {organisation} | {other})
            if other not in members and (other not in changed.others or organisation in found.choice.others):
                ranked.append((worth.key(changed), other))
        return [
            Alternative(other, found.key[3] - key[3], key[:2] <= found.key[:2])
            for key, other in sorted(ranked)[: self._alternatives]
        ]


class _Search:
    """One search, with the best choice so far."""

    def __init__(self, worth: Worth, apart: Sequence[Apart], branches: int) -> None:
        self._worth, self._apart, self._left = worth, apart, branches
        self._needs = worth.call.needs
        self._room = max(0, worth.call.most - len(worth.call.table))
        self._host = [profile.country for profile in worth.host]
        self._best = Choice((None,) * len(self._needs))
        self._key = worth.key(self._best)

    def run(self) -> Found:
        """Find the best choice."""
        self._climb()
        beyond = self._limit((), frozenset())
        exact = self._branch(0, (), frozenset())
        score = -self._key[3]
        return Found(self._best, self._key, exact, score if exact else max(score, -beyond[3]))

    def _offer(self, choice: Choice) -> bool:
        """Keep a choice if it is better than the best so far."""
        if len(choice.members) > self._room or not self._apart_allows(choice.members):
            return False
        key = self._worth.key(choice)
        if key < self._key:
            self._best, self._key = choice, key
            return True
        return False

    def _climb(self) -> None:
        """Change one place at a time for as long as that helps."""
        better = True
        while better:
            better = False
            for choice in list(self._steps(self._best)):
                better = self._offer(choice) or better

    def _steps(self, choice: Choice) -> Iterator[Choice]:
        """Every choice with one place taken, changed or given up."""
        for one in self._worth.candidates:
            if one not in choice.members:
                yield self._worth.seated(choice.members | {one})
                yield from (
                    self._worth.seated(choice.members - {gone} | {one}) for gone in sorted(choice.members)
                )
        yield from (self._worth.seated(choice.members - {gone}) for gone in sorted(choice.members))

    def _branch(self, place: int, holders: tuple[int | None, ...], members: frozenset[int]) -> bool:
        """Look at every choice that begins so; False where the search had to end before."""
        self._left -= 1
        if self._left < 0:
            return False
        if self._limit(holders, members) > self._key[:4]:
            return True
        if place == len(self._needs):
            return self._finish(members, -1)
        if any(one in self._worth.able[place] for one in members):
            return self._branch(place + 1, (*holders, 0), members)
        for one in self._worth.able[place] if len(members) < self._room else ():
            more = members | {one}
            if self._apart_allows(more) and not self._branch(place + 1, (*holders, one), more):
                return False
        return self._branch(place + 1, (*holders, None), members)

    def _apart_allows(self, members: frozenset[int]) -> bool:
        return all(one.allows(members) for one in self._apart)

    def _finish(self, members: frozenset[int], last: int) -> bool:
        """All needs are decided: look at the choice, and at others who come along where the rules lack somebody."""
        choice = self._worth.seated(members)
        self._offer(choice)
        if not self._worth.key(choice)[0] or len(members) >= self._room:
            return True
        for one in self._worth.candidates:
            if one > last and one not in members and self._apart_allows(members | {one}):
                self._left -= 1
                if self._left < 0 or not self._finish(members | {one}, one):
                    return False
        return True

    def _limit(self, holders: Sequence[int | None], members: frozenset[int]) -> Limit:
        """Nothing that begins so can be better than this: whoever comes may meet all that is open best."""
        profiles, able = self._worth.table.profiles, self._worth.able
        countries = [*self._host, *(profiles[one].country for one in members)]
        free = self._room - len(members)
        fits = sum(
            next(iter(some.values()), 0.0)
            for place, some in enumerate(able)
            if place >= len(holders) or holders[place] is not None
        )
        codes = {profiles[one].country for one in self._worth.candidates} - set(countries)
        score = fits + KNOWN * (len(members) + free) + NEW_TIE * self._worth.call.wants_new + LANGUAGE
        score += COUNTRY * max(0, len(set(countries)) + min(free, len(codes)) - 1)
        holes = sum(holder is None for holder in holders)
        holes += sum(not some for some in able[len(holders) :])
        lacking = sum(shortfall(self._worth.rules, countries, free))
        return lacking, holes, len(members), -round(score + SLACK, DECIMALS)
