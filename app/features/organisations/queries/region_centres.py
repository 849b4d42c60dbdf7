"""Where the middle of each region is: organisations without a town of their own are shown there on the map."""

from __future__ import annotations

from functools import lru_cache
from pathlib import Path

DATA = Path(__file__).resolve().parents[1] / "data" / "region_centres.csv"


@lru_cache
def region_centres() -> dict[str, tuple[float, float]]:
    """Latitude and longitude in degrees by the region's code."""
    rows = (line.split(",") for line in DATA.read_text(encoding="utf-8").splitlines()[1:])
    return {code: (float(lat), float(lon)) for code, lat, lon in rows}
