"""Concepts as plain data."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from babel.lists import format_list
from flask_babel import get_locale, ngettext
from flask_babel import gettext as _

from app.core.i18n import country_name
from app.features.taxonomy.models import ChangeKind, ConceptChange, ConceptKind
from app.features.taxonomy.places.gazetteer import Place
from app.features.taxonomy.queries import ConceptMatch, concepts_by_code, concepts_named, label_of
from app.features.taxonomy.queries.management import undoable


def present_found(found: ConceptMatch, group: str | None = None) -> dict[str, str | None]:
    """A concept in the list under a picker; `group` is under which heading it is browsed."""
    return {
        "code": found.concept.code,
        "label": found.label,
        "match": found.match,
        "broader": found.broader,
        "group": group,
    }


def groups_of(found: Sequence[ConceptMatch]) -> dict[str, str]:
    """By code under which heading a concept is browsed: what stands above it, of a region its country.

    What stands above others is found under its own name.
    """
    above = {each.concept.broader_id for each in found}
    groups = {}
    for each in found:
        concept = each.concept
        if concept.kind is ConceptKind.REGION and concept.country:
            groups[concept.code] = country_name(concept.country)
        elif each.broader or concept.id in above:
            groups[concept.code] = each.broader or each.label
    return groups


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
    country = country_name(place.country)
    return f"{label_of(region)}, {country}" if region else country


MOVED: Mapping[str, Callable[[int], str]] = {
    "organisation": lambda number: ngettext("%(num)d organisation", "%(num)d organisations", number),
    "initiative": lambda number: ngettext("%(num)d initiative", "%(num)d initiatives", number),
    "wanted_role": lambda number: ngettext("%(num)d wanted role", "%(num)d wanted roles", number),
    "room": lambda number: ngettext("%(num)d theme room", "%(num)d theme rooms", number),
    "collaboration": lambda number: ngettext(
        "%(num)d project of the past", "%(num)d projects of the past", number
    ),
    "concept": lambda number: ngettext("%(num)d narrower concept", "%(num)d narrower concepts", number),
}
"""What holds concepts, by the table of what holds them; the rest is counted together."""
UNCOUNTED = ("concept_code", "concept_wish")


def present_moved(counts: Mapping[str, int]) -> str:
    """What a merge would move, in words, by how many there are of each table; "" for nothing."""
    parts = [say(counts[name]) for name, say in MOVED.items() if counts.get(name)]
    other = sum(number for name, number in counts.items() if name not in (*MOVED, *UNCOUNTED))
    if other:
        parts.append(ngettext("%(num)d other entry", "%(num)d other entries", other))
    return format_list(parts, locale=get_locale()) if parts else ""


@dataclass(frozen=True)
class ChangeRow:
    """A line of the list of changes; `details` are the words that came or went, by language."""

    id: int
    concept_id: int
    sentence: str
    at: datetime
    details: list[str]
    can_undo: bool


def present_change(change: ConceptChange, undoable_since: datetime) -> ChangeRow:
    """What a manager did to a concept."""
    names = {"concept": label_of(change.concept), "into": label_of(change.into) if change.into else ""}
    sentences = {
        ChangeKind.ADD: _("“%(concept)s” was added.", **names),
        ChangeKind.EDIT: _("“%(concept)s” was edited.", **names),
        ChangeKind.HIDE: _("“%(concept)s” was hidden.", **names),
        ChangeKind.SHOW: _("“%(concept)s” is offered again.", **names),
        ChangeKind.MERGE: _("“%(concept)s” was merged into “%(into)s”.", **names),
        ChangeKind.UNDO: _("“%(concept)s” and “%(into)s” are two again.", **names),
    }
    sentence = sentences[change.kind]
    if change.undone_at is not None:
        sentence = f"{sentence} {_('It was undone.')}"
    return ChangeRow(
        change.id,
        change.concept_id,
        sentence,
        change.created_at,
        _changed_words(change) if change.kind is ChangeKind.EDIT else [],
        undoable(change, undoable_since),
    )


def _changed_words(change: ConceptChange) -> list[str]:
    """Of each language what came and what went."""
    before, after = change.before.get("words", {}), change.after.get("words", {})
    lines = []
    for lang, words in after.items():
        was = before.get(lang, [])
        came = ", ".join(word for word in words if word not in was)
        went = ", ".join(word for word in was if word not in words)
        moves = [f"+ {came}"] * bool(came) + [f"− {went}"] * bool(went)
        if moves:
            lines.append(f"{lang}: {' '.join(moves)}")
    return lines
