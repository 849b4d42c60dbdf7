"""The score: score(q, b) = Σ_t w_t · f_t(q, b), for many candidates at once, and as a list of reasons for one."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import cached_property

import numpy as np

from app.matching.index.arrays import Floats, Ints, Numbers, is_in_sorted
from app.matching.index.index import Index
from app.matching.records import RELATION_FIELDS, Profile, Reason, ReasonKind, WarningKind
from app.matching.scoring.collaboration_terms import CollaborationTerms, PairLogOdds
from app.matching.scoring.feature_tables import FeatureTables
from app.matching.scoring.feedback_terms import FEEDBACK_TERMS, FeedbackTerms
from app.matching.scoring.newcomers import NEWCOMER_DAYS, days_since_joined, newness
from app.matching.scoring.profile_terms import PROFILE_TERMS, ProfileTerms, RelatedConcepts
from app.matching.scoring.query import ScoringQuery
from app.matching.scoring.reasons import TERMS_BY_REASON, CollaborationReasons
from app.matching.scoring.weights import Weights
from app.matching.taxonomy import ConceptTree

NEEDS_FIRST_TERMS = ("meets_need", "needs_you", "first_to_meet", "newcomer")
"""Terms that put who meets a need before the others; a dial multiplies their weights."""
TermValues = Mapping[str, Floats]
MIN_CONCEPTS_TO_GO_BY = 3
"""With fewer concepts in the profile, and without a past partner, there is little to go by."""


class ScoringModel:
    """What all queries on one version of the index share; created again after each edit."""

    def __init__(
        self, index: Index, feature_tables: FeatureTables, family: ConceptTree, weights: Weights
    ) -> None:
        self.index = index
        self.feature_tables = feature_tables
        self.weights = weights
        self.family = family
        self.odds = PairLogOdds(index)

    @cached_property
    def related_concepts(self) -> RelatedConcepts:
        """Similarities of concepts with the current holder counts."""
        return RelatedConcepts(self.index, self.family)

    def scorer_of(self, query: ScoringQuery) -> QueryScorer:
        """The scorer of one query."""
        return QueryScorer(self, query)


class QueryScorer:
    """Scores and explains candidates for one query."""

    def __init__(self, model: ScoringModel, query: ScoringQuery) -> None:
        self.index = model.index
        self.query = query
        self.odds = model.odds
        self.profile = ProfileTerms(model.index, model.related_concepts, query)
        self.collaboration = CollaborationTerms(
            model.index, model.feature_tables, model.odds, query, model.weights.walk_exponent
        )
        self._weights = {**model.weights.merged(query.regime), "well_known": -query.popularity_penalty}
        for name in NEEDS_FIRST_TERMS:
            self._weights[name] = query.needs_first * self._weights.get(name, 0.0)
        self.repeat_penalty = model.weights.repeat_country * max(1.0, self._attainable_points())
        self.today = model.index.history.reference_year if query.today is None else query.today
        self._feedback = FeedbackTerms(model.index, query)
        self._collaboration_reasons = CollaborationReasons(model.index, query)

    def term_values(self, rows: Ints) -> dict[str, Floats]:
        """Term → values at `rows`, each of shape (rows,)."""
        found = self.profile.term_values(rows)
        found["meets_need"] = (found["they_offer"] > 0).astype(np.float64)
        found["needs_you"] = (found["they_seek"] > 0).astype(np.float64)
        is_match = np.maximum(found["meets_need"], found["needs_you"])
        found["newcomer"] = newness(self.index, rows, self.today) * is_match
        found["language"] = self.speakers(rows)
        found["country_wanted"] = self._among(
            self.index.countries[rows], self.index.country_codes, self.query.countries_wanted
        )
        found["type_wanted"] = self._among(
            self.index.types[rows], self.index.type_codes, self.query.types_wanted
        )
        found["hands_nearly_full"] = self.query.open_introductions_at(self.index, rows).astype(np.float64)
        found.update(self.collaboration.term_values(rows))
        found["well_known"] = found["well_connected"]
        found.update(self._feedback.term_values(rows))
        return found

    def scores(self, columns: TermValues) -> Floats:
        """Σ_t w_t · f_t at each row."""
        total = np.zeros(len(next(iter(columns.values()))))
        for name, column in columns.items():
            if weight := self.weight(name):
                total += weight * column
        return total

    def content_score(self, columns: TermValues) -> Floats:
        """Sum of the profile terms and the track record, unweighted: 0 where a candidate matches nothing that was sought."""
        return np.asarray(sum(columns[term.name] for term in PROFILE_TERMS) + columns["track_record"])

    def reasons(self, columns: TermValues, at: int, row: int, other: Profile) -> tuple[Reason, ...]:
        """The score of one organisation as reasons, the largest part first; terms with the value 0 have none.

        The organisation has `row` in the index and position `at` in `columns`.
        """
        values = {name: value for name, column in columns.items() if (value := float(column.item(at)))}
        found = [
            reason
            for term in PROFILE_TERMS
            if term.name in values
            for reason in self.profile.reasons(term, other, self.weight(term.name))
        ]
        found += self._attribute_reasons(values, other)
        found += self._standing_reasons(values, row)
        for kind in (ReasonKind.HANDS_NEARLY_FULL, ReasonKind.WELL_KNOWN):
            if self.weight(kind) and kind in values:
                value = values[kind.value]
                waiting = kind is ReasonKind.HANDS_NEARLY_FULL
                count = round(value) if waiting else self.index.history.adjacency.length(row)
                found.append(Reason(kind, self.weight(kind.value) * value, count=count))
        for kind, terms in self._weighted_kinds:
            if part := sum([weight * values[name] for name, weight in terms if name in values]):
                found.extend(
                    self._collaboration_reasons.reasons(kind, row, other, part, values.get(terms[0][0], 0.0))
                )
        for name in FEEDBACK_TERMS:
            if name in values:
                found.extend(self._feedback.reasons(name, other, self.weight(name)))
        kept = [reason for reason in found if reason.part]
        return tuple(sorted(kept, key=lambda reason: (-abs(reason.part), reason.kind, reason.concepts)))

    def warnings(self, row: int, other: Profile) -> tuple[WarningKind, ...]:
        """What the reader should know of the organisation at `row`; languages warn only where both sides name some."""
        found = []
        mine, theirs = self.query.languages, other.languages
        if mine and theirs and not mine & theirs:
            found.append(WarningKind.NO_COMMON_LANGUAGE)
        named = sum(len(getattr(other, name)) for name in RELATION_FIELDS)
        if named < MIN_CONCEPTS_TO_GO_BY and not self.index.history.adjacency.length(row):
            found.append(WarningKind.LITTLE_TO_GO_BY)
        return tuple(found)

    @cached_property
    def _weighted_kinds(self) -> list[tuple[ReasonKind, list[tuple[str, float]]]]:
        """Kinds of reasons with the weighted terms of each; kinds without any weight are left out."""
        kinds = {
            kind: [(name, self.weight(name)) for name in names] for kind, names in TERMS_BY_REASON.items()
        }
        return [(kind, terms) for kind, terms in kinds.items() if any(weight for _, weight in terms)]

    def weight(self, name: str) -> float:
        """w_t for this query."""
        return self._weights.get(name, 0.0)

    def _attribute_reasons(self, values: Mapping[str, float], other: Profile) -> Iterator[Reason]:
        """Reasons for language, and for a wanted country and type."""
        if "language" in values:
            spoken = tuple(sorted(self.query.languages & other.languages))
            yield Reason(ReasonKind.LANGUAGE, self.weight("language") * values["language"], concepts=spoken)
        for kind, code in ((ReasonKind.COUNTRY_WANTED, other.country), (ReasonKind.TYPE_WANTED, other.type)):
            if kind.value in values:
                yield Reason(kind, self.weight(kind.value) * values[kind.value], concepts=(code,))

    def speakers(self, rows: Ints) -> Floats:
        """1 for each row that shares a language with the query, else 0."""
        concepts, common = self.index.concepts, np.zeros(len(self.index.codes), dtype=np.bool_)
        common[[concepts[code] for code in self.query.languages & concepts.keys()]] = True
        held, owner = self.index.held["languages"].gather(rows)
        found = np.zeros(len(rows))
        found[owner[common.take(held)]] = 1.0
        return found

    def _attainable_points(self) -> float:
        """What exact matches of the profile can come to for this query: the measure of the country penalty."""
        exact = [term.name for term in PROFILE_TERMS if not term.related and self.profile.shares[term.name]]
        return sum(self.weight(name) for name in exact)

    def _standing_reasons(self, values: Mapping[str, float], row: int) -> Iterator[Reason]:
        """Reasons that say who comes first: who meets needs, and newcomers."""
        for kind in (ReasonKind.MEETS_NEED, ReasonKind.NEEDS_YOU):
            if kind.value in values:
                yield Reason(kind, self.weight(kind.value) * values[kind.value])
        if "newcomer" in values:
            days = days_since_joined(self.index, np.array([row]), self.today).item()
            part = self.weight("newcomer") * values["newcomer"]
            yield Reason(ReasonKind.NEWCOMER, part, count=int(days), total=NEWCOMER_DAYS)

    def _among(self, values: Numbers, codes: Mapping[str, int], wanted: frozenset[str]) -> Floats:
        rows = sorted(codes[code] for code in wanted & codes.keys())
        return is_in_sorted(np.array(rows, dtype=values.dtype), values).astype(np.float64)
