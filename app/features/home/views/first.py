"""The first page: what Trama is, for visitors; what matters now, for members."""

from __future__ import annotations

from flask import Blueprint, g, redirect, render_template, url_for
from flask.typing import ResponseReturnValue

from app.core.doors.pages import page
from app.core.i18n import choose_language
from app.core.permissions import PUBLIC
from app.features.home import queries
from app.features.home.presenters.matters import matters
from app.features.initiatives.presenters import card as initiative_card
from app.features.initiatives.queries import initiatives_of, open_initiatives
from app.features.organisations.presenters import card
from app.features.suggestions.presenters import rows
from app.features.suggestions.queries import top_suggestions

blueprint = Blueprint("home", __name__)

PATCHES = 24
NEWEST = 6
SUGGESTED = 3


@page(blueprint, "/", permission=PUBLIC)
def root() -> ResponseReturnValue:
    """The first page in the reader's language."""
    response = redirect(url_for("home.index", lang=choose_language()))
    response.vary.update(("Accept-Language", "Cookie"))
    return response


@page(blueprint, "/<lang:lang>/", permission=PUBLIC)
def index() -> ResponseReturnValue:
    """The first page."""
    return _visitors_home() if g.actor.person is None else _members_home()


def _visitors_home() -> str:
    newest = [card(organisation) for organisation in queries.newest_organisations(PATCHES)]
    return render_template(
        "home/visitor.html",
        figures=queries.figures(),
        newest=newest[:NEWEST],
        weaves=[organisation.weave for organisation in newest],
        initiatives=[initiative_card(each) for each in open_initiatives(3)],
    )


def _members_home() -> str:
    actor = g.actor
    first, *others = matters(actor)
    listed = top_suggestions(actor, SUGGESTED)
    own = initiatives_of(actor.organisation_id, actor, 3) if actor.organisation_id else []
    return render_template(
        "home/member.html",
        figures=queries.figures(),
        first=first,
        others=others,
        suggestions=rows(listed) if listed else [],
        can_ask=listed is not None and listed.reach.can_ask,
        own=[initiative_card(each) for each in own],
        open=[] if own else [initiative_card(each) for each in open_initiatives(2)],
        newest=[] if listed else [card(each) for each in queries.newest_organisations(NEWEST)],
    )
