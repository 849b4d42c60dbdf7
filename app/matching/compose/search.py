"""The search for the best consortium: a quick first choice, made better step by step, then branch and bound.

Where every branch could be looked at or cut off, the choice is the best there is among the candidates; else it is the
best that was found, with a bound on what another could score.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from app.matching.compose.bounds import Bounds, first_of_twins
from app.matching.compose.worth import NOBODY, Choice, Key, Worth

BRANCHES = 10_000
"""So many branches are looked at before the search ends without a proof."""


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


def search(worth: Worth, apart: Sequence[Apart] = (), branches: int = BRANCHES) -> Found:
    """The best choice that is different enough from the earlier ones."""
    return _Search(worth, apart, branches).run()


class _Search:
    """One search, with the best choice so far."""

    def __init__(self, worth: Worth, apart: Sequence[Apart], branches: int) -> None:
        self._worth, self._apart, self._left = worth, apart, branches
        self._needs = worth.call.needs
        self._room = max(0, worth.call.most - len(worth.call.table))
        self._bounds = Bounds(worth, self._room)
        self._twins = self._bounds.twins(one.members for one in apart) if worth.call.seats else {}
        self._best = Choice((None,) * len(self._needs))
        self._key = worth.key(self._best)

    def run(self) -> Found:
        """Find the best choice."""
        self._climb()
        beyond = self._bounds.of((), frozenset())
        exact = self._branch(0, (), frozenset())
        score = -self._key[3]
        return Found(self._best, self._key, exact, score if exact else max(score, -beyond[3]))

    def _offer(self, choice: Choice) -> bool:
        """Keep a choice if it is better than the best so far."""
        if len(choice.members) > self._room or not all(one.allows(choice.members) for one in self._apart):
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
        if self._worth.call.seats:
            for place, able in enumerate(self._worth.able):
                for one in (*able, None):
                    if one is None or one not in choice.members:
                        yield Choice((*choice.holders[:place], one, *choice.holders[place + 1 :]))
            return
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
        if self._is_beaten(holders, members):
            return True
        if place == len(self._needs):
            return self._finish(holders, members, -1)
        if not self._worth.call.seats and any(one in self._worth.able[place] for one in members):
            return self._branch(place + 1, (*holders, 0), members)
        for one in self._options(place, holders, members):
            if not self._branch(place + 1, (*holders, one), members | {one}):
                return False
        return self._branch(place + 1, (*holders, None), members)

    def _is_beaten(self, holders: tuple[int | None, ...], members: frozenset[int]) -> bool:
        """Whether all that begins so is worse than the best so far; among equals the one that begins with later ids is."""
        limit, best = self._bounds.of(holders, members), self._key[:4]
        if limit != best or not self._worth.call.seats:
            return limit > best
        begins = tuple(NOBODY if one is None else one for one in holders)
        return begins > self._key[4][: len(holders)]

    def _options(self, place: int, holders: Sequence[int | None], members: frozenset[int]) -> Iterator[int]:
        """Who can take the next place, the best first; seats that ask for the same are taken in order of id."""
        if len(members) >= self._room:
            return
        above = -1
        if self._worth.call.seats and place and self._needs[place] == self._needs[place - 1]:
            before = holders[place - 1]
            if before is None:
                return
            above = before
        for one in first_of_twins(self._worth.able[place], self._twins, members):
            if one > above and one not in members and self._apart_allows(members | {one}):
                yield one

    def _apart_allows(self, members: frozenset[int]) -> bool:
        return all(one.allows(members) for one in self._apart)

    def _finish(self, holders: tuple[int | None, ...], members: frozenset[int], last: int) -> bool:
        """All needs are decided: look at the choice, and at others who come along where the rules lack somebody."""
        if self._worth.call.seats:
            self._offer(Choice(holders))
            return True
        choice = self._worth.seated(members)
        self._offer(choice)
        if not self._worth.key(choice)[0] or len(members) >= self._room:
            return True
        for one in self._worth.candidates:
            if one > last and one not in members and self._apart_allows(members | {one}):
                self._left -= 1
                if self._left < 0 or not self._finish(holders, members | {one}, one):
                    return False
        return True
