"""Reasons for the collaboration terms: the partners, projects and concepts behind each part of the score."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from functools import cached_property
from itertools import pairwise

import numpy as np

from app.matching.index.arrays import Ints, intersect_sorted, is_in_sorted
from app.matching.index.index import Index
from app.matching.records import Profile, Reason, ReasonKind
from app.matching.scoring.query import ScoringQuery

MIN_EXPLAINED_POINTS = 0.1
"""A part of fewer points is not said, so that no path is looked for."""
MAX_PATH_ENDS = 50
"""So many partners of the organisation, those with the fewest partners, are tried as the end of a path of three steps."""
MAX_NAMED = 3
"""Concepts, and partners, that one reason names."""

TERMS_BY_REASON = {
    ReasonKind.PARTNERS_IN_COMMON: ("partners_shared", "recent_partners"),
    ReasonKind.NEAR_IN_NETWORK: ("walk_proximity",),
    ReasonKind.TRACK_RECORD: ("track_record", "recent_record", "region_record", "programme_record"),
    ReasonKind.ACTIVE_IN_TOPIC: ("active_in_topic",),
    ReasonKind.SIMILAR_PROFILE: ("topic_depth", "similar_profile", "region_profile", "programme_profile"),
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
            ReasonKind.NEAR_IN_NETWORK: self.near_in_network,
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
                Reason(
                    ReasonKind.COUNTRY_PAIR,
                    part,
                    concepts=(str(query.country), other.country),
                    odds=float(np.exp(value)),
                )
            ],
            ReasonKind.TYPE_PAIR: lambda row, other, part, value: [
                Reason(
                    ReasonKind.TYPE_PAIR,
                    part,
                    concepts=(str(query.type), other.type),
                    odds=float(np.exp(value)),
                )
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
        seed = self._seed_of(int(named[0])) if len(named) else None
        reason = Reason(
            ReasonKind.PARTNERS_IN_COMMON,
            part,
            partners=tuple(self._index.ids[named].tolist()),
            project=self._latest_joint(int(named[0]), row) if len(named) else None,
            count=len(common),
            total=len(ours) + len(theirs) - len(common),
            projects=() if seed is None else self._works_along([seed, int(named[0]), row]),
        )
        return [reason]

    def near_in_network(self, row: int, other: Profile, part: float, value: float) -> list[Reason]:
        """One path that leads to the organisation: over one partner, over two, else over a topic of both sides' work.

        For a brief the path begins with one of those at the table, which is named first.
        """
        if abs(part) < MIN_EXPLAINED_POINTS:
            return [Reason(ReasonKind.NEAR_IN_NETWORK, part)]
        path = self._shortest_path(row)
        if path is None:
            return [self._path_over_topic(row, part)]
        named = path[:-1] if self._query.is_brief else path[1:-1]
        partners = tuple(int(self._index.ids.item(one)) for one in named)
        return [
            Reason(
                ReasonKind.NEAR_IN_NETWORK,
                part,
                partners=partners,
                count=len(path) - 1,
                projects=self._works_along(path),
            )
        ]

    def _shortest_path(self, row: int) -> list[int] | None:
        """Rows from a seed to the organisation over its newest joint work with partners; None beyond three steps."""
        history, ours = self._history, self._ours
        theirs = history.adjacency.row(row).astype(np.int64)
        if not len(ours) or not len(theirs):
            return None
        if len(common := intersect_sorted(ours, theirs)):
            degrees = history.adjacency.lengths(common)
            middle = int(common[np.lexsort((self._index.ids[common], degrees))[0]])
            return [self._seed_of(middle), middle, row]
        near = theirs[np.lexsort((self._index.ids[theirs], history.adjacency.lengths(theirs)))][
            :MAX_PATH_ENDS
        ]
        others, owner = history.adjacency.gather(near)
        met = np.flatnonzero(is_in_sorted(ours, others))
        if not len(met):
            return None
        met = met[owner[met] == owner[met[0]]]
        ends = others[met].astype(np.int64)
        middle = int(ends[np.lexsort((self._index.ids[ends], history.adjacency.lengths(ends)))[0]])
        return [self._seed_of(middle), middle, int(near[owner[met[0]]]), row]

    def _path_over_topic(self, row: int, part: float) -> Reason:
        """The rarest topic of both sides' joint work, with the newest work of each side on it."""
        mine = [self._topic_projects(seed) for seed in self._query.seeds]
        theirs = self._topic_projects(row)
        shared = sorted(
            {concept for topics in mine for concept in topics} & theirs.keys(),
            key=lambda concept: (-self._index.record_idf[concept], self._index.codes[concept]),
        )
        if not shared:
            return Reason(ReasonKind.NEAR_IN_NETWORK, part)
        ours = next(topics[shared[0]] for topics in mine if shared[0] in topics)
        works = self._newest(ours), self._newest(theirs[shared[0]])
        return Reason(
            ReasonKind.NEAR_IN_NETWORK, part, concepts=(self._index.codes[shared[0]],), projects=works
        )

    def _topic_projects(self, row: int) -> dict[int, list[int]]:
        """Topic → the joint projects of an organisation on it."""
        projects, found = self._history.projects_of(row), dict[int, list[int]]()
        projects = projects[self._history.project_orgs.lengths(projects) > 1]
        concepts, owner = self._history.project_concepts.gather(projects)
        for concept, project in zip(concepts.tolist(), projects[owner].tolist(), strict=True):
            found.setdefault(concept, []).append(project)
        return found

    def _seed_of(self, partner: int) -> int:
        """The first seed that is a partner of this one."""
        adjacency = self._history.adjacency
        return next(seed for seed in self._query.seeds if partner in adjacency.row(seed))

    def _works_along(self, path: Sequence[int]) -> tuple[int, ...]:
        """The newest joint project of each step."""
        works = [self._latest_joint(one, other) for one, other in pairwise(path)]
        return tuple(work for work in works if work is not None)

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
        if len(mine) == 1:
            return mine[0]
        return np.unique(np.concatenate(mine)) if mine else np.zeros(0, dtype=np.int64)

    def _latest_joint(self, one: int, other: int) -> int | None:
        """Number of the newest project of two organisations; one without a date counts as new."""
        projects = intersect_sorted(
            self._history.org_projects.row(one), self._history.org_projects.row(other)
        )
        if len(projects) == 1:
            return int(self._index.projects.item(int(projects[0])))
        return self._newest(projects) if len(projects) else None

    def _newest(self, projects: Sequence[int] | Ints) -> int:
        """Number of the newest of some projects; one without a date counts as new."""
        rows = np.asarray(projects, dtype=np.int64)
        numbers = self._index.projects[rows]
        return int(numbers[np.lexsort((numbers, self._history.age(rows)))][0])

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
