"""Who sits with whom: the search behind breakouts.

Where few seatings are possible, every one is looked at; else people change places for as long as that helps, from many
starts. What is better is decided in this order: nobody beside her own organisation, a language in common at each
table, no meeting of an earlier round again, many new ties across borders, few ties that exist already.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import combinations
from random import Random

EXACT_UP_TO = 10
"""With so many people or fewer, the best seating is found for certain."""

TRIALS = 800
"""How many exchanges are tried for each of more people: a second for eighty."""

KICKS = 8
"""How often a seating is shaken, when nothing helps any more, before another start."""

Pair = tuple[int, int]
Tables = tuple[tuple[int, ...], ...]


@dataclass(frozen=True)
class Guests:
    """What the search knows of people, by their place in a list.

    `spoken` has a bit for each language; `strangers` names, of a pair, the tie that their meeting would make new
    across a border. Of each pair the smaller place stands first.
    """

    spoken: Sequence[int]
    colleagues: frozenset[Pair] = frozenset()
    met: frozenset[Pair] = frozenset()
    known: frozenset[Pair] = frozenset()
    strangers: Mapping[Pair, Pair] = field(default_factory=dict)


def seat(guests: Guests, count: int, seed: int) -> Tables:
    """The best seating at so many tables, whose sizes differ by at most one; equals are decided by the seed."""
    people = list(range(len(guests.spoken)))
    chance = Random(seed)
    chance.shuffle(people)
    if len(people) <= EXACT_UP_TO:
        return min(_seatings(people, count), key=_Prices(guests, count).of)
    return _searched(_Prices(guests, count), people, count, chance)


def most_new_ties(guests: Guests, count: int) -> int:
    """More new ties than so many cannot come about at so many tables."""
    size, larger = divmod(len(guests.spoken), count)
    seats_beside = (larger * (size + 1) * size + (count - larger) * size * (size - 1)) // 2
    return min(len(set(guests.strangers.values())), seats_beside)


def _seatings(people: Sequence[int], count: int) -> Iterator[Tables]:
    """Every way to seat people at tables of like size, each once."""
    size, larger = divmod(len(people), count)
    sizes = [size + 1] * larger + [size] * (count - larger)
    tables: list[list[int]] = [[] for _ in sizes]

    def placed(place: int) -> Iterator[Tables]:
        if place == len(people):
            yield tuple(tuple(table) for table in tables)
            return
        opened = set()
        for table, most in zip(tables, sizes, strict=True):
            if len(table) == most or (not table and most in opened):
                continue
            if not table:
                opened.add(most)
            table.append(people[place])
            yield from placed(place + 1)
            table.pop()

    return placed(0)


def _searched(prices: _Prices, people: list[int], count: int, chance: Random) -> Tables:
    """The best seating found from many starts, within a number of exchanges."""
    left = TRIALS * len(people)
    best: _Room | None = None
    while best is None or (left > 0 and best.price > prices.floor):
        chance.shuffle(people)
        seats = [*people, *range(len(people), prices.seats)]
        room = _Room(prices, [seats[table::count] for table in range(count)])
        left -= room.improve()
        for _ in range(KICKS):
            if left <= 0 or room.price <= prices.floor:
                break
            shaken = _Room(prices, room.tables)
            shaken.shake(chance)
            left -= shaken.improve()
            room = min(room, shaken, key=lambda one: one.price)
        if best is None or room.price < best.price:
            best = room
    return tuple(tuple(one for one in table if one < len(people)) for table in best.tables)


class _Prices:
    """Each thing that is wrong as a number, so that the smallest thing of one kind outweighs all of the next.

    Free seats are people too, behind the last: they speak everything, know nobody and avoid each other.
    """

    def __init__(self, guests: Guests, count: int) -> None:
        size = -(-len(guests.spoken) // count)
        self.seats = max(size * count, 1)
        self.spoken = [*guests.spoken, *[-1] * (self.seats - len(guests.spoken))]
        step = self.seats**2 + 1
        self.tie, self.silence, self.uneven = step, step**3, step**5
        self.floor = -self.tie * most_new_ties(guests, count)
        free = frozenset(combinations(range(len(guests.spoken), self.seats), 2))
        self.of_pair = [[0] * self.seats for _ in range(self.seats)]
        priced = ((guests.known, 1), (guests.met, step**2), (guests.colleagues, step**4), (free, self.uneven))
        for pairs, price in priced:
            for one, other in pairs:
                self.of_pair[one][other] += price
                self.of_pair[other][one] += price
        names = sorted(set(guests.strangers.values()))
        self.ties = len(names)
        number = {name: place for place, name in enumerate(names)}
        self.tie_of = [[self.ties] * self.seats for _ in range(self.seats)]
        for (one, other), name in guests.strangers.items():
            self.tie_of[one][other] = self.tie_of[other][one] = number[name]

    def of(self, tables: Tables) -> int:
        """What is wrong with a seating, as one number."""
        pairs = [pair for table in tables for pair in combinations(table, 2)]
        ties = {self.tie_of[one][other] for one, other in pairs} - {self.ties}
        price = sum(self.of_pair[one][other] for one, other in pairs) - self.tie * len(ties)
        return price + self.silence * sum(not self.common(table) for table in tables)

    def common(self, table: Sequence[int]) -> int:
        """The languages that everybody at a table speaks."""
        common = -1
        for one in table:
            common &= self.spoken[one]
        return common


class _Room:
    """A seating in which people change places, and its price at every moment."""

    def __init__(self, prices: _Prices, tables: Sequence[Sequence[int]]) -> None:
        self._prices = prices
        self.tables = [list(table) for table in tables]
        self.price = prices.of(self.seating())
        pairs = (pair for table in tables for pair in combinations(table, 2))
        held = Counter(prices.tie_of[one][other] for one, other in pairs)
        self._held = [held[tie] for tie in range(prices.ties + 1)]

    def seating(self) -> Tables:
        """The tables as they are now, free seats among them."""
        return tuple(tuple(table) for table in self.tables)

    def exchange(self, one: int, left: int, other: int, right: int) -> None:
        """Let two people change places; doing it again undoes it."""
        here, there = self.tables[one], self.tables[other]
        silence = self._silence(here, there)
        self._weigh(here, left, -1)
        self._weigh(there, right, -1)
        here[left], there[right] = there[right], here[left]
        self._weigh(here, left, 1)
        self._weigh(there, right, 1)
        self.price += self._silence(here, there) - silence

    def _silence(self, *tables: list[int]) -> int:
        return self._prices.silence * sum(not self._prices.common(table) for table in tables)

    def _weigh(self, table: list[int], place: int, sign: int) -> None:
        """Add, or take away, what somebody and the others at her table cost."""
        somebody, prices, held = table[place], self._prices, self._held
        of_pair, tie_of = prices.of_pair[somebody], prices.tie_of[somebody]
        for neighbour in table:
            if neighbour == somebody:
                continue
            self.price += sign * of_pair[neighbour]
            tie = tie_of[neighbour]
            if tie != prices.ties:
                before = held[tie]
                held[tie] = before + sign
                if not before or not held[tie]:
                    self.price -= sign * prices.tie

    def improve(self) -> int:
        """Exchange for as long as an exchange helps; how many were tried."""
        tried, better = 0, True
        while better:
            better = False
            for exchange in self._exchanges():
                tried, before = tried + 1, self.price
                self.exchange(*exchange)
                if self.price < before:
                    better = True
                else:
                    self.exchange(*exchange)
        return tried

    def shake(self, chance: Random) -> None:
        """Let a few change places by chance."""
        exchanges = list(self._exchanges())
        for _ in range(3):
            before, exchange = self.price, chance.choice(exchanges)
            self.exchange(*exchange)
            if self.price - before > self._prices.uneven // 2:
                self.exchange(*exchange)

    def _exchanges(self) -> Iterator[tuple[int, int, int, int]]:
        for one, other in combinations(range(len(self.tables)), 2):
            for left in range(len(self.tables[one])):
                for right in range(len(self.tables[other])):
                    yield one, left, other, right
