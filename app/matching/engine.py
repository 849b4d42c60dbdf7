"""The partner engine: who should meet whom, and why.

It stands on a networkx graph of organisations, projects and concepts, scores every organisation at once on an
index derived from that graph, and explains each suggestion by lines whose parts add up to its score.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from copy import copy
from dataclasses import dataclass
from math import fsum

import numpy as np

from app.matching.graph import BadRecord, ClusterGraph, build_graph, build_taxonomy
from app.matching.history import Floats
from app.matching.index import Flags, Index, build_index
from app.matching.query import Query, query_of_brief, query_of_profile
from app.matching.records import Brief, Feedback, Profile, Project, Reason, ReasonKind, Suggestion
from app.matching.scoring import Columns, Scorer
from app.matching.weights import Weights, load_weights

POOL = 200
"""How many of the best are looked at again when countries are spread."""

DECIMALS = 9
"""Scores equal to so many decimals are a tie, so that the order of sums cannot decide it."""


@dataclass(frozen=True)
class _Ranked:
    """A candidate taken into a list, with what repeating its country has cost it."""

    place: int
    repeated: float


@dataclass(frozen=True)
class _List:
    """The chosen in their order, and the terms that chose them."""

    chosen: list[_Ranked]
    columns: Columns


class Engine:
    """Suggests partners with reasons, from plain records.

    `broader` maps a concept to the one above it. Raises BadRecord for a record that is given twice or that
    names an organisation which is not given. An edit counts at the next request; a reader in another thread
    keeps the picture that it began with.
    """

    def __init__(
        self,
        profiles: Iterable[Profile],
        projects: Iterable[Project],
        broader: Mapping[str, str] | None = None,
        weights: Weights | None = None,
    ) -> None:
        self.graph: ClusterGraph = build_graph(profiles, projects)
        self.taxonomy = build_taxonomy(broader or {})
        self.weights = weights or load_weights()
        self._scorer = Scorer(build_index(self.graph), self.taxonomy, self.weights)

    @property
    def index(self) -> Index:
        """The arrays behind the graph, as they are now."""
        return self._scorer.index

    def suggest(
        self,
        organisation: int,
        k: int = 10,
        *,
        feedback: Sequence[Feedback] = (),
        exclude: frozenset[int] = frozenset(),
        abroad_only: bool = True,
        first_time: bool = True,
    ) -> list[Suggestion]:
        """The k best partners for an organisation, the best first; ties go to the smaller number.

        Left out are the organisation itself, its past partners if `first_time`, its own country if
        `abroad_only`, `exclude`, whom it has set aside, the paused and those with their hands full.
        """
        scorer = self._scorer
        query = query_of_profile(scorer.index, self._known(scorer.index, organisation), feedback)
        aside = exclude | {other.id for _, other in query.set_aside}
        listed = self._list(
            scorer, query, self._partners_allowed(scorer.index, query, aside, abroad_only, first_time), k
        )
        return [self._told(scorer, query, listed.columns, one) for one in listed.chosen]

    def suggest_for(self, brief: Brief, k: int = 10) -> list[Suggestion]:
        """The k organisations that answer a brief best.

        Whoever holds nothing of the skills and sectors that the brief names is no answer. Nobody from the
        asker's own country is proposed, unless the brief wants that country.
        """
        scorer = self._scorer
        query = query_of_brief(scorer.index, brief)
        listed = self._list(scorer, query, self._seats_allowed(scorer.index, brief), k)
        return [self._told(scorer, query, listed.columns, one) for one in listed.chosen]

    def rank(self, asker: int | Brief, k: int) -> list[int]:
        """The numbers of the k best for an organisation or a brief, without reasons, quicker for long lists."""
        scorer = self._scorer
        query, allowed = self._asked(scorer.index, asker)
        return [int(scorer.index.ids[one.place]) for one in self._list(scorer, query, allowed, k).chosen]

    def candidates(self, asker: int | Brief) -> tuple[Columns, Flags]:
        """The terms of everybody for an organisation or a brief, and who may be suggested, by position."""
        scorer = self._scorer
        query, allowed = self._asked(scorer.index, asker)
        return scorer.columns(query), allowed

    def allowed(self, asker: int | Brief) -> Flags:
        """Who may be suggested to an organisation, or for a brief, by position."""
        return self._asked(self.index, asker)[1]

    def explain(self, organisation: int, other: int, *, feedback: Sequence[Feedback] = ()) -> Suggestion:
        """The score of one organisation for another, line by line, whether or not it would be suggested."""
        scorer = self._scorer
        query = query_of_profile(scorer.index, self._known(scorer.index, organisation), feedback)
        return _suggestion(
            scorer.lines(query, scorer.columns(query), self._known(scorer.index, other)), other
        )

    def totals(self, organisation: int) -> dict[int, float]:
        """The score of everybody for one organisation, by number, summed in bulk."""
        index = self.index
        query = query_of_profile(index, self._known(index, organisation))
        scores = self._scorer.totals(query, self._scorer.columns(query))
        return {one: float(scores[place]) for one, place in index.position.items()}

    def with_guest(self, guest: Profile) -> Engine:
        """An engine as one sees it who is not in it yet; nobody else sees her, and this engine stays as it is."""
        seen = copy(self)
        seen._reindex(self.index.with_profile(guest))
        return seen

    def update(self, profile: Profile) -> None:
        """Take in a new organisation or a changed profile."""
        self.graph.add_organisation(profile)
        self._reindex(self.index.with_profile(profile))

    def remove(self, organisation: int) -> None:
        """Forget an organisation and all its joint work."""
        self._known(self.index, organisation)
        self.graph.remove_node(organisation)
        self._reindex(self.index.without(organisation))

    def add_project(self, project: Project) -> None:
        """Take in one more piece of joint work."""
        self.graph.add_project(project)
        self._reindex(self.index.with_project(project))

    def _reindex(self, index: Index) -> None:
        self._scorer = Scorer(index, self.taxonomy, self.weights, self._scorer)

    def _list(self, scorer: Scorer, query: Query, allowed: Flags, k: int) -> _List:
        columns = scorer.columns(query)
        if query.is_brief and query.asks_for_content:
            allowed = allowed & (scorer.matching_content(columns) > 0)
        totals = np.round(scorer.totals(query, columns), DECIMALS)
        pool = best_places(scorer.index, totals, allowed, max(k, POOL))
        return _List(self._spread(scorer.index, pool, totals, k), columns)

    def _spread(self, index: Index, pool: list[int], totals: Floats, k: int) -> list[_Ranked]:
        """The best k of the pool, each country that comes again losing a little each time."""
        toll = self.weights.repeat_country
        if not toll:
            return [_Ranked(place, 0.0) for place in pool[:k]]
        scores, countries = totals[pool], index.countries[pool]
        seen = Counter[int]()
        chosen: list[_Ranked] = []
        for _ in range(min(k, len(pool))):
            best = int(np.argmax(scores))
            country = int(countries[best])
            chosen.append(_Ranked(pool[best], -toll * seen[country]))
            seen[country] += 1
            scores[best] = -np.inf
            scores[countries == country] -= toll
        return chosen

    def _told(self, scorer: Scorer, query: Query, columns: Columns, ranked: _Ranked) -> Suggestion:
        other = scorer.index.profiles[int(scorer.index.ids[ranked.place])]
        lines = scorer.lines(query, columns, other)
        if ranked.repeated:
            lines += (Reason(ReasonKind.COUNTRY_REPEATED, ranked.repeated, concepts=(other.country,)),)
        return _suggestion(lines, other.id)

    def _asked(self, index: Index, asker: int | Brief) -> tuple[Query, Flags]:
        """What is looked for and who may be found, for first-time partners abroad or for a brief."""
        if isinstance(asker, Brief):
            return query_of_brief(index, asker), self._seats_allowed(index, asker)
        query = query_of_profile(index, self._known(index, asker))
        return query, self._partners_allowed(index, query, frozenset(), abroad_only=True, first_time=True)

    def _partners_allowed(
        self, index: Index, query: Query, aside: frozenset[int], abroad_only: bool, first_time: bool
    ) -> Flags:
        """Whom an organisation may be shown."""
        allowed = self._open(index, aside)
        allowed[list(query.seeds)] = False
        if abroad_only:
            allowed &= self._abroad(index, query.country)
        if first_time:
            for seed in query.seeds:
                allowed[index.history.partners_of(seed)] = False
        return allowed

    def _seats_allowed(self, index: Index, brief: Brief) -> Flags:
        """Who may answer a brief."""
        allowed = self._open(index, brief.exclude | brief.partners)
        if brief.home_country not in brief.countries:
            allowed &= self._abroad(index, brief.home_country)
        return allowed

    def _open(self, index: Index, aside: Iterable[int]) -> Flags:
        """Who can be suggested at all."""
        allowed = index.alive & (index.open_introductions < self.weights.capacity)
        allowed[[index.position[one] for one in aside if one in index.position]] = False
        return allowed

    def _abroad(self, index: Index, country: str | None) -> Flags:
        home = -1 if country is None else index.country_codes.get(country, -1)
        return np.asarray(index.countries != home)

    def _known(self, index: Index, organisation: int) -> Profile:
        if organisation not in index.profiles:
            raise BadRecord(f"organisation {organisation} is not given")
        return index.profiles[organisation]


def best_places(index: Index, totals: Floats, allowed: Flags, k: int) -> list[int]:
    """Positions of the k highest totals among the allowed, the smaller number first among equals."""
    places = np.flatnonzero(allowed)
    if len(places) > k:
        edge = np.partition(totals[places], len(places) - k)[len(places) - k]
        places = places[totals[places] >= edge]
    order = np.lexsort((index.ids[places], -totals[places]))
    return [int(place) for place in places[order[:k]]]


def _suggestion(lines: tuple[Reason, ...], organisation: int) -> Suggestion:
    return Suggestion(organisation, fsum(line.part for line in lines), lines)
