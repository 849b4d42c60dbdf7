"""Feeds of what is new in the cluster."""

from __future__ import annotations

from flask import Blueprint, current_app, request
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from app.core.errors import NotFound
from app.core.http.atom import FeedEntry, feed_response
from app.core.http.pages import page
from app.core.i18n import country_name, foreign_language, public_url_for
from app.core.permissions import PUBLIC
from app.core.rendered import RenderedText
from app.features.home import queries
from app.features.initiatives.queries import open_initiatives, text_in
from app.features.organisations.presenters import place_of, story_for
from app.features.taxonomy.queries import country_choices

blueprint = Blueprint("feeds", __name__, url_prefix="/<lang:lang>/feeds")
NEWEST = 50


@page(blueprint, "/organisations.atom", permission=PUBLIC)
def organisations() -> ResponseReturnValue:
    """The organisations that came last; with `?country=` those of one country."""
    country = request.args.get("country", "")
    if country and country not in dict(country_choices()):
        raise NotFound
    entries = []
    for organisation in queries.newest_organisations(NEWEST, country):
        story = story_for(organisation)
        entries.append(
            FeedEntry(
                tag=f"organisation/{organisation.id}",
                url=public_url_for("organisations.show", slug=organisation.slug),
                title=organisation.name,
                author=organisation.name,
                summary=story.body.excerpt(300) if story else place_of(organisation),
                lang=story.lang if story else "",
                published=organisation.created_at,
                updated=organisation.updated_at,
            )
        )
    chosen = {"country": country} if country else {}
    title = (
        _("New organisations in %(cluster)s: %(country)s", cluster=_cluster(), country=country_name(country))
        if country
        else _("New organisations in %(cluster)s", cluster=_cluster())
    )
    return feed_response(
        title,
        public_url_for("feeds.organisations", **chosen),
        public_url_for("organisations.directory", **chosen),
        entries,
    )


@page(blueprint, "/initiatives.atom", permission=PUBLIC)
def initiatives() -> ResponseReturnValue:
    """The initiatives that opened last."""
    entries = []
    for initiative in open_initiatives(NEWEST):
        text = text_in(initiative)
        entries.append(
            FeedEntry(
                tag=f"initiative/{initiative.id}",
                url=public_url_for("initiatives.show", slug=initiative.slug),
                title=text.title,
                author=initiative.lead.name,
                summary=RenderedText(text.summary, text.summary_rendered).excerpt(300),
                lang=foreign_language(text.lang),
                published=initiative.opened_at or initiative.created_at,
                updated=initiative.updated_at,
            )
        )
    title = _("Initiatives of %(cluster)s that look for partners", cluster=_cluster())
    return feed_response(
        title, public_url_for("feeds.initiatives"), public_url_for("initiatives.index"), entries
    )


def _cluster() -> str:
    return str(current_app.extensions["trama.settings"].cluster_name)
