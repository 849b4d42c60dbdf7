"""The manifest of the home feature."""

from __future__ import annotations

from flask import Flask
from flask_babel import lazy_gettext as _l

from app.core.feature import Feature, NavigationGroup, NavigationItem
from app.features.home.sitemap_files import rewrite_when_due
from app.features.home.views import about, engines, feeds, first, offline, places


def prepare(app: Flask) -> None:
    """Keep the language that people read in."""
    app.after_request(about.remember_language)


FEATURE = Feature(
    name="home",
    blueprints=(
        first.blueprint,
        places.blueprint,
        about.blueprint,
        engines.blueprint,
        feeds.blueprint,
        offline.blueprint,
    ),
    groups=(
        NavigationGroup("home", _l("Home"), "home.index", "home"),
        NavigationGroup("find", _l("Find"), "places.find", "find", _l("Find who does abroad what you lack")),
        NavigationGroup("work", _l("Work"), "places.work", "work", _l("Do something together")),
        NavigationGroup(
            "cluster", _l("The cluster"), "places.cluster", "admin", _l("Look after the cluster")
        ),
    ),
    navigation=(
        NavigationItem(_l("Help"), "about.help", bars=("foot",), order=90),
        NavigationItem(_l("Privacy"), "about.privacy", bars=("foot",), order=91),
    ),
    chores=(rewrite_when_due,),
    prepare=prepare,
)
