"""What everybody sees: the directory and an organisation's own page."""

from __future__ import annotations

from flask import g, render_template, request, url_for
from flask.typing import ResponseReturnValue

from app.core.http.pages import page
from app.core.permissions import PUBLIC, can
from app.features.organisations import queries
from app.features.organisations.directory import directory as look_up
from app.features.organisations.directory import filters_from
from app.features.organisations.models import Relation
from app.features.organisations.presenters import (
    REVIEW_REASONS,
    TYPE_NAMES,
    card,
    other_stories,
    paused_until,
    related,
    story_for,
    structured,
)
from app.features.organisations.views.blueprint import blueprint
from app.features.organisations.weave import weave_of


@page(blueprint, "", permission=PUBLIC)
def directory() -> ResponseReturnValue:
    """The organisations of the cluster; its filters are its address."""
    asked = request.args
    filters = filters_from(
        asked.get("q", ""), asked.getlist("country"), asked.getlist("sector"), asked.getlist("concept")
    )
    found = look_up(g.actor, filters, asked.get("after"))
    chosen = {
        "q": filters.text,
        "country": filters.countries,
        "sector": filters.sectors,
        "concept": filters.concepts,
    }
    address = {name: value for name, value in chosen.items() if value}
    return render_template(
        "organisations/directory.html",
        found=found,
        cards=[card(organisation) for organisation in found.page.items],
        waiting=[card(each) for each in queries.waiting()] if can(g.actor, "organisation.admit") else [],
        review_reasons=REVIEW_REASONS,
        filters=filters,
        first=not asked.get("after"),
        first_url=url_for(".directory", **address),
        next_url=url_for(".directory", **address, after=found.page.next) if found.page.next else "",
    )


@page(blueprint, "/<slug>", permission=PUBLIC)
def show(slug: str) -> ResponseReturnValue:
    """An organisation's page."""
    organisation = queries.get_profile(g.actor, slug)
    return render_template(
        "organisations/show.html",
        organisation=organisation,
        type_name=TYPE_NAMES[organisation.type],
        weave=weave_of(organisation),
        story=story_for(organisation),
        other_stories=other_stories(organisation),
        concepts={relation.value: related(organisation, relation) for relation in Relation},
        record=queries.track_record(g.actor, organisation.id),
        members=queries.count_members(organisation.id),
        structured=structured(organisation),
        paused_until=paused_until(organisation),
        review_reasons=REVIEW_REASONS,
    )
