"""The first page: what Trama is, for visitors; what matters now, for members."""

from __future__ import annotations

from flask import Blueprint, g, redirect, render_template, url_for
from flask.typing import ResponseReturnValue

from app.core.http.pages import page
from app.core.http.public_pages import describe_page
from app.core.i18n import choose_language
from app.core.permissions import PUBLIC
from app.features.home import queries
from app.features.home.presenters.action_items import ActionSubject, action_items
from app.features.home.presenters.cluster import cluster_page
from app.features.initiatives.presenters import card as initiative_card
from app.features.initiatives.queries import initiatives_of, open_initiatives
from app.features.introductions.presenters import meetings
from app.features.introductions.queries import introductions_waiting_for
from app.features.organisations.presenters import card
from app.features.suggestions.presenters.rows import rows
from app.features.suggestions.queries.list_query import top_suggestions
from app.features.suggestions.services.exposure import count_exposure

blueprint = Blueprint("home", __name__)

PATCHES = 24
NEWEST = 6
NEWEST_FOR_MEMBERS = 4
SUGGESTED = 3
MOST_MEETINGS = 3
SHOWN_AT_LENGTH = (ActionSubject.SUGGESTIONS, ActionSubject.INTRODUCTIONS)
"""Matters that the page shows itself rather than pointing to them."""


@page(blueprint, "/", permission=PUBLIC)
def root() -> ResponseReturnValue:
    """The first page in the reader's language."""
    response = redirect(url_for("home.index", lang=choose_language()))
    response.vary.update(("Accept-Language", "Cookie"))
    return response


@page(blueprint, "/<lang:lang>/", permission=PUBLIC)
def index() -> ResponseReturnValue:
    """The first page: of visitors what the cluster is, of members what waits for them."""
    actor = g.actor
    if actor.person is None:
        newest = [card(organisation) for organisation in queries.newest_organisations(PATCHES)]
        return render_template(
            "home/visitor.html",
            described=describe_page(
                "home.index", feed="feeds.organisations", default="home.root", structured=cluster_page()
            ),
            figures=queries.figures(),
            newest=newest[:NEWEST],
            weaves=[organisation.weave for organisation in newest],
            initiatives=[initiative_card(each) for each in open_initiatives(3)],
        )
    first, *others = action_items(actor)
    listed = top_suggestions(actor, SUGGESTED)
    if listed:
        count_exposure(listed.organisation_ids)
    waiting = meetings(introductions_waiting_for(actor), actor.organisation_id or 0).incoming
    own = initiatives_of(actor.organisation_id, actor, 3) if actor.organisation_id else []
    return render_template(
        "home/member.html",
        figures=queries.figures(),
        first=first,
        others=[matter for matter in others if matter.about not in SHOWN_AT_LENGTH],
        about_suggestions=next((each for each in others if each.about is ActionSubject.SUGGESTIONS), None),
        waiting=waiting[:MOST_MEETINGS],
        more_waiting=len(waiting) > MOST_MEETINGS,
        suggestions=rows(listed) if listed else [],
        can_ask=listed is not None and listed.reach.can_ask,
        own=[initiative_card(each) for each in own],
        open=[] if own else [initiative_card(each) for each in open_initiatives(2)],
        newest=[] if listed else [card(each) for each in queries.newest_organisations(NEWEST_FOR_MEMBERS)],
    )
