"""Composes whole consortia: among given candidates, or among those that the engine finds for each seat."""

from __future__ import annotations

from collections.abc import Iterator
from math import fsum

from app.matching.compose.covering import Covering
from app.matching.compose.records import Call, Consortium, Need, Place, Rules, Table
from app.matching.compose.seats import Seats
from app.matching.compose.worth import Apart, Found, Worth, held
from app.matching.engine import Engine
from app.matching.graph import BadRecord, Undirected
from app.matching.records import Brief

POOL = 24
"""How many the engine proposes for each seat, to be composed."""
ALTERNATIVES = 3


def compose(
    call: Call, rules: Rules, table: Table, k: int = 1, branches: int | None = None
) -> list[Consortium]:
    """Up to k consortia for a call, the best first; none where nobody can come.

    Complete comes before small and small before good; equals are decided by number. A further consortium is as
    complete as the first and shares at most half its members with each earlier one, or differs in one if that is not
    to be had. After so many `branches` a search ends without a proof. Raises BadRecord for somebody at the table who is
    not given.
    """
    for one in sorted(call.table):
        if one not in table.profiles:
            raise BadRecord(f"organisation {one} sits at the table and is not given")
    worth = Worth(call, rules, table)
    ways = Seats(worth, k, ALTERNATIVES) if call.seats else Covering(worth, ALTERNATIVES)
    found: list[Found] = []
    while len(found) < k:
        following = _next(ways, found, branches)
        if following is None:
            break
        found.append(following)
    return [_told(worth, ways, one) for one in sorted(found, key=lambda each: each.key)]


def compose_for(
    engine: Engine,
    call: Call,
    rules: Rules,
    k: int = 1,
    *,
    home_country: str | None = None,
    fame_toll: float = 0.0,
    pool: int = POOL,
) -> list[Consortium]:
    """The same, among those that the engine proposes for each need; nobody of the home country, unless it is wanted.

    `fame_toll` is what being known by many costs in the engine's opinion.
    """
    profiles = engine.index.profiles
    scores: dict[tuple[int, int], float] = {}
    for need in dict.fromkeys(call.needs):
        found = engine.suggest_for(_brief(need, call, home_country), pool, fame_toll=fame_toll)
        highest = max((each.score for each in found), default=0.0)
        for each in found:
            scores[need.seat, each.organisation] = max(0.0, each.score / highest) if highest > 0 else 0.0
    everybody = call.table | {organisation for _, organisation in scores}
    ties = Undirected()
    for one in sorted(everybody):
        if one in engine.index.position:
            ties.add_edges_from((one, other) for other in sorted(engine.partners_of(one) & everybody))
    return compose(call, rules, Table({one: profiles[one] for one in everybody}, ties, scores), k)


def _brief(need: Need, call: Call, home_country: str | None) -> Brief:
    return Brief(
        skills=need.skills,
        sectors=need.sectors,
        countries=need.countries,
        types=need.types,
        exclude=call.exclude,
        home_country=home_country,
        partners=call.table,
    )


def _next(ways: Seats | Covering, found: list[Found], branches: int | None) -> Found | None:
    """The next best consortium; None where there is none worth showing."""
    if not found:
        first = ways.search((), branches)
        return first if first.choice.members else None
    for apart in (
        [Apart(one.choice.members, len(one.choice.members) // 2) for one in found],
        [Apart(one.choice.members, len(one.choice.members) - 1) for one in found],
    ):
        other = ways.search(apart, branches)
        if other.choice.members and other.key[:2] <= found[0].key[:2]:
            return other
    return None


def _told(worth: Worth, ways: Seats | Covering, found: Found) -> Consortium:
    choice = found.choice
    lines = worth.lines(choice)
    return Consortium(
        tuple(_places(worth, ways, found)),
        fsum(line.part for line in lines),
        lines,
        worth.missing(choice),
        found.exact,
        found.at_most,
    )


def _places(worth: Worth, ways: Seats | Covering, found: Found) -> Iterator[Place]:
    """Everybody's place, in the order of the needs."""
    choice = found.choice
    holders = dict.fromkeys([*(one for one in choice.holders if one is not None), *sorted(choice.others)])
    for one in holders:
        needs = [need for need, holder in zip(worth.call.needs, choice.holders, strict=True) if holder == one]
        lacks = {
            concept
            for need in needs
            for concept in (need.skills | need.sectors) - held(worth.table.profiles[one], need)
        }
        seats = tuple(need.seat for need in needs)
        yield Place(one, seats, tuple(sorted(lacks)), tuple(ways.alternatives(found, one)))
