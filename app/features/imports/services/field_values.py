"""The fields of an organisation as plain values: what stands there, what an import wants, and how to put it back."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date, datetime
from enum import Enum
from typing import Any

from app.core.clock import now
from app.features.organisations.models import (
    Organisation,
    OrganisationConcept,
    OrganisationText,
    TextKind,
)
from app.features.organisations.services.profile import RELATIONS, CheckedProfile
from app.features.taxonomy.models import Concept

DERIVED: Mapping[str, tuple[str, ...]] = {
    "name": ("latin_name",),
    "city": ("place_id", "lat", "lon"),
    "registry_number": ("registry_scheme",),
}
"""Columns that follow from a field."""
Value = Any
"""A number, a text or None; for concepts their ids in order."""


def current_value(organisation: Organisation, name: str, lang: str) -> Value:
    """What a field says now; concepts that nobody may choose do not count."""
    if name in RELATIONS:
        return sorted(link.concept_id for link in _links(organisation, name))
    if name == "story":
        text = _text(organisation, lang)
        return text.body if text else ""
    value = getattr(organisation, _column(name))
    return value.value if isinstance(value, Enum) else value


def checked_value(checked: CheckedProfile, name: str) -> Value:
    """The same of what an import wants."""
    if name in RELATIONS:
        return sorted({concept.id for concept in checked.concepts[RELATIONS[name][0]]})
    if name == "story":
        return checked.story
    value = checked.columns[_column(name)]
    return value.value if isinstance(value, Enum) else value


def kept_value(organisation: Organisation, name: str, lang: str) -> Value:
    """What is needed to put a field back: its value, or the whole rows of its concepts."""
    if name not in RELATIONS:
        return current_value(organisation, name, lang)
    return [
        [
            link.id,
            link.created_at.isoformat(),
            link.concept_id,
            link.since.isoformat() if link.since else None,
        ]
        for link in _links(organisation, name)
    ]


def write_checked(
    organisation: Organisation, names: Iterable[str], checked: CheckedProfile, lang: str
) -> None:
    """Have the organisation say what was checked in these fields."""
    for name in names:
        if name in RELATIONS:
            _hold(organisation, name, checked.concepts[RELATIONS[name][0]])
        elif name == "story":
            _tell(organisation, checked.story, lang)
        else:
            column = _column(name)
            setattr(organisation, column, checked.columns[column])


def put_back(organisation: Organisation, name: str, kept: Value, lang: str) -> None:
    """Have a field say again what `kept_value` kept of it."""
    if name == "story":
        _tell(organisation, kept, lang)
    elif name not in RELATIONS:
        setattr(organisation, _column(name), kept)
    else:
        relation, _kind = RELATIONS[name]
        rows = {row[0]: row for row in kept}
        for link in _links(organisation, name):
            if link.id not in rows:
                organisation.concepts.remove(link)
            rows.pop(link.id, None)
        organisation.concepts.extend(
            OrganisationConcept(
                id=number,
                created_at=datetime.fromisoformat(created),
                concept_id=concept_id,
                relation=relation,
                since=date.fromisoformat(since) if since else None,
            )
            for number, created, concept_id, since in rows.values()
        )


def own_fields(
    organisation: Organisation,
    values: Mapping[str, Value],
    imported: Mapping[tuple[int, str], Value],
    *,
    is_claimed: bool,
) -> set[str]:
    """The fields that people wrote themselves, which no import changes.

    `values` are what the fields say now, `imported` what imports wrote by (batch, field). A field is an import's own
    while it says what that import wrote. One that no import wrote is its members', if there are any and it says something.
    """
    written = {name for _batch, name in imported}
    found = set()
    for name, value in values.items():
        origin = (organisation.provenance or {}).get(name)
        if origin:
            if imported.get((origin.get("batch_id", 0), name), value) != value:
                found.add(name)
        elif name in written or (is_claimed and value not in ("", None, [])):
            # An edit takes away where a field came from.
            found.add(name)
    return found


def _column(name: str) -> str:
    return "region_id" if name == "region" else name


def _links(organisation: Organisation, name: str) -> list[OrganisationConcept]:
    relation, _kind = RELATIONS[name]
    return [
        link
        for link in organisation.concepts
        if link.relation is relation and not (link.concept and link.concept.hidden)
    ]


def _text(organisation: Organisation, lang: str) -> OrganisationText | None:
    texts = (text for text in organisation.texts if text.lang == lang and text.kind is TextKind.STORY)
    return next(texts, None)


def _tell(organisation: Organisation, body: str, lang: str) -> None:
    kept = _text(organisation, lang)
    if kept is None and body:
        organisation.texts.append(OrganisationText(lang=lang, kind=TextKind.STORY, body=body))
    elif kept is not None and body:
        kept.body = body
    elif kept is not None:
        organisation.texts.remove(kept)


def _hold(organisation: Organisation, name: str, concepts: Iterable[Concept]) -> None:
    relation, _kind = RELATIONS[name]
    wanted = {concept.id: concept for concept in concepts}
    for link in _links(organisation, name):
        if wanted.pop(link.concept_id, None) is None:
            organisation.concepts.remove(link)
    organisation.concepts.extend(
        OrganisationConcept(concept=concept, concept_id=number, relation=relation, since=now().date())
        for number, concept in wanted.items()
    )
