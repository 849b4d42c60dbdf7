"""What search engines read: which pages there are, in which languages."""

from __future__ import annotations

from flask import Blueprint, Response, render_template
from flask.typing import ResponseReturnValue

from app.core.errors import NotFound
from app.core.http.pages import page
from app.core.permissions import PUBLIC
from app.features.home import queries
from app.features.home.presenters.sitemap import pages_in_all_languages

blueprint = Blueprint("engines", __name__)
GENERAL = (
    "home.index",
    "organisations.directory",
    "initiatives.index",
    "about.help",
    "about.privacy",
    "accessibility.statement",
)


@page(blueprint, "/robots.txt", permission=PUBLIC)
def robots() -> ResponseReturnValue:
    """What programs may read."""
    return Response(render_template("home/robots.txt"), content_type="text/plain; charset=utf-8")


@page(blueprint, "/sitemap.xml", permission=PUBLIC)
def sitemap() -> ResponseReturnValue:
    """The list of the lists of pages."""
    return _xml("home/sitemap_index.xml", blocks=queries.sitemap_blocks())


@page(blueprint, "/sitemaps/general.xml", permission=PUBLIC)
def general() -> ResponseReturnValue:
    """The pages that are always there."""
    return _xml("home/sitemap.xml", pages=pages_in_all_languages((name, {}, None) for name in GENERAL))


@page(blueprint, "/sitemaps/organisations-<int:block>.xml", permission=PUBLIC)
def organisations(block: int) -> ResponseReturnValue:
    """A block of the organisations in the cluster."""
    return _profiles("organisations.show", queries.organisations_in(block))


@page(blueprint, "/sitemaps/initiatives-<int:block>.xml", permission=PUBLIC)
def initiatives(block: int) -> ResponseReturnValue:
    """A block of the initiatives that anybody can read."""
    return _profiles("initiatives.show", queries.initiatives_in(block))


def _profiles(endpoint: str, rows: queries.Dated) -> ResponseReturnValue:
    if not rows:
        raise NotFound
    found = pages_in_all_languages((endpoint, {"slug": slug}, changed) for slug, changed in rows)
    return _xml("home/sitemap.xml", pages=found)


def _xml(template: str, **context: object) -> Response:
    return Response(render_template(template, **context), content_type="application/xml; charset=utf-8")
