"""What "not now, because…" does to the rest of the list.

Whoever was set aside is left out. If the sector was wrong, others that do the same go down, by how much of it they do; if
the country was wrong, so do the others from there.
"""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from app.matching.history import Floats
from app.matching.index import Index
from app.matching.query import Query
from app.matching.records import NotNow, Profile, Reason, ReasonKind

FEEDBACK_TERMS = ("set_aside_sector", "set_aside_country")


class Aside:
    """Terms that lower what resembles an organisation that was set aside."""

    def __init__(self, index: Index) -> None:
        self._index = index

    def columns(self, query: Query) -> dict[str, Floats]:
        """How much of each set-aside organisation every other one shares."""
        found = {name: np.zeros(self._index.size) for name in FEEDBACK_TERMS}
        for reason, profile in query.set_aside:
            if reason is NotNow.OTHER_SECTOR:
                for relation, code, share in self._unwanted(query, profile):
                    found["set_aside_sector"][self._index.holders(relation, code)] += share
            elif reason is NotNow.OTHER_COUNTRY:
                country = self._index.country_codes[profile.country]
                found["set_aside_country"][self._index.countries == country] += 1.0
        return found

    def lines(self, name: str, query: Query, other: Profile, weight: float) -> Iterator[Reason]:
        """What the feedback takes from one organisation, a line for each that was set aside."""
        for reason, profile in query.set_aside:
            if name == "set_aside_sector" and reason is NotNow.OTHER_SECTOR:
                yield from self._sector_line(query, profile, other, weight)
            elif name == "set_aside_country" and reason is NotNow.OTHER_COUNTRY:
                yield from self._country_line(profile, other, weight)

    def _country_line(self, profile: Profile, other: Profile, weight: float) -> Iterator[Reason]:
        if other.country == profile.country:
            partners, concepts = (profile.id,), (other.country,)
            yield Reason(ReasonKind.COUNTRY_SET_ASIDE, weight, concepts=concepts, partners=partners)

    def _sector_line(self, query: Query, profile: Profile, other: Profile, weight: float) -> Iterator[Reason]:
        shared = [
            (code, share)
            for relation, code, share in self._unwanted(query, profile)
            if code in getattr(other, relation)
        ]
        if shared:
            part = weight * sum(share for _, share in shared)
            concepts = tuple(code for code, _ in shared)
            yield Reason(ReasonKind.LIKE_ONE_SET_ASIDE, part, concepts=concepts, partners=(profile.id,))

    def _unwanted(self, query: Query, profile: Profile) -> list[tuple[str, str, float]]:
        """The sectors (else the topics) of the one set aside, those that the asker does not share if there are any."""
        relation = "sectors" if profile.sectors else "topics"
        codes: frozenset[str] = getattr(profile, relation)
        codes = (codes - query.holds.get("sectors", frozenset()) - query.topics.keys()) or codes
        return [(relation, code, 1 / len(codes)) for code in sorted(codes)]
