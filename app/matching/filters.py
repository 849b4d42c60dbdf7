"""Which organisations a query may return, evaluated for an array of rows at a time."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from functools import cached_property

import numpy as np

from app.matching.index.arrays import Flags, Ints, is_in_sorted
from app.matching.index.index import Index
from app.matching.scoring.query import ScoringQuery


@dataclass(frozen=True)
class CandidateFilter:
    """The filter of one query.

    Left out are paused organisations, those with `capacity` open introductions or more, and `aside` (by number); for
    a profile query the asker itself, and its past partners if `first_time`; the asker's country if `abroad_only`.
    `country`, `offering` (a skill) and `marks`, all of which must be held, restrict further.
    """

    index: Index
    capacity: int
    query: ScoringQuery
    aside: Collection[int] = frozenset()
    abroad_only: bool = True
    first_time: bool = False
    country: str | None = None
    offering: str | None = None
    marks: Collection[str] = ()

    @property
    def required(self) -> list[tuple[str, str]]:
        """Pairs (relation, concept) that an organisation must hold to be returned."""
        offers = [] if self.offering is None else [("offers", self.offering)]
        return offers + [("marks", mark) for mark in self.marks]

    def mask(self, rows: Ints) -> Flags:
        """Boolean mask over `rows`: True where the organisation may be returned."""
        index = self.index
        allowed = index.active[rows] & (self.query.open_introductions_at(index, rows) < self.capacity)
        allowed &= ~is_in_sorted(self._left_out, rows)
        if self.aside:
            allowed &= ~is_in_sorted(np.array(sorted(self.aside), dtype=np.int64), index.ids[rows])
        countries = index.countries[rows]
        if self.abroad_only:
            allowed &= countries != index.country_codes.get(self.query.country or "", -1)
        if self.country is not None:
            allowed &= countries == index.country_codes.get(self.country, -1)
        for relation, code in self.required:
            held, owner = index.held[relation].gather(rows)
            holding = np.zeros(len(rows), dtype=np.bool_)
            holding[owner[held == index.concepts.get(code, -1)]] = True
            allowed &= holding
        return np.asarray(allowed)

    @cached_property
    def _left_out(self) -> Ints:
        history, seeds = self.index.history, self.query.seeds
        rows = [np.array([] if self.query.is_brief else seeds, dtype=np.int64)]
        if self.first_time:
            rows += [history.partners_of(seed) for seed in seeds]
        return np.unique(np.concatenate(rows))
