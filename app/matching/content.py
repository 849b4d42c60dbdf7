"""The terms of the score that profiles tell: what two organisations share, offer and seek.

Each term spreads a value between 0 and 1 over the concepts asked for, the rarer ones getting more of it.
`column` gives a term for every organisation at once, `lines` explains it for one.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property

import numpy as np

from app.matching.graph import Directed
from app.matching.history import Floats
from app.matching.index import Index
from app.matching.query import Query
from app.matching.records import Profile, Reason, ReasonKind
from app.matching.taxonomy import Kinship


@dataclass(frozen=True)
class ContentTerm:
    """A comparison of what the asker holds in one way with what others hold in one way."""

    name: str
    kind: ReasonKind
    mine: str
    theirs: str
    related: bool = False


CONTENT_TERMS = (
    ContentTerm("shared_sector", ReasonKind.SHARED_SECTOR, "sectors", "sectors"),
    ContentTerm("related_sector", ReasonKind.RELATED_SECTOR, "sectors", "sectors", related=True),
    ContentTerm("they_offer", ReasonKind.THEY_OFFER, "seeks", "offers"),
    ContentTerm("they_offer_related", ReasonKind.THEY_OFFER_RELATED, "seeks", "offers", related=True),
    ContentTerm("they_seek", ReasonKind.THEY_SEEK, "offers", "seeks"),
    ContentTerm("they_seek_related", ReasonKind.THEY_SEEK_RELATED, "offers", "seeks", related=True),
    ContentTerm("shared_goal", ReasonKind.SHARED_GOAL, "goals", "goals"),
)


class Content:
    """Compares what profiles hold, over one index."""

    def __init__(self, index: Index, tree: Directed) -> None:
        self._index = index
        self._tree = tree

    def column(self, term: ContentTerm, query: Query) -> Floats:
        """The term's value for every organisation."""
        values = np.zeros(self._index.size)
        for code, share in self._shares(term, query).items():
            if term.related:
                values += share * self._nearest(term, code)
            else:
                values[self._index.holders(term.theirs, code)] += share
        return values

    def lines(self, term: ContentTerm, query: Query, other: Profile, weight: float) -> Iterator[Reason]:
        """What the term says about one organisation, concept by concept."""
        held: frozenset[str] = getattr(other, term.theirs)
        for code, share in self._shares(term, query).items():
            if term.related:
                if code not in held:
                    yield from self._related_line(term, code, held, weight * share)
            elif code in held:
                yield self._line(term, (code,), weight * share)

    def _related_line(
        self, term: ContentTerm, code: str, held: frozenset[str], part: float
    ) -> Iterator[Reason]:
        relatives = self._kinship(term.theirs).relatives(code)
        near, nearest = max(
            ((relatives[one], one) for one in sorted(held & relatives.keys())), default=(0.0, "")
        )
        if near > 0:
            yield self._line(term, (code, nearest), part * near)

    def _line(self, term: ContentTerm, codes: tuple[str, ...], part: float) -> Reason:
        count = len(self._index.holders(term.theirs, codes[-1]))
        return Reason(term.kind, part, concepts=codes, count=count, total=self._index.total)

    def _shares(self, term: ContentTerm, query: Query) -> dict[str, float]:
        """How the term's whole is divided among the concepts asked for."""
        asked = sorted(query.holds.get(term.mine, ()))
        index = self._index
        rarity = {code: index.rarity(len(index.holders(term.theirs, code))) for code in asked}
        whole = sum(rarity.values())
        return {code: value / whole for code, value in rarity.items()}

    def _nearest(self, term: ContentTerm, code: str) -> Floats:
        """For every organisation without the concept, how near its nearest relative stands."""
        nearness = np.zeros(self._index.size)
        relatives = self._kinship(term.theirs).relatives(code)
        for near, other in sorted((near, other) for other, near in relatives.items()):
            nearness[self._index.holders(term.theirs, other)] = near
        nearness[self._index.holders(term.theirs, code)] = 0.0
        return nearness

    def _kinship(self, relation: str) -> Kinship:
        return self._kinships[relation]

    @cached_property
    def _kinships(self) -> Mapping[str, Kinship]:
        counts: dict[str, dict[str, int]] = {}
        for (relation, code), places in self._index.postings.items():
            counts.setdefault(relation, {})[code] = len(places)
        relations = {term.theirs for term in CONTENT_TERMS}
        return {name: Kinship(self._tree, counts.get(name, {}), self._index.total) for name in relations}
