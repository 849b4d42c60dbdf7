"""The network of this application: made when it is first asked for, and again when its rows have changed.

In a cluster of up to two thousand whoever asks waits for it, some tenths of a second. In a larger one it is made in the
background, and until it is done the page shows the last one and says from when it is.
"""

from __future__ import annotations

from collections import OrderedDict
from dataclasses import dataclass
from datetime import datetime
from threading import Lock, Thread
from typing import Any, cast

from flask import Flask, current_app

from app.core.clock import now
from app.core.offload import offload
from app.features.network.reading import Marks, Reading, read_all, read_marks
from app.matching.weaving import Network, Spot, Work, lay_out, network

EXTENSION = "trama.network"
KEPT = 16
"""So many ways to filter the network are remembered."""
AT_ONCE = 2_000
"""Up to so many organisations the one who asks waits until the network is made."""


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
class Whole:
    """Everything as it was read at a moment, and where everybody stands in the picture of it."""

    marks: Marks
    looked: datetime
    reading: Reading
    spots: dict[int, Spot]


@dataclass(frozen=True)
class Made:
    """The network under some filters, out of what was read."""

    whole: Whole
    network: Network


@dataclass(frozen=True)
class Picture:
    """The network as it is asked for; `looked` is when it was read, `stale` says that a newer one is being made."""

    reading: Reading
    network: Network
    spots: dict[int, Spot]
    looked: datetime
    stale: bool


class NetworkKeeper:
    """Holds what was read and made of it, for as long as the rows are the same."""

    def __init__(self) -> None:
        self._lock = Lock()
        self._whole: Whole | None = None
        self._made: OrderedDict[Filters, Made] = OrderedDict()
        self._renewing = False

    def picture(self, filters: Filters) -> Picture | None:
        """The network under some filters; None where it is being made and there is no earlier one."""
        with self._lock:
            marks = read_marks()
            current = self._is_current(marks, filters)
            if not current and self._is_quick(marks, filters):
                self._take(filters, *_made(marks, filters, self._whole))
                current = True
            elif not current:
                self._renew_in_background(filters)
            made = self._made.get(filters)
            if made is None:
                return None
            self._made.move_to_end(filters)
            whole = made.whole
            return Picture(whole.reading, made.network, whole.spots, whole.looked, not current)

    def _is_current(self, marks: Marks, filters: Filters) -> bool:
        made = self._made.get(filters)
        return made is not None and made.whole.marks == marks

    def _is_quick(self, marks: Marks, filters: Filters) -> bool:
        """Whether it takes less than a second: all is small, or the part that is asked for of what was read already."""
        if marks.organisations <= AT_ONCE:
            return True
        whole = self._whole
        return whole is not None and whole.marks == marks and len(_within(whole.reading, filters)) <= AT_ONCE

    def _take(self, filters: Filters, whole: Whole, networks: dict[Filters, Network]) -> None:
        """Keep what was made, and of what was made before only what is from the last reading."""
        before, self._whole = self._whole, whole
        for one, found in networks.items():
            self._made[one] = Made(whole, found)
        for one in [one for one, made in self._made.items() if made.whole not in (whole, before)]:
            del self._made[one]
        self._made.move_to_end(filters)
        while len(self._made) > KEPT:
            self._made.popitem(last=False)

    def _renew_in_background(self, filters: Filters) -> None:
        if not self._renewing:
            self._renewing = True
            app = cast(Any, current_app)._get_current_object()
            Thread(target=self._renew, args=(app, filters), daemon=True).start()

    def _renew(self, app: Flask, filters: Filters) -> None:
        """Make it beside the old one, and swap; what is written meanwhile counts at the next look."""
        try:
            with app.app_context():
                made = _made(read_marks(), filters, self._whole)
                with self._lock:
                    self._take(filters, *made)
        finally:
            self._renewing = False


def _made(marks: Marks, filters: Filters, last: Whole | None) -> tuple[Whole, dict[Filters, Network]]:
    """The network under some filters; where the rows have changed they are read first, and the whole is made too."""
    if last is not None and last.marks == marks:
        return last, {filters: offload(_make, last.reading, filters)}
    looked = now()
    reading = read_all()
    networks = {Filters(): offload(_make, reading, Filters())}
    whole = Whole(marks, looked, reading, offload(lay_out, networks[Filters()]))
    if filters not in networks:
        networks[filters] = offload(_make, reading, filters)
    return whole, networks


def _within(reading: Reading, filters: Filters) -> dict[int, str]:
    """The countries of those whom the filters let through."""
    return {
        one: member.country
        for one, member in reading.members.items()
        if (not filters.country or member.country == filters.country)
        and (not filters.sector or filters.sector in member.sectors)
    }


def _make(reading: Reading, filters: Filters) -> Network:
    """The network of those whom the filters let through; joint work without a date is of all times."""
    countries = _within(reading, filters)
    works = [
        Work(number, work.partners.intersection(countries))
        for number, work in reading.works.items()
        if work.year is None or work.year >= filters.since
    ]
    return network(countries, works)


def prepare(app: Flask) -> None:
    """Give an application its keeper."""
    app.extensions[EXTENSION] = NetworkKeeper()


def picture(filters: Filters | None = None) -> Picture | None:
    """The network of this application as its rows stand, or stood a little before; None while the first is made."""
    keeper: NetworkKeeper = current_app.extensions[EXTENSION]
    return keeper.picture(filters or Filters())
