"""Concepts as plain data."""

from __future__ import annotations

from flask_babel import gettext as _

from app.core.i18n import country_name
from app.features.taxonomy.models import ConceptKind
from app.features.taxonomy.places.gazetteer import Place
from app.features.taxonomy.queries import ConceptMatch, concepts_by_code, concepts_named, label_of


def present_found(found: ConceptMatch) -> dict[str, str | None]:
    """A concept in the list under a picker."""
    return {"code": found.concept.code, "label": found.label, "match": found.match, "broader": found.broader}


def name_elsewhere(kind: ConceptKind, name: str) -> str:
    """A sentence where a name that is not of this kind is a sector's or a skill's; empty where it is neither."""
    if kind is not ConceptKind.SECTOR and concepts_named(ConceptKind.SECTOR, [name])[name]:
        return _(
            "“%(name)s” is a field of work, not one of these: choose it among the fields of work.", name=name
        )
    if kind is not ConceptKind.SKILL and concepts_named(ConceptKind.SKILL, [name])[name]:
        return _("“%(name)s” is a skill, not one of these: choose it among the skills.", name=name)
    return ""


def present_place(place: Place) -> dict[str, str]:
    """A town in the list under a field: its name, and where it is."""
    return {"name": place.name, "where": where_of(place)}


def where_of(place: Place) -> str:
    """The region and the country of a town: "Piedmont, Italy"."""
    region = concepts_by_code([place.region]).get(place.region) if place.region else None
    return ", ".join([label_of(region)] * bool(region) + [country_name(place.country)])
