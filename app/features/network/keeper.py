"""The network of this application: made when it is first asked for, and again when its rows have changed."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Hashable
from dataclasses import dataclass
from threading import Lock
from typing import Any

from flask import Flask, current_app

from app.core.offload import offload
from app.features.network.reading import Reading, read_all, read_marks
from app.matching.weaving import Network, Spot, Work, lay_out, network

EXTENSION = "trama.network"
KEPT = 16
"""So many ways to filter the network are remembered."""


@dataclass(frozen=True)
class Filters:
    """What narrows the network: a country, a sector, joint work since a year."""

    country: str = ""
    sector: str = ""
    since: int = 0

    @property
    def narrowed(self) -> bool:
        """Whether any is set."""
        return self != Filters()


@dataclass(frozen=True)
class Picture:
    """The network as it is asked for, and where everybody stands in the picture of the whole."""

    reading: Reading
    network: Network
    spots: dict[int, Spot]


class NetworkKeeper:
    """Holds what was read and made of it, for as long as the rows are the same."""

    def __init__(self) -> None:
        self._lock = Lock()
        self._marks: tuple[Any, ...] | None = None
        self._reading: Reading | None = None
        self._spots: dict[int, Spot] = {}
        self._made: OrderedDict[Hashable, Network] = OrderedDict()

    def picture(self, filters: Filters) -> Picture:
        """The network under some filters; the first call takes seconds in a cluster of thousands."""
        with self._lock:
            marks = read_marks()
            if self._reading is None or marks != self._marks:
                self._reading, self._marks = read_all(), marks
                self._made.clear()
                whole = self._made[Filters()] = offload(_make, self._reading, Filters())
                self._spots = offload(lay_out, whole)
            if filters not in self._made:
                self._made[filters] = offload(_make, self._reading, filters)
                if len(self._made) > KEPT:
                    self._made.popitem(last=False)
            self._made.move_to_end(filters)
            return Picture(self._reading, self._made[filters], self._spots)


def _make(reading: Reading, filters: Filters) -> Network:
    """The network of those whom the filters let through; joint work without a date is of all times."""
    countries = {
        one: member.country
        for one, member in reading.members.items()
        if (not filters.country or member.country == filters.country)
        and (not filters.sector or filters.sector in member.sectors)
    }
    works = [
        Work(number, work.partners.intersection(countries))
        for number, work in reading.works.items()
        if work.year is None or work.year >= filters.since
    ]
    return network(countries, works)


def prepare(app: Flask) -> None:
    """Give an application its keeper."""
    app.extensions[EXTENSION] = NetworkKeeper()


def picture(filters: Filters | None = None) -> Picture:
    """The network of this application as its rows stand at this moment."""
    keeper: NetworkKeeper = current_app.extensions[EXTENSION]
    return keeper.picture(filters or Filters())
