"""The first page, for visitors and for members, and the pages about the house."""

from __future__ import annotations

from flask import Blueprint, redirect, render_template, url_for
from flask.typing import ResponseReturnValue

from app.core.doors.pages import page
from app.core.i18n import choose_language
from app.core.permissions import PUBLIC
from app.features.home import queries
from app.features.organisations.presenters import card

blueprint = Blueprint("home", __name__)
about = Blueprint("about", __name__)

PATCHES = 24
NEWEST = 6


@page(blueprint, "/", permission=PUBLIC)
def root() -> ResponseReturnValue:
    """The first page in the reader's language."""
    response = redirect(url_for("home.index", lang=choose_language()))
    response.vary.update(("Accept-Language", "Cookie"))
    return response


@page(blueprint, "/<lang:lang>/", permission=PUBLIC)
def index() -> ResponseReturnValue:
    """What Trama is, for visitors; what matters now, for members."""
    organisations = [card(organisation) for organisation in queries.newest_organisations(PATCHES)]
    return render_template(
        "home/visitor.html",
        figures=queries.figures(),
        newest=organisations[:NEWEST],
        weaves=[organisation.weave for organisation in organisations],
    )
