r"""Terms from profiles: concepts that two organisations share or that are related.

For asked concepts A and held concepts H, with shares s(c) = idf(c) / Σ_{a ∈ A} idf(a):
exact term    f(A, H) = Σ_{c ∈ A ∩ H} s(c)
related term  f(A, H) = Σ_{c ∈ A \ H} s(c) · max_{h ∈ H} sim(c, h), with the similarity of `app.matching.taxonomy`

Where H are needs of the candidate, each of them counts once: one that is met exactly is near nothing any more, and each
other h is met by the asker's concept c(h) = argmax_c s(c) · sim(c, h) alone (ties: the smaller code):
they_seek_related  f(A, H) = Σ_{c ∈ A} s(c) · max_{h ∈ H \ A, c(h) = c} sim(c, h)
All are in [0, 1].
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property, partial

import numpy as np

from app.matching.index.arrays import Floats, Ints, Numbers, sum_by_owner
from app.matching.index.index import Index
from app.matching.records import Profile, Reason, ReasonKind
from app.matching.scoring.query import ScoringQuery
from app.matching.taxonomy import ConceptTree, LinkSimilarity, LinSimilarity


@dataclass(frozen=True)
class ProfileTerm:
    """Compares the asker's relation `mine` with the candidate's relation `theirs`."""

    name: str
    kind: ReasonKind
    mine: str
    theirs: str
    related: bool = False
    meets_their_needs: bool = False


PROFILE_TERMS = (
    ProfileTerm("shared_sector", ReasonKind.SHARED_SECTOR, "sectors", "sectors"),
    ProfileTerm("related_sector", ReasonKind.RELATED_SECTOR, "sectors", "sectors", related=True),
    ProfileTerm("they_offer", ReasonKind.THEY_OFFER, "seeks", "offers"),
    ProfileTerm("they_offer_related", ReasonKind.THEY_OFFER_RELATED, "seeks", "offers", related=True),
    ProfileTerm("they_seek", ReasonKind.THEY_SEEK, "offers", "seeks"),
    ProfileTerm(
        "they_seek_related",
        ReasonKind.THEY_SEEK_RELATED,
        "offers",
        "seeks",
        related=True,
        meets_their_needs=True,
    ),
    ProfileTerm("shared_goal", ReasonKind.SHARED_GOAL, "goals", "goals"),
    ProfileTerm("cooperation", ReasonKind.COOPERATION, "cooperation", "cooperation"),
    ProfileTerm("technology_sought", ReasonKind.TECHNOLOGY_SOUGHT, "provides", "cooperation"),
)
MAX_COVERED_NEEDS = 52
"""So many needs of the asker, the rarest, are told apart when a list is to cover them: a sum of powers of two is exact."""
EXACT_MATCH = 2.0
"""Marker above any similarity: the concept itself is held, so no related one counts."""


LINKED_RELATIONS = frozenset({"offers", "seeks"})
"""The relations to skills, which are related by links where there are some, and not by the tree."""


class RelatedConcepts:
    """The similarities of concepts for each relation over one index, cached by concept."""

    def __init__(self, index: Index, family: ConceptTree) -> None:
        self._index = index
        self._family = family
        self._known: dict[tuple[str, str], tuple[Ints, Floats]] = {}

    def relatives(self, relation: str, code: str) -> tuple[Ints, Floats]:
        """Concepts of the index related to `code`, and their similarities."""
        if (relation, code) not in self._known:
            others, near = self._similarities[relation].relatives(code)
            rows = self._place[others]
            self._known[relation, code] = rows[rows >= 0], near[rows >= 0]
        return self._known[relation, code]

    @cached_property
    def _place(self) -> Ints:
        concepts = self._index.concepts
        return np.array([concepts.get(code, -1) for code in self._family.codes], dtype=np.int64)

    @cached_property
    def _similarities(self) -> Mapping[str, LinSimilarity | LinkSimilarity]:
        index = self._index
        linked = frozenset() if self._family.links is None else LINKED_RELATIONS
        return {
            way: LinkSimilarity(self._family)
            if way in linked
            else LinSimilarity(self._family, partial(index.count, way), index.total)
            for way in {term.theirs for term in PROFILE_TERMS}
        }


class ProfileTerms:
    """The profile terms of one query."""

    def __init__(self, index: Index, related_concepts: RelatedConcepts, query: ScoringQuery) -> None:
        self._index = index
        self._similarities = related_concepts
        self._query = query
        self._offers_by_need: dict[str, Mapping[int, tuple[int, float]]] = {}
        self.shares = {term.name: self._idf_shares(term) for term in PROFILE_TERMS}

    def term_values(self, rows: Ints) -> dict[str, Floats]:
        """Term → values at `rows`."""
        wanted = {term.theirs for term in PROFILE_TERMS if self.shares[term.name]}
        held = {name: self._index.held[name].gather(rows) for name in wanted}
        return {
            term.name: self._column(term, *held[term.theirs], len(rows))
            if self.shares[term.name]
            else np.zeros(len(rows))
            for term in PROFILE_TERMS
        }

    def reasons(self, term: ProfileTerm, other: Profile, weight: float) -> Iterator[Reason]:
        """The reasons of one term for one organisation, one per concept."""
        held: frozenset[str] = getattr(other, term.theirs)
        shares = self.shares[term.name]
        if not term.related:
            for code in held & shares.keys():
                yield self._reason(term, (code,), weight * shares[code])
            return
        if term.meets_their_needs:
            yield from self._needs_nearly_met(term, held, weight)
            return
        for code, relatives in self._relatives[term.name].items():
            if code not in held:
                known = [(relatives.get(self._index.concepts[one], 0.0), one) for one in sorted(held)]
                nearest, name = max(known, default=(0.0, ""))
                if nearest > 0:
                    yield self._reason(term, (code, name), weight * shares[code] * nearest)

    def max_values(self, term: ProfileTerm) -> Iterator[tuple[int, float]]:
        """Pairs (concept, largest value that holding it can add to the term); a concept may come several times."""
        for code, share in self.shares[term.name].items():
            if term.meets_their_needs:
                continue
            if term.related:
                others, near = self._similarities.relatives(term.theirs, code)
                yield from zip(others.tolist(), (share * near).tolist(), strict=True)
            elif code in self._index.concepts:
                yield self._index.concepts[code], share
        if term.meets_their_needs:
            yield from ((need, value) for need, (_, value) in self._nearest_offers(term.name).items())

    def _column(self, term: ProfileTerm, codes: Numbers, owner: Ints, count: int) -> Floats:
        if term.meets_their_needs:
            return self._nearly_met_column(term, codes, owner, count)
        if term.related:
            return self._related_column(term, codes, owner, count)
        worth = np.zeros(len(self._index.codes))
        for concept, share in self.max_values(term):
            worth[concept] = share
        return sum_by_owner(owner, worth[codes], count)

    def _related_column(self, term: ProfileTerm, codes: Numbers, owner: Ints, count: int) -> Floats:
        """For each row without an asked concept, share times the largest similarity of a held one."""
        total, related = np.zeros(count), self._related[term.name]
        if not len(owner) or not related:
            return total
        begins = np.flatnonzero(np.diff(owner, prepend=-1))
        who = owner[begins]
        nearness = np.zeros(len(self._index.codes))
        for code, (relatives, near) in related.items():
            nearness[relatives] = near
            if code in self._index.concepts:
                nearness[self._index.concepts[code]] = EXACT_MATCH
            best = np.maximum.reduceat(nearness[codes], begins)
            total[who] += self.shares[term.name][code] * np.where(best == EXACT_MATCH, 0.0, best)
            nearness[:] = 0.0
        return total

    def _nearly_met_column(self, term: ProfileTerm, codes: Numbers, owner: Ints, count: int) -> Floats:
        """For each row and each of the asker's concepts, the largest value of a need that it comes nearest to."""
        nearest, offers = self._nearest_offers(term.name), len(self.shares[term.name])
        if not nearest or not len(owner):
            return np.zeros(count)
        offer, value = np.zeros(len(self._index.codes), dtype=np.int64), np.zeros(len(self._index.codes))
        for need, (position, worth) in nearest.items():
            offer[need], value[need] = position, worth
        near = np.flatnonzero(value[codes])
        best = np.zeros(count * offers)
        np.maximum.at(best, owner[near] * offers + offer[codes[near]], value[codes[near]])
        return np.asarray(best.reshape(count, offers).sum(axis=1))

    def _needs_nearly_met(self, term: ProfileTerm, held: frozenset[str], weight: float) -> Iterator[Reason]:
        """One reason for each of the asker's concepts that comes near a need of theirs."""
        nearest, offers = self._nearest_offers(term.name), list(self.shares[term.name])
        best: dict[int, tuple[float, str]] = {}
        for code in sorted(held):
            at, value = nearest.get(self._index.concepts[code], (0, 0.0))
            if value > best.get(at, (0.0, ""))[0]:
                best[at] = (value, code)
        for at, (value, need) in best.items():
            yield self._reason(term, (offers[at], need), weight * value)

    def _nearest_offers(self, name: str) -> Mapping[int, tuple[int, float]]:
        """Need of a candidate that is not met exactly → (which of the asker's concepts comes nearest, its value)."""
        if name not in self._offers_by_need:
            found: dict[int, tuple[int, float]] = {}
            exact = {self._index.concepts.get(code, -1) for code in self.shares[name]}
            for at, (code, share) in enumerate(self.shares[name].items()):
                others, near = self._related[name].get(code, ((), ()))
                for need, likeness in zip(list(others), list(near), strict=True):
                    if need not in exact and share * likeness > found.get(need, (0, 0.0))[1]:
                        found[int(need)] = at, float(share * likeness)
            self._offers_by_need[name] = found
        return self._offers_by_need[name]

    @cached_property
    def needs(self) -> tuple[str, ...]:
        """The asker's needs that a list is to cover, the rarest first."""
        shares = self.shares["they_offer"]
        return tuple(sorted(shares, key=lambda code: (-shares[code], code))[:MAX_COVERED_NEEDS])

    def needs_met(self, rows: Ints) -> Ints:
        """For each row the set of `needs` that it meets, the first as the lowest bit."""
        if not self.needs:
            return np.zeros(len(rows), dtype=np.int64)
        bits = np.zeros(len(self._index.codes))
        for at, code in enumerate(self.needs):
            if code in self._index.concepts:
                bits[self._index.concepts[code]] = 2.0**at
        held, owner = self._index.held["offers"].gather(rows)
        return sum_by_owner(owner, bits[held], len(rows)).astype(np.int64)

    @cached_property
    def _related(self) -> Mapping[str, Mapping[str, tuple[Ints, Floats]]]:
        """Term → asked concept → (related concepts, similarities); concepts without any are left out."""
        found = {}
        for term in PROFILE_TERMS:
            codes = self.shares[term.name] if term.related else ()
            near = {code: self._similarities.relatives(term.theirs, code) for code in codes}
            found[term.name] = {code: some for code, some in near.items() if len(some[0])}
        return found

    @cached_property
    def _relatives(self) -> Mapping[str, Mapping[str, Mapping[int, float]]]:
        """The same as dictionaries concept → similarity."""
        return {
            name: {
                code: dict(zip(*(one.tolist() for one in some), strict=True)) for code, some in near.items()
            }
            for name, near in self._related.items()
        }

    def _reason(self, term: ProfileTerm, codes: tuple[str, ...], part: float) -> Reason:
        count = self._index.count(term.theirs, codes[-1])
        return Reason(term.kind, part, concepts=codes, count=count, total=self._index.total)

    def _idf_shares(self, term: ProfileTerm) -> dict[str, float]:
        """s(c) of each asked concept."""
        index = self._index
        asked = sorted(self._query.holds.get(term.mine, ()))
        idf = {code: index.idf(index.count(term.theirs, code)) for code in asked}
        whole = sum(idf.values()) or 1.0
        return {code: value / whole for code, value in idf.items()}
