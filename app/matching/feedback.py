"""What "not now, because…" does to the rest of the list.

Whoever was set aside is left out. If the sector was wrong, others that do the same go down, by how much of it they do; if
the country was wrong, so do the others from there.
"""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from app.matching.arrays import Floats, Ints, gathered
from app.matching.index import Index
from app.matching.query import Query
from app.matching.records import NotNow, Profile, Reason, ReasonKind

FEEDBACK_TERMS = ("set_aside_sector", "set_aside_country")


class Aside:
    """Terms that lower what resembles an organisation that was set aside."""

    def __init__(self, index: Index, query: Query) -> None:
        self._index = index
        self._query = query

    def columns(self, places: Ints) -> dict[str, Floats]:
        """How much of each set-aside organisation those at some places share."""
        found = {name: np.zeros(len(places)) for name in FEEDBACK_TERMS}
        for reason, profile in self._query.set_aside:
            if reason is NotNow.OTHER_SECTOR:
                found["set_aside_sector"] += self._shared(profile, places)
            elif reason is NotNow.OTHER_COUNTRY:
                country = self._index.country_codes[profile.country]
                found["set_aside_country"] += self._index.countries[places] == country
        return found

    def lines(self, name: str, other: Profile, weight: float) -> Iterator[Reason]:
        """What the feedback takes from one organisation, a line for each that was set aside."""
        for reason, profile in self._query.set_aside:
            if name == "set_aside_sector" and reason is NotNow.OTHER_SECTOR:
                yield from self._sector_line(profile, other, weight)
            elif name == "set_aside_country" and reason is NotNow.OTHER_COUNTRY:
                yield from self._country_line(profile, other, weight)

    def _shared(self, profile: Profile, places: Ints) -> Floats:
        relation, codes, share = self._unwanted(profile)
        if not codes:
            return np.zeros(len(places))
        unwanted = np.zeros(len(self._index.codes))
        unwanted[[self._index.concepts[code] for code in codes]] = share
        held, owner = self._index.held[relation].many(places)
        return gathered(owner, unwanted[held], len(places))

    def _country_line(self, profile: Profile, other: Profile, weight: float) -> Iterator[Reason]:
        if other.country == profile.country:
            partners, concepts = (profile.id,), (other.country,)
            yield Reason(ReasonKind.COUNTRY_SET_ASIDE, weight, concepts=concepts, partners=partners)

    def _sector_line(self, profile: Profile, other: Profile, weight: float) -> Iterator[Reason]:
        relation, codes, share = self._unwanted(profile)
        shared = tuple(code for code in codes if code in getattr(other, relation))
        if shared:
            part = weight * share * len(shared)
            yield Reason(ReasonKind.LIKE_ONE_SET_ASIDE, part, concepts=shared, partners=(profile.id,))

    def _unwanted(self, profile: Profile) -> tuple[str, list[str], float]:
        """The sectors (else the topics) of the one set aside, those that the asker does not share if there are any."""
        query, relation = self._query, "sectors" if profile.sectors else "topics"
        codes: frozenset[str] = getattr(profile, relation)
        codes = (codes - query.holds.get("sectors", frozenset()) - query.topics.keys()) or codes
        return relation, sorted(codes), 1 / max(len(codes), 1)
