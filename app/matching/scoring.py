"""The score: a weighted sum of terms, for every organisation at once, and the same sum told line by line."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

import numpy as np

from app.matching.content import CONTENT_TERMS, Content
from app.matching.feedback import FEEDBACK_TERMS, Aside
from app.matching.graph import Directed
from app.matching.history import Floats
from app.matching.index import Index
from app.matching.network import Network
from app.matching.network_lines import TERMS_TOLD, NetworkLines
from app.matching.query import Query
from app.matching.records import Profile, Reason, ReasonKind
from app.matching.weights import Weights

Columns = Mapping[str, Floats]


class Scorer:
    """Scores and explains over one index; made anew after each edit, cheaply."""

    def __init__(self, index: Index, tree: Directed, weights: Weights, before: Scorer | None = None) -> None:
        self.index = index
        self._weights = weights
        self._content = Content(index, tree)
        self._network: Network = Network(index, before._network if before else None)
        self._network_lines = NetworkLines(index, self._network.paths)
        self._aside = Aside(index)

    def columns(self, query: Query) -> dict[str, Floats]:
        """Every term's value for every organisation."""
        found = {term.name: self._content.column(term, query) for term in CONTENT_TERMS}
        found["language"] = self._holders_of_any("languages", query.languages)
        found["country_wanted"] = self._in_country(query.countries_wanted)
        found["type_wanted"] = self._of_type(query.types_wanted)
        found.update(self._network.columns(query))
        found.update(self._aside.columns(query))
        return found

    def totals(self, query: Query, columns: Columns) -> Floats:
        """The score of every organisation."""
        total = np.zeros(self.index.size)
        for name, column in columns.items():
            total += self.weight(name, query) * column
        return total

    def matching_content(self, columns: Columns) -> Floats:
        """How much of what profiles hold answers the question, weights aside."""
        return np.asarray(sum(columns[term.name] for term in CONTENT_TERMS) + columns["track_record"])

    def lines(self, query: Query, columns: Columns, other: Profile) -> tuple[Reason, ...]:
        """The score of one organisation as a sum of lines, the weightiest first; a term that is naught has none."""
        found = [*self._content_lines(query, other), *self._profile_lines(query, columns, other)]
        place = self.index.position[other.id]
        for kind, names in TERMS_TOLD.items():
            if part := sum(self.weight(name, query) * float(columns[name][place]) for name in names):
                found.extend(self._network_lines.lines(kind, query, other, part))
        for term_name in FEEDBACK_TERMS:
            found.extend(self._aside.lines(term_name, query, other, self.weight(term_name, query)))
        return tuple(sorted((line for line in found if line.part), key=_by_weight))

    def weight(self, name: str, query: Query) -> float:
        """What a term counts for the one who asks."""
        return self._weights.of(name, query.warm)

    def _content_lines(self, query: Query, other: Profile) -> Iterator[Reason]:
        for term in CONTENT_TERMS:
            yield from self._content.lines(term, query, other, self.weight(term.name, query))

    def _profile_lines(self, query: Query, columns: Columns, other: Profile) -> Iterator[Reason]:
        """Language, and the country and type that a seat asks for."""
        spoken = tuple(sorted(query.languages & other.languages))
        said = {
            "language": (ReasonKind.LANGUAGE, spoken),
            "country_wanted": (ReasonKind.COUNTRY_WANTED, (other.country,)),
            "type_wanted": (ReasonKind.TYPE_WANTED, (other.type,)),
        }
        for name, (kind, concepts) in said.items():
            value = float(columns[name][self.index.position[other.id]])
            yield Reason(kind, self.weight(name, query) * value, concepts=concepts)

    def _holders_of_any(self, relation: str, codes: frozenset[str]) -> Floats:
        values = np.zeros(self.index.size)
        for code in sorted(codes):
            values[self.index.holders(relation, code)] = 1.0
        return values

    def _in_country(self, codes: frozenset[str]) -> Floats:
        wanted = [self.index.country_codes[code] for code in sorted(codes & self.index.country_codes.keys())]
        return np.isin(self.index.countries, wanted).astype(np.float64)

    def _of_type(self, codes: frozenset[str]) -> Floats:
        wanted = [self.index.type_codes[code] for code in sorted(codes & self.index.type_codes.keys())]
        return np.isin(self.index.types, wanted).astype(np.float64)


def _by_weight(line: Reason) -> tuple[float, str, tuple[str, ...]]:
    return (-abs(line.part), line.kind, line.concepts)
