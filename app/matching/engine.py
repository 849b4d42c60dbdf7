"""The partner engine: ranks organisations for an organisation or a brief, with reasons that add up to the score."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from copy import copy
from dataclasses import replace
from datetime import date
from math import fsum
from threading import Lock

import numpy as np

from app.matching.diversity import ListRule, Ranked
from app.matching.filters import CandidateFilter
from app.matching.graph import ClusterGraph, build_graph, build_taxonomy
from app.matching.index.arrays import Flags
from app.matching.index.builder import build_index
from app.matching.index.columns import ClusterColumns, check_columns, columns_of_records, from_years, to_years
from app.matching.index.index import Index, iter_projects, project_at
from app.matching.records import (
    BadRecord,
    Brief,
    Feedback,
    Profile,
    Project,
    Reason,
    ReasonKind,
    Suggestion,
    WarningKind,
    check_profile,
    check_project,
)
from app.matching.scoring.feature_tables import FeatureTables
from app.matching.scoring.model import QueryScorer, ScoringModel, TermValues
from app.matching.scoring.query import ScoringQuery, brief_query, profile_query
from app.matching.scoring.weights import Weights, check_weights, load_weights
from app.matching.taxonomy import ConceptTree, Links
from app.matching.topk.search import TopK, TopKSearch


class Engine:
    """Suggests partners with reasons, from plain records.

    `broader` maps a concept to its parent, `links` relate skills that are close (without any, the parents do), `known`
    holds all concepts that a record may use. `today` is the day from which ages count; only for files of the past it
    defaults to the newest project's start. Raises BadRecord for a record that is given twice, names what
    is missing or makes no sense. An edit counts at the next request; concurrent readers keep the version they started
    with.
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
        links: Links | None = None,
    ) -> None:
        graph = build_graph(profiles, projects)
        reference_year = None if today is None else to_years(today)
        table = columns_of_records(graph.organisations(), graph.projects(), known)
        self._initialise(build_index(table, reference_year), broader or {}, weights, known, links)
        self._graph: ClusterGraph | None = graph

    @classmethod
    def from_index(
        cls,
        index: Index,
        broader: Mapping[str, str] | None = None,
        weights: Weights | None = None,
        known: Collection[str] | None = None,
        links: Links | None = None,
    ) -> Engine:
        """An engine over an existing index; the networkx graph is built on demand."""
        engine = cls.__new__(cls)
        engine._initialise(index, broader or {}, weights, known, links)
        engine._graph = None
        return engine

    @classmethod
    def from_columns(
        cls,
        table: ClusterColumns,
        broader: Mapping[str, str] | None = None,
        weights: Weights | None = None,
        known: Collection[str] | None = None,
        links: Links | None = None,
        *,
        today: date | None = None,
    ) -> Engine:
        """An engine over columnar input, without building the networkx graph."""
        reference_year = None if today is None else to_years(today)
        index = build_index(check_columns(table), reference_year)
        return cls.from_index(index, broader, weights, known, links)

    def _initialise(
        self,
        index: Index,
        broader: Mapping[str, str],
        weights: Weights | None,
        known: Collection[str] | None,
        links: Links | None,
    ) -> None:
        self.taxonomy = build_taxonomy(broader)
        self.weights = check_weights(weights or load_weights())
        self._known_concepts = known
        self._today: float | None = None
        self._writing = Lock()
        feature_tables = FeatureTables(index)
        self._model = ScoringModel(index, feature_tables, ConceptTree(self.taxonomy, links), self.weights)
        self._candidates = TopKSearch(feature_tables)

    @property
    def index(self) -> Index:
        """The current index."""
        return self._model.index

    def see_from(self, today: date) -> None:
        """Lift newcomers as of this day from the next request on; the ages of joint work stay those of the build."""
        self._today = to_years(today)

    @property
    def graph(self) -> ClusterGraph:
        """The networkx graph of everything; above a million organisations use `ego_graph` instead."""
        if self._graph is None:
            index = self.index
            self._graph = build_graph(index.profiles.values(), iter_projects(index))
        return self._graph

    def partners_of(self, organisation: int) -> set[int]:
        """The numbers of all organisations that share a project with this one."""
        index = self.index
        return set(index.ids[index.history.partners_of(index.rows_by_id[organisation])].tolist())

    def ego_graph(self, organisation: int, radius: int = 1) -> ClusterGraph:
        """The networkx graph of all organisations within `radius` collaborations of one, with their projects."""
        index = self.index
        self._profile_of(index, organisation)
        numbers = {organisation}
        for _ in range(radius):
            rows = np.array(sorted(index.rows_by_id[one] for one in numbers), dtype=np.int64)
            met = np.unique(index.history.adjacency.gather(rows)[0]).astype(np.int64)
            numbers |= set(index.ids[met].tolist())
        return build_graph([index.profiles[one] for one in sorted(numbers)], iter_projects(index, numbers))

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
        marks: Collection[str] = (),
        popularity_penalty: float = 0.0,
        needs_first: float = 1.0,
        open_introductions: Mapping[int, int] | None = None,
    ) -> list[Suggestion]:
        """The k best partners for an organisation, the best first; ties go to the smaller number.

        `exclude` and dismissed organisations are left out, past partners if `first_time`, the own country if
        `abroad_only`. `country`, `offering` (a skill) and all `marks` restrict the list. `popularity_penalty` ·
        ln(1 + partners) is subtracted from each score. `needs_first` says how much it counts to meet a need at all: 1
        puts who does before all others, 0 leaves the order to the other points. `open_introductions` overrides the
        index by number.
        """
        model = self._model
        query = self._profile_query(model.index, organisation, feedback)
        query = replace(
            query,
            popularity_penalty=popularity_penalty,
            needs_first=needs_first,
            open_introductions=open_introductions or {},
        )
        aside = {*exclude, *(other.id for _, other in query.set_aside)}
        candidate_filter = CandidateFilter(
            model.index, self.weights.capacity, query, aside,
            abroad_only and country != query.country, first_time, country or None, offering or None, marks,
        )  # fmt: skip
        return self._suggestions(model.scorer_of(query), candidate_filter, k)

    def suggest_for(
        self,
        brief: Brief,
        k: int = 10,
        *,
        popularity_penalty: float = 0.0,
        needs_first: float = 1.0,
        open_introductions: Mapping[int, int] | None = None,
    ) -> list[Suggestion]:
        """The k best organisations for a brief.

        If the brief names skills or sectors, organisations that match none are left out; so are those of the asker's own
        country, unless the brief wants that country.
        """
        model = self._model
        query = self._brief_query(model.index, brief)
        query = replace(
            query,
            popularity_penalty=popularity_penalty,
            needs_first=needs_first,
            open_introductions=open_introductions or {},
        )
        return self._suggestions(model.scorer_of(query), self._brief_filter(model.index, query, brief), k)

    def rank(self, asker: int | Brief, k: int) -> list[int]:
        """The numbers of the k best for an organisation or a brief, without reasons."""
        scorer, candidate_filter = self.prepare(asker)
        top_k = self._search(scorer, candidate_filter, k)
        return [int(scorer.index.ids.item(int(top_k.rows[one.at]))) for one in top_k.selected]

    def candidates(self, asker: int | Brief) -> tuple[TermValues, Flags]:
        """The terms of all rows for an organisation or a brief, and the mask of rows that may be returned."""
        scorer, candidate_filter = self.prepare(asker)
        everybody = np.arange(scorer.index.size)
        return scorer.term_values(everybody), candidate_filter.mask(everybody)

    def allowed(self, asker: int | Brief) -> Flags:
        """The mask of rows that may be returned."""
        return self.prepare(asker)[1].mask(np.arange(self.index.size))

    def explain(self, organisation: int, other: int, *, feedback: Sequence[Feedback] = ()) -> Suggestion:
        """The score of `other` for an organisation with its reasons, whether or not it would be suggested."""
        model = self._model
        query = self._profile_query(model.index, organisation, feedback)
        profile, scorer = self._profile_of(model.index, other), model.scorer_of(query)
        row = model.index.rows_by_id[other]
        reasons = scorer.reasons(scorer.term_values(np.array([row])), 0, row, profile)
        return _suggestion(reasons, other, scorer.warnings(row, profile))

    def scores(self, organisation: int) -> dict[int, float]:
        """The scores of all organisations for one, by number, without filter or re-ranking."""
        scorer, _ = self.prepare(organisation)
        scores = scorer.scores(scorer.term_values(np.arange(scorer.index.size)))
        return {one: float(scores[row]) for one, row in scorer.index.rows_by_id.items()}

    def sort_by_score(self, organisation: int, others: Collection[int]) -> list[int]:
        """Those of `others` that are in the index and not the organisation itself by their score for it, the best first.

        Nothing is filtered or re-ranked; ties go to the smaller number.
        """
        scorer, _ = self.prepare(organisation)
        rows_by_id = scorer.index.rows_by_id
        known = np.array(
            sorted(other for other in others if other in rows_by_id and other != organisation), dtype=np.int64
        )
        if not len(known):
            return []
        rows = np.array([rows_by_id[other] for other in known.tolist()], dtype=np.int64)
        scores = scorer.scores(scorer.term_values(rows))
        ranked: list[int] = known[np.lexsort((known, -scores))].tolist()
        return ranked

    def with_guest(self, guest: Profile) -> Engine:
        """A copy of the engine that also holds `guest`; this engine stays as it is."""
        seen = copy(self)
        seen._reindex(self.index.with_profile(guest))
        return seen

    def update(self, profile: Profile) -> None:
        """Add an organisation or replace its profile."""
        check_profile(profile, self._known_concepts)
        with self._writing:
            if self._graph is not None:
                self._graph.add_organisation(profile)
            self._reindex(self.index.with_profile(profile))

    def remove(self, organisation: int) -> None:
        """Remove an organisation from the index and from all its projects."""
        with self._writing:
            self._profile_of(self.index, organisation)
            if self._graph is not None:
                self._graph.remove_node(organisation)
            self._reindex(self.index.without(organisation))

    def add_project(self, project: Project) -> None:
        """Add a project or replace it; an identical one changes nothing."""
        check_project(project, self.index.rows_by_id, self._known_concepts)
        with self._writing:
            known, new = (
                self.index.find_project_row(project.id),
                from_years(self.index.history.reference_year),
            )
            if known >= 0 and project_at(self.index, known) == replace(
                project, started=project.started or new
            ):
                return
            if self._graph is not None:
                self._graph.add_project(project)
            self._reindex(self.index.with_project(project))

    def remove_project(self, project: int) -> None:
        """Remove a project, if it is there."""
        with self._writing:
            if self.index.find_project_row(project) < 0:
                return
            if self._graph is not None:
                self._graph.remove_nodes_from([("project", project)])
            self._reindex(self.index.with_project(Project(project, frozenset())))

    def _reindex(self, index: Index) -> None:
        self._model = ScoringModel(index, self._model.feature_tables, self._model.family, self.weights)

    def _suggestions(
        self, scorer: QueryScorer, candidate_filter: CandidateFilter, k: int
    ) -> list[Suggestion]:
        top_k = self._search(scorer, candidate_filter, k)
        return [self._suggestion_of(scorer, top_k, one) for one in top_k.selected]

    def _search(self, scorer: QueryScorer, candidate_filter: CandidateFilter, k: int) -> TopK:
        return self._candidates.search(scorer, candidate_filter, k, self.list_rule(scorer))

    def list_rule(self, scorer: QueryScorer) -> ListRule:
        """How the list of a query is re-ranked."""
        return ListRule(scorer.repeat_penalty, scorer.weight("first_to_meet"))

    def _suggestion_of(self, scorer: QueryScorer, top_k: TopK, ranked: Ranked) -> Suggestion:
        row = int(top_k.rows[ranked.at])
        other = scorer.index.profiles.at(row)
        reasons = scorer.reasons(*top_k.terms_of(ranked), row, other)
        if ranked.newcomers:
            reasons = tuple(
                reason._replace(part=reason.part * 0.5**ranked.newcomers)
                if reason.kind is ReasonKind.NEWCOMER
                else reason
                for reason in reasons
            )
        if ranked.first_to_meet:
            needs = scorer.profile.needs
            first = tuple(code for at, code in enumerate(needs) if ranked.first_to_meet >> at & 1)
            reasons += (Reason(ReasonKind.FIRST_TO_MEET, scorer.weight("first_to_meet"), concepts=first),)
        if ranked.penalty:
            reasons += (Reason(ReasonKind.COUNTRY_REPEATED, ranked.penalty, concepts=(other.country,)),)
        return _suggestion(reasons, other.id, scorer.warnings(row, other))

    def prepare(self, asker: int | Brief) -> tuple[QueryScorer, CandidateFilter]:
        """The scorer and the filter of an organisation (first-time partners abroad) or of a brief."""
        model = self._model
        if isinstance(asker, Brief):
            query = self._brief_query(model.index, asker)
            return model.scorer_of(query), self._brief_filter(model.index, query, asker)
        query = self._profile_query(model.index, asker)
        return model.scorer_of(query), CandidateFilter(
            model.index, self.weights.capacity, query, first_time=True
        )

    def _profile_query(
        self, index: Index, organisation: int, feedback: Sequence[Feedback] = ()
    ) -> ScoringQuery:
        query = profile_query(index, self._profile_of(index, organisation), feedback)
        return replace(query, today=self._today)

    def _brief_query(self, index: Index, brief: Brief) -> ScoringQuery:
        return replace(brief_query(index, brief), today=self._today)

    def _brief_filter(self, index: Index, query: ScoringQuery, brief: Brief) -> CandidateFilter:
        """The filter of a brief."""
        aside, abroad_only = {*brief.exclude, *brief.partners}, brief.home_country not in brief.countries
        return CandidateFilter(index, self.weights.capacity, query, aside, abroad_only)

    def _profile_of(self, index: Index, organisation: int) -> Profile:
        if organisation not in index.rows_by_id:
            raise BadRecord(f"organisation {organisation} is not given")
        return index.profiles[organisation]


def _suggestion(
    reasons: tuple[Reason, ...], organisation: int, warnings: tuple[WarningKind, ...]
) -> Suggestion:
    return Suggestion(organisation, fsum(reason.part for reason in reasons), reasons, warnings)
