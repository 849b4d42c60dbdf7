"""The manifest of the home feature."""

from __future__ import annotations

from flask_babel import lazy_gettext as _l

from app.core.feature import Feature, Place
from app.features.home.views import about, blueprint

FEATURE = Feature(
    name="home",
    blueprints=(blueprint, about),
    places=(Place(_l("Home"), "home.index", where=("rail", "bar"), icon="home", order=0),),
)
