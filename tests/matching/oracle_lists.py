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
    left, toll = {one: recount.parts(me, one) for one in shown}, recount.weights.repeat_country
    come: Counter[str] = Counter()
    for number in order:
        tolls = {one: -toll * come[recount.rows[one].country] for one in left}
        scores = {one: sum(parts.values()) + tolls[one] for one, parts in left.items()}
        country_again = {ReasonKind.COUNTRY_REPEATED: tolls[number]} if tolls[number] else {}
        yield max(scores.values()) - scores[number], left.pop(number) | country_again
        come[recount.rows[number].country] += 1
