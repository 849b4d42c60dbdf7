"""The terms of the score that joint work tells: who is near whom, who works with whom, who is active."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from math import log1p

import numpy as np

from app.matching.history import Floats
from app.matching.index import Index
from app.matching.query import Query
from app.matching.records import Reason, ReasonKind


@dataclass(frozen=True)
class NetworkTerm:
    """A term that history tells, and the kind of line that explains it."""

    name: str
    kind: ReasonKind


NETWORK_TERMS = (
    NetworkTerm("partners_in_common", ReasonKind.PARTNERS_IN_COMMON),
    NetworkTerm("track_record", ReasonKind.TRACK_RECORD),
)


class Network:
    """Bulk forms of networkx's link predictors, and of walks, over one index."""

    def __init__(self, index: Index) -> None:
        self._index = index
        self._history = index.history

    def experience(self, query: Query) -> float:
        """log(1 + partners) of whoever asks."""
        return log1p(sum(float(self._history.degree[seed]) for seed in query.seeds))

    def columns(self, query: Query) -> dict[str, Floats]:
        """Every network term's value for every organisation."""
        return {
            "partners_in_common": np.log1p(
                sum((self.adamic_adar(seed) for seed in query.seeds), self._zero())
            ),
            "track_record": self.track_record(query),
        }

    def line(self, term: NetworkTerm, query: Query, place: int, part: float) -> Reason:
        """One line for a term that is not naught."""
        return Reason(term.kind, part)

    def track_record(self, query: Query) -> Floats:
        """How much work on the topics asked for an organisation has behind it, rarer topics counting more."""
        asked = np.zeros(len(self._index.concepts))
        for code, weight in query.topics.items():
            if code in self._index.concepts:
                at = self._index.concepts[code]
                asked[at] = weight * self._index.track_rarity[at]
        whole = asked.sum()
        return np.asarray(self._index.track @ (asked / whole)) if whole else self._zero()

    def adamic_adar(self, place: int) -> Floats:
        """Partners in common, each counting the less the more partners it has itself."""
        return self._through(place, self._informative)

    def resource_allocation(self, place: int) -> Floats:
        """Partners in common, each divided by how many partners it has."""
        return self._through(place, self._divided)

    def common(self, place: int) -> Floats:
        """How many partners each organisation has in common with this one."""
        return self._through(place, np.ones(self._index.size))

    def jaccard(self, place: int) -> Floats:
        """Partners in common, as a share of all that either has."""
        degree, common = self._history.degree, self.common(place)
        union = degree[place] + degree - common
        return np.divide(common, union, out=np.zeros_like(common), where=union > 0)

    def _zero(self) -> Floats:
        return np.zeros(self._index.size)

    def _through(self, place: int, worth: Floats) -> Floats:
        row, mine = self._zero(), self._history.partners_of(place)
        row[mine] = worth[mine]
        return np.asarray(self._history.ties @ row)

    @cached_property
    def _informative(self) -> Floats:
        degree = self._history.degree
        return np.divide(1.0, np.log(np.maximum(degree, 2)), out=np.zeros_like(degree), where=degree > 1)

    @cached_property
    def _divided(self) -> Floats:
        degree = self._history.degree
        return np.divide(1.0, degree, out=np.zeros_like(degree), where=degree > 0)
