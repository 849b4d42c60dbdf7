"""The manifest of the suggestions feature."""

from __future__ import annotations

from flask import Flask
from flask_babel import lazy_gettext as _l

from app.core.feature import Feature, NavigationItem
from app.core.permissions import SIGNED_IN
from app.features.organisations.announcements import (
    OrganisationAdmitted,
    OrganisationChanged,
    OrganisationSuspended,
)
from app.features.organisations.queries.best_matches import set_sort_by_fit
from app.features.suggestions import engine_cache, fragments
from app.features.suggestions.cli import matching
from app.features.suggestions.policy import POLICY
from app.features.suggestions.presenters.page_context import WHY_NOT
from app.features.suggestions.presenters.rows import fit_sentence, points
from app.features.suggestions.queries.list_query import sort_by_fit
from app.features.suggestions.services.exposure import flush_exposure, prepare_counters
from app.features.suggestions.services.profile_changes import mark_profile_changed
from app.features.suggestions.views import exposure, suggestions


def prepare(app: Flask) -> None:
    """Give the application its engine, its counters of exposure, and the directory its order by fit."""
    engine_cache.prepare(app)
    prepare_counters(app)
    set_sort_by_fit(app, sort_by_fit)


FEATURE = Feature(
    name="suggestions",
    blueprints=(suggestions.blueprint, exposure.blueprint),
    policy=POLICY,
    listens=tuple(
        (announcement, mark_profile_changed)
        for announcement in (OrganisationAdmitted, OrganisationChanged, OrganisationSuspended)
    ),
    navigation=(
        NavigationItem(
            _l("Suggestions"),
            "suggestions.index",
            SIGNED_IN,
            group="find",
            icon="suggestions",
            says=_l("Who fits you abroad, and why."),
        ),
        NavigationItem(
            _l("Who is shown"),
            "exposure.index",
            "exposure.tune",
            group="cluster",
            icon="admin",
            order=20,
            says=_l("How often the suggestions show each organisation."),
        ),
    ),
    fragments={
        "organisation.why": fragments.why_you_two,
        "introduction.why": fragments.why_ask,
        "introduction.why_recommended": fragments.why_recommended,
    },
    filters={"points": points, "fit_sentence": fit_sentence},
    globals={"reasons_not_now": WHY_NOT},
    cli=(matching,),
    chores=(flush_exposure,),
    prepare=prepare,
)
