"""The manifest of the visibility feature."""

from __future__ import annotations

from app.core.feature import Feature
from app.features.visibility import fragments, views
from app.features.visibility.policy import POLICY
from app.features.visibility.services import flush_views
from app.features.visibility.share_pictures import remove_oldest_pictures

FEATURE = Feature(
    name="visibility",
    blueprints=(views.blueprint,),
    policy=POLICY,
    fragments={
        "organisation.page": fragments.share_organisation,
        "initiative.page": fragments.share_initiative,
    },
    chores=(flush_views, remove_oldest_pictures),
)
