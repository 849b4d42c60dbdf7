"""The network as a table and as what the picture is drawn from; both say the same."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from heapq import nlargest
from typing import Any

from flask_babel import lazy_gettext as _l
from flask_babel.speaklater import LazyString

from app.core.i18n import country_name, current_language, path_for
from app.core.text import fold
from app.features.network.keeper import Filters, Picture
from app.features.network.reading import JointWork, Member
from app.features.taxonomy.queries import label_of
from app.matching.weaving import Node, Spot
from app.matching.weaving.layout import SIDE

ON_A_PAGE = 50
MOST_DRAWN = 10_000
NOTHING: Mapping[str, Any] = {"side": SIDE, "organisations": [], "ties": [], "works": []}
"""What the picture is drawn from while the first one is made."""
SORTS: Mapping[str, LazyString] = {
    "name": _l("Organisation"),
    "country": _l("Country"),
    "ties": _l("Ties"),
    "abroad": _l("Abroad"),
    "group": _l("Group"),
    "broker": _l("Holds together"),
}
"""What the table can be sorted by, and the heads of its columns."""


@dataclass(frozen=True)
class Title:
    """What joint work is called; `lang` is "" in the reader's language or an unknown one, `url` where it has no page."""

    text: str
    lang: str
    url: str
    year: int | None


@dataclass(frozen=True)
class Partner:
    """Whom an organisation has worked with, and on what; `bridges` says that the tie alone joins two groups."""

    name: str
    url: str
    works: tuple[Title, ...]
    bridges: bool


@dataclass(frozen=True)
class Row:
    """A line of the table."""

    name: str
    slug: str
    url: str
    country: str
    ties: int
    abroad: int
    group: int
    broker: int
    partners: tuple[Partner, ...]


@dataclass(frozen=True)
class Table:
    """A page of the table, and how many pages there are."""

    rows: tuple[Row, ...]
    page: int
    pages: int


@dataclass(frozen=True)
class Option:
    """A choice of a filter."""

    value: str
    label: str
    chosen: bool


def table(picture: Picture, sort: str, page: int) -> Table:
    """A page of the network's organisations, sorted; an unknown sort counts as by ties."""
    key = KEYS.get(sort) or KEYS["ties"]
    nodes = sorted(picture.network.nodes.values(), key=lambda node: (key(picture, node), node.id))
    pages = max(1, -(-len(nodes) // ON_A_PAGE))
    page = min(max(page, 1), pages)
    shown = nodes[(page - 1) * ON_A_PAGE : page * ON_A_PAGE]
    highest = max((node.broker for node in picture.network.nodes.values()), default=0.0) or 1.0
    return Table(tuple(_row(picture, node, highest) for node in shown), page, pages)


KEYS: Mapping[str, Callable[[Picture, Node], Any]] = {
    "name": lambda picture, node: fold(picture.reading.members[node.id].name),
    "country": lambda picture, node: country_name(picture.reading.members[node.id].country),
    "ties": lambda picture, node: -node.ties,
    "abroad": lambda picture, node: -node.abroad,
    "group": lambda picture, node: node.community or len(picture.network.nodes) + 1,
    "broker": lambda picture, node: -node.broker,
}


def _row(picture: Picture, node: Node, highest: float) -> Row:
    member = picture.reading.members[node.id]
    return Row(
        member.name,
        member.slug,
        path_for("organisations.show", slug=member.slug),
        member.country,
        node.ties,
        node.abroad,
        node.community,
        round(100 * node.broker / highest),
        tuple(_partners(picture, node)),
    )


def _partners(picture: Picture, node: Node) -> list[Partner]:
    found = []
    for tie in picture.network.ties_of(node.id):
        other = picture.reading.members[tie.other if tie.one == node.id else tie.one]
        works = tuple(title(picture.reading.works[number]) for number in tie.works)
        found.append(Partner(other.name, path_for("organisations.show", slug=other.slug), works, tie.bridges))
    return found


def title(work: JointWork) -> Title:
    """What joint work is called, in the reader's language where it has it."""
    reader = current_language()
    lang = next((code for code in (reader, work.lang) if code in work.titles), next(iter(work.titles), ""))
    url = path_for("initiatives.show", slug=work.slug) if work.slug else ""
    return Title(work.titles.get(lang, ""), "" if lang == reader else lang, url, work.year)


def drawing(picture: Picture) -> dict[str, Any]:
    """What the picture is drawn from: organisations with their places, ties by place in that list, joint work by place.

    Of more than ten thousand those with most ties are drawn.
    """
    members, found = picture.reading.members, picture.network
    chosen = list(found.nodes.values())
    if len(chosen) > MOST_DRAWN:
        chosen = nlargest(MOST_DRAWN, chosen, key=lambda node: (node.ties, -node.id))
    place = {node.id: at for at, node in enumerate(chosen)}
    ties = [tie for tie in found.ties if tie.one in place and tie.other in place]
    numbers = sorted({number for tie in ties for number in tie.works})
    at = {number: place for place, number in enumerate(numbers)}
    titles = [title(picture.reading.works[number]) for number in numbers]
    return {
        "side": SIDE,
        "organisations": [_drawn(members[node.id], picture.spots[node.id], node) for node in chosen],
        "ties": [
            [place[tie.one], place[tie.other], [at[number] for number in tie.works], tie.bridges]
            for tie in ties
        ],
        "works": [[one.text, one.lang, one.year or "", one.url] for one in titles],
    }


def _drawn(member: Member, spot: Spot, node: Node) -> dict[str, Any]:
    return {
        "name": member.name,
        "country": country_name(member.country),
        "url": path_for("organisations.show", slug=member.slug),
        "x": spot.x,
        "y": spot.y,
        "ties": node.ties,
        "group": node.community,
    }


def options(picture: Picture, filters: Filters) -> dict[str, Sequence[Option]]:
    """What the network can be narrowed to, from the whole of it."""
    members = picture.reading.members.values()
    countries = sorted({member.country for member in members}, key=lambda code: fold(country_name(code)))
    sectors = sorted(
        {code for member in members for code in member.sectors}, key=lambda code: fold(label_of(code))
    )
    years = sorted({work.year for work in picture.reading.works.values() if work.year}, reverse=True)
    return {
        "countries": [Option(code, country_name(code), code == filters.country) for code in countries],
        "sectors": [Option(code, label_of(code), code == filters.sector) for code in sectors],
        "years": [Option(str(year), str(year), year == filters.since) for year in years],
    }
