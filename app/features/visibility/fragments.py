"""What visibility adds to the pages of organisations and initiatives: links by which to tell others of them."""

from __future__ import annotations

from flask import render_template
from markupsafe import Markup

from app.core.actors import VISITOR, Actor
from app.core.i18n import public_url_for
from app.core.permissions import can
from app.features.initiatives.models import Initiative
from app.features.initiatives.queries import text_in
from app.features.organisations.models import Organisation, OrganisationState
from app.features.visibility.presenters import share_links


def share_organisation(actor: Actor, organisation: Organisation) -> Markup | str:
    """On the page of an organisation in the cluster: links to share it, and its editors' way to the report."""
    if organisation.state is not OrganisationState.ADMITTED:
        return ""
    url = public_url_for("organisations.show", slug=organisation.slug)
    return Markup(
        render_template(
            "visibility/_share.html", links=share_links(url, organisation.name), organisation=organisation
        )
    )


def share_initiative(actor: Actor, initiative: Initiative) -> Markup | str:
    """On the page of an initiative that everybody can read: links to share it."""
    if not can(VISITOR, "initiative.read", initiative):
        return ""
    url = public_url_for("initiatives.show", slug=initiative.slug)
    links = share_links(url, text_in(initiative).title)
    return Markup(render_template("visibility/_share.html", links=links, organisation=None))
