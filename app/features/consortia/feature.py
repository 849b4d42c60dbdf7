"""The manifest of the consortia feature."""

from __future__ import annotations

from app.core.feature import Feature
from app.features.consortia import fragments, views
from app.features.consortia.cli import consortia

FEATURE = Feature(
    name="consortia",
    blueprints=(views.blueprint,),
    fragments={
        "initiative.role": fragments.proposed_for_seat,
        "initiative.roles": fragments.composing,
    },
    cli=(consortia,),
)
