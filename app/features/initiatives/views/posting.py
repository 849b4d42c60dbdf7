"""Posting an initiative and editing it."""

from __future__ import annotations

from flask import g, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from app.core.http.pages import page, process_form
from app.core.permissions import authorize, can
from app.features.initiatives import queries, services
from app.features.initiatives.forms import InitiativeForm, initiative_values
from app.features.initiatives.states import require_unclosed
from app.features.initiatives.views.blueprint import blueprint

TEMPLATE = "initiatives/edit.html"


@page(blueprint, "/new", permission="initiative.post", methods=("GET", "POST"))
def new() -> ResponseReturnValue:
    """Post an initiative as a draft."""
    if not can(g.actor, "initiative.post") and not request.form:
        return render_template("initiatives/not_yet.html"), 403
    form = InitiativeForm(data={"roles": [{}]})
    context = {"back": url_for(".index"), "is_new": True}
    if form.rearrange(request.form):
        return render_template(TEMPLATE, form=form, **context)
    return process_form(
        form,
        TEMPLATE,
        lambda actor: services.post(actor, **form.values()),
        lambda initiative: url_for(".show", slug=initiative.slug),
        say=_("Your draft is kept: only you see it. Open it when it is ready."),
        **context,
    )


@page(blueprint, "/<slug>/edit", permission="initiative.edit", methods=("GET", "POST"))
def edit(slug: str) -> ResponseReturnValue:
    """Change what an initiative says and whom it looks for."""
    initiative = queries.get_initiative(g.actor, slug)
    authorize(g.actor, "initiative.edit", initiative)
    require_unclosed(initiative.state)
    form = InitiativeForm(data=initiative_values(initiative))
    context = {"back": url_for(".show", slug=slug), "is_new": False}
    if form.rearrange(request.form):
        return render_template(TEMPLATE, form=form, **context)
    return process_form(
        form,
        TEMPLATE,
        lambda actor: services.edit(actor, slug, **form.values()),
        lambda edited: url_for(".show", slug=edited.slug),
        say=_("Your changes are saved."),
        **context,
    )
