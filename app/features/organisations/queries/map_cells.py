"""Sections of the map and the cells that they are made of.

A cell of level n has the side 2^−n in Web Mercator. What somebody looks at is rounded to whole cells, so that few
different addresses are asked for and answers can be kept.
"""

from __future__ import annotations

from dataclasses import dataclass
from math import ceil, floor, isfinite, log2

import numpy as np

from app.features.organisations.queries.facets import Columns
from app.features.organisations.queries.mercator import (
    MAX_LATITUDE,
    latitude_at,
    longitude_at,
    mercator_point,
)
from app.features.organisations.queries.names import Flags

MAX_ACROSS = 19
"""A section has at most so many cells across and down: 361 in all."""
MIN_LEVEL, MAX_LEVEL = 4, 14
MAX_BBOX_CHARS = 120
NEAR = 0.02
"""So near a cell's edge, in cells, is on it: degrees are written with four decimals."""


@dataclass(frozen=True)
class Section:
    """A part of the map: whole cells of one level, `columns` across from `left`, `rows` down from `top`."""

    level: int
    left: int
    top: int
    columns: int
    rows: int

    @property
    def bounds(self) -> tuple[float, float, float, float]:
        """West, south, east and north in degrees."""
        side = 2.0**-self.level
        return (
            longitude_at(self.left * side),
            latitude_at((self.top + self.rows) * side),
            longitude_at((self.left + self.columns) * side),
            latitude_at(self.top * side),
        )

    @property
    def is_small(self) -> bool:
        """Whether it is made of no more cells than may be."""
        return max(self.columns, self.rows) <= MAX_ACROSS

    def __str__(self) -> str:
        return ",".join(f"{degree:.4f}" for degree in self.bounds)

    def cells(self, columns: Columns) -> tuple[Flags, np.ndarray]:
        """Who is in this section, and the number of the cell of each of them, counted by rows."""
        scale = 2.0**self.level
        with np.errstate(invalid="ignore"):
            across, down = np.floor(columns.x * scale) - self.left, np.floor(columns.y * scale) - self.top
            inside = (across >= 0) & (across < self.columns) & (down >= 0) & (down < self.rows)
        return inside, (down[inside] * self.columns + across[inside]).astype(np.int64)

    def cell(self, number: int) -> Section:
        """One of its cells as a section."""
        row, column = divmod(number, self.columns)
        return Section(self.level, self.left + column, self.top + row, 1, 1)


def read_section(text: str, level: int | None = None) -> Section | None:
    """The section that "west,south,east,north" in degrees asks for, rounded outwards to cells; None where it is none.

    The cells are as small as MAX_ACROSS allows, or of `level` where those are larger.
    """
    parts = text[:MAX_BBOX_CHARS].split(",")
    try:
        west, south, east, north = map(float, parts)
    except ValueError:
        return None
    if not all(map(isfinite, (west, south, east, north))) or not (-180 <= west < east <= 180):
        return None
    if not -MAX_LATITUDE <= south < north <= MAX_LATITUDE:
        return None
    (left, top), (right, bottom) = mercator_point(north, west), mercator_point(south, east)
    finest = floor(log2((MAX_ACROSS + 2 * NEAR) / max(right - left, bottom - top)))
    at = min(MAX_LEVEL, max(MIN_LEVEL, finest if level is None else min(level, finest)))
    section = _rounded(at, left, right, top, bottom)
    return section if section.is_small else _rounded(at - 1, left, right, top, bottom)


def _rounded(level: int, left: float, right: float, top: float, bottom: float) -> Section:
    """The cells of a level in which an extent lies; one that was rounded before stays as it is."""
    scale = 2.0**level
    first, above = floor(left * scale + NEAR), floor(top * scale + NEAR)
    beyond, below = ceil(right * scale - NEAR), ceil(bottom * scale - NEAR)
    return Section(level, first, above, max(1, beyond - first), max(1, below - above))
