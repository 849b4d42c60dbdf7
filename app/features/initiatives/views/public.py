"""What everybody sees: the list, and an initiative's own page."""

from __future__ import annotations

from flask import g, render_template, request, url_for
from flask.typing import ResponseReturnValue

from app.core.http.pages import page
from app.core.permissions import PUBLIC
from app.features.initiatives.listing import FACETS, filters_from
from app.features.initiatives.listing import listing as look_up
from app.features.initiatives.presenters import card
from app.features.initiatives.views.blueprint import blueprint
from app.features.initiatives.views.seats import page_of


@page(blueprint, "", permission=PUBLIC)
def index() -> ResponseReturnValue:
    """The initiatives of the cluster; its filters are its address."""
    asked = request.args
    filters = filters_from(asked.get("q", ""), **{facet: asked.getlist(facet) for facet in FACETS})
    found = look_up(g.actor, filters, asked.get("after"))
    chosen = {"q": filters.text, **{facet: filters.chosen(facet) for facet in FACETS}}
    address = {name: value for name, value in chosen.items() if value}
    return render_template(
        "initiatives/index.html",
        found=found,
        cards=[card(initiative) for initiative in found.page.items],
        filters=filters,
        first=not asked.get("after"),
        first_url=url_for(".index", **address),
        next_url=url_for(".index", **address, after=found.page.next) if found.page.next else "",
    )


@page(blueprint, "/<slug>", permission=PUBLIC)
def show(slug: str) -> ResponseReturnValue:
    """An initiative's page."""
    return render_template("initiatives/show.html", **page_of(slug))
