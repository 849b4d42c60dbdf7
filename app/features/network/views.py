"""The network's page, what its picture is drawn from, and the introductions that weave somebody in."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, g, jsonify, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from app.core.http.pages import page, run_action
from app.core.numbers import number_argument
from app.core.permissions import SIGNED_IN, authorize, can
from app.features.introductions.services.facilitation import recommend as recommend_introduction
from app.features.network import presenters
from app.features.network.network_cache import NetworkFilters, current_network
from app.features.network.queries import collaborators
from app.features.organisations.models import OrganisationState
from app.features.organisations.queries import CARD, get_organisation
from app.features.suggestions.presenters.rows import rows

blueprint = Blueprint("network", __name__, url_prefix="/<lang:lang>/network")


def _asked() -> tuple[NetworkFilters, dict[str, Any]]:
    """The filters of the address, and what keeps them in other addresses."""
    filters = NetworkFilters(
        request.args.get("country", ""),
        request.args.get("sector", ""),
        number_argument("since", 0),
    )
    kept = {"country": filters.country, "sector": filters.sector, "since": filters.since}
    return filters, {name: value for name, value in kept.items() if value}


@page(blueprint, "", permission=SIGNED_IN)
def index() -> ResponseReturnValue:
    """Who works with whom: a picture, and a table behind it that says the same; both narrowed by the address."""
    filters, kept = _asked()
    found = current_network(filters)
    if found is None:
        return render_template("network/being_made.html", here=url_for(".index", **kept))
    sort = request.args.get("sort", "ties")
    return render_template(
        "network/index.html",
        drawn=found,
        most_drawn=presenters.MOST_DRAWN,
        found=found.network,
        lonely=collaborators.lonely(found, filters) if can(g.actor, "introduction.recommend") else None,
        table=presenters.table(found, sort, number_argument("page", 0)),
        sorts=presenters.SORTS,
        sort=sort,
        options=presenters.options(found, filters),
        filters=filters,
        kept=kept,
        picture=url_for(".picture", **kept),
    )


@page(blueprint, "/picture", permission=SIGNED_IN)
def picture() -> ResponseReturnValue:
    """What the picture is drawn from."""
    filters, _kept = _asked()
    found = current_network(filters)
    return jsonify(presenters.drawing(found) if found else presenters.NOTHING)


@page(blueprint, "/partners/<slug>", permission=SIGNED_IN)
def partners(slug: str) -> ResponseReturnValue:
    """Everybody with whom an organisation has worked, and on what."""
    filters, kept = _asked()
    organisation = get_organisation(g.actor, slug)
    found = current_network(filters)
    if found is None:
        return render_template("network/being_made.html", here=url_for(".partners", slug=slug, **kept))
    asked = number_argument("page", 0)
    return render_template(
        "network/partners.html",
        organisation=organisation,
        found=presenters.partners(found, organisation.id, asked),
        kept=kept,
    )


@page(blueprint, "/introductions/<slug>", permission="introduction.recommend")
def introductions(slug: str) -> ResponseReturnValue:
    """Three introductions that would bring an organisation in."""
    authorize(g.actor, "introduction.recommend")
    organisation = get_organisation(g.actor, slug, *CARD)
    admitted = organisation.state is OrganisationState.ADMITTED
    listed, recommended = (
        collaborators.introductions_for(g.actor, organisation) if admitted else (None, frozenset())
    )
    return render_template(
        "network/introductions.html",
        organisation=organisation,
        rows=rows(listed) if listed else [],
        recommended=recommended,
    )


@page(blueprint, "/introductions/<slug>/<other>", permission="introduction.recommend", methods=("POST",))
def recommend(slug: str, other: str) -> ResponseReturnValue:
    """Recommend to two organisations that they meet."""
    return run_action(
        lambda actor: recommend_introduction(actor, slug, other),
        url_for(".introductions", slug=slug),
        say=_("The people who act for them see your recommendation now, and can ask the other."),
    )
