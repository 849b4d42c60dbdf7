"""The terms of the score that profiles tell: what two organisations share, offer and seek.

Each term spreads a value between 0 and 1 over the concepts asked for, the rarer ones getting more of it.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property, partial

import numpy as np

from app.matching.arrays import Floats, Ints, Numbers, gathered
from app.matching.index import Index
from app.matching.query import Query
from app.matching.records import Profile, Reason, ReasonKind
from app.matching.taxonomy import Family, Kinship


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
ITSELF = 2.0
"""Stands where an organisation holds the very concept that is asked for, so that no relative of it counts."""


class Kinships:
    """How near concepts are for each relation, over one index."""

    def __init__(self, index: Index, family: Family) -> None:
        self._index = index
        self._family = family
        self._known: dict[tuple[str, str], tuple[Ints, Floats]] = {}

    def relatives(self, relation: str, code: str) -> tuple[Ints, Floats]:
        """The related concepts of the index that somebody may hold in this way, and how near each is."""
        if (relation, code) not in self._known:
            others, near = self._kinships[relation].relatives(code)
            places = self._place[others]
            self._known[relation, code] = places[places >= 0], near[places >= 0]
        return self._known[relation, code]

    @cached_property
    def _place(self) -> Ints:
        concepts = self._index.concepts
        return np.array([concepts.get(code, -1) for code in self._family.codes], dtype=np.int64)

    @cached_property
    def _kinships(self) -> Mapping[str, Kinship]:
        index = self._index
        ways = {term.theirs for term in CONTENT_TERMS}
        return {way: Kinship(self._family, partial(index.count, way), index.total) for way in ways}


class Content:
    """Compares what profiles hold with what one question asks for."""

    def __init__(self, index: Index, kinships: Kinships, query: Query) -> None:
        self._index = index
        self._kinships = kinships
        self._query = query
        self.shares = {term.name: self._shared_out(term) for term in CONTENT_TERMS}

    def columns(self, places: Ints) -> dict[str, Floats]:
        """Every term at some places."""
        wanted = {term.theirs for term in CONTENT_TERMS if self.shares[term.name]}
        held = {name: self._index.held[name].many(places) for name in wanted}
        return {
            term.name: self._column(term, *held[term.theirs], len(places))
            if self.shares[term.name]
            else np.zeros(len(places))
            for term in CONTENT_TERMS
        }

    def lines(self, term: ContentTerm, other: Profile, weight: float) -> Iterator[Reason]:
        """What the term says about one organisation, concept by concept."""
        held: frozenset[str] = getattr(other, term.theirs)
        shares = self.shares[term.name]
        if not term.related:
            for code in held & shares.keys():
                yield self._line(term, (code,), weight * shares[code])
            return
        for code, relatives in self._relatives[term.name].items():
            if code not in held:
                yield from self._related_line(term, code, relatives, held, weight * shares[code])

    def at_most(self, term: ContentTerm) -> Iterator[tuple[int, float]]:
        """The concepts that the term looks for in others, and what holding each says at most; some come again."""
        for code, share in self.shares[term.name].items():
            if term.related:
                others, near = self._kinships.relatives(term.theirs, code)
                yield from zip(others.tolist(), (share * near).tolist(), strict=True)
            elif code in self._index.concepts:
                yield self._index.concepts[code], share

    def _column(self, term: ContentTerm, codes: Numbers, owner: Ints, count: int) -> Floats:
        if term.related:
            return self._related_column(term, codes, owner, count)
        worth = np.zeros(len(self._index.codes))
        for concept, share in self.at_most(term):
            worth[concept] = share
        return gathered(owner, worth[codes], count)

    def _related_column(self, term: ContentTerm, codes: Numbers, owner: Ints, count: int) -> Floats:
        """For every organisation without a concept asked for, how near its nearest relative stands."""
        total, related = np.zeros(count), self._related[term.name]
        if not len(owner) or not related:
            return total
        begins = np.flatnonzero(np.diff(owner, prepend=-1))
        who = owner[begins]
        nearness = np.zeros(len(self._index.codes))
        for code, (relatives, near) in related.items():
            nearness[relatives] = near
            if code in self._index.concepts:
                nearness[self._index.concepts[code]] = ITSELF
            best = np.maximum.reduceat(nearness[codes], begins)
            total[who] += self.shares[term.name][code] * np.where(best == ITSELF, 0.0, best)
            nearness[:] = 0.0
        return total

    def _related_line(
        self, term: ContentTerm, code: str, relatives: Mapping[int, float], held: frozenset[str], part: float
    ) -> Iterator[Reason]:
        known = [(relatives.get(self._index.concepts[one], 0.0), one) for one in sorted(held)]
        nearest, name = max(known, default=(0.0, ""))
        if nearest > 0:
            yield self._line(term, (code, name), part * nearest)

    @cached_property
    def _related(self) -> Mapping[str, Mapping[str, tuple[Ints, Floats]]]:
        """For each term and concept asked for, its relatives and how near each is; those without any left out."""
        found = {}
        for term in CONTENT_TERMS:
            codes = self.shares[term.name] if term.related else ()
            near = {code: self._kinships.relatives(term.theirs, code) for code in codes}
            found[term.name] = {code: some for code, some in near.items() if len(some[0])}
        return found

    @cached_property
    def _relatives(self) -> Mapping[str, Mapping[str, Mapping[int, float]]]:
        """The same, to be looked up one by one."""
        return {
            name: {
                code: dict(zip(*(one.tolist() for one in some), strict=True)) for code, some in near.items()
            }
            for name, near in self._related.items()
        }

    def _line(self, term: ContentTerm, codes: tuple[str, ...], part: float) -> Reason:
        count = self._index.count(term.theirs, codes[-1])
        return Reason(term.kind, part, concepts=codes, count=count, total=self._index.total)

    def _shared_out(self, term: ContentTerm) -> dict[str, float]:
        """How the term's whole is divided among the concepts asked for."""
        index = self._index
        asked = sorted(self._query.holds.get(term.mine, ()))
        rarity = {code: index.rarity(index.count(term.theirs, code)) for code in asked}
        whole = sum(rarity.values()) or 1.0
        return {code: value / whole for code, value in rarity.items()}
