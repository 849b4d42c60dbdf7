"""The network of this application: built when it is first asked for, and again when its rows have changed.

In a cluster of up to two thousand organisations the reader waits for it, some tenths of a second. In a larger one it
is built in the background, and until it is done the page shows the last one and says from when it is.
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable, Hashable
from dataclasses import dataclass, field, replace
from datetime import datetime
from threading import Lock
from typing import Any, TypeVar

import numpy as np
from flask import Flask, current_app

from app.core.cache import VersionedCache
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
MAX_FILTERED_NETWORKS, MAX_FILTERED_EDGES = 16, 5_000_000
"""How many networks under filters are kept, and how many edges they have together."""


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
class NetworkView:
    """The network of all organisations, or of those that some filters let through.

    records: what was read of everybody, at `read_at`.
    rows: int array, the rows of this network's organisations in `records`.
    positions: int array of shape (len(rows), 2), where each organisation is drawn.
    is_stale: whether something was written since.
    derived: what is computed from this network once: orders of its table, what its picture is drawn from.
    """

    records: NetworkRecords
    read_at: datetime
    rows: Ints
    network: CollaborationNetwork
    positions: Ints
    is_stale: bool = False
    derived: dict[Hashable, Any] = field(default_factory=dict)

    def once(self, key: Hashable, compute: Callable[[], T]) -> T:
        """What is computed from this network, kept as long as the network is."""
        if key not in self.derived:
            self.derived[key] = compute()
        found: T = self.derived[key]
        return found


class NetworkCache:
    """Keeps the network of all, and networks under filters that are made from it, for as long as the rows are the same.

    max_inline_organisations: up to so many organisations, the reader waits until a network is built.
    rest_factor: after everything was built in the background, it stays as it is for this many times as long as that
        took.
    """

    def __init__(self, *, max_inline_organisations: int = 2_000, rest_factor: float = 10.0) -> None:
        self._max_inline_organisations = max_inline_organisations
        self._rebuilding, self._lock = Lock(), Lock()
        self._whole = VersionedCache(
            read_table_versions,
            self._build_whole,
            builds_inline=lambda versions, _view: versions.organisations <= max_inline_organisations,
            rest_factor=rest_factor,
            rebuilding=self._rebuilding,
        )
        self._filtered: OrderedDict[NetworkFilters, VersionedCache[NetworkView, NetworkView]] = OrderedDict()
        self._current: NetworkView | None = None

    def get(self, filters: NetworkFilters) -> NetworkView | None:
        """The network under some filters; None where it is being built and there is no earlier one."""
        whole = self._whole.get()
        if whole is None:
            return None
        if not filters.narrowed:
            return replace(whole.value, is_stale=whole.is_stale)
        found = self._cache_of(filters, whole.value).get()
        self._evict()
        return replace(found.value, is_stale=whole.is_stale or found.is_stale) if found else None

    def _cache_of(
        self, filters: NetworkFilters, whole: NetworkView
    ) -> VersionedCache[NetworkView, NetworkView]:
        """The cache of a network under filters; its version is the network of all from which it is made."""
        with self._lock:
            if self._current is not whole:
                known = [view.records for view in (self._current, whole) if view is not None]
                self._current = whole
                self._forget_other_than(known)
            cache = self._filtered.get(filters)
            if cache is None:
                cache = self._filtered[filters] = VersionedCache(
                    self._latest_whole,
                    lambda whole, _view: _filter(whole, filters),
                    builds_inline=lambda whole, _view: (
                        int(np.count_nonzero(whole.records.within(filters.country, filters.sector)))
                        <= self._max_inline_organisations
                    ),
                    rebuilding=self._rebuilding,
                )
            self._filtered.move_to_end(filters)
            return cache

    def _latest_whole(self) -> NetworkView:
        snapshot = self._whole.latest
        assert snapshot is not None, "a network under filters is made from the one of all"
        return snapshot.value

    def _forget_other_than(self, records: list[NetworkRecords]) -> None:
        """Forget networks that were made from anything else than these records, which are large."""
        for filters, cache in list(self._filtered.items()):
            if cache.latest is not None and cache.latest.value.records not in records:
                del self._filtered[filters]

    def _evict(self) -> None:
        """Forget the networks that were not asked for longest, where there are too many."""
        with self._lock:
            while len(self._filtered) > 1 and (
                len(self._filtered) > MAX_FILTERED_NETWORKS or self._count_edges() > MAX_FILTERED_EDGES
            ):
                self._filtered.popitem(last=False)

    def _count_edges(self) -> int:
        snapshots = (cache.latest for cache in self._filtered.values())
        return sum(len(snapshot.value.network.edges) for snapshot in snapshots if snapshot)

    def _build_whole(self, versions: NetworkTableVersions, _previous: NetworkView | None) -> NetworkView:
        read_at, records = now(), read_all()
        rows, network = offload(_analyse, records, NetworkFilters())
        view = NetworkView(records, read_at, rows, network, offload(compute_layout, network))
        if versions.organisations > self._max_inline_organisations:
            offload(trim_memory)
        return view


def _filter(whole: NetworkView, filters: NetworkFilters) -> NetworkView:
    rows, network = offload(_analyse, whole.records, filters)
    return NetworkView(whole.records, whole.read_at, rows, network, whole.positions[rows])


def _analyse(records: NetworkRecords, filters: NetworkFilters) -> tuple[Ints, CollaborationNetwork]:
    """The rows and the network of those whom the filters let through; joint work without a date is of all times."""
    within = records.within(filters.country, filters.sector)
    rows, seats = np.flatnonzero(within), records.seats
    there = within[np.searchsorted(records.ids, seats.organisations)]
    if filters.since:
        there &= (records.years >= filters.since) | (records.years == 0)
    chosen = Participations(seats.projects[there], seats.organisations[there])
    return rows, analyse_network(records.ids[rows], records.countries[rows], chosen)


def prepare(app: Flask) -> None:
    """Give an application its cache."""
    app.extensions[EXTENSION] = NetworkCache()


def current_network(filters: NetworkFilters | None = None) -> NetworkView | None:
    """The network of this application as its rows stand, or stood a little before; None while the first is built."""
    cache: NetworkCache = current_app.extensions[EXTENSION]
    return cache.get(filters or NetworkFilters())
