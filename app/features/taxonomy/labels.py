"""What kinds of concepts and what managers did to them are called."""

from __future__ import annotations

from collections.abc import Mapping

from flask_babel import lazy_gettext as _l
from flask_babel.speaklater import LazyString

from app.features.taxonomy.models import ConceptKind

KIND_NAMES: Mapping[ConceptKind, LazyString] = {
    ConceptKind.SECTOR: _l("Fields of work"),
    ConceptKind.SKILL: _l("Skills"),
    ConceptKind.REGION: _l("Regions"),
    ConceptKind.GOAL: _l("Goals"),
    ConceptKind.TOPIC: _l("Topics"),
}
"""Of those that managers edit."""
