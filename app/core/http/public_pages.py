"""Metadata of public pages for search engines and other sites: canonical address, languages, JSON-LD, share picture."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Any

from babel import Locale
from babel.core import get_global
from flask import current_app, request

from app.core.http.structured_data import StructuredData
from app.core.i18n import SOURCE, current_language, languages, public_url_for, with_customs
from config import Settings

X_DEFAULT = "x-default"
"""The hreflang of the address for readers of any other language."""
SHARE_PICTURE_WIDTH, SHARE_PICTURE_HEIGHT = 1200, 630
"""Pixels of the pictures that are made for other sites."""


@dataclass(frozen=True)
class SharePicture:
    """The picture that other sites show with a link to a page; both sides in pixels."""

    url: str
    alt: str
    width: int
    height: int


@dataclass(frozen=True)
class PublicPage:
    """How a page is described in its head.

    `alternates` maps hreflang values to addresses, this page's own and x-default among them; it is empty where the page
    is not to be indexed: in another language with the same text, or a filtered list. `canonical` is then the address
    of the page that is.
    """

    canonical: str
    indexed: bool
    alternates: Mapping[str, str]
    structured: StructuredData | None
    picture: SharePicture
    feed: str

    @property
    def locale(self) -> str:
        """The language of the page as Open Graph writes it, such as "pl_PL"."""
        return territory_locale(current_language())


def indexed_languages(written_in: Collection[str]) -> tuple[str, ...]:
    """The languages in which a profile is a page of its own: those of its texts, and the source language."""
    found = tuple(code for code in languages() if code in written_in or code == SOURCE)
    return found or languages()[:1]


def alternates_of(
    endpoint: str, in_languages: Collection[str], default: str = "", **values: Any
) -> dict[str, str]:
    """The address of a page in each of its languages, by code.

    x-default is the address that `default` names, else that of the source language.
    """
    found = {code: public_url_for(endpoint, code, **values) for code in in_languages}
    found[X_DEFAULT] = public_url_for(default) if default else found.get(SOURCE) or next(iter(found.values()))
    return found


def describe_page(
    endpoint: str,
    *,
    written_in: Collection[str] | None = None,
    text_lang: str = "",
    structured: StructuredData | None = None,
    picture: SharePicture | None = None,
    feed: str = "",
    is_list: bool = False,
    default: str = "",
    **values: Any,
) -> PublicPage:
    """Describe the page that a view shows at `endpoint` with these `values` of its address.

    `written_in` are the languages of its members' texts (None: its words are ours, in every language), `text_lang` the
    one it shows now. A list (`is_list`) is indexed only without a filter. `feed` is the endpoint of its Atom feed,
    `default` that which that finds the language of a reader out.
    """
    lang = current_language()
    own = languages() if written_in is None else indexed_languages(written_in)
    found = alternates_of(endpoint, own, default, **values)
    filtered = is_list and bool(request.args)
    indexed = lang in own and not filtered
    canonical = found.get(lang) or found.get(text_lang) or found[X_DEFAULT]
    return PublicPage(
        canonical,
        indexed,
        found if indexed else {},
        structured,
        picture or icon_picture(),
        public_url_for(feed) if feed else "",
    )


def icon_picture() -> SharePicture:
    """The installation's icon, for pages that have no picture of their own."""
    settings: Settings = current_app.extensions["trama.settings"]
    url = public_url_for("static", filename="icons/icon-512.png")
    return SharePicture(url, settings.cluster_name, 512, 512)


def territory_locale(code: str) -> str:
    """A language with the territory that it is most spoken in, such as "sl_SI"."""
    locale = Locale.parse(with_customs(code))
    territory = locale.territory or get_global("likely_subtags").get(code, code).split("_")[-1]
    return f"{code}_{territory}"
