"""The values of fields as a manager reads them who compares a row with an organisation."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from typing import Any

from app.core.i18n import country_name
from app.features.imports.cell_values import FieldDifference
from app.features.imports.queries import concept_codes
from app.features.organisations.labels import FIELD_LABELS, REGISTERS, TYPE_NAMES
from app.features.organisations.models import OrganisationType
from app.features.organisations.services.profile import RELATIONS
from app.features.taxonomy.queries import label_of

MAX_CHARS = 300


@dataclass(frozen=True)
class ShownDifference:
    """A field with what stands here and what the file says; `is_kept` where the first stays by decision."""

    name: str
    label: str
    here: str
    in_file: str
    is_own: bool
    is_kept: bool


def shown_differences(
    differences: Iterable[FieldDifference], kept_fields: Collection[str]
) -> list[ShownDifference]:
    """Differences in words."""
    return [
        ShownDifference(
            each.name,
            str(FIELD_LABELS[each.name]),
            _words(each.name, each.here),
            _words(each.name, each.in_file),
            each.is_own,
            each.name in kept_fields,
        )
        for each in differences
    ]


def _words(name: str, value: Any) -> str:
    if value in (None, "", []):
        return ""
    if name in RELATIONS or name == "region":
        ids = value if name in RELATIONS else [value]
        return "; ".join(sorted(label_of(code) for code in concept_codes(ids).values()))
    if name == "type":
        return str(TYPE_NAMES[OrganisationType(value)])
    if name == "country":
        return country_name(value)
    if name == "registry_scheme":
        return REGISTERS[value].name if value in REGISTERS else str(value)
    return str(value)[:MAX_CHARS]
