"""What search engines read: which pages there are, in which languages."""

from __future__ import annotations

from flask import Blueprint, Response, render_template, send_file
from flask.typing import ResponseReturnValue

from app.core.errors import NotFound
from app.core.http.pages import page
from app.core.http.public_pages import alternates_of
from app.core.i18n import languages
from app.core.permissions import PUBLIC
from app.features.home.sitemap_files import INDEX, file_name, general_index, sitemap_path

blueprint = Blueprint("engines", __name__)
XML = "application/xml; charset=utf-8"
MAX_AGE_SECONDS = 3600
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
    """The list of the lists of pages, as it was written last."""
    path = sitemap_path(INDEX)
    if not path.exists():
        return Response(general_index(), content_type=XML)
    return send_file(path, mimetype=XML, max_age=MAX_AGE_SECONDS)


@page(blueprint, "/sitemaps/general.xml", permission=PUBLIC)
def general() -> ResponseReturnValue:
    """The pages that are always there."""
    pages = [
        alternates_of(name, languages(), "home.root" if name == "home.index" else "") for name in GENERAL
    ]
    return Response(render_template("home/sitemap.xml", pages=pages), content_type=XML)


@page(blueprint, "/sitemaps/organisations-<int:block>.xml.gz", permission=PUBLIC)
def organisations(block: int) -> ResponseReturnValue:
    """A list of organisations in the cluster."""
    return _list("organisations", block)


@page(blueprint, "/sitemaps/initiatives-<int:block>.xml.gz", permission=PUBLIC)
def initiatives(block: int) -> ResponseReturnValue:
    """A list of initiatives that anybody can read."""
    return _list("initiatives", block)


def _list(kind: str, block: int) -> ResponseReturnValue:
    path = sitemap_path(file_name(kind, block))
    if not path.exists():
        raise NotFound
    return send_file(path, mimetype="application/gzip", max_age=MAX_AGE_SECONDS)
