"""The partner engine: who should meet whom, and why.

It stands on a networkx graph of organisations, projects and concepts, scores on an index derived from that graph, and
explains each suggestion by lines whose parts add up to its score.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from copy import copy
from dataclasses import replace
from datetime import date
from math import fsum
from threading import Lock

import numpy as np

from app.matching.allowing import Rules
from app.matching.arrays import Flags
from app.matching.candidates import Candidates, Looked
from app.matching.checks import check_profile, check_project, check_table, check_weights
from app.matching.graph import BadRecord, ClusterGraph, build_graph, build_taxonomy
from app.matching.index import Index
from app.matching.layers import Layers
from app.matching.layout import lay_out
from app.matching.listing import Ranked
from app.matching.query import Query, query_of_brief, query_of_profile
from app.matching.records import Brief, Feedback, Profile, Project, Reason, ReasonKind, Suggestion
from app.matching.roster import work_at, works
from app.matching.scoring import Columns, Inquiry, Scorer
from app.matching.table import Table, from_years, in_years, tabulated
from app.matching.taxonomy import Family
from app.matching.weights import Weights, load_weights


class Engine:
    """Suggests partners with reasons, from plain records.

    `broader` maps a concept to the one above it, `known` are all concepts that a record may hold, `today` is the moment
    from which the past is seen (the newest project's start). Raises BadRecord, which names the record, for one that is
    given twice, names what is not given or makes no sense. An edit counts at the next request; a reader in another
    thread keeps the picture that it began with.
    """

    def __init__(
        self,
        profiles: Iterable[Profile],
        projects: Iterable[Project],
        broader: Mapping[str, str] | None = None,
        weights: Weights | None = None,
        *,
        known: Collection[str] | None = None,
        today: date | None = None,
    ) -> None:
        graph = build_graph(profiles, projects)
        clock = None if today is None else in_years(today)
        table = tabulated(graph.organisations(), graph.projects(), known)
        self._begin(lay_out(table, clock), broader or {}, weights, known)
        self._graph: ClusterGraph | None = graph

    @classmethod
    def of_index(
        cls,
        index: Index,
        broader: Mapping[str, str] | None = None,
        weights: Weights | None = None,
        known: Collection[str] | None = None,
    ) -> Engine:
        """An engine over arrays that were laid out before; its graph is made when it is asked for."""
        engine = cls.__new__(cls)
        engine._begin(index, broader or {}, weights, known)
        engine._graph = None
        return engine

    @classmethod
    def of_table(
        cls,
        table: Table,
        broader: Mapping[str, str] | None = None,
        weights: Weights | None = None,
        known: Collection[str] | None = None,
    ) -> Engine:
        """An engine over the columns of a cluster that is too large for a graph of everything."""
        return cls.of_index(lay_out(check_table(table)), broader, weights, known)

    def _begin(
        self, index: Index, broader: Mapping[str, str], weights: Weights | None, known: Collection[str] | None
    ) -> None:
        self.taxonomy = build_taxonomy(broader)
        self.weights = check_weights(weights or load_weights())
        self._known_concepts = known
        self._writing = Lock()
        layers = Layers(index)
        self._scorer = Scorer(index, layers, Family(self.taxonomy), self.weights)
        self._candidates = Candidates(layers)

    @property
    def index(self) -> Index:
        """The arrays behind the graph, as they are now."""
        return self._scorer.index

    @property
    def graph(self) -> ClusterGraph:
        """The networkx graph of everything; beyond a million organisations ask for `around` instead."""
        if self._graph is None:
            index = self.index
            self._graph = build_graph(index.profiles.values(), works(index))
        return self._graph

    def partners_of(self, organisation: int) -> set[int]:
        """The numbers of all that an organisation has ever worked with."""
        index = self.index
        return set(index.ids[index.history.partners_of(index.position[organisation])].tolist())

    def around(self, organisation: int, steps: int = 1) -> ClusterGraph:
        """The networkx graph of an organisation, its joint work and partners, and theirs up to so many steps away."""
        index = self.index
        self._known(index, organisation)
        numbers = {organisation}
        for _ in range(steps):
            places = np.array(sorted(index.position[one] for one in numbers), dtype=np.int64)
            met = np.unique(index.history.ties.many(places)[0]).astype(np.int64)
            numbers |= set(index.ids[met].tolist())
        return build_graph([index.profiles[one] for one in sorted(numbers)], works(index, numbers))

    def suggest(
        self,
        organisation: int,
        k: int = 10,
        *,
        feedback: Sequence[Feedback] = (),
        exclude: Collection[int] = frozenset(),
        abroad_only: bool = True,
        first_time: bool = True,
        country: str | None = None,
        offering: str | None = None,
        fame_toll: float = 0.0,
        open_introductions: Mapping[int, int] | None = None,
    ) -> list[Suggestion]:
        """The k best partners for an organisation, the best first; ties go to the smaller number.

        Left out are the organisation itself, its past partners if `first_time`, its own country if
        `abroad_only`, `exclude`, whom it has set aside, the paused and those with their hands full. `country` and
        `offering`, a skill, narrow the list. `fame_toll` is taken off times ln(1 + partners that somebody has had);
        `open_introductions` says who has how many to answer now.
        """
        scorer = self._scorer
        query = query_of_profile(scorer.index, self._known(scorer.index, organisation), feedback)
        query = replace(query, fame_toll=fame_toll, busy=open_introductions or {})
        aside = {*exclude, *(other.id for _, other in query.set_aside)}
        rules = Rules(
            scorer.index, self.weights.capacity, query, aside,
            abroad_only and country != query.country, first_time, country or None, offering or None,
        )  # fmt: skip
        return self._told(scorer.ask(query), rules, k)

    def suggest_for(
        self,
        brief: Brief,
        k: int = 10,
        *,
        fame_toll: float = 0.0,
        open_introductions: Mapping[int, int] | None = None,
    ) -> list[Suggestion]:
        """The k organisations that answer a brief best.

        Whoever holds nothing of the skills and sectors that the brief names is no answer. Nobody from the
        asker's own country is proposed, unless the brief wants that country.
        """
        scorer = self._scorer
        query = query_of_brief(scorer.index, brief)
        query = replace(query, fame_toll=fame_toll, busy=open_introductions or {})
        return self._told(scorer.ask(query), self._seats(scorer.index, query, brief), k)

    def rank(self, asker: int | Brief, k: int) -> list[int]:
        """The numbers of the k best for an organisation or a brief, without reasons, quicker for long lists."""
        inquiry, rules = self.asked(asker)
        looked = self._look(inquiry, rules, k)
        return [int(inquiry.index.ids.one(int(looked.places[one.at]))) for one in looked.chosen]

    def candidates(self, asker: int | Brief) -> tuple[Columns, Flags]:
        """The terms of everybody for an organisation or a brief, and who may be suggested, by place."""
        inquiry, rules = self.asked(asker)
        everybody = np.arange(inquiry.index.size)
        return inquiry.columns(everybody), rules.allow(everybody)

    def allowed(self, asker: int | Brief) -> Flags:
        """Who may be suggested to an organisation, or for a brief, by place."""
        return self.asked(asker)[1].allow(np.arange(self.index.size))

    def explain(self, organisation: int, other: int, *, feedback: Sequence[Feedback] = ()) -> Suggestion:
        """The score of one organisation for another, line by line, whether or not it would be suggested."""
        scorer = self._scorer
        query = query_of_profile(scorer.index, self._known(scorer.index, organisation), feedback)
        told, inquiry = self._known(scorer.index, other), scorer.ask(query)
        place = scorer.index.position[other]
        return _suggestion(inquiry.lines(inquiry.columns(np.array([place])), 0, place, told), other)

    def totals(self, organisation: int) -> dict[int, float]:
        """The score of everybody for one organisation, by number, summed in bulk."""
        inquiry, _ = self.asked(organisation)
        scores = inquiry.totals(inquiry.columns(np.arange(inquiry.index.size)))
        return {one: float(scores[place]) for one, place in inquiry.index.position.items()}

    def with_guest(self, guest: Profile) -> Engine:
        """An engine as one sees it who is not in it yet; nobody else sees her, and this engine stays as it is."""
        seen = copy(self)
        seen._reindex(self.index.with_profile(guest))
        return seen

    def update(self, profile: Profile) -> None:
        """Take in a new organisation or a changed profile."""
        check_profile(profile, self._known_concepts)
        with self._writing:
            if self._graph is not None:
                self._graph.add_organisation(profile)
            self._reindex(self.index.with_profile(profile))

    def remove(self, organisation: int) -> None:
        """Forget an organisation and all its joint work."""
        with self._writing:
            self._known(self.index, organisation)
            if self._graph is not None:
                self._graph.remove_node(organisation)
            self._reindex(self.index.without(organisation))

    def add_project(self, project: Project) -> None:
        """Take in a piece of joint work, a new one or one that is not what it was; the same again changes nothing."""
        check_project(project, self.index.position, self._known_concepts)
        with self._writing:
            known, new = self.index.place_of_work(project.id), from_years(self.index.history.clock)
            if known >= 0 and work_at(self.index, known) == replace(project, started=project.started or new):
                return
            if self._graph is not None:
                self._graph.add_project(project)
            self._reindex(self.index.with_project(project))

    def remove_project(self, project: int) -> None:
        """Forget a piece of joint work, if it was there."""
        with self._writing:
            if self.index.place_of_work(project) < 0:
                return
            if self._graph is not None:
                self._graph.remove_nodes_from([("project", project)])
            self._reindex(self.index.with_project(Project(project, frozenset())))

    def _reindex(self, index: Index) -> None:
        self._scorer = Scorer(index, self._scorer.layers, self._scorer.family, self.weights)

    def _told(self, inquiry: Inquiry, rules: Rules, k: int) -> list[Suggestion]:
        looked = self._look(inquiry, rules, k)
        return [self._tell(inquiry, looked, one) for one in looked.chosen]

    def _look(self, inquiry: Inquiry, rules: Rules, k: int) -> Looked:
        return self._candidates.look(inquiry, rules, k, self.weights.repeat_country)

    def _tell(self, inquiry: Inquiry, looked: Looked, ranked: Ranked) -> Suggestion:
        place = int(looked.places[ranked.at])
        other = inquiry.index.profiles.at(place)
        lines = inquiry.lines(*looked.columns_of(ranked), place, other)
        if ranked.repeated:
            lines += (Reason(ReasonKind.COUNTRY_REPEATED, ranked.repeated, concepts=(other.country,)),)
        return _suggestion(lines, other.id)

    def asked(self, asker: int | Brief) -> tuple[Inquiry, Rules]:
        """What is looked for and who may be found, for first-time partners abroad or for a brief."""
        scorer = self._scorer
        if isinstance(asker, Brief):
            query = query_of_brief(scorer.index, asker)
            return scorer.ask(query), self._seats(scorer.index, query, asker)
        query = query_of_profile(scorer.index, self._known(scorer.index, asker))
        return scorer.ask(query), Rules(scorer.index, self.weights.capacity, query, first_time=True)

    def _seats(self, index: Index, query: Query, brief: Brief) -> Rules:
        """Who may answer a brief."""
        aside, abroad_only = {*brief.exclude, *brief.partners}, brief.home_country not in brief.countries
        return Rules(index, self.weights.capacity, query, aside, abroad_only)

    def _known(self, index: Index, organisation: int) -> Profile:
        if organisation not in index.position:
            raise BadRecord(f"organisation {organisation} is not given")
        return index.profiles[organisation]


def _suggestion(lines: tuple[Reason, ...], organisation: int) -> Suggestion:
    return Suggestion(organisation, fsum(line.part for line in lines), lines)
