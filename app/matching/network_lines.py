"""The lines that explain what joint work tells about one organisation."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import cached_property

import numpy as np

from app.matching.arrays import Ints, shared
from app.matching.index import Index
from app.matching.query import Query
from app.matching.records import Profile, Reason, ReasonKind

NAMED = 3
"""So many concepts, and partners, are named one by one."""

TERMS_TOLD = {
    ReasonKind.PARTNERS_IN_COMMON: ("partners_shared", "recent_partners"),
    ReasonKind.NEAR_IN_NETWORK: ("near_by_topic",),
    ReasonKind.TRACK_RECORD: ("track_record", "recent_record"),
    ReasonKind.ACTIVE_IN_TOPIC: ("active_in_topic",),
    ReasonKind.SIMILAR_PROFILE: ("topic_depth", "similar_profile"),
    ReasonKind.WELL_CONNECTED: ("well_connected",),
    ReasonKind.SAME_PARTNERS: ("same_partners",),
    ReasonKind.KNOWS_COUNTRY: ("knows_country",),
    ReasonKind.COUNTRY_PAIR: ("country_pair",),
    ReasonKind.TYPE_PAIR: ("type_pair",),
    ReasonKind.NEW_COUNTRY: ("new_country",),
}
"""Terms that say the same thing to a reader, by several measures, are told in one line."""


Teller = Callable[[int, Profile, float, float], list[Reason]]


class NetworkLines:
    """Tells a term's part of the score with what can be counted: partners, projects, concepts."""

    def __init__(self, index: Index, query: Query) -> None:
        self._index = index
        self._query = query
        self._history = index.history
        self._tellers: Mapping[ReasonKind, Teller] = {
            ReasonKind.PARTNERS_IN_COMMON: self._partners_in_common,
            ReasonKind.NEAR_IN_NETWORK: self._near_in_network,
            ReasonKind.TRACK_RECORD: self._track_record,
            ReasonKind.ACTIVE_IN_TOPIC: self._named_topics(ReasonKind.ACTIVE_IN_TOPIC),
            ReasonKind.SIMILAR_PROFILE: self._named_topics(ReasonKind.SIMILAR_PROFILE),
            ReasonKind.WELL_CONNECTED: self._counted(ReasonKind.WELL_CONNECTED, self._history.ties.count),
            ReasonKind.SAME_PARTNERS: self._same_partners,
            ReasonKind.KNOWS_COUNTRY: self._knows_country,
            ReasonKind.COUNTRY_PAIR: self._country_pair,
            ReasonKind.TYPE_PAIR: self._type_pair,
            ReasonKind.NEW_COUNTRY: self._new_country,
        }

    def lines(self, kind: ReasonKind, place: int, other: Profile, part: float, value: float) -> list[Reason]:
        """The lines of one kind about whom stands at a place; their parts add up to its part.

        `value` is that of the kind's first term.
        """
        return self._tellers[kind](place, other, part, value)

    def _partners_in_common(self, place: int, other: Profile, part: float, value: float) -> list[Reason]:
        common, either = self._shared_partners(place)
        degrees = self._history.ties.counts(common)
        named = common[np.lexsort((self._index.ids[common], degrees))][:NAMED]
        line = Reason(
            ReasonKind.PARTNERS_IN_COMMON,
            part,
            partners=tuple(self._index.ids[named].tolist()),
            project=self._latest_joint(int(named[0]), place) if len(named) else None,
            count=len(common),
            total=either,
        )
        return [line]

    def _near_in_network(self, place: int, other: Profile, part: float, value: float) -> list[Reason]:
        return [Reason(ReasonKind.NEAR_IN_NETWORK, part)]

    def _shared_partners(self, place: int) -> tuple[Ints, int]:
        """Partners of the asking side that this one has too, and how many either has."""
        ours, theirs = self._ours, self._history.ties.row(place)
        common = shared(ours, theirs)
        return common, len(ours) + len(theirs) - len(common)

    @cached_property
    def _ours(self) -> Ints:
        """All partners of the asking side."""
        mine = [self._history.ties.row(seed) for seed in self._query.seeds]
        return mine[0] if len(mine) == 1 else np.unique(np.concatenate(mine))

    def _latest_joint(self, one: int, other: int) -> int | None:
        """The newest project of two organisations; one without a date counts as new."""
        projects = shared(self._history.members.row(one), self._history.members.row(other))
        if not len(projects):
            return None
        numbers = self._index.projects[projects]
        return int(numbers[np.lexsort((numbers, self._history.age(projects)))][0])

    def _track_record(self, place: int, other: Profile, part: float, value: float) -> list[Reason]:
        """A line for each of the topics that say most, and one for all the others together."""
        worth = self._topic_worth(place)
        whole = sum(worth.values())
        ranked, lines = sorted(worth, key=lambda code: (-worth[code], code)), list[Reason]()
        for code in ranked[:NAMED]:
            count = self._evidence(place, code)
            holders = int(self._history.record_holders[self._index.concepts[code]])
            share = part * worth[code] / whole
            lines.append(Reason(ReasonKind.TRACK_RECORD, share, concepts=(code,), count=count, total=holders))
        if rest := ranked[NAMED:]:
            share = part * sum(worth[code] for code in rest) / whole
            lines.append(Reason(ReasonKind.TRACK_RECORD, share, concepts=tuple(rest)))
        return lines

    def _named_topics(self, kind: ReasonKind) -> Teller:
        def tell(place: int, other: Profile, part: float, value: float) -> list[Reason]:
            worth = self._topic_worth(place)
            named = sorted(worth, key=lambda code: (-worth[code], code))[:NAMED]
            return [Reason(kind, part, concepts=tuple(named), count=len(worth))]

        return tell

    def _counted(self, kind: ReasonKind, count: Callable[[int], float]) -> Teller:
        def tell(place: int, other: Profile, part: float, value: float) -> list[Reason]:
            return [Reason(kind, part, count=round(float(count(place))))]

        return tell

    def _same_partners(self, place: int, other: Profile, part: float, value: float) -> list[Reason]:
        """Counts the different partners among all the times that it sat next to one."""
        met, meetings = self._history.ties.count(place), round(self._history.meetings.one(place))
        return [Reason(ReasonKind.SAME_PARTNERS, part, count=met, total=meetings)]

    def _knows_country(self, place: int, other: Profile, part: float, value: float) -> list[Reason]:
        home, count = str(self._query.country), round(float(np.expm1(value)))
        return [Reason(ReasonKind.KNOWS_COUNTRY, part, concepts=(home,), count=count)]

    def _country_pair(self, place: int, other: Profile, part: float, value: float) -> list[Reason]:
        return [Reason(ReasonKind.COUNTRY_PAIR, part, concepts=(str(self._query.country), other.country))]

    def _type_pair(self, place: int, other: Profile, part: float, value: float) -> list[Reason]:
        return [Reason(ReasonKind.TYPE_PAIR, part, concepts=(str(self._query.type), other.type))]

    def _new_country(self, place: int, other: Profile, part: float, value: float) -> list[Reason]:
        return [Reason(ReasonKind.NEW_COUNTRY, part, concepts=(other.country,))]

    def _topic_worth(self, place: int) -> dict[str, float]:
        """What each topic asked for adds to an organisation's track record."""
        index, record = self._index, self._index.track_of(place)
        return {
            code: weight * float(index.track_rarity[index.concepts[code]]) * record[code]
            for code, weight in self._query.topics.items()
            if code in record
        }

    def _evidence(self, place: int, code: str) -> int:
        return round(float(np.expm1(self._index.track_of(place)[code])))
