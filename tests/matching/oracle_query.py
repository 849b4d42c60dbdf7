"""What somebody asks for, read from the records by other code than the engine's: her own page and feedback, or a brief."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field
from math import log, log1p

from app.matching.records import Brief, Feedback, Profile

TECHNOLOGY = "cooperation:technology"


@dataclass(frozen=True)
class Asked:
    """The concepts that are looked for, how much each topic weighs, and the organisations from which one looks.

    `aside` says who was set aside and why, `waiting` who has how many introductions to answer now.
    """

    country: str | None
    type: str | None
    topics: Mapping[str, float]
    seats: Collection[int]
    languages: frozenset[str]
    sectors: frozenset[str]
    seeks: frozenset[str]
    offers: frozenset[str] = frozenset()
    goals: frozenset[str] = frozenset()
    cooperation: frozenset[str] = frozenset()
    provides: frozenset[str] = frozenset()
    countries: frozenset[str] = frozenset()
    types: frozenset[str] = frozenset()
    aside: Collection[tuple[int, str]] = ()
    popularity_penalty: float = 0.0
    waiting: Mapping[int, int] = field(default_factory=dict)
    needs_first: float = 1.0


def asked_by(me: Profile, worked_on: Mapping[str, float], feedback: Iterable[Feedback]) -> Asked:
    """What a page asks for, whose organisation has so many projects on each concept that it `worked_on`.

    Of the feedback only what it gave itself counts, and once.
    """
    topics = dict.fromkeys(me.topics | me.sectors | me.offers, log(2))
    topics |= {code: log1p(count) for code, count in worked_on.items()}
    sells = me.type == "technology_provider"
    return Asked(
        me.country,
        me.type,
        topics,
        [me.id],
        me.languages,
        me.sectors,
        me.seeks,
        me.offers,
        me.goals,
        frozenset(code for code in me.cooperation if not (sells and code == TECHNOLOGY)),
        frozenset({TECHNOLOGY}) if sells else frozenset(),
        types=frozenset({"technology_provider"})
        if TECHNOLOGY in me.cooperation and not sells
        else frozenset(),
        aside={(one.other, str(one.reason)) for one in feedback if one.organisation == me.id},
    )


def asked_in(brief: Brief) -> Asked:
    """What a brief asks for, seen from those who sit at the table."""
    return Asked(
        brief.home_country,
        brief.home_type,
        dict.fromkeys(brief.topics | brief.sectors | brief.skills, 1.0),
        brief.partners,
        brief.languages,
        brief.sectors,
        brief.skills,
        countries=brief.countries,
        types=brief.types,
    )
