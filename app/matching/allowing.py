"""Who may be shown for a question, looked up for some places at a time."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from functools import cached_property

import numpy as np

from app.matching.arrays import Flags, Ints, among
from app.matching.index import Index
from app.matching.query import Query


@dataclass(frozen=True)
class Rules:
    """Whom a question leaves out.

    Always: the paused, those with `capacity` open introductions or more, `aside`; for partners the asker itself, and its
    past partners if `first_time`; the asker's own country if `abroad_only`. `country` and `offering` narrow the list.
    """

    index: Index
    capacity: int
    query: Query
    aside: Collection[int] = frozenset()
    abroad_only: bool = True
    first_time: bool = False
    country: str | None = None
    offering: str | None = None

    def allow(self, places: Ints) -> Flags:
        """Who of these may be shown."""
        index = self.index
        allowed = index.alive[places] & (self.query.open_at(index, places) < self.capacity)
        allowed &= ~among(self._left_out, places)
        if self.aside:
            allowed &= ~among(self._aside, index.ids[places])
        countries = index.countries[places]
        if self.abroad_only:
            allowed &= countries != index.country_codes.get(self.query.country or "", -1)
        if self.country is not None:
            allowed &= countries == index.country_codes.get(self.country, -1)
        if self.offering is not None:
            allowed &= self._offer(places)
        return np.asarray(allowed)

    def _offer(self, places: Ints) -> Flags:
        held, owner = self.index.held["offers"].many(places)
        found = np.zeros(len(places), dtype=np.bool_)
        found[owner[held == self.index.concepts.get(self.offering or "", -1)]] = True
        return found

    @cached_property
    def _aside(self) -> Ints:
        return np.array(sorted(self.aside), dtype=np.int64)

    @cached_property
    def _left_out(self) -> Ints:
        history, seeds = self.index.history, self.query.seeds
        places = [np.array([] if self.query.is_brief else seeds, dtype=np.int64)]
        if self.first_time:
            places += [history.partners_of(seed) for seed in seeds]
        return np.unique(np.concatenate(places))
