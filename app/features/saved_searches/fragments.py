"""What saved searches show on the directory's page."""

from __future__ import annotations

from urllib.parse import urlencode

from flask import render_template
from markupsafe import Markup

from app.core.actors import Actor
from app.core.permissions import can
from app.features.organisations.queries.filters import DirectoryFilters


def save_link(actor: Actor, *, filters: DirectoryFilters) -> Markup | str:
    """The way to keep a search, for whoever is signed in."""
    if not filters or not can(actor, "saved_search.keep"):
        return ""
    query = urlencode(filters.arguments(), doseq=True)
    return Markup(render_template("saved_searches/_save.html", query=query))
