"""Pages as search engines are told of them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any

from app.core.i18n import languages, public_url_for

SitemapEntry = tuple[str, Mapping[str, Any], datetime | None]
"""An endpoint, its values and the moment of its last change."""


def pages_in_all_languages(places: Iterable[SitemapEntry]) -> list[dict[str, Any]]:
    """Each page once per language, with its address in all the others."""
    found = []
    for endpoint, values, changed in places:
        addresses = {lang: public_url_for(endpoint, lang, **values) for lang in languages()}
        found += [{"url": url, "changed": changed, "alternates": addresses} for url in addresses.values()]
    return found
