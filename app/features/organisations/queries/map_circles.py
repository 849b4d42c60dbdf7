"""What the map shows of those who match: how many are in each cell of a section, and whom no section of Europe holds."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from sqlalchemy import select

from app.core.bulk_read import Ints
from app.core.database import db
from app.features.organisations.models import IS_ADMITTED, Organisation
from app.features.organisations.queries.facets import Columns, Matching, Seen
from app.features.organisations.queries.map_cells import Section
from app.features.organisations.queries.mercator import Floats
from app.features.organisations.queries.names import Flags

WEST, SOUTH, EAST, NORTH = -25.0, 33.0, 46.0, 72.0
"""The frame of the map, in degrees."""


@dataclass(frozen=True)
class Circle:
    """Those in one cell: how many, where they are on average, and the code of the region, or of the country, of most.

    `organisation` is the name and slug of one who is alone.
    """

    lat: float
    lon: float
    count: int
    place: str
    cell: Section
    organisation: tuple[str, str] | None = None


def find_circles(seen: Seen, matching: Matching, section: Section) -> list[Circle]:
    """The cells of a section that hold somebody, by rows from the north-west."""
    inside = [
        _inside(columns, fits, section) for columns, fits in zip(seen.columns, matching.fits, strict=True)
    ]
    cells, lat, lon, ids, regions, countries = (np.concatenate(parts) for parts in zip(*inside, strict=True))
    size = section.columns * section.rows
    sizes = np.bincount(cells, minlength=size)
    held = np.flatnonzero(sizes)
    counts = sizes[held]
    middle = (np.bincount(cells, weights=degrees, minlength=size)[held] / counts for degrees in (lat, lon))
    single = np.bincount(cells, weights=ids, minlength=size)[held].astype(np.int64)
    alone = _named(single[counts == 1])
    codes = {number: concept.code for number, concept in seen.concepts.items()}
    places = [
        codes.get(region) if region and 2 * most >= count else f"{country // 256:c}{country % 256:c}"
        for (region, most), (country, _), count in zip(
            _most(cells, regions, held), _most(cells, countries, held), counts.tolist(), strict=True
        )
    ]
    return [
        Circle(north, east, count, place or "", section.cell(cell), alone.get(number) if count == 1 else None)
        for north, east, count, place, cell, number in zip(
            *(part.tolist() for part in (*middle, counts)),
            places,
            held.tolist(),
            single.tolist(),
            strict=True,
        )
    ]


def find_elsewhere(seen: Seen, matching: Matching) -> Mapping[tuple[str, str], int]:
    """How many who match are outside of the map, or have no place: by country and region ("" where it is not known)."""
    codes = {number: concept.code for number, concept in seen.concepts.items()}
    found: Counter[tuple[str, str]] = Counter()
    for columns, fits in zip(seen.columns, matching.fits, strict=True):
        with np.errstate(invalid="ignore"):
            shown = (
                (columns.lon > WEST) & (columns.lon < EAST) & (columns.lat > SOUTH) & (columns.lat < NORTH)
            )
        outside = fits & ~shown
        regions, countries = columns.regions[outside], columns.countries[outside]
        known, place = _numbered(countries)
        counts = np.bincount(regions * len(known) + place[countries])
        for pair in np.flatnonzero(counts).tolist():
            region, at = divmod(pair, len(known))
            key = (f"{known[at] // 256:c}{known[at] % 256:c}", codes.get(region, ""))
            found[key] += int(counts[pair])
    return found


def _numbered(values: Ints) -> tuple[Ints, Ints]:
    """The different ones of some numbers in order, and for each number at which place it stands there."""
    known = np.flatnonzero(np.bincount(values))
    place = np.zeros(known[-1] + 1 if len(known) else 0, dtype=np.int64)
    place[known] = np.arange(len(known))
    return known, place


def _inside(columns: Columns, fits: Flags, section: Section) -> tuple[Ints, Floats, Floats, Ints, Ints, Ints]:
    """Of those who match in a section: cell, latitude, longitude, id, region and country."""
    inside, cells = section.cells(columns)
    kept = fits[inside]
    at = np.flatnonzero(inside)[kept]
    return (
        cells[kept],
        columns.lat[at],
        columns.lon[at],
        columns.ids[at],
        columns.regions[at],
        columns.countries[at],
    )


def _most(cells: Ints, values: Ints, held: Ints) -> list[tuple[int, int]]:
    """For each cell that is `held` the value that most of its members have, and how many these are."""
    if not len(held):
        return []
    known, place = _numbered(values)
    size = (int(held[-1]) + 1) * len(known)
    table = np.bincount(cells * len(known) + place[values], minlength=size).reshape(-1, len(known))[held]
    best = table.argmax(axis=1)
    return list(zip(known[best].tolist(), table.max(axis=1).tolist(), strict=True))


def _named(ids: Ints) -> dict[int, tuple[str, str]]:
    """Name and slug of some organisations."""
    if not len(ids):
        return {}
    query = select(Organisation.id, Organisation.name, Organisation.slug)
    rows = db.session.execute(query.where(Organisation.id.in_(ids.tolist()), IS_ADMITTED))
    return {number: (name, slug) for number, name, slug in rows}
