"""Reasons for the collaboration terms: the partners, projects and concepts behind each part of the score."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import cached_property

import numpy as np

from app.matching.index.arrays import Ints, intersect_sorted
from app.matching.index.index import Index
from app.matching.records import Profile, Reason, ReasonKind
from app.matching.scoring.query import ScoringQuery

MAX_NAMED = 3
"""Concepts, and partners, that one reason names."""

TERMS_BY_REASON = {
    ReasonKind.PARTNERS_IN_COMMON: ("partners_shared", "recent_partners"),
    ReasonKind.NEAR_IN_NETWORK: ("walk_proximity",),
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
"""Terms that one reason explains together."""


ReasonBuilder = Callable[[int, Profile, float, float], list[Reason]]


class CollaborationReasons:
    """Builds the reasons of one query."""

    def __init__(self, index: Index, query: ScoringQuery) -> None:
        self._index = index
        self._query = query
        self._history = index.history
        self._builders: Mapping[ReasonKind, ReasonBuilder] = {
            ReasonKind.PARTNERS_IN_COMMON: self.partners_in_common,
            ReasonKind.NEAR_IN_NETWORK: lambda row, other, part, value: [
                Reason(ReasonKind.NEAR_IN_NETWORK, part)
            ],
            ReasonKind.TRACK_RECORD: self.track_record,
            ReasonKind.ACTIVE_IN_TOPIC: self._named_topics(ReasonKind.ACTIVE_IN_TOPIC),
            ReasonKind.SIMILAR_PROFILE: self._named_topics(ReasonKind.SIMILAR_PROFILE),
            ReasonKind.WELL_CONNECTED: lambda row, other, part, value: [
                Reason(ReasonKind.WELL_CONNECTED, part, count=self._history.adjacency.length(row))
            ],
            ReasonKind.SAME_PARTNERS: lambda row, other, part, value: [
                Reason(
                    ReasonKind.SAME_PARTNERS,
                    part,
                    count=self._history.adjacency.length(row),
                    total=round(self._history.encounters.item(row)),
                )
            ],
            ReasonKind.KNOWS_COUNTRY: lambda row, other, part, value: [
                Reason(
                    ReasonKind.KNOWS_COUNTRY,
                    part,
                    concepts=(str(query.country),),
                    count=round(float(np.expm1(value))),
                )
            ],
            ReasonKind.COUNTRY_PAIR: lambda row, other, part, value: [
                Reason(ReasonKind.COUNTRY_PAIR, part, concepts=(str(query.country), other.country))
            ],
            ReasonKind.TYPE_PAIR: lambda row, other, part, value: [
                Reason(ReasonKind.TYPE_PAIR, part, concepts=(str(query.type), other.type))
            ],
            ReasonKind.NEW_COUNTRY: lambda row, other, part, value: [
                Reason(ReasonKind.NEW_COUNTRY, part, concepts=(other.country,))
            ],
        }

    def reasons(self, kind: ReasonKind, row: int, other: Profile, part: float, value: float) -> list[Reason]:
        """Reasons of one kind for the organisation at `row`; their parts add up to `part`.

        `value` is the value of the kind's first term.
        """
        return self._builders[kind](row, other, part, value)

    def partners_in_common(self, row: int, other: Profile, part: float, value: float) -> list[Reason]:
        """Name the shared partners with the fewest partners, count all of them and the partners of either side."""
        ours, theirs = self._ours, self._history.adjacency.row(row)
        common = intersect_sorted(ours, theirs)
        degrees = self._history.adjacency.lengths(common)
        named = common[np.lexsort((self._index.ids[common], degrees))][:MAX_NAMED]
        reason = Reason(
            ReasonKind.PARTNERS_IN_COMMON,
            part,
            partners=tuple(self._index.ids[named].tolist()),
            project=self._latest_joint(int(named[0]), row) if len(named) else None,
            count=len(common),
            total=len(ours) + len(theirs) - len(common),
        )
        return [reason]

    def track_record(self, row: int, other: Profile, part: float, value: float) -> list[Reason]:
        """One reason for each of the topics that add most, and one for all others together."""
        worth, record = self._topic_worth(row), self._index.topic_record(row)
        whole = sum(worth.values())
        ranked, reasons = sorted(worth, key=lambda code: (-worth[code], code)), list[Reason]()
        for code in ranked[:MAX_NAMED]:
            count = round(float(np.expm1(record[code])))
            holders = int(self._history.record_holders[self._index.concepts[code]])
            share = part * worth[code] / whole
            reasons.append(
                Reason(ReasonKind.TRACK_RECORD, share, concepts=(code,), count=count, total=holders)
            )
        if rest := ranked[MAX_NAMED:]:
            share = part * sum(worth[code] for code in rest) / whole
            reasons.append(Reason(ReasonKind.TRACK_RECORD, share, concepts=tuple(rest)))
        return reasons

    @cached_property
    def _ours(self) -> Ints:
        """All partners of the seeds, ascending."""
        mine = [self._history.adjacency.row(seed) for seed in self._query.seeds]
        return mine[0] if len(mine) == 1 else np.unique(np.concatenate(mine))

    def _latest_joint(self, one: int, other: int) -> int | None:
        """Number of the newest project of two organisations; one without a date counts as new."""
        projects = intersect_sorted(
            self._history.org_projects.row(one), self._history.org_projects.row(other)
        )
        if not len(projects):
            return None
        numbers = self._index.projects[projects]
        return int(numbers[np.lexsort((numbers, self._history.age(projects)))][0])

    def _named_topics(self, kind: ReasonKind) -> ReasonBuilder:
        def tell(row: int, other: Profile, part: float, value: float) -> list[Reason]:
            worth = self._topic_worth(row)
            named = sorted(worth, key=lambda code: (-worth[code], code))[:MAX_NAMED]
            return [Reason(kind, part, concepts=tuple(named), count=len(worth))]

        return tell

    def _topic_worth(self, row: int) -> dict[str, float]:
        """Topic → what it adds to the organisation's track record."""
        index, record = self._index, self._index.topic_record(row)
        return {
            code: weight * float(index.record_idf[index.concepts[code]]) * record[code]
            for code, weight in self._query.topics.items()
            if code in record
        }
