"""The manifest of the home feature."""

from __future__ import annotations

from flask import Flask
from flask_babel import lazy_gettext as _l

from app.core.feature import Feature, NavigationItem
from app.features.home.views import about, engines, first


def prepare(app: Flask) -> None:
    """Keep the language that people read in."""
    app.after_request(about.remember_language)


FEATURE = Feature(
    name="home",
    blueprints=(first.blueprint, about.blueprint, engines.blueprint),
    navigation=(
        NavigationItem(_l("Home"), "home.index", bars=("rail", "bar"), icon="home", order=0),
        NavigationItem(_l("Help"), "about.help", bars=("more", "foot"), order=90),
        NavigationItem(_l("Privacy"), "about.privacy", bars=("foot",), order=91),
    ),
    prepare=prepare,
)
