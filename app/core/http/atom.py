"""Atom feeds (RFC 4287): the newest of a list, for programs that ask again and again."""

from __future__ import annotations

import xml.etree.ElementTree as ElementTree
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime
from urllib.parse import urlsplit

from flask import Response, current_app, request

from app.core.i18n import current_language

ATOM = "http://www.w3.org/2005/Atom"
LANG = "{http://www.w3.org/XML/1998/namespace}lang"
MIMETYPE = "application/atom+xml"
CACHE_CONTROL = "public, max-age=900"
FIRST_MOMENT = datetime(2020, 1, 1, tzinfo=UTC)
"""When an empty feed was changed last."""

ElementTree.register_namespace("", ATOM)


@dataclass(frozen=True)
class FeedEntry:
    """One entry: `tag` names it for ever ("organisation/12"), `lang` is its language where it is not the feed's."""

    tag: str
    url: str
    title: str
    author: str
    summary: str
    lang: str
    published: datetime
    updated: datetime


def feed_response(title: str, self_url: str, page_url: str, entries: Iterable[FeedEntry]) -> Response:
    """A feed with its ETag, 304 where the reader has it already; `page_url` is the page that shows the same."""
    root = ElementTree.Element(f"{{{ATOM}}}feed", {LANG: current_language()})
    shown = list(entries)
    _add(root, "id", self_url)
    _add(root, "title", title)
    _add(root, "updated", _moment(max((entry.updated for entry in shown), default=FIRST_MOMENT)))
    _add(root, "link", rel="self", type=MIMETYPE, href=self_url)
    _add(root, "link", rel="alternate", type="text/html", href=page_url)
    cluster = _add(root, "author")
    _add(cluster, "name", current_app.extensions["trama.settings"].cluster_name)
    for entry in shown:
        _add_entry(root, entry, self_url)
    response = Response(ElementTree.tostring(root, encoding="utf-8", xml_declaration=True), mimetype=MIMETYPE)
    response.headers["Cache-Control"] = CACHE_CONTROL
    response.add_etag()
    response.make_conditional(request)
    return response


def _add_entry(root: ElementTree.Element, entry: FeedEntry, self_url: str) -> None:
    element = _add(root, "entry")
    if entry.lang:
        element.set(LANG, entry.lang)
    # A tag URI (RFC 4151) stays the same when the page's address changes.
    host = urlsplit(self_url).hostname
    _add(element, "id", f"tag:{host},{entry.published.date().isoformat()}:{entry.tag}")
    _add(element, "title", entry.title)
    _add(element, "link", rel="alternate", type="text/html", href=entry.url)
    _add(element, "published", _moment(entry.published))
    _add(element, "updated", _moment(entry.updated))
    author = _add(element, "author")
    _add(author, "name", entry.author)
    if entry.summary:
        _add(element, "summary", entry.summary)


def _add(parent: ElementTree.Element, name: str, words: str = "", **attributes: str) -> ElementTree.Element:
    element = ElementTree.SubElement(parent, f"{{{ATOM}}}{name}", attributes)
    if words:
        element.text = "".join(letter for letter in words if letter.isprintable() or letter in "\n\t")
    return element


def _moment(value: datetime) -> str:
    """RFC 3339, in UTC, to the second."""
    aware = value if value.tzinfo else value.replace(tzinfo=UTC)
    return aware.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
