"""What suggestions add to the pages of organisations and introductions: why two organisations fit."""

from __future__ import annotations

from collections.abc import Sequence

from flask import g, render_template
from markupsafe import Markup

from app.core.actors import Actor
from app.features.introductions.presenters import next_step
from app.features.introductions.queries import introduction_eligibility
from app.features.organisations.models import Organisation, OrganisationState
from app.features.organisations.policy import acts_for
from app.features.suggestions.presenters.rows import rows, why
from app.features.suggestions.queries.list_query import explanation, explanations


def why_you_two(actor: Actor, organisation: Organisation) -> Markup | str:
    """On an organisation's page: why the two fit, the state between them, and the next step."""
    if organisation.state != OrganisationState.ADMITTED or acts_for(actor, organisation.id):
        return ""
    row = why(explanation(actor, organisation))
    between = next_step(actor, organisation, introduction_eligibility(actor, organisation))
    return Markup(
        render_template("suggestions/_why.html", organisation=organisation, row=row, between=between)
    )


def why_ask(actor: Actor, organisation: Organisation) -> Markup | str:
    """On the page that asks an organisation for an introduction: why the two fit."""
    row = why(explanation(actor, organisation))
    if row is None or not row.reasons:
        return ""
    return Markup(render_template("suggestions/_why_introduction.html", row=row))


def why_recommended(actor: Actor, organisation: Organisation, among: Sequence[Organisation]) -> Markup | str:
    """Under one of the introductions recommended to the reader: why the two fit.

    All of `among` are explained with the first one, so that the number of queries does not grow with them.
    """
    if "explained_recommendations" not in g:
        explained = explanations(actor, among)
        g.explained_recommendations = {
            row.organisation.id: row for row in (rows(explained) if explained else ())
        }
    row = g.explained_recommendations.get(organisation.id)
    return Markup(render_template("suggestions/_why_recommended.html", row=row)) if row else ""
