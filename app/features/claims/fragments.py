"""What claims add to the page of an organisation."""

from __future__ import annotations

from flask import render_template
from markupsafe import Markup

from app.core.actors import Actor
from app.features.claims.presenters import sources
from app.features.claims.queries import open_claim
from app.features.organisations.models import Organisation, OrganisationState


def unclaimed(actor: Actor, organisation: Organisation) -> Markup | str:
    """On a listing without members: where its data come from, how to claim it and to say that it is not right."""
    claim = open_claim(organisation.id, actor.person_id) if actor.person_id else None
    return Markup(
        render_template(
            "claims/_unclaimed.html", organisation=organisation, sources=sources(organisation), claim=claim
        )
    )


def actions(actor: Actor, organisation: Organisation) -> Markup | str:
    """At the foot of the page: claiming one that others look after, and what managers can do."""
    is_public = organisation.state is OrganisationState.ADMITTED
    own = organisation.id in {mine.id for mine in actor.organisations}
    offers_claim = actor.person_id is not None and is_public and not organisation.unclaimed and not own
    return Markup(
        render_template(
            "claims/_actions.html",
            organisation=organisation,
            offers_claim=offers_claim,
            is_manager=actor.cluster_role == "manager",
        )
    )
