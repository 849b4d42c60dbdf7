"""The towns of Europe with their coordinates: data of GeoNames (CC BY 4.0), read into the process when first asked for.

`data/places.gz` is a text: the number of towns, a line for each, the largest first, then a line for each of their names,
sorted by what `fold` makes of it. Both parts stay as bytes and are searched as they are, so that a process holds some
nine megabytes and no database has them. `extraction.py` writes the file.
"""

from __future__ import annotations

import gzip
from array import array
from collections.abc import Iterator
from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path

from app.core.text import fold

FILE = Path(__file__).parent / "data" / "places.gz"
MIN_LETTERS = 2
"""Of a beginning that is searched for: shorter ones mean a whole alphabet."""
MAX_LETTERS = 80
MAX_SAME_NAME = 12
"""Of the towns of one name in one country that are offered."""


@dataclass(frozen=True)
class Place:
    """A town: its GeoNames id, the name that was found, its country, the code of its region or "", and where it is."""

    id: int
    name: str
    country: str
    region: str
    lat: float
    lon: float


@dataclass(frozen=True)
class Gazetteer:
    """Both parts of the file; `offsets` has where the line of each town begins, the largest first."""

    towns: bytes
    offsets: array[int]
    names: bytes

    def town(self, rank: int) -> Place:
        """The town of this rank by population."""
        begin = self.offsets[rank]
        return _town(self.towns[begin : self.towns.index(b"\n", begin)])

    def names_from(self, key: bytes) -> Iterator[tuple[bytes, int, str]]:
        """Rows `(folded name, rank, spelling or "")` of the names that begin so."""
        at = self._first(key)
        while self.names.startswith(key, at):
            end = self.names.index(b"\n", at)
            folded, rank, spelling = self.names[at:end].split(b"\t")
            yield folded, int(rank), spelling.decode()
            at = end + 1

    def _first(self, key: bytes) -> int:
        """Where the first line begins that does not sort before `key`."""
        low, high = 0, len(self.names)
        while low < high:
            middle = self.names.rfind(b"\n", low, (low + high) // 2) + 1 or low
            end = self.names.find(b"\n", middle) + 1
            if self.names[middle:end] < key:
                low = end
            else:
                high = middle
        return low


def find_places(text: str, country: str = "", limit: int = 8) -> list[Place]:
    """The towns of which a name begins with `text`, in any of its spellings: whole names first, then the largest.

    Each has the name that was found. `country` is a code such as "IT", or "" for all of Europe.
    """
    key = fold(text[:MAX_LETTERS]).encode()
    if len(key.decode()) < MIN_LETTERS:
        return []
    found: dict[int, tuple[bool, str]] = {}
    for folded, rank, spelling in _gazetteer().names_from(key):
        order = (folded != key, spelling)
        if rank not in found or order < found[rank]:
            found[rank] = order
    matches: list[Place] = []
    for rank, (_, spelling) in sorted(found.items(), key=lambda item: (item[1][0], item[0])):
        place = _gazetteer().town(rank)
        if country in ("", place.country):
            matches.append(replace(place, name=spelling or place.name))
        if len(matches) == limit:
            break
    return matches


def places_named(text: str, country: str) -> list[Place]:
    """The towns of a country that have exactly this name, the largest first."""
    return [each for each in find_places(text, country, MAX_SAME_NAME) if fold(each.name) == fold(text)]


def place_at(place_id: int) -> Place | None:
    """The town with this GeoNames id."""
    gazetteer = _gazetteer()
    begin = gazetteer.towns.find(b"\n%d\t" % place_id) + 1
    return _town(gazetteer.towns[begin : gazetteer.towns.index(b"\n", begin)]) if begin else None


@cache
def _gazetteer() -> Gazetteer:
    head, _, rest = gzip.decompress(FILE.read_bytes()).partition(b"\n")
    offsets, at = array("I"), 0
    for _ in range(int(head)):
        offsets.append(at + 1)
        at = rest.index(b"\n", at) + 1
    # The part of the towns begins with a line end, so that each line stands between two.
    return Gazetteer(b"\n" + rest[:at], offsets, rest[at:])


def _town(line: bytes) -> Place:
    number, name, country, region, lat, lon = line.decode().split("\t")
    return Place(int(number), name, country, region, float(lat), float(lon))
