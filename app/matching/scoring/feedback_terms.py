"""Terms from dismissals ("not now, because …"), which lower organisations similar to a dismissed one.

set_aside_sector = Σ over dismissals for the sector of |S ∩ H| / |S|, with the dismissed one's unwanted sectors S.
set_aside_country = number of dismissals for the country that name the candidate's country.
"""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from app.matching.index.arrays import Floats, Ints, sum_by_owner
from app.matching.index.index import Index
from app.matching.records import DismissalReason, Profile, Reason, ReasonKind
from app.matching.scoring.query import ScoringQuery

FEEDBACK_TERMS = ("set_aside_sector", "set_aside_country")


class FeedbackTerms:
    """The feedback terms of one query."""

    def __init__(self, index: Index, query: ScoringQuery) -> None:
        self._index = index
        self._query = query

    def term_values(self, rows: Ints) -> dict[str, Floats]:
        """Term → values at `rows`."""
        found = {name: np.zeros(len(rows)) for name in FEEDBACK_TERMS}
        for reason, profile in self._query.set_aside:
            if reason is DismissalReason.OTHER_SECTOR:
                found["set_aside_sector"] += self._shared(profile, rows)
            elif reason is DismissalReason.OTHER_COUNTRY:
                country = self._index.country_codes[profile.country]
                found["set_aside_country"] += self._index.countries[rows] == country
        return found

    def reasons(self, name: str, other: Profile, weight: float) -> Iterator[Reason]:
        """One reason for each dismissal that lowers the organisation."""
        for reason, profile in self._query.set_aside:
            if name == "set_aside_sector" and reason is DismissalReason.OTHER_SECTOR:
                relation, codes, share = self._unwanted(profile)
                shared = tuple(code for code in codes if code in getattr(other, relation))
                if shared:
                    part = weight * share * len(shared)
                    yield Reason(ReasonKind.LIKE_ONE_SET_ASIDE, part, concepts=shared, partners=(profile.id,))
            is_same = reason is DismissalReason.OTHER_COUNTRY and other.country == profile.country
            if name == "set_aside_country" and is_same:
                partners, concepts = (profile.id,), (other.country,)
                yield Reason(ReasonKind.COUNTRY_SET_ASIDE, weight, concepts=concepts, partners=partners)

    def _shared(self, profile: Profile, rows: Ints) -> Floats:
        relation, codes, share = self._unwanted(profile)
        if not codes:
            return np.zeros(len(rows))
        unwanted = np.zeros(len(self._index.codes))
        unwanted[[self._index.concepts[code] for code in codes]] = share
        held, owner = self._index.held[relation].gather(rows)
        return sum_by_owner(owner, unwanted[held], len(rows))

    def _unwanted(self, profile: Profile) -> tuple[str, list[str], float]:
        """(relation, concepts S, 1 / |S|) of the dismissed one.

        S holds its sectors, else its topics, without the asker's own if any remain.
        """
        query, relation = self._query, "sectors" if profile.sectors else "topics"
        codes: frozenset[str] = getattr(profile, relation)
        codes = (codes - query.holds.get("sectors", frozenset()) - query.topics.keys()) or codes
        return relation, sorted(codes), 1 / max(len(codes), 1)
