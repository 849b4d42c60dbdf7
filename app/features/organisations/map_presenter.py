"""The map of organisations as its page and its script show it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from flask_babel import ngettext

from app.core.i18n import country_name, country_order, path_for
from app.core.payloads import Payload
from app.core.text import fold
from app.features.organisations.queries.directory import Directory
from app.features.organisations.queries.filters import MAP, DirectoryFilters
from app.features.organisations.queries.map_circles import Circle, find_elsewhere
from app.features.taxonomy.queries import label_of

SAFE_IN_QUERIES = "!$'()*,/:;?@"
"""The marks that Flask's own addresses leave as they are."""


class MapCircle(Payload):
    """One circle: its place in degrees, how many are there, what is said of it, and where it leads."""

    lat: float
    lon: float
    count: int
    said: str
    url: str


class MapCircles(Payload):
    """The circles of a section of the map, and the level of its cells."""

    level: int
    circles: list[MapCircle]


@dataclass(frozen=True)
class MapRow:
    """A country or region of the map's table: how many match there, and the address that narrows the list to it."""

    name: str
    count: int
    url: str


@dataclass(frozen=True)
class MapCountry(MapRow):
    """A country with its regions."""

    regions: tuple[MapRow, ...]


def map_circles(level: int, circles: Sequence[Circle], filters: DirectoryFilters) -> MapCircles:
    """Circles as the map's script draws them."""
    address = _addresses(filters)
    return {"level": level, "circles": [_circle(each, address) for each in circles]}


def _circle(circle: Circle, address: Callable[..., str]) -> MapCircle:
    if circle.organisation:
        said, slug = circle.organisation
        url = path_for("organisations.show", slug=slug)
    else:
        place = label_of(circle.place) if ":" in circle.place else country_name(circle.place)
        said = ngettext(
            "%(place)s, %(num)d organisation", "%(place)s, %(num)d organisations", circle.count, place=place
        )
        url = address(bbox=str(circle.cell))
    return {
        "lat": round(circle.lat, 3),
        "lon": round(circle.lon, 3),
        "count": circle.count,
        "said": said,
        "url": url,
    }


def map_table(found: Directory, filters: DirectoryFilters) -> list[MapCountry]:
    """Who matches, by country and region: what the map shows as words and numbers."""
    address, by_country = _addresses(filters), dict[str, list[MapRow]]()
    for code, count in found.matching.counts["region"].items():
        country = code.partition(":")[2][:2].upper()
        if count:
            row = MapRow(label_of(code), count, address(country=country, region=code))
            by_country.setdefault(country, []).append(row)
    return [
        MapCountry(
            choice.label,
            choice.count,
            address(country=choice.value, region=None),
            tuple(sorted(by_country.get(choice.value, ()), key=lambda row: fold(row.name))),
        )
        for choice in found.facets["country"]
        if choice.count
    ]


def elsewhere(found: Directory, filters: DirectoryFilters) -> list[MapRow]:
    """Places that the map does not show, such as islands overseas, and countries of those whose place is not known."""
    address = _addresses(filters)
    places = sorted(
        find_elsewhere(found.seen, found.matching).items(), key=lambda each: country_order(each[0][0])
    )
    return [
        MapRow(
            f"{label_of(region)}, {country_name(country)}" if region else country_name(country),
            count,
            address(country=country, region=region or None),
        )
        for (country, region), count in places
    ]


def _addresses(filters: DirectoryFilters) -> Callable[..., str]:
    """What gives the address of the map with what is changed; there are hundreds on a page."""
    path = path_for("organisations.directory")

    def address(**changed: Any) -> str:
        arguments = {"view": MAP, **filters.arguments(**changed)}
        return f"{path}?{urlencode(arguments, doseq=True, safe=SAFE_IN_QUERIES)}"

    return address
