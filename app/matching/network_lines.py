"""The lines that explain what joint work tells about one organisation."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping

import numpy as np

from app.matching.history import Floats
from app.matching.index import Index, Ints
from app.matching.network import HALF_LIFE, Network
from app.matching.query import Query
from app.matching.records import Profile, Reason, ReasonKind

NAMED = 3
"""So many concepts, and partners, are named one by one."""

NETWORK_TERMS = {
    "partners_in_common": ReasonKind.PARTNERS_IN_COMMON,
    "partners_shared": ReasonKind.PARTNERS_SHARED,
    "recent_partners": ReasonKind.RECENT_PARTNERS,
    "near_in_network": ReasonKind.NEAR_IN_NETWORK,
    "near_by_topic": ReasonKind.NEAR_BY_TOPIC,
    "track_record": ReasonKind.TRACK_RECORD,
    "active_in_topic": ReasonKind.ACTIVE_IN_TOPIC,
    "similar_profile": ReasonKind.SIMILAR_PROFILE,
    "well_connected": ReasonKind.WELL_CONNECTED,
    "recently_active": ReasonKind.RECENTLY_ACTIVE,
    "large_consortia": ReasonKind.LARGE_CONSORTIA,
    "works_alone": ReasonKind.WORKS_ALONE,
    "country_pair": ReasonKind.COUNTRY_PAIR,
    "type_pair": ReasonKind.TYPE_PAIR,
    "new_country": ReasonKind.NEW_COUNTRY,
}


class NetworkLines:
    """Tells a term's part of the score with what can be counted: partners, projects, concepts."""

    def __init__(self, index: Index, network: Network) -> None:
        self._index = index
        self._network = network
        self._history = index.history
        self._tellers: Mapping[str, Callable[[Query, int, Profile, float], Iterator[Reason]]] = {
            "partners_in_common": self._partners_in_common,
            "partners_shared": self._partners_shared,
            "track_record": self._track_record,
            "active_in_topic": self._named_topics(ReasonKind.ACTIVE_IN_TOPIC),
            "similar_profile": self._named_topics(ReasonKind.SIMILAR_PROFILE),
            "well_connected": self._counted(ReasonKind.WELL_CONNECTED, self._history.degree),
            "recently_active": self._recently_active,
            "large_consortia": self._counted(ReasonKind.LARGE_CONSORTIA, network.usual_size),
            "works_alone": self._counted(ReasonKind.WORKS_ALONE, network.alone),
            "country_pair": self._country_pair,
            "type_pair": self._type_pair,
            "new_country": self._new_country,
        }

    def lines(self, name: str, query: Query, other: Profile, part: float) -> Iterator[Reason]:
        """The lines of one term; their parts add up to its part."""
        teller = self._tellers.get(name)
        if teller is None:
            yield Reason(NETWORK_TERMS[name], part)
        else:
            yield from teller(query, self._index.position[other.id], other, part)

    def _partners_in_common(self, query: Query, place: int, other: Profile, part: float) -> Iterator[Reason]:
        common, _ = self._shared_partners(query, place)
        degrees = self._history.degree[common]
        named = common[np.lexsort((self._index.ids[common], degrees))][:NAMED]
        yield Reason(
            ReasonKind.PARTNERS_IN_COMMON,
            part,
            partners=tuple(int(one) for one in self._index.ids[named]),
            project=self._latest_joint(int(named[0]), place) if len(named) else None,
            count=len(common),
        )

    def _partners_shared(self, query: Query, place: int, other: Profile, part: float) -> Iterator[Reason]:
        common, either = self._shared_partners(query, place)
        yield Reason(ReasonKind.PARTNERS_SHARED, part, count=len(common), total=len(either))

    def _shared_partners(self, query: Query, place: int) -> tuple[Ints, Ints]:
        """Partners of the asking side that this one has too, and those of either."""
        mine = [self._history.partners_of(seed) for seed in query.seeds]
        ours = np.unique(np.concatenate(mine)) if mine else np.array([], dtype=np.int64)
        theirs = self._history.partners_of(place)
        return np.intersect1d(ours, theirs), np.union1d(ours, theirs)

    def _latest_joint(self, one: int, other: int) -> int | None:
        """The newest project of two organisations; one without a date counts as new."""
        shared = np.intersect1d(self._history.projects_of(one), self._history.projects_of(other))
        if not len(shared):
            return None
        newest = shared[np.lexsort((self._index.projects[shared], self._history.age[shared]))][0]
        return int(self._index.projects[newest])

    def _track_record(self, query: Query, place: int, other: Profile, part: float) -> Iterator[Reason]:
        """A line for each of the topics that say most, and one for all the others together."""
        worth = self._topic_worth(query, place)
        whole = sum(worth.values())
        ranked = sorted(worth, key=lambda code: (-worth[code], code))
        for code in ranked[:NAMED]:
            count = self._evidence(place, code)
            holders = int(self._index.track_holders[self._index.concepts[code]])
            share = part * worth[code] / whole
            yield Reason(ReasonKind.TRACK_RECORD, share, concepts=(code,), count=count, total=holders)
        if rest := ranked[NAMED:]:
            share = part * sum(worth[code] for code in rest) / whole
            yield Reason(ReasonKind.TRACK_RECORD, share, concepts=tuple(rest))

    def _named_topics(self, kind: ReasonKind) -> Callable[[Query, int, Profile, float], Iterator[Reason]]:
        def tell(query: Query, place: int, other: Profile, part: float) -> Iterator[Reason]:
            worth = self._topic_worth(query, place)
            named = sorted(worth, key=lambda code: (-worth[code], code))[:NAMED]
            yield Reason(kind, part, concepts=tuple(named), count=len(worth))

        return tell

    def _counted(
        self, kind: ReasonKind, counts: Floats
    ) -> Callable[[Query, int, Profile, float], Iterator[Reason]]:
        def tell(query: Query, place: int, other: Profile, part: float) -> Iterator[Reason]:
            yield Reason(kind, part, count=round(float(counts[place])))

        return tell

    def _recently_active(self, query: Query, place: int, other: Profile, part: float) -> Iterator[Reason]:
        """Counts the joint projects of the last years, up to the half-life."""
        mine = self._history.projects_of(place)
        lately = (self._history.age[mine] <= HALF_LIFE) & (self._history.sizes[mine] > 1)
        yield Reason(ReasonKind.RECENTLY_ACTIVE, part, count=int(lately.sum()))

    def _country_pair(self, query: Query, place: int, other: Profile, part: float) -> Iterator[Reason]:
        yield Reason(ReasonKind.COUNTRY_PAIR, part, concepts=(str(query.country), other.country))

    def _type_pair(self, query: Query, place: int, other: Profile, part: float) -> Iterator[Reason]:
        yield Reason(ReasonKind.TYPE_PAIR, part, concepts=(str(query.type), other.type))

    def _new_country(self, query: Query, place: int, other: Profile, part: float) -> Iterator[Reason]:
        yield Reason(ReasonKind.NEW_COUNTRY, part, concepts=(other.country,))

    def _topic_worth(self, query: Query, place: int) -> dict[str, float]:
        """What each topic asked for adds to an organisation's track record."""
        index, record = self._index, self._index.track_of(place)
        return {
            code: weight * float(index.track_rarity[index.concepts[code]]) * record[code]
            for code, weight in query.topics.items()
            if code in record
        }

    def _evidence(self, place: int, code: str) -> int:
        return round(float(np.expm1(self._index.track_of(place)[code])))
