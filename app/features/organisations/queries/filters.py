"""What the directory is asked for by its address: words, facets, an order, a section of the map."""

from __future__ import annotations

import enum
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from flask_babel import gettext as _
from sqlalchemy import select
from werkzeug.datastructures import MultiDict

from app.core.database import db
from app.core.errors import BadRequest
from app.core.facets import MAX_CHOSEN
from app.core.text import tidy
from app.features.organisations.models import OrganisationType
from app.features.organisations.queries.facets import FACETS, NO, YES
from app.features.organisations.queries.map_cells import Section, read_section
from app.features.taxonomy.models import Concept, ConceptKind
from app.features.taxonomy.queries import known_countries

LONGEST_SEARCH = 100
MAP = "map"
OTHER_ARGUMENTS = ("q", "concept", "sort", "bbox", "view", "after", "zoom")
"""What an address can hold beside facets."""

FIXED_VALUES: Mapping[str, frozenset[str]] = {
    "type": frozenset(kind.value for kind in OrganisationType),
    "open": frozenset({YES}),
    "claimed": frozenset({YES, NO}),
}
KINDS: Mapping[str, ConceptKind] = {
    "region": ConceptKind.REGION,
    "sector": ConceptKind.SECTOR,
    "offers": ConceptKind.SKILL,
    "seeks": ConceptKind.SKILL,
    "language": ConceptKind.LANGUAGE,
}


class Order(enum.StrEnum):
    """How the directory is sorted."""

    NAME = "name"
    NEWEST = "newest"
    NEAREST = "nearest"
    BEST = "best"


@dataclass(frozen=True)
class DirectoryFilters:
    """What the reader asked for; within a facet alternatives, between them all.

    `unknown` are the names and values of the address that are none here and were left out.
    """

    text: str = ""
    chosen: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    concepts: tuple[str, ...] = ()
    section: Section | None = None
    order: Order = Order.NAME
    unknown: tuple[str, ...] = ()

    def __bool__(self) -> bool:
        return bool(self.text or self.chosen or self.concepts or self.section)

    @property
    def count(self) -> int:
        """How many filters are set, the words aside."""
        return sum(map(len, self.chosen.values())) + len(self.concepts) + (self.section is not None)

    def arguments(self, **changed: Any) -> dict[str, Any]:
        """The arguments of an address that asks for this, with what is `changed` (None takes it away)."""
        named: dict[str, Any] = {
            "q": self.text,
            **self.chosen,
            "concept": self.concepts,
            "bbox": str(self.section) if self.section else "",
            "sort": "" if self.order is Order.NAME else self.order.value,
        }
        return {name: value for name, value in {**named, **changed}.items() if value}

    def without(self, facet: str, value: str) -> dict[str, Any]:
        """The arguments of an address that asks for the same without one value; regions go with the last country."""
        held = self.concepts if facet == "concept" else self.chosen.get(facet, ())
        left = tuple(each for each in held if each != value)
        dropped = {"region": None} if facet == "country" and not left else {}
        return self.arguments(**{facet: left, **dropped})


def read_filters(asked: MultiDict[str, str]) -> DirectoryFilters:
    """The filters that an address asks for; names and values that are none are left out and named in `unknown`.

    Raises BadRequest for more than MAX_CHOSEN values of one facet.
    """
    unknown = [name for name in asked if name not in FACETS and name not in OTHER_ARGUMENTS]
    values = {name: _values(asked, name) for name in (*FACETS, "concept")}
    known = _known_values(values)
    chosen = {}
    for name, wanted in values.items():
        chosen[name] = tuple(value for value in wanted if value in known[name])
        unknown += [value for value in wanted if value not in known[name]]
    concepts = chosen.pop("concept")
    if asked.get("view") not in (None, "", MAP):
        unknown.append(asked["view"])
    section = read_section(asked.get("bbox", ""))
    if asked.get("bbox") and section is None:
        unknown.append(asked["bbox"])
    sort = asked.get("sort") or Order.NAME.value
    is_order = sort in {order.value for order in Order}
    return DirectoryFilters(
        text=tidy(asked.get("q", ""))[:LONGEST_SEARCH],
        chosen={name: wanted for name, wanted in chosen.items() if wanted},
        concepts=concepts,
        section=section,
        order=Order(sort) if is_order else Order.NAME,
        unknown=tuple(tidy(each)[:LONGEST_SEARCH] for each in (*unknown, *(() if is_order else (sort,)))),
    )


def all_of_it(filters: DirectoryFilters) -> DirectoryFilters:
    """The same without a section of the map: what the map itself shows."""
    return replace(filters, section=None)


def _values(asked: MultiDict[str, str], name: str) -> Sequence[str]:
    found = list(dict.fromkeys(value for value in asked.getlist(name) if value))
    if len(found) > MAX_CHOSEN:
        raise BadRequest(
            _(
                "Choose at most %(most)s values of one filter; this address has %(num)s.",
                most=MAX_CHOSEN,
                num=len(found),
            )
        )
    return found


def _known_values(values: Mapping[str, Sequence[str]]) -> Mapping[str, frozenset[str]]:
    """Those of the values that each facet can have."""
    codes = {code for name in (*KINDS, "concept") for code in values[name] if code.isprintable()}
    kinds: dict[str, ConceptKind] = {}
    if codes:
        query = select(Concept.code, Concept.kind).where(Concept.code.in_(codes), Concept.hidden.is_(False))
        kinds = dict(db.session.execute(query).all())
    found = {
        name: frozenset(code for code, kind in kinds.items() if kind is of) for name, of in KINDS.items()
    }
    return {**found, **FIXED_VALUES, "country": known_countries(), "concept": frozenset(kinds)}
