"""The network of this application: made when it is first asked for, and again when its rows have changed.

In a cluster of up to two thousand whoever asks waits for it, some tenths of a second. In a larger one it is made in the
background, and until it is done the page shows the last one and says from when it is.
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable, Hashable
from dataclasses import dataclass, field
from datetime import datetime
from threading import Lock, Thread
from time import monotonic
from typing import Any, TypeVar, cast

import numpy as np
from flask import Flask, current_app

from app.core.clock import now
from app.core.malloc_trim import trim_memory
from app.core.threadpool import offload
from app.features.network.queries.network_records import (
    NetworkRecords,
    NetworkTableVersions,
    read_all,
    read_table_versions,
)
from app.matching.index.arrays import Ints
from app.matching.network.analysis import CollaborationNetwork, analyse_network
from app.matching.network.edges import Participations
from app.matching.network.layout import compute_layout

T = TypeVar("T")

EXTENSION = "trama.network"
KEPT, MOST_TIES = 16, 5_000_000
"""So many ways to filter the network are remembered, and no more than have so many ties together."""
AT_ONCE = 2_000
"""Up to so many organisations the one who asks waits until the network is made."""
RESTS = 10
"""After everything was made anew in the background, it is left as it is for so many times as long as that took."""


@dataclass(frozen=True)
class NetworkFilters:
    """What narrows the network: a country, a sector, joint work since a year."""

    country: str = ""
    sector: str = ""
    since: int = 0

    @property
    def narrowed(self) -> bool:
        """Whether any is set."""
        return self != NetworkFilters()


@dataclass(frozen=True, eq=False)
class Whole:
    """Everything as it was read at a moment, and where everybody stands in the picture of it."""

    marks: NetworkTableVersions
    looked: datetime
    reading: NetworkRecords
    spots: Ints


@dataclass(frozen=True, eq=False)
class Made:
    """The network under some filters, out of what was read: `at` has the places of its organisations in the whole.

    `kept` is for what is worked out of it once: orders of its table, what its picture is drawn from.
    """

    whole: Whole
    at: Ints
    network: CollaborationNetwork
    kept: dict[Any, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class Picture:
    """The network as it is asked for; `stale` says that it was read before something was written."""

    made: Made
    stale: bool

    @property
    def reading(self) -> NetworkRecords:
        """What was read."""
        return self.made.whole.reading

    @property
    def network(self) -> CollaborationNetwork:
        """What was made of it."""
        return self.made.network

    @property
    def looked(self) -> datetime:
        """When it was read."""
        return self.made.whole.looked

    def once(self, key: Hashable, make: Callable[[], T]) -> T:
        """What is worked out of this network, for as long as the network is kept."""
        if key not in self.made.kept:
            self.made.kept[key] = make()
        found: T = self.made.kept[key]
        return found


class NetworkCache:
    """Holds what was read and made of it, for as long as the rows are the same."""

    def __init__(self) -> None:
        self._lock = Lock()
        self._whole: Whole | None = None
        self._made: OrderedDict[NetworkFilters, Made] = OrderedDict()
        self._renewing = False
        self._rests_until = 0.0

    def picture(self, filters: NetworkFilters) -> Picture | None:
        """The network under some filters; None where it is being made and there is no earlier one."""
        with self._lock:
            marks = read_table_versions()
            current = self._is_current(marks, filters)
            if not current and self._is_quick(marks, filters):
                self._take(_made(marks, filters, self._whole))
                current = True
            elif not current:
                self._renew_in_background(filters)
            made = self._made.get(filters)
            if made is None:
                return None
            self._made.move_to_end(filters)
            return Picture(made, not current)

    def _is_current(self, marks: NetworkTableVersions, filters: NetworkFilters) -> bool:
        made = self._made.get(filters)
        return made is not None and made.whole.marks == marks

    def _is_quick(self, marks: NetworkTableVersions, filters: NetworkFilters) -> bool:
        """Whether it takes less than a second: all is small, or the part that is asked for of what was read already."""
        if marks.organisations <= AT_ONCE:
            return True
        whole = self._whole
        if whole is None or whole.marks != marks:
            return False
        return int(np.count_nonzero(whole.reading.within(filters.country, filters.sector))) <= AT_ONCE

    def _take(self, networks: dict[NetworkFilters, Made]) -> None:
        """Keep what was made, and of what was made before only what is from the last reading."""
        before = self._whole
        self._made.update(networks)
        self._whole = next(iter(networks.values())).whole
        for one in [one for one, made in self._made.items() if made.whole not in (self._whole, before)]:
            del self._made[one]
        for one in networks:
            self._made.move_to_end(one)
        while len(self._made) > 1 and self._is_much():
            self._made.popitem(last=False)

    def _is_much(self) -> bool:
        ties = sum(len(made.network.edges) for made in self._made.values())
        return len(self._made) > KEPT or ties > MOST_TIES

    def _renew_in_background(self, filters: NetworkFilters) -> None:
        """Begin to make it anew, unless that was done lately; who asks for what was never made waits for no rest."""
        resting = filters in self._made and monotonic() < self._rests_until
        if not self._renewing and not resting:
            self._renewing = True
            app = cast(Any, current_app)._get_current_object()
            Thread(target=self._renew, args=(app, filters), daemon=True).start()

    def _renew(self, app: Flask, filters: NetworkFilters) -> None:
        """Make it beside the old one, and swap; what is written meanwhile counts at the next look."""
        try:
            with app.app_context():
                marks, last, begun = read_table_versions(), self._whole, monotonic()
                if last is not None and begun < self._rests_until:
                    marks = last.marks
                made = _made(marks, filters, last)
                offload(trim_memory)
                with self._lock:
                    self._take(made)
                    if last is None or last.marks != marks:
                        self._rests_until = monotonic() + RESTS * (monotonic() - begun)
        finally:
            self._renewing = False


def _made(
    marks: NetworkTableVersions, filters: NetworkFilters, last: Whole | None
) -> dict[NetworkFilters, Made]:
    """The network under some filters; where the rows have changed they are read first, and the whole is made too."""
    if last is not None and last.marks == marks:
        at, found = offload(_make, last.reading, filters)
        return {filters: Made(last, at, found)}
    looked = now()
    reading = read_all()
    at, found = offload(_make, reading, NetworkFilters())
    whole = Whole(marks, looked, reading, offload(compute_layout, found))
    networks = {NetworkFilters(): Made(whole, at, found)}
    if filters not in networks:
        networks[filters] = Made(whole, *offload(_make, reading, filters))
    return networks


def _make(reading: NetworkRecords, filters: NetworkFilters) -> tuple[Ints, CollaborationNetwork]:
    """The network of those whom the filters let through; joint work without a date is of all times."""
    within = reading.within(filters.country, filters.sector)
    at, seats = np.flatnonzero(within), reading.seats
    there = within[np.searchsorted(reading.ids, seats.organisations)]
    if filters.since:
        there &= (reading.years >= filters.since) | (reading.years == 0)
    chosen = Participations(seats.projects[there], seats.organisations[there])
    return at, analyse_network(reading.ids[at], reading.countries[at], chosen)


def prepare(app: Flask) -> None:
    """Give an application its cache."""
    app.extensions[EXTENSION] = NetworkCache()


def picture(filters: NetworkFilters | None = None) -> Picture | None:
    """The network of this application as its rows stand, or stood a little before; None while the first is made."""
    cache: NetworkCache = current_app.extensions[EXTENSION]
    return cache.picture(filters or NetworkFilters())
