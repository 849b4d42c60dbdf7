"""The score: a weighted sum of terms, for many organisations at once, and the same sum told line by line."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import cached_property

import numpy as np

from app.matching.arrays import Floats, Ints, Numbers, among
from app.matching.content import CONTENT_TERMS, Content, Kinships
from app.matching.feedback import FEEDBACK_TERMS, Aside
from app.matching.index import Index
from app.matching.layers import Layers
from app.matching.network import Network, Odds
from app.matching.network_lines import TERMS_TOLD, NetworkLines
from app.matching.query import Query
from app.matching.records import Profile, Reason, ReasonKind
from app.matching.taxonomy import Family
from app.matching.weights import Weights

Columns = Mapping[str, Floats]


class Scorer:
    """What questions about one index have in common; made anew after each edit, in no time."""

    def __init__(self, index: Index, layers: Layers, family: Family, weights: Weights) -> None:
        self.index = index
        self.layers = layers
        self.weights = weights
        self.family = family
        self.odds = Odds(index)

    @cached_property
    def kinships(self) -> Kinships:
        """How near concepts are as things stand."""
        return Kinships(self.index, self.family)

    def ask(self, query: Query) -> Inquiry:
        """One question, ready to be answered for any places."""
        return Inquiry(self, query)


class Inquiry:
    """Scores and explains for one question."""

    def __init__(self, scorer: Scorer, query: Query) -> None:
        self.index = scorer.index
        self.query = query
        self.odds = scorer.odds
        self.content = Content(scorer.index, scorer.kinships, query)
        self.network = Network(scorer.index, scorer.layers, scorer.odds, query)
        self._worth = {**scorer.weights.merged(query.warm), "well_known": -query.fame_toll}
        self._aside = Aside(scorer.index, query)
        self._lines = NetworkLines(scorer.index, query)

    def columns(self, places: Ints) -> dict[str, Floats]:
        """Every term's value at some places."""
        found = self.content.columns(places)
        found["language"] = self.speakers(places)
        found["country_wanted"] = self._among(
            self.index.countries[places], self.index.country_codes, self.query.countries_wanted
        )
        found["type_wanted"] = self._among(
            self.index.types[places], self.index.type_codes, self.query.types_wanted
        )
        found["hands_nearly_full"] = self.query.open_at(self.index, places).astype(np.float64)
        found.update(self.network.columns(places))
        found["well_known"] = found["well_connected"]
        found.update(self._aside.columns(places))
        return found

    def totals(self, columns: Columns) -> Floats:
        """The score at each of the places that the columns are about."""
        total = np.zeros(len(next(iter(columns.values()))))
        for name, column in columns.items():
            if weight := self.weight(name):
                total += weight * column
        return total

    def matching_content(self, columns: Columns) -> Floats:
        """How much of what profiles hold answers the question, weights aside."""
        return np.asarray(sum(columns[term.name] for term in CONTENT_TERMS) + columns["track_record"])

    def lines(self, columns: Columns, at: int, place: int, other: Profile) -> tuple[Reason, ...]:
        """The score of one organisation as a sum of lines, the weightiest first; a term that is naught has none.

        It stands at `place` in the index and at `at` in the columns.
        """
        said = {name: value for name, column in columns.items() if (value := float(column.item(at)))}
        found = [*self._content_lines(said, other), *self._profile_lines(said, other)]
        for kind in (ReasonKind.HANDS_NEARLY_FULL, ReasonKind.WELL_KNOWN):
            if self.weight(kind) and kind in said:
                found.append(self._counted_line(kind, said[kind.value], place))
        for kind, terms in self._told:
            if part := sum([weight * said[name] for name, weight in terms if name in said]):
                found.extend(self._lines.lines(kind, place, other, part, said.get(terms[0][0], 0.0)))
        for name in FEEDBACK_TERMS:
            if name in said:
                found.extend(self._aside.lines(name, other, self.weight(name)))
        return tuple(sorted([line for line in found if line.part], key=_by_weight))

    @cached_property
    def _told(self) -> list[tuple[ReasonKind, list[tuple[str, float]]]]:
        """The terms of each kind of line, and what they count, where any of them counts at all."""
        kinds = {kind: [(name, self.weight(name)) for name in names] for kind, names in TERMS_TOLD.items()}
        return [(kind, terms) for kind, terms in kinds.items() if any(weight for _, weight in terms)]

    def weight(self, name: str) -> float:
        """What a term counts for the one who asks."""
        return self._worth.get(name, 0.0)

    def _content_lines(self, said: Mapping[str, float], other: Profile) -> Iterator[Reason]:
        for term in CONTENT_TERMS:
            if term.name in said:
                yield from self.content.lines(term, other, self.weight(term.name))

    def _profile_lines(self, said: Mapping[str, float], other: Profile) -> Iterator[Reason]:
        """Language, and the country and type that a seat asks for."""
        if "language" in said:
            spoken = tuple(sorted(self.query.languages & other.languages))
            yield Reason(ReasonKind.LANGUAGE, self.weight("language") * said["language"], concepts=spoken)
        for kind, code in ((ReasonKind.COUNTRY_WANTED, other.country), (ReasonKind.TYPE_WANTED, other.type)):
            if kind.value in said:
                yield Reason(kind, self.weight(kind.value) * said[kind.value], concepts=(code,))

    def _counted_line(self, kind: ReasonKind, value: float, place: int) -> Reason:
        """What is taken off for introductions that wait, or for being known by many."""
        waiting = kind is ReasonKind.HANDS_NEARLY_FULL
        count = round(value) if waiting else self.index.history.ties.count(place)
        return Reason(kind, self.weight(kind.value) * value, count=count)

    def speakers(self, places: Ints) -> Floats:
        """One for each who speaks a language of those who ask."""
        concepts, common = self.index.concepts, np.zeros(len(self.index.codes), dtype=np.bool_)
        common[[concepts[code] for code in self.query.languages & concepts.keys()]] = True
        held, owner = self.index.held["languages"].many(places)
        found = np.zeros(len(places))
        found[owner[common.take(held)]] = 1.0
        return found

    def _among(self, values: Numbers, codes: Mapping[str, int], wanted: frozenset[str]) -> Floats:
        places = sorted(codes[code] for code in wanted & codes.keys())
        return among(np.array(places, dtype=values.dtype), values).astype(np.float64)


def _by_weight(line: Reason) -> tuple[float, str, tuple[str, ...]]:
    return (-abs(line.part), line.kind, line.concepts)
