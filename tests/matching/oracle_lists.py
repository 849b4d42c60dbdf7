"""Who may stand on a list, and in which order, found by looking at all records one after the other."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterator

from app.matching.records import Brief, Profile, ReasonKind
from tests.matching.oracle import Recount
from tests.matching.oracle_query import Asked

Parts = dict[ReasonKind, float]


def free(recount: Recount, me: Asked) -> list[Profile]:
    """Those who neither pause nor have their hands full."""
    return [
        one
        for one in recount.rows.values()
        if not one.paused and me.waiting.get(one.id, one.open_introductions) < recount.weights.capacity
    ]


def for_page(
    recount: Recount,
    me: Asked,
    *,
    exclude: Collection[int],
    abroad_only: bool,
    first_time: bool,
    country: str | None,
    offering: str | None,
    marks: Collection[str],
) -> set[int]:
    """Who may be shown to an organisation; its own country only where that is asked for."""
    (number,) = me.seats
    left_out = {
        number,
        *exclude,
        *(one for one, _ in me.aside),
        *(recount.adjacency[number] if first_time else ()),
    }
    return {
        one.id
        for one in free(recount, me)
        if one.id not in left_out
        and (one.country != me.country or country == me.country or not abroad_only)
        and country in (None, one.country)
        and (offering is None or offering in one.offers)
        and one.marks >= set(marks)
    }


def for_brief(recount: Recount, me: Asked, brief: Brief) -> set[int]:
    """Who may answer a brief: with something of what it names, and from abroad, unless home is wanted."""
    return {
        one.id
        for one in free(recount, me)
        if one.id not in brief.exclude | brief.partners
        and (one.country != brief.home_country or brief.home_country in brief.countries)
        and (recount.answers(me, one.id) or not (brief.skills or brief.sectors))
    }


def in_turn(recount: Recount, me: Asked, shown: set[int], order: list[int]) -> Iterator[tuple[float, Parts]]:
    """For each place of a list in this order: how much less its holder has than the best left, and its parts."""
    left, toll = {one: recount.parts(me, one) for one in shown}, recount.repeat_penalty(me)
    bonus = me.needs_first * recount.weights.hand_set.get("first_to_meet", 0.0)
    come: Counter[str] = Counter()
    newcomers, open_needs = 0, set(me.seeks)
    for number in order:
        in_place = {one: dict(parts) for one, parts in left.items()}
        for one, parts in in_place.items():
            if ReasonKind.NEWCOMER in parts:
                parts[ReasonKind.NEWCOMER] *= 0.5**newcomers
            if cost := toll * come[recount.rows[one].country]:
                parts[ReasonKind.COUNTRY_REPEATED] = -cost
            if bonus and open_needs & recount.rows[one].offers:
                parts[ReasonKind.FIRST_TO_MEET] = bonus
        scores = {one: sum(parts.values()) for one, parts in in_place.items()}
        yield max(scores.values()) - scores[number], in_place[number]
        newcomers += ReasonKind.NEWCOMER in left.pop(number)
        open_needs -= recount.rows[number].offers
        come[recount.rows[number].country] += 1
