"""The network as a table and as what the picture is drawn from; both say the same."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import chain
from typing import Any

import numpy as np
from flask_babel import lazy_gettext as _l
from flask_babel.speaklater import LazyString

from app.core.i18n import country_name, country_order, current_language, path_for
from app.core.text import fold
from app.features.network.network_cache import NetworkFilters, NetworkView
from app.features.network.queries.collaborators import (
    JointWorkTitle,
    NetworkMember,
    members_among,
    works_among,
)
from app.features.suggestions.presenters.page_context import FilterOption
from app.features.taxonomy.queries import label_of
from app.matching.index.arrays import Ints, Numbers
from app.matching.network.analysis import NetworkEdge, NetworkNode
from app.matching.network.layout import CANVAS_SIDE

ON_A_PAGE = 50
PARTNERS_NAMED = 12
"""So many partners of an organisation stand in the table; a page of its own has all."""
WORKS_NAMED = 5
"""So much joint work of two organisations is named."""
MOST_DRAWN, MOST_TIES_DRAWN = 10_000, 30_000
NOTHING: Mapping[str, Any] = {"side": CANVAS_SIDE, "organisations": [], "ties": [], "works": []}
"""What the picture is drawn from while the first one is made."""
SORTS: Mapping[str, LazyString] = {
    "name": _l("Organisation"),
    "country": _l("Country"),
    "ties": _l("Ties"),
    "abroad": _l("Abroad"),
    "group": _l("Group"),
    "broker": _l("Connects others"),
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
class NetworkPartner:
    """Whom an organisation has worked with, and on what; `bridges` says that the tie alone joins two groups.

    `more` counts the joint work that is not named.
    """

    name: str
    url: str
    works: tuple[Title, ...]
    more: int
    bridges: bool


@dataclass(frozen=True)
class NetworkRow:
    """A line of the table; of many partners some are named."""

    name: str
    slug: str
    url: str
    country: str
    ties: int
    abroad: int
    group: int
    broker: int
    partners: tuple[NetworkPartner, ...]


@dataclass(frozen=True)
class NetworkTable:
    """A page of the table, and how many pages there are."""

    rows: tuple[NetworkRow, ...]
    page: int
    pages: int


@dataclass(frozen=True)
class Partners:
    """A page of the partners of one organisation, and how many pages there are."""

    partners: tuple[NetworkPartner, ...]
    page: int
    pages: int


def table(view: NetworkView, sort: str, page: int) -> NetworkTable:
    """A page of the network's organisations, sorted; an unknown sort counts as by ties."""
    found = view.network
    order = _order(view, sort if sort in SORTS else "ties")
    page, pages = _turned_to(page, len(order))
    shown = order[(page - 1) * ON_A_PAGE : page * ON_A_PAGE].tolist()
    ties = {at: found.edges_of(at, 0, PARTNERS_NAMED) for at in shown}
    names = _read_names(chain.from_iterable(ties.values()), (int(found.ids[at]) for at in shown))
    highest = float(found.betweenness.max(initial=0.0)) or 1.0
    rows = (_row(found.node(at), ties[at], names, highest) for at in shown)
    return NetworkTable(tuple(row for row in rows if row), page, pages)


def partners(view: NetworkView, organisation_id: int, page: int) -> Partners:
    """A page of those with whom an organisation has worked, who did most with it first."""
    at, found = view.network.position(organisation_id), view.network
    count = 0 if at is None else int(found.degrees[at])
    page, pages = _turned_to(page, count)
    ties = [] if at is None else found.edges_of(at, (page - 1) * ON_A_PAGE, page * ON_A_PAGE)
    return Partners(_partners(organisation_id, ties, _read_names(ties, ())), page, pages)


def _turned_to(page: int, rows: int) -> tuple[int, int]:
    """The page that there is for the one asked for, and how many there are."""
    pages = max(1, -(-rows // ON_A_PAGE))
    return min(max(page, 1), pages), pages


def _order(view: NetworkView, sort: str) -> Ints:
    """The places of all in the network as the table is sorted; worked out once, by country in each language."""
    found, records = view.network, view.records

    def by_country() -> Ints:
        country_names = [fold(country_name(code)) for code in records.country_codes]
        rank = np.argsort(np.argsort(np.array(country_names), kind="stable"))
        return rank[records.countries[view.rows]]

    def by_name() -> Ints:
        rank = np.empty(len(records.ids), dtype=np.int32)
        rank[records.by_name] = np.arange(len(records.ids))
        return rank[view.rows]

    keys: Mapping[str, Callable[[], Numbers]] = {
        "name": by_name,
        "country": by_country,
        "ties": lambda: -found.degrees,
        "abroad": lambda: -found.abroad,
        "group": lambda: np.where(found.community, found.community, found.community_count + 1),
        "broker": lambda: -found.betweenness,
    }
    lang = current_language() if sort == "country" else ""
    return view.once((sort, lang), lambda: np.argsort(keys[sort](), kind="stable").astype(np.int32))


@dataclass(frozen=True)
class _Names:
    """What those on a page are called."""

    members: Mapping[int, NetworkMember]
    works: Mapping[int, JointWorkTitle]


def _read_names(ties: Iterable[NetworkEdge], others: Iterable[int]) -> _Names:
    """The names of the organisations and of the joint work of some ties, and of further organisations."""
    ties = list(ties)
    numbers = {*others, *(tie.one for tie in ties), *(tie.other for tie in ties)}
    works = {number for tie in ties for number in tie.projects[:WORKS_NAMED]}
    return _Names(members_among(numbers), works_among(works))


def _row(node: NetworkNode, ties: Sequence[NetworkEdge], names: _Names, highest: float) -> NetworkRow | None:
    """A line of the table; none for one that has left the cluster since."""
    member = names.members.get(node.id)
    if member is None:
        return None
    return NetworkRow(
        member.name,
        member.slug,
        path_for("organisations.show", slug=member.slug),
        member.country,
        node.degree,
        node.abroad,
        node.community,
        round(100 * node.betweenness / highest),
        _partners(node.id, ties, names),
    )


def _partners(of: int, ties: Sequence[NetworkEdge], names: _Names) -> tuple[NetworkPartner, ...]:
    found = []
    for tie in ties:
        other = names.members.get(tie.other if tie.one == of else tie.one)
        works = [names.works[number] for number in tie.projects[:WORKS_NAMED] if number in names.works]
        if other:
            url, more = path_for("organisations.show", slug=other.slug), len(tie.projects) - len(works)
            found.append(NetworkPartner(other.name, url, tuple(map(title, works)), more, tie.bridges))
    return tuple(found)


def title(work: JointWorkTitle) -> Title:
    """What joint work is called, in the reader's language where it has it."""
    reader = current_language()
    lang = next((code for code in (reader, work.lang) if code in work.titles), next(iter(work.titles), ""))
    url = path_for("initiatives.show", slug=work.slug) if work.slug else ""
    return Title(work.titles.get(lang, ""), "" if lang == reader else lang, url, work.year)


def drawing(view: NetworkView) -> dict[str, Any]:
    """What the picture is drawn from: organisations with their places, ties by place in that list, joint work by place.

    Of many, those with most ties are drawn, and the ties of most joint work. It is put together once in each language.
    """
    found: dict[str, Any] = view.once(("drawing", current_language()), lambda: _drawing(view))
    return found


def _drawing(view: NetworkView) -> dict[str, Any]:
    found = view.network
    chosen = np.sort(np.argsort(-found.degrees, kind="stable")[:MOST_DRAWN])
    drawn = np.zeros(len(found), dtype=np.bool_)
    drawn[chosen] = True
    among = np.flatnonzero(drawn[found.edges.one] & drawn[found.edges.other])
    strongest = np.lexsort((among, -found.edges.weights[among], ~found.is_bridge[among]))[:MOST_TIES_DRAWN]
    ties = [found.edge(at) for at in np.sort(among[strongest]).tolist()]
    names = _read_names(ties, found.ids[chosen].tolist())
    nodes = [
        (node, names.members[node.id])
        for node in map(found.node, chosen.tolist())
        if node.id in names.members
    ]
    place = {node.id: at for at, (node, _member) in enumerate(nodes)}
    at = {number: place for place, number in enumerate(names.works)}
    spots = dict(
        zip(
            found.ids[chosen].tolist(),
            view.positions[chosen].tolist(),
            strict=True,
        )
    )
    return {
        "side": CANVAS_SIDE,
        "organisations": [
            {
                "name": member.name,
                "country": country_name(member.country),
                "url": path_for("organisations.show", slug=member.slug),
                "x": spots[node.id][0],
                "y": spots[node.id][1],
                "ties": node.degree,
                "group": node.community,
            }
            for node, member in nodes
        ],
        "ties": [
            [
                place[tie.one],
                place[tie.other],
                [at[number] for number in tie.projects[:WORKS_NAMED] if number in at],
                tie.bridges,
                len(tie.projects),
            ]
            for tie in ties
            if tie.one in place and tie.other in place
        ],
        "works": [[one.text, one.lang, one.year or "", one.url] for one in map(title, names.works.values())],
    }


def options(view: NetworkView, filters: NetworkFilters) -> dict[str, Sequence[FilterOption]]:
    """What the network can be narrowed to, from the whole of it, with the year that it is narrowed to."""
    records = view.records
    years = sorted({*records.years_worked, filters.since} - {0}, reverse=True)
    countries = sorted(records.country_codes, key=country_order)
    sectors = sorted(records.sectors_held, key=lambda code: fold(label_of(code)))
    return {
        "countries": [FilterOption(code, country_name(code), code == filters.country) for code in countries],
        "sectors": [FilterOption(code, label_of(code), code == filters.sector) for code in sectors],
        "years": [FilterOption(str(year), str(year), year == filters.since) for year in years],
    }
