"""What is looked for: an organisation's own profile, or a brief, made ready for scoring."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from math import log

import numpy as np

from app.matching.arrays import Ints
from app.matching.graph import BadRecord
from app.matching.index import Index
from app.matching.records import Brief, Feedback, NotNow, Profile


@dataclass(frozen=True)
class Query:
    """One question to the index.

    `holds` maps a relation to the concepts on the asking side; `topics` maps a concept to how much it weighs;
    `busy` says who has how many introductions to answer now, `fame_toll` what being known by many costs.
    `seeds` are the positions from which the network is seen: the organisation itself, or those at the table;
    `warm` says whether any of them has ever worked with others.
    """

    country: str | None
    type: str | None
    holds: Mapping[str, frozenset[str]]
    topics: Mapping[str, float]
    languages: frozenset[str]
    seeds: tuple[int, ...] = ()
    warm: bool = False
    countries_wanted: frozenset[str] = frozenset()
    types_wanted: frozenset[str] = frozenset()
    is_brief: bool = False
    set_aside: Sequence[tuple[NotNow, Profile]] = field(default=())
    fame_toll: float = 0.0
    busy: Mapping[int, int] = field(default_factory=dict)

    @property
    def asks_for_content(self) -> bool:
        """Whether a brief names skills or sectors, so that one who has none of them is no answer."""
        return any(self.holds.values())

    def open_at(self, index: Index, places: Ints) -> Ints:
        """How many introductions those at some places have to answer."""
        found = index.open_introductions[places].astype(np.int64)
        if self.busy:
            numbers = np.array(sorted(self.busy), dtype=np.int64)
            asked, ids = np.array([self.busy[one] for one in numbers.tolist()]), index.ids[places]
            at = np.minimum(np.searchsorted(numbers, ids), len(numbers) - 1)
            found = np.where(numbers[at] == ids, asked[at], found)
        return found


def query_of_profile(index: Index, profile: Profile, feedback: Sequence[Feedback] = ()) -> Query:
    """What an organisation's own page and past ask for."""
    place = index.position[profile.id]
    return Query(
        country=profile.country,
        type=profile.type,
        holds={name: getattr(profile, name) for name in ("sectors", "offers", "seeks", "goals")},
        topics=_topics_of(index, place, profile),
        languages=profile.languages,
        seeds=(place,),
        warm=bool(index.history.ties.count(place)),
        set_aside=_set_aside(index, profile.id, feedback),
    )


def query_of_brief(index: Index, brief: Brief) -> Query:
    """What a wanted seat or a newcomer asks for; raises BadRecord for a partner that is not there."""
    unknown = sorted(one for one in brief.partners if one not in index.position)
    if unknown:
        raise BadRecord(f"the brief names organisation {unknown[0]}, which is not given")
    seeds = tuple(sorted(index.position[one] for one in brief.partners))
    return Query(
        country=brief.home_country,
        type=brief.home_type,
        holds={"sectors": brief.sectors, "seeks": brief.skills},
        topics=dict.fromkeys(sorted(brief.topics | brief.sectors | brief.skills), 1.0),
        languages=brief.languages,
        seeds=seeds,
        warm=any(index.history.ties.count(seed) for seed in seeds),
        countries_wanted=brief.countries,
        types_wanted=brief.types,
        is_brief=True,
    )


def _topics_of(index: Index, place: int, profile: Profile) -> dict[str, float]:
    """Concepts of an organisation's own work, each the heavier the more often, with diminishing returns."""
    topics = dict.fromkeys(profile.topics | profile.sectors | profile.offers, log(2))
    topics.update(index.track_of(place))
    return dict(sorted(topics.items()))


def _set_aside(index: Index, organisation: int, feedback: Sequence[Feedback]) -> list[tuple[NotNow, Profile]]:
    """The asker's own feedback on organisations that are still there, each pair once."""
    found = set()
    for one in feedback:
        try:
            reason = NotNow(one.reason)
        except ValueError:
            message = f"feedback on organisation {one.other} gives the unknown reason {one.reason!r}"
            raise BadRecord(message) from None
        if one.organisation == organisation and one.other in index.profiles:
            found.add((one.other, reason))
    return [(reason, index.profiles[other]) for other, reason in sorted(found)]
